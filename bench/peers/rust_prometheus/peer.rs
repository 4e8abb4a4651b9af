// SPDX-License-Identifier: Apache-2.0
//! Drives rust-prometheus through the workloads of bench/README.md.
//!
//! Series are kept as the clones that with_label_values returns. Counters are IntCounter, which is
//! the client's type for whole numbers and faster than Counter, whose value is a double. The calls
//! by labels lend the strings; the client compares none of them, for it takes series with the same
//! 64-bit hash of their values for the same one. Its local() buffers are not used: what they hold
//! is in no scrape until it is flushed. It has no summary.

mod encoding;
mod rings;

use prometheus::{
    Encoder, Gauge, GaugeVec, Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec,
    Opts, Registry, TextEncoder,
};
use rings::{Identity, Rings, BOUNDS20, BOUNDS9, LABEL_NAMES, RING_STEP, SERIES};
use std::error::Error;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::Barrier;
use std::time::{Duration, Instant};
use std::{env, fs, process, thread};

/// Operations between two looks at the flag that says stop: by handle, and by labels, which take
/// longer.
const KEPT_BURST: usize = 4096;
const FOUND_BURST: usize = 512;

type Failure = Box<dyn Error>;

/// How one workload is to be run, and on what.
struct Job {
    threads: usize,
    is_shared: bool,
    length: Duration,
    rings: Rings,
    registry: Registry,
}

struct Outcome {
    measured: usize,
    wall: Duration,
    /// With what was recorded before and after the measured time.
    all: usize,
    note: Option<String>,
}

/// What one thread has recorded so far, on cache lines of its own.
#[derive(Default)]
#[repr(align(128))]
struct Progress {
    operations: AtomicUsize,
}

fn sum(threads: &[Progress]) -> usize {
    // relaxed: a mere count
    threads
        .iter()
        .map(|thread| thread.operations.load(Ordering::Relaxed))
        .sum()
}

impl Job {
    /// Has all threads record at once, and counts what they do in the time after the warm-up.
    /// `prepare` is told the number of a thread and returns what it does with a place in the rings.
    fn measure<R: Fn(usize) + Send>(&self, burst: usize, prepare: impl Fn(usize) -> R) -> Outcome {
        let is_stopping = AtomicBool::new(false);
        let ready = Barrier::new(self.threads + 1);
        let threads: Vec<Progress> = (0..self.threads).map(|_| Progress::default()).collect();
        let work = |thread: usize, record: R| {
            let (mut at, mut operations) = (thread * RING_STEP, 0);
            ready.wait();
            let mut is_last = false;
            while !is_last {
                // at least once, however short of CPUs the machine is
                for i in at..at + burst {
                    record(i);
                }
                at += burst;
                operations += burst;
                // relaxed, both: a mere count, and the join orders all the rest
                threads[thread]
                    .operations
                    .store(operations, Ordering::Relaxed);
                is_last = is_stopping.load(Ordering::Relaxed);
            }
        };
        let work = &work;
        let (measured, wall) = thread::scope(|scope| {
            for thread in 0..self.threads {
                let record = prepare(thread);
                scope.spawn(move || work(thread, record));
            }
            ready.wait();
            thread::sleep(self.length / 10);
            let (before, start) = (sum(&threads), Instant::now());
            thread::sleep(self.length);
            let (measured, wall) = (sum(&threads) - before, start.elapsed());
            is_stopping.store(true, Ordering::Relaxed);
            (measured, wall)
        });
        Outcome {
            measured,
            wall,
            all: sum(&threads),
            note: None,
        }
    }

    /// Each thread keeps the series that `find` returns for it.
    fn by_handle<S: Send>(
        &self,
        find: impl Fn(&[&str]) -> S,
        record: impl Fn(&S, f64) + Copy + Send,
    ) -> Outcome {
        self.measure(KEPT_BURST, |thread| {
            let owner = if self.is_shared { 0 } else { thread };
            let series = find(&[&owner.to_string()]);
            move |at| record(&series, self.rings.value(at))
        })
    }

    /// Each operation finds its series anew.
    fn by_labels<S>(
        &self,
        find: impl Fn(&[&str]) -> S + Copy + Send,
        record: impl Fn(&S, f64) + Copy + Send,
    ) -> Outcome {
        create_all(find);
        self.measure(FOUND_BURST, |_| {
            move |at| {
                let id = self.rings.identity(at);
                let values = [
                    &*id.system,
                    &id.database,
                    &id.collection,
                    &id.operation,
                    &id.error,
                ];
                record(&find(&values), self.rings.value(at))
            }
        })
    }

