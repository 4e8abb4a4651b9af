#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Drives client_python through the workloads of bench/README.md.

Series are kept as the children that labels() returns. The calls by labels pass positional values,
which the client takes faster than keywords. The client's values are guarded by a lock each, and the
interpreter runs one thread at a time, so more threads can only show what they cost. A string keeps
its hash once it was computed, so after the first round of the ring no label is hashed again.
"""

import gc
import itertools
import math
import os
import sys
import threading
import time

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Summary
from prometheus_client.exposition import generate_latest

import encoding

RING_SIZE = 16384
RING_STEP = 2048
BURST = 128  # operations between two looks at the flag that says stop; divides RING_STEP
BOUNDS9 = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10)
BOUNDS20 = (0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1,
            0.2, 0.5, 1, 2, 5, 10, 20, 30, 40, 50)
LABEL_NAMES = ("db_system_name", "db_namespace", "db_collection_name", "db_operation_name",
               "error_type")
OPERATIONS = ("put", "get", "select", "exists", "remove", "touch", "append", "prepend", "increment",
              "operate", "batch_read", "batch_operate", "batch_remove", "query", "scan")
ERRORS = ("", "Timeout", "Connection", "KeyNotFoundError", "KeyExistsError", "GenerationError",
          "FilteredOut", "InvalidArgument")
SERIES = len(OPERATIONS) * len(ERRORS)


def copied(text):
    """Returns an equal string that is another object."""
    return text.encode().decode()


def identity_at(index):
    """Returns the values of the five labels of one series."""
    operation, error = divmod(index, len(ERRORS))
    values = ("aerospike", "test", "users", OPERATIONS[operation], ERRORS[error])
    return tuple(copied(value) for value in values)


def draws():
    """Yields xorshift64*."""
    mask = 2**64 - 1
    state = 88172645463325252
    while True:
        state ^= state >> 12
        state ^= state << 25 & mask
        state ^= state >> 27
        yield state * 2685821657736338717 & mask


def bursts_of(ring):
    return [ring[at:at + BURST] for at in range(0, RING_SIZE, BURST)]


class Rings:
    """What the threads record, drawn beforehand and cut into bursts."""

    def __init__(self):
        source = draws()
        low, high = math.log(1e-5), math.log(20)
        self.values = [math.exp(low + (draw >> 11) * 2.0**-53 * (high - low))
                       for draw in itertools.islice(source, RING_SIZE)]
        self.identities = [identity_at(draw % SERIES)
                           for draw in itertools.islice(source, RING_SIZE)]
        self.value_bursts = bursts_of(self.values)
        self.identity_bursts = bursts_of(self.identities)

    def checksum(self):
        """Returns that of bench/README.md, by FNV-1a."""
        numbers = (*BOUNDS9, *BOUNDS20, *self.values)
        strings = itertools.chain(LABEL_NAMES, *self.identities)
        parts = [int(number * 1e9 + 0.5).to_bytes(8, "little") for number in numbers]
        parts += [string.encode() + b"\0" for string in strings]
        result = 14695981039346656037
        for byte in b"".join(parts):
            result = (result ^ byte) * 1099511628211 & 2**64 - 1
        return result


class Bench:
    """One run: the registry, what goes into it, and the check at the end."""

    def __init__(self, threads, is_shared, milliseconds):
        self.threads = threads
        self.is_shared = is_shared
        self.seconds = milliseconds / 1000
        self.rings = Rings()
        self.registry = CollectorRegistry()
        self.notes = []

    def measure(self, prepare):
        """Has all threads record at once, and counts what they do in the time after the warm-up.

        prepare(thread) returns what records a whole burst, given its number. Returns the operations
        in all, the measured ones, and their nanoseconds.
        """
        is_stopping = False
        ready = threading.Barrier(self.threads + 1)
        operations = [0] * self.threads

        def work(thread, record):
            numbers = itertools.cycle(range(RING_SIZE // BURST))
            numbers = itertools.islice(numbers, thread * RING_STEP // BURST, None)
            ready.wait()
            is_last = False
            while not is_last:  # at least once, however long the others hold the interpreter
                record(next(numbers))
                operations[thread] += BURST
                is_last = is_stopping

        workers = [threading.Thread(target=work, args=(thread, prepare(thread)))
                   for thread in range(self.threads)]
        for worker in workers:
            worker.start()
        ready.wait()
        time.sleep(self.seconds / 10)
        before, start_ns = sum(operations), time.perf_counter_ns()
        time.sleep(self.seconds)
        measured, wall_ns = sum(operations) - before, time.perf_counter_ns() - start_ns
        is_stopping = True
        for worker in workers:
            worker.join()
        return sum(operations), measured, wall_ns

    def series(self, family, thread):
        return family.labels("0" if self.is_shared else str(thread))

    def make(self, kind, name="recorded", labels=("thread",), **options):
        return kind(name, "-", labels, registry=self.registry, **options)

    def counter(self):
        family = self.make(Counter)

        def prepare(thread):
            series = self.series(family, thread)

            def record(_):
                for _ in range(BURST):
                    series.inc()
            return record
        return self.checked(family, self.measure(prepare))

    def gauge(self):
        family = self.make(Gauge)

        def prepare(thread):
            series = self.series(family, thread)

            def record(number):
                for value in self.rings.value_bursts[number]:
                    series.set(value)
            return record
        return self.checked_gauges(family, self.measure(prepare), 0)

    def observe(self, family):
        """Drives histograms and summaries."""
        def prepare(thread):
            series = self.series(family, thread)

            def record(number):
                for value in self.rings.value_bursts[number]:
                    series.observe(value)
            return record
        return self.checked(family, self.measure(prepare))

    def histogram9(self):
        return self.observe(self.make(Histogram, buckets=BOUNDS9))

    def histogram20(self):
        return self.observe(self.make(Histogram, buckets=BOUNDS20))

    def summary(self):
        return self.observe(self.make(Summary))

    def timed(self):
        family = self.make(Histogram, buckets=BOUNDS9)

        def prepare(thread):
            series = self.series(family, thread)

            def record(_):
                for _ in range(BURST):
                    with series.time():
                        pass
            return record
        return self.checked(family, self.measure(prepare))

    def counter_by(self):
        family = self.make(Counter, labels=LABEL_NAMES)
        create_all(family)

        def record(number):
            burst = self.rings.identity_bursts[number]
            for system, database, collection, operation, error in burst:
                family.labels(system, database, collection, operation, error).inc()
        return self.checked(family, self.measure(lambda _: record))

    def gauge_by(self):
        family = self.make(Gauge, labels=LABEL_NAMES)
        create_all(family)

        def record(number):
            burst = zip(self.rings.identity_bursts[number], self.rings.value_bursts[number])
            for (system, database, collection, operation, error), value in burst:
                family.labels(system, database, collection, operation, error).set(value)
        return self.checked_gauges(family, self.measure(lambda _: record), SERIES - 1)

    def observe_by(self, kind, **options):
        """Drives histograms and summaries by labels."""
        family = self.make(kind, labels=LABEL_NAMES, **options)
        create_all(family)

        def record(number):
            burst = zip(self.rings.identity_bursts[number], self.rings.value_bursts[number])
            for (system, database, collection, operation, error), value in burst:
                family.labels(system, database, collection, operation, error).observe(value)
        return self.checked(family, self.measure(lambda _: record))

    def scraped(self, workload):
        """Runs a workload while one more thread encodes the whole registry."""
        family = self.make(Histogram, "scraped", LABEL_NAMES, buckets=BOUNDS9)
        for series in create_all(family):
            for value in self.rings.values[:20]:
                series.observe(value)
        is_stopped = threading.Event()

        def scrape():
            for scrapes in itertools.count():
                if is_stopped.is_set():
                    break
                text = generate_latest(self.registry)
            self.notes.append(f"{scrapes} scrapes of {len(text)} bytes")

        scraper = threading.Thread(target=scrape)
        scraper.start()
        try:
            return workload()
        finally:
            is_stopped.set()
            scraper.join()

    def checked_gauges(self, family, outcome, unset_allowed):
        """Returns the outcome, if each gauge holds a value of the ring.

        As many as unset_allowed may hold none: no thread may have come to them.
        """
        values = [sample.value for metric in family.collect() for sample in metric.samples]
        unset = values.count(0)
        if unset > unset_allowed or not set(values) <= {0, *self.rings.values}:
            raise RuntimeError("a gauge holds a value that was never set")
        return outcome

    @staticmethod
    def checked(family, outcome):
        """Returns the outcome, if the family holds as many records as were made."""
        total = sum(sample.value for metric in family.collect() for sample in metric.samples
                    if sample.name in ("recorded_total", "recorded_count"))
        if total != outcome[0]:
            raise RuntimeError(f"holds {total} records instead of {outcome[0]}")
        return outcome

    def run(self, workload):
        """Returns the outcome, or None if the client has no such thing."""
        workloads = {
            "counter": self.counter,
            "gauge": self.gauge,
            "histogram9": self.histogram9,
            "histogram20": self.histogram20,
            "summary": self.summary,
            "timed": self.timed,
            "counter_by": self.counter_by,
            "gauge_by": self.gauge_by,
            "histogram9_by": lambda: self.observe_by(Histogram, buckets=BOUNDS9),
            "histogram20_by": lambda: self.observe_by(Histogram, buckets=BOUNDS20),
            "summary_by": lambda: self.observe_by(Summary),
            "counter_scraped": lambda: self.scraped(self.counter),
            "histogram9_scraped": lambda: self.scraped(self.histogram9),
        }
        return workloads[workload]() if workload in workloads else None


def create_all(family):
    """Has the client create the series that are found by labels."""
    return [family.labels(*identity_at(index)) for index in range(SERIES)]


def resident_bytes():
    gc.collect()
    with open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def run_memory(workload, count):
    """Returns by how many bytes a series lets the process grow."""
    registry = CollectorRegistry()
    names = ("node", "set", "op")
    counters = Counter("counted", "-", names, registry=registry)
    histograms = Histogram("kept", "-", names, registry=registry, buckets=BOUNDS9)
    observed = Rings().values[:20]
    before = resident_bytes()
    for i in range(count):
        values = (f"n{i // 1000}", f"s{i // 10 % 100}", f"o{i % 10}")
        if workload == "memory_counter":
            counters.labels(*values).inc()
            continue
        series = histograms.labels(*values)
        for value in observed:
            series.observe(value)
    return (resident_bytes() - before) // count


def main(args):
    if args == ["streams"]:
        print(f"{Rings().checksum():016x}")
        return 0
    if len(args) == 2 and args[0] in ("memory_counter", "memory_histogram9"):
        print(run_memory(args[0], int(args[1])), 0)
        return 0
    if len(args) != 4 or args[2] not in ("same", "different"):
        raise ValueError(
            "usage: WORKLOAD THREADS same|different MILLISECONDS, or memory_... SERIES")
    encoded = encoding.run(args[0], int(args[3]), sys.modules[__name__])
    if encoded is not None:
        lines, nanoseconds, size = encoded
        print(f"{lines} {nanoseconds}\nnote: a document of {size} bytes")
        return 0
    bench = Bench(int(args[1]), args[2] == "same", int(args[3]))
    outcome = bench.run(args[0])
    if outcome is None:
        print(f"client_python: the client has nothing for {args[0]}", file=sys.stderr)
        return 3
    _, measured, nanoseconds = outcome
    print(measured, nanoseconds)
    for note in bench.notes:
        print("note:", note)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (RuntimeError, ValueError) as error:
        print("client_python:", error, file=sys.stderr)
        sys.exit(1)
