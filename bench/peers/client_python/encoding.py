# SPDX-License-Identifier: Apache-2.0
"""The workloads that encode a whole registry again and again, for peer.py."""

import threading
import time

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.exposition import generate_latest

SHORT_NAMES = ("node", "namespace", "operation")
OBSERVATIONS = 20
RECORDED_SERIES = 1000
OPERATIONS_METRIC = "cluster_operations"
DURATION_METRIC = "cluster_operation_duration_seconds"

# The others of bench/README.md take minutes.
SHAPES = {  # kind, metric, series
    "h120": (Histogram, "db_client_operation_duration_seconds", 120),
    "counter10k": (Counter, OPERATIONS_METRIC, 10000),
    "histogram10k": (Histogram, DURATION_METRIC, 10000),
}


class Shape:
    """A registry that is encoded."""

    def __init__(self, name, peer):
        self.kind, self.metric, count = SHAPES[name]
        self.registry = CollectorRegistry()
        is_long = name == "h120"
        names = peer.LABEL_NAMES if is_long else SHORT_NAMES
        options = {"buckets": peer.BOUNDS9} if self.kind is Histogram else {}
        family = self.kind(self.metric, "-", names, registry=self.registry, **options)
        self.values = peer.Rings().values
        self.series = [family.labels(*(peer.identity_at(i) if is_long else self.labels(i)))
                       for i in range(count)]
        self.lines = count * (12 if self.kind is Histogram else 1)
        for i, series in enumerate(self.series):
            self.fill(i, series)

    @staticmethod
    def labels(i):
        return f"node-{i // 1000:04}", f"ns-{i // 10 % 100:02}", f"op-{i % 10}"

    def fill(self, i, series):
        if self.kind is Counter:
            series.inc(i * 7919 % 1000003)
            return
        start = i * OBSERVATIONS % (len(self.values) - OBSERVATIONS)
        for value in self.values[start:start + OBSERVATIONS]:
            series.observe(value)

    def record(self, is_stopping):
        some = self.series[::max(1, len(self.series) // RECORDED_SERIES)]
        while not is_stopping.is_set():
            for series, value in zip(some, self.values):
                if self.kind is Counter:
                    series.inc()
                else:
                    series.observe(value)

    def encode(self):
        return generate_latest(self.registry)

    def check(self, text):
        """The client writes a line more for each series, when it was made."""
        found = sum(line.startswith(self.metric) and "_created{" not in line
                    for line in text.decode().splitlines())
        if found != self.lines:
            raise RuntimeError(f"encodes {found} lines instead of {self.lines}")


def run(workload, milliseconds, peer):
    """Returns lines, nanoseconds and the size of a document; None if there is no such workload."""
    name = workload.removeprefix("scrape_").removesuffix("_recorded")
    if not workload.startswith("scrape_") or name not in SHAPES:
        return None
    shape = Shape(name, peer)
    is_stopping = threading.Event()
    recorder = threading.Thread(target=shape.record, args=(is_stopping,))
    if workload.endswith("_recorded"):
        recorder.start()
    try:
        text = shape.encode()
        shape.check(text)
        documents, start = 0, time.perf_counter_ns()
        while documents == 0 or time.perf_counter_ns() - start < milliseconds * 1000000:
            text = shape.encode()
            documents += 1
        wall = time.perf_counter_ns() - start
    finally:
        is_stopping.set()
        if recorder.ident is not None:
            recorder.join()
    return documents * shape.lines, wall, len(text)
