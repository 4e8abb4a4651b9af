# SPDX-License-Identifier: Apache-2.0
"""What promlet set itself: bars for recording, and what the floors were where they were set."""

import dataclasses
import os
import statistics

import plan
import programs

# Floors in nanoseconds where the bars were set: what counts is the ratio to one locked add.
MACHINE_THERE = "an AMD Zen 3, gcc 12 at -O2"
FLOORS_THERE = {
    "locked_add": 2.5,
    "plain_add": 0.4,
    "restartable_add": 0.7,
    "cpu_locked_add": 2.7,
    "observe9_plain": 3.2,
    "observe9_restartable": 3.9,
    "observe9_atomic": 6.8,
    "find_observe9_restartable": 34,
    "two_clocks": 59,
    "two_ticks": 23,
}
TOLERANCE = 1.25

# A shape, the nanoseconds of a line, and how much more that is than the floor where it was set.
ENCODING_LIMITS = (("h120", 45000 / 1440, 1.45), ("counter100k", 25, 1.3),
                   ("histogram100k", 35, 1.2))


@dataclasses.dataclass
class Bar:
    what: str
    measured: float
    limit: float
    reason: str  # where the limit comes from
    unit: str = "ns"
    ratios: list = dataclasses.field(default_factory=list)  # of it to the limit, each repetition's

    @property
    def ratio(self):
        """The median of the repetitions, so that a machine which is slower for a while, and so for
        both sides, does not decide; where none has both sides, that of the medians."""
        return statistics.median(self.ratios or [self.measured / self.limit])

    @property
    def is_met(self):
        return self.ratio <= 1


def times(factor, *parts):
    """factor x the sum of the parts; None if one is not there."""
    return None if None in parts else factor * sum(parts)


def variant(form, mode):
    """The name of a program."""
    return f"promlet {form} {mode}"