    fn counters(&self, labels: &[&str]) -> Result<IntCounterVec, Failure> {
        let vec = IntCounterVec::new(Opts::new("recorded", "-"), labels)?;
        self.registry.register(Box::new(vec.clone()))?;
        Ok(vec)
    }

    fn gauges(&self, labels: &[&str]) -> Result<GaugeVec, Failure> {
        let vec = GaugeVec::new(Opts::new("recorded", "-"), labels)?;
        self.registry.register(Box::new(vec.clone()))?;
        Ok(vec)
    }

    fn histograms(
        &self,
        name: &str,
        bounds: &[f64],
        labels: &[&str],
    ) -> Result<HistogramVec, Failure> {
        let opts = HistogramOpts::new(name, "-").buckets(bounds.to_vec());
        let vec = HistogramVec::new(opts, labels)?;
        self.registry.register(Box::new(vec.clone()))?;
        Ok(vec)
    }

    fn counter(&self) -> Result<Outcome, Failure> {
        let vec = self.counters(&["thread"])?;
        Ok(self.by_handle(|values| vec.with_label_values(values), increment))
    }

    fn gauge(&self) -> Result<Outcome, Failure> {
        let vec = self.gauges(&["thread"])?;
        Ok(self.by_handle(|values| vec.with_label_values(values), Gauge::set))
    }

    fn histogram(&self, bounds: &[f64]) -> Result<Outcome, Failure> {
        let vec = self.histograms("recorded", bounds, &["thread"])?;
        Ok(self.by_handle(|values| vec.with_label_values(values), Histogram::observe))
    }

    fn timed(&self) -> Result<Outcome, Failure> {
        let vec = self.histograms("recorded", &BOUNDS9, &["thread"])?;
        let time = |series: &Histogram, _| series.start_timer().observe_duration();
        Ok(self.by_handle(|values| vec.with_label_values(values), time))
    }

    fn counter_by(&self) -> Result<Outcome, Failure> {
        let vec = self.counters(&LABEL_NAMES)?;
        Ok(self.by_labels(|values| vec.with_label_values(values), increment))
    }

    fn gauge_by(&self) -> Result<Outcome, Failure> {
        let vec = self.gauges(&LABEL_NAMES)?;
        Ok(self.by_labels(|values| vec.with_label_values(values), Gauge::set))
    }

    fn histogram_by(&self, bounds: &[f64]) -> Result<Outcome, Failure> {
        let vec = self.histograms("recorded", bounds, &LABEL_NAMES)?;
        Ok(self.by_labels(|values| vec.with_label_values(values), Histogram::observe))
    }

    /// Runs a workload while one more thread encodes the whole registry, as a handler would.
    fn scraped(&self, workload: impl Fn() -> Result<Outcome, Failure>) -> Result<Outcome, Failure> {
        let vec = self.histograms("scraped", &BOUNDS9, &LABEL_NAMES)?;
        for series in create_all(|values| vec.with_label_values(values)) {
            self.rings.values()[..20]
                .iter()
                .for_each(|value| series.observe(*value));
        }
        let is_stopped = AtomicBool::new(false);
        let encode = || {
            let (mut scrapes, mut text) = (0, Vec::new());
            // relaxed: the thread is joined before anything depends on what it saw
            while !is_stopped.load(Ordering::Relaxed) {
                text.clear();
                TextEncoder::new()
                    .encode(&self.registry.gather(), &mut text)
                    .unwrap();
                scrapes += 1;
            }
            format!("note: {} scrapes of {} bytes", scrapes, text.len())
        };
        thread::scope(|scope| {
            let scraper = scope.spawn(encode);
            let outcome = workload();
            is_stopped.store(true, Ordering::Relaxed);
            let note = Some(scraper.join().unwrap());
            Ok(Outcome { note, ..outcome? })
        })
    }

