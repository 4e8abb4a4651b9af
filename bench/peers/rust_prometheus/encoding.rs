// SPDX-License-Identifier: Apache-2.0
//! The workloads that gather and encode a whole registry again and again.

use crate::rings::{Identity, Rings, BOUNDS9, LABEL_NAMES, RING_SIZE, SERIES};
use crate::Failure;
use prometheus::{
    Encoder, Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, Opts, Registry,
    TextEncoder,
};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const SHORT_NAMES: [&str; 3] = ["node", "namespace", "operation"];
const OBSERVATIONS: usize = 20;
const RECORDED_SERIES: usize = 1000;
const OPERATIONS_METRIC: &str = "cluster_operations_total";
const DURATION_METRIC: &str = "cluster_operation_duration_seconds";
const H120_METRIC: &str = "db_client_operation_duration_seconds";

/// A registry that is encoded.
struct Shape {
    metric: &'static str,
    is_histogram: bool,
    series: usize,
}

impl Shape {
    fn of(name: &str) -> Option<Shape> {
        let (metric, is_histogram, series) = match name {
            "h120" => (H120_METRIC, true, SERIES),
            "counter10k" => (OPERATIONS_METRIC, false, 10_000),
            "counter100k" => (OPERATIONS_METRIC, false, 100_000),
            "counter1m" => (OPERATIONS_METRIC, false, 1_000_000),
            "histogram10k" => (DURATION_METRIC, true, 10_000),
            "histogram100k" => (DURATION_METRIC, true, 100_000),
            _ => return None,
        };
        Some(Shape {
            metric,
            is_histogram,
            series,
        })
    }

    fn lines(&self) -> usize {
        self.series * if self.is_histogram { BOUNDS9.len() + 3 } else { 1 }
    }

    fn names(&self) -> &'static [&'static str] {
        match self.series {
            SERIES => &LABEL_NAMES,
            _ => &SHORT_NAMES,
        }
    }

    fn labels(&self, number: usize) -> Vec<String> {
        if self.series == SERIES {
            let id = Identity::at(number);
            return vec![id.system, id.database, id.collection, id.operation, id.error];
        }
        vec![
            format!("node-{:04}", number / 1000),
            format!("ns-{:02}", number / 10 % 100),
            format!("op-{}", number % 10),
        ]
    }
}

/// What a recorder goes through: as many series as it may, of one kind.
enum Recorded {
    Counters(Vec<IntCounter>),
    Histograms(Vec<Histogram>),
}

impl Recorded {
    fn record(&self, rings: &Rings) {
        match self {
            Recorded::Counters(counters) => counters.iter().for_each(|counter| counter.inc()),
            Recorded::Histograms(histograms) => histograms
                .iter()
                .zip(rings.values())
                .for_each(|(histogram, value)| histogram.observe(*value)),
        }
    }
}

/// Makes the series.
fn fill(shape: &Shape, rings: &Rings, registry: &Registry) -> Result<Recorded, Failure> {
    let step = (shape.series / RECORDED_SERIES).max(1);
    let all = (0..shape.series).map(|number| (number, shape.labels(number)));
    if !shape.is_histogram {
        let vec = IntCounterVec::new(Opts::new(shape.metric, "-"), shape.names())?;
        registry.register(Box::new(vec.clone()))?;
        let mut kept = Vec::new();
        for (number, labels) in all {
            let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
            kept.push(vec.with_label_values(&labels));
            kept[number].inc_by((number * 7919 % 1000003) as u64);
        }
        return Ok(Recorded::Counters(kept.into_iter().step_by(step).collect()));
    }
    let opts = HistogramOpts::new(shape.metric, "-").buckets(BOUNDS9.to_vec());
    let vec = HistogramVec::new(opts, shape.names())?;
    registry.register(Box::new(vec.clone()))?;
    let mut kept = Vec::new();
    for (number, labels) in all {
        let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
        kept.push(vec.with_label_values(&labels));
        let start = number * OBSERVATIONS % (RING_SIZE - OBSERVATIONS);
        for value in &rings.values()[start..start + OBSERVATIONS] {
            kept[number].observe(*value);
        }
    }
    Ok(Recorded::Histograms(kept.into_iter().step_by(step).collect()))
}

fn check(shape: &Shape, text: &[u8]) -> Result<(), Failure> {
    let text = std::str::from_utf8(text)?;
    let found = text.lines().filter(|line| line.starts_with(shape.metric)).count();
    if found != shape.lines() {
        return Err(format!("encodes {} lines instead of {}", found, shape.lines()).into());
    }
    Ok(())
}

/// Repeats it for so long; returns lines, time and the size of a document.
fn repeat(
    shape: &Shape,
    registry: &Registry,
    length: Duration,
) -> Result<(usize, Duration, usize), Failure> {
    let mut text = Vec::new();
    TextEncoder::new().encode(&registry.gather(), &mut text)?;
    check(shape, &text)?;
    let (mut lines, start) = (0, Instant::now());
    while lines == 0 || start.elapsed() < length {
        text.clear();
        TextEncoder::new().encode(&registry.gather(), &mut text)?;
        lines += shape.lines();
    }
    Ok((lines, start.elapsed(), text.len()))
}

/// False if there is no such workload.
pub fn run(workload: &str, rings: &Rings, length: Duration) -> Result<bool, Failure> {
    let is_recorded = workload.ends_with("_recorded");
    let name = workload.trim_end_matches("_recorded").trim_start_matches("scrape_");
    let shape = match Shape::of(name) {
        Some(shape) if workload.starts_with("scrape_") => shape,
        _ => return Ok(false),
    };
    let registry = Registry::new();
    let recorded = fill(&shape, rings, &registry)?;
    let is_stopped = AtomicBool::new(false);
    let (lines, wall, size) = thread::scope(|scope| {
        scope.spawn(|| {
            // relaxed: nothing depends on when it is seen
            while is_recorded && !is_stopped.load(Ordering::Relaxed) {
                recorded.record(rings);
            }
        });
        let outcome = repeat(&shape, &registry, length);
        is_stopped.store(true, Ordering::Relaxed);
        outcome
    })?;
    println!("{} {}", lines, wall.as_nanos());
    println!("note: a document of {} bytes", size);
    Ok(true)
}