class Judge:
    """Evaluates the bars that the results allow; what was not measured gives no bar."""

    def __init__(self, results):
        self.results = results
        self.bars = []

    def floor(self, workload, threads=1, place="same"):
        return self.results.median("floors", workload, threads, place)

    def add(self, what, measured, limit, reason, unit="ns"):
        if measured is not None and limit is not None:
            self.bars.append(Bar(what, measured, limit, reason, unit))

    def add_called(self, form, what, measured, limit, reason, calls=1):
        """A bar for the inlined form; the others may add an empty call for each call."""
        if form != "inline":
            limit = times(1, limit, *calls * [self.floor(f"call_{form}")])
            reason += " + an empty call" if calls == 1 else f" + {calls} empty calls"
        self.add(what, measured, limit, reason)

    def judge(self):
        for judge_one in (self.judge_counter, self.judge_histogram, self.judge_native,
                          self.judge_threads, self.judge_scraped, self.judge_labels,
                          self.judge_timers, self.judge_db_client):
            for form in programs.FORMS:
                for mode in programs.MODES:
                    judge_one(form, mode)
        self.judge_memory()
        self.judge_encoding()
        self.judge_numbers()
        return self.bars

    def judge_counter(self, form, mode):
        name = variant(form, mode)
        if plan.floor_path(mode) == "atomic":
            limit, reason = times(1.2, self.floor("locked_add")), "1.2 x locked_add"
        else:
            limit, reason = 1.5 if self.floor("restartable_add") else None, "1.5 ns"
        self.add_called(form, f"counter, {name}", self.results.median(name, "counter"), limit,
                        reason)

    def judge_histogram(self, form, mode):
        name, path = variant(form, mode), plan.floor_path(mode)
        factor = 1.2 if path == "atomic" else 1.3
        floor = plan.FLOORS["histogram9"][path]
        self.add_called(form, f"histogram9, {name}", self.results.median(name, "histogram9"),
                        times(factor, self.floor(floor)), f"{factor} x {floor}")

    def judge_native(self, form, mode):
        name = variant(form, mode)
        limit = times(1.5, self.results.median(name, "histogram9"))
        for workload in ("histogram9_native", "native_only"):
            self.add(f"{workload}, {name}", self.results.median(name, workload), limit,
                     "1.5 x its own histogram9")

    def judge_threads(self, form, mode):
        if mode == "base":
            return  # threads meet on it; that is what the other modes are for
        name = variant(form, mode)
        cores = len(os.sched_getaffinity(0))
        for workload in ("counter", "histogram9"):
            alone = self.results.median(name, workload)
            if cores >= 2:
                self.add(f"{workload}, 2 threads on one series, {name}",
                         self.results.median(name, workload, *plan.TWO),
                         times(1.15, alone), "1.15 x its own with 1 thread")
            factor = 1.15 * max(1, 8 / cores)
            self.add(f"{workload}, 8 threads on one series, {name}",
                     self.results.median(name, workload, *plan.MANY), times(factor, alone),
                     f"{factor:.2g} x its own with 1 thread ({cores} CPUs)")

    def judge_scraped(self, form, mode):
        name = variant(form, mode)
        for workload in ("counter", "histogram9"):
            self.add(f"{workload} during scrapes, {name}",
                     self.results.median(name, f"{workload}_scraped"),
                     times(1.1, self.results.median(name, workload)),
                     "1.1 x its own when quiet")

    def judge_labels(self, form, mode):
        name = variant(form, mode)
        floor = plan.FLOORS["histogram9_by"][plan.floor_path(mode)]
        self.add_called(form, f"histogram9_by, {name}", self.results.median(name, "histogram9_by"),
                        times(1.25, self.floor(floor)), f"1.25 x {floor}")

    def judge_timers(self, form, mode):
        name, path = variant(form, mode), plan.floor_path(mode)
        limit = times(1.1, self.floor("two_clocks"), self.results.median(name, "histogram9"))
        self.add_called(form, f"timed, {name}", self.results.median(name, "timed"), limit,
                        "1.1 x (two_clocks + its own histogram9)", calls=2)
        self.add_called(form, f"timed_fast, {name}", self.results.median(name, "timed_fast"), 32,
                        "32 ns", calls=2)
        for workload in ("timed", "timed_fast"):
            floor = plan.FLOORS[workload][path]
            self.add_called(form, f"{workload} in one, {name}",
                            self.results.median(name, workload),
                            times(1.1, self.floor(floor)), f"1.1 x {floor}", calls=2)

    def judge_db_client(self, form, mode):
        """An operation is its parts and little more, its own two calls among that."""
        name = variant(form, mode)
        by_labels = self.results.median(name, "histogram9_by")
        for clock in ("", "_fast", "_coarse"):
            limit = times(1.15, self.results.median(name, f"readings{clock}"), by_labels)
            self.add(f"db_operation{clock}, {name}",
                     self.results.median(name, f"db_operation{clock}"), limit,
                     f"1.15 x (its own readings{clock} + its own histogram9_by)")

    def judge_memory(self):
        name = variant("static", "auto")
        for workload, limit in (("memory_counter", 160), ("memory_histogram9", 300)):
            self.add(f"{workload}, {name}", self.results.median(name, workload), limit,
                     f"{limit} bytes a quiet series", "bytes")

    def judge_encoding(self):
        name = variant("static", "auto")
        for shape, limit, factor in ENCODING_LIMITS:
            ns = self.results.median(name, f"encode_text_{shape}")
            self.add(f"text of {shape}, {name}", ns, limit, f"{limit:.3g} ns a line")
            self.add(f"text of {shape}, by the floor, {name}", ns,
                     times(factor, self.floor(f"parts_{shape}")), f"{factor} x parts_{shape}")
        for shape in plan.SHAPES:
            self.add(f"taking {shape}, {name}", self.results.median(name, f"take_{shape}"),
                     times(1.5, self.floor(f"walk_{shape}")), f"1.5 x walk_{shape}")

    def judge_numbers(self):
        """By the fastest of the others here."""
        for kind in plan.NUMBER_KINDS:
            others = {}
            for routine in plan.NUMBER_ROUTINES["numbers"]:
                ns = self.results.median("numbers", f"number_{kind}_{routine}")
                if ns is not None:
                    others[ns] = routine
            if others:
                own = self.results.median("promlet numbers", f"number_{kind}_promlet")
                self.add(f"number_{kind}", own, times(1.3, min(others)),
                         f"1.3 x {others[min(others)]}, the fastest of the others")


def judge(results):
    bars = Judge(results).judge()
    by_name = {bar.what: bar for bar in bars}
    for repetition in results.repetitions():
        for bar in Judge(repetition).judge():
            by_name[bar.what].ratios.append(bar.measured / bar.limit)
    return bars


def compare_floors(results):
    """For each floor: its time, its ratio to a locked add here and there, and a verdict."""
    here = results.median("floors", "locked_add")
    for name, there_ns in FLOORS_THERE.items():
        ns = results.median("floors", name)
        if ns is None or here is None:
            continue
        ratio, ratio_there = ns / here, there_ns / FLOORS_THERE["locked_add"]
        if ratio > ratio_there * TOLERANCE:
            verdict = "**slower**"
        elif ratio < ratio_there / TOLERANCE:
            verdict = "faster"
        else:
            verdict = "within 25 %"
        yield name, ns, ratio, there_ns, ratio_there, verdict