    /// Compares what the registry holds with what was recorded: as many records, or, of gauges,
    /// values of the ring, but for so many gauges that no thread may have come to.
    fn check_records(&self, workload: &str, outcome: &Outcome) -> Result<(), Failure> {
        let is_gauge = workload.starts_with("gauge");
        let unset_allowed = if workload == "gauge_by" {
            SERIES - 1
        } else {
            0
        };
        let (mut total, mut unset) = (0, 0);
        let families = self.registry.gather();
        let recorded = families
            .iter()
            .filter(|family| family.get_name() == "recorded");
        for series in recorded.flat_map(|family| family.get_metric()) {
            let value = series.get_gauge().get_value();
            if is_gauge && value == 0.0 && unset < unset_allowed {
                unset += 1;
            } else if is_gauge && !self.rings.values().contains(&value) {
                return Err("a gauge holds a value that was never set".into());
            }
            total += series.get_counter().get_value() as usize;
            total += series.get_histogram().get_sample_count() as usize;
        }
        if !is_gauge && total != outcome.all {
            return Err(format!("holds {} records instead of {}", total, outcome.all).into());
        }
        Ok(())
    }

    fn run(&self, workload: &str) -> Result<(), Failure> {
        if encoding::run(workload, &self.rings, self.length)? {
            return Ok(());
        }
        let outcome = match workload {
            "counter" => self.counter(),
            "gauge" => self.gauge(),
            "histogram9" => self.histogram(&BOUNDS9),
            "histogram20" => self.histogram(&BOUNDS20),
            "timed" => self.timed(),
            "counter_by" => self.counter_by(),
            "gauge_by" => self.gauge_by(),
            "histogram9_by" => self.histogram_by(&BOUNDS9),
            "histogram20_by" => self.histogram_by(&BOUNDS20),
            "counter_scraped" => self.scraped(|| self.counter()),
            "histogram9_scraped" => self.scraped(|| self.histogram(&BOUNDS9)),
            _ => fail(3, &format!("the client has nothing for {}", workload)),
        }?;
        self.check_records(workload, &outcome)?;
        println!("{} {}", outcome.measured, outcome.wall.as_nanos());
        outcome.note.iter().for_each(|note| println!("{}", note));
        Ok(())
    }

    /// Prints by how much a series lets the process grow.
    fn run_memory(&self, is_counter: bool, count: usize) -> Result<(), Failure> {
        let names = ["node", "set", "op"];
        let counters = self.counters(&names)?;
        let histograms = self.histograms("kept", &BOUNDS9, &names)?;
        let before = resident_bytes()?;
        for i in 0..count {
            let values = [
                format!("n{}", i / 1000),
                format!("s{}", i / 10 % 100),
                format!("o{}", i % 10),
            ];
            let values = [&*values[0], &values[1], &values[2]];
            if is_counter {
                counters.with_label_values(&values).inc();
            } else {
                let series = histograms.with_label_values(&values);
                self.rings.values()[..20]
                    .iter()
                    .for_each(|value| series.observe(*value));
            }
        }
        println!("{} 0", (resident_bytes()? - before) / count);
        Ok(())
    }
}

fn increment(series: &IntCounter, _: f64) {
    series.inc();
}

/// Has the client create the series that are found by labels.
fn create_all<S>(create: impl Fn(&[&str]) -> S) -> Vec<S> {
    let series = |id: Identity| {
        create(&[
            &id.system,
            &id.database,
            &id.collection,
            &id.operation,
            &id.error,
        ])
    };
    (0..SERIES).map(Identity::at).map(series).collect()
}

/// The standard library does not know the size of a page, so this is the line of status in kB that
/// says the same as statm does in pages.
fn resident_bytes() -> Result<usize, Failure> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let kilobytes: usize = line
        .and_then(|l| l.split_whitespace().nth(1))
        .unwrap_or("")
        .parse()?;
    Ok(kilobytes * 1024)
}

fn fail(status: i32, sentence: &str) -> ! {
    eprintln!("rust_prometheus: {}", sentence);
    process::exit(status)
}

fn run(args: &[&str]) -> Result<(), Failure> {
    let mut job = Job {
        threads: 1,
        is_shared: true,
        length: Duration::ZERO,
        rings: Rings::draw(),
        registry: Registry::new(),
    };
    match *args {
        ["streams"] => {
            println!("{:016x}", job.rings.checksum());
            Ok(())
        }
        ["memory_counter", count] => job.run_memory(true, count.parse()?),
        ["memory_histogram9", count] => job.run_memory(false, count.parse()?),
        [workload, threads, place @ ("same" | "different"), length] => {
            job.threads = threads.parse()?;
            job.is_shared = place == "same";
            job.length = Duration::from_millis(length.parse()?);
            job.run(workload)
        }
        _ => {
            Err("usage: WORKLOAD THREADS same|different MILLISECONDS, or memory_... SERIES".into())
        }
    }
}

fn main() {
    let args: Vec<String> = env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    if let Err(error) = run(&args) {
        fail(1, &error.to_string());
    }
}
