# SPDX-License-Identifier: Apache-2.0
"""What is measured: which program runs which workload on how many threads."""

import dataclasses
import os
import re

import programs

ONE = (1, "same")
TWO = (2, "same")
TWO_APART = (2, "different")
FOUR = (4, "same")
FOUR_APART = (4, "different")
MANY = (8, "same")
MANY_APART = (8, "different")
ALL_THREADS = (ONE, TWO, TWO_APART, FOUR, FOUR_APART, MANY, MANY_APART)
SAME_PLACE = (ONE, TWO, FOUR, MANY)  # where the place changes nothing

# By how many threads a workload is run by promlet's main variants and by the peers.
WORKLOADS = {
    "counter": ALL_THREADS,
    "histogram9": ALL_THREADS,
    "gauge": ALL_THREADS,
    "histogram20": ALL_THREADS,
    "histogram9_native": (ONE, TWO),
    "native_only": (ONE, TWO),
    "summary": ALL_THREADS,
    "counter_by": SAME_PLACE,
    "histogram9_by": SAME_PLACE,
    "gauge_by": SAME_PLACE,
    "histogram20_by": SAME_PLACE,
    "summary_by": SAME_PLACE,
    "counter_scraped": (ONE,),
    "histogram9_scraped": (ONE,),
    "timed": (ONE,),
    "timed_fast": (ONE,),
    "timed_coarse": (ONE,),
    "readings": (ONE,),
    "readings_fast": (ONE,),
    "readings_coarse": (ONE,),
    "db_operation": (ONE,),
    "db_operation_fast": (ONE,),
    "db_operation_coarse": (ONE,),
    "db_stage_off": (ONE,),
}
# Only promlet has these: that a peer does not is nothing to be remarked.
PROMLET_ONLY = {"histogram9_native", "native_only", "timed_fast", "timed_coarse", "readings",
                "readings_fast", "readings_coarse", "db_operation", "db_operation_fast",
                "db_operation_coarse", "db_stage_off"}
MEMORY = {"memory_counter": 100_000, "memory_histogram9": 20_000}

# What is encoded, by bench/README.md, with the lines of text that a document of it has. The large
# ones are for --long.
SHAPES = {"h120": 1440, "counter10k": 10_000, "histogram10k": 120_000, "counter100k": 100_000,
          "histogram100k": 1_200_000, "histogram10x10k": 1_200_000, "counter1m": 1_000_000,
          "histogram1m": 12_000_000}
LONG_SHAPES = {"counter1m", "histogram1m"}
TAKEN_SHAPES = {"histogram10x10k"}  # which are taken, and not encoded
RECORDED_SHAPES = ("h120", "counter10k", "histogram10k", "counter100k", "histogram100k")
FORMATS = ("text", "text1", "openmetrics", "openmetrics2", "protobuf")
ENCODING_FLOORS = ("memcpy", "rendered", "parts")
# What takes a peer longer than all others together, or more memory than a machine has.
TOO_LARGE = {"client_python": {"counter100k", "histogram100k", "counter1m", "histogram1m"}}
TOO_LARGE_FOR_PEERS = {"histogram1m"}

# Which doubles are turned into text, by bench/README.md, and by which routines.
NUMBER_KINDS = ("17", "3", "integer")
NUMBER_ROUTINES = {
    "promlet numbers": ("promlet",),
    "numbers": ("dragonbox", "double_conversion", "fmt", "snprintf", "to_chars", "to_chars_u64"),
}
FOR_INTEGERS = {"to_chars_u64"}  # alone

# The calls that <promlet/inline.h> replaces.
INLINED = {"counter", "gauge", "histogram9", "histogram20", "histogram9_native", "native_only",
           "summary", "counter_scraped", "histogram9_scraped"}

# A gauge has one cell in every mode.
ONE_MODE = {"gauge", "gauge_by"}

# The floor of a workload, by the way in which values are recorded.
FLOORS = {
    "counter": {"restartable": "restartable_add", "atomic": "locked_add"},
    "gauge": {"restartable": "set", "atomic": "set"},
    "histogram9": {"restartable": "observe9_restartable", "atomic": "observe9_atomic"},
    "histogram20": {"restartable": "observe20_restartable", "atomic": "observe20_atomic"},
    "summary": {"restartable": "summary_restartable", "atomic": "summary_atomic"},
    "counter_by": {"restartable": "find_add_restartable", "atomic": "find_add_atomic"},
    "histogram9_by": {"restartable": "find_observe9_restartable", "atomic": "find_observe9_atomic"},
    "gauge_by": {"restartable": "find_set", "atomic": "find_set"},
    "histogram20_by": {"restartable": "find_observe20_restartable",
                       "atomic": "find_observe20_atomic"},
    "summary_by": {"restartable": "find_summary_restartable", "atomic": "find_summary_atomic"},
    "timed": {"restartable": "timed_restartable", "atomic": "timed_atomic"},
    "timed_fast": {"restartable": "timed_fast_restartable", "atomic": "timed_fast_atomic"},
}
OTHER_FLOORS = (
    "empty", "call_static", "call_shared", "plain_add", "cpu_locked_add", "observe9_plain",
    "observe9_cpu_atomic", "observe9_restartable_pair", "observe9_atomic_pair", "observe20_plain",
    "find", "two_clocks", "two_ticks",
)


@dataclasses.dataclass(frozen=True)
class Cell:
    """One place of the table."""
    program: programs.Program
    workload: str
    threads: int
    place: str

    @property
    def is_memory(self):
        return self.workload in MEMORY

    @property
    def shape(self):
        """Which one is encoded or taken; "" if none is."""
        last = self.workload.removesuffix("_recorded").rpartition("_")[2]
        return last if last in SHAPES else ""

    @property
    def is_pinned(self):
        return self.threads == 1 and not self.workload.endswith(("_scraped", "_recorded"))

    def arguments(self, milliseconds):
        if self.is_memory:
            return [self.workload, str(MEMORY[self.workload])]
        return [self.workload, str(self.threads), self.place, str(milliseconds)]

    def __str__(self):
        return f"{self.program.name} {self.workload} {self.threads} {self.place}"


def _of_floors(program):
    for workload, floors in FLOORS.items():
        for floor in sorted(set(floors.values())):
            for threads, place in WORKLOADS[workload]:
                yield Cell(program, floor, threads, place)
    for floor in OTHER_FLOORS:
        for threads, place in (ONE, TWO):
            yield Cell(program, floor, threads, place)
    yield from _encoding_of_floors(program)


def _encoding_of_floors(program):
    for shape in SHAPES:
        floors = ENCODING_FLOORS if shape not in TAKEN_SHAPES else ()
        for floor in (*floors, "walk", "words"):
            yield Cell(program, f"{floor}_{shape}", *ONE)


def _encoding_of_promlet(program):
    encoding = [f"{way}_{format}" for format in FORMATS for way in ("encode", "pieces")]
    for shape in SHAPES:
        for way in (*encoding, "scrape", "take") if shape not in TAKEN_SHAPES else ("take",):
            yield Cell(program, f"{way}_{shape}", *ONE)
            if shape in RECORDED_SHAPES:
                yield Cell(program, f"{way}_{shape}_recorded", *ONE)


def _encoding_of_peer(program):
    for shape in SHAPES:
        if shape in TAKEN_SHAPES | TOO_LARGE_FOR_PEERS | TOO_LARGE.get(program.name, set()):
            continue
        yield Cell(program, f"scrape_{shape}", *ONE)
        if shape in RECORDED_SHAPES:
            yield Cell(program, f"scrape_{shape}_recorded", *ONE)


def _of_numbers(program):
    for kind in NUMBER_KINDS:
        for routine in NUMBER_ROUTINES[program.name]:
            if kind == "integer" or routine not in FOR_INTEGERS:
                yield Cell(program, f"number_{kind}_{routine}", *ONE)


def _of_promlet(program):
    """Every variant with one and two threads; the main ones with as many as the peers."""
    is_main = (program.form, program.mode) == ("static", "auto") or program.form == "inline"
    for workload, all_threads in WORKLOADS.items():
        if program.form == "inline" and workload not in INLINED:
            continue
        if workload in ONE_MODE and program.mode != "auto":
            continue
        for threads, place in all_threads if is_main else all_threads[:2]:
            yield Cell(program, workload, threads, place)
    if (program.form, program.mode) == ("static", "auto"):
        for workload in MEMORY:
            yield Cell(program, workload, *ONE)
        yield from _encoding_of_promlet(program)


def _of_peer(program):
    for workload, all_threads in WORKLOADS.items():
        for threads, place in all_threads:
            yield Cell(program, workload, threads, place)
    for workload in MEMORY:
        yield Cell(program, workload, *ONE)
    yield from _encoding_of_peer(program)


def _of(program):
    if program.name in NUMBER_ROUTINES:
        return _of_numbers(program)
    if program.is_peer:
        return _of_peer(program)
    return _of_promlet(program) if program.form else _of_floors(program)


def _order(cell):
    """Workload by workload, each after its floors; the other floors first. What is encoded comes
    last, shape by shape."""
    if cell.shape:
        return [len(WORKLOADS) + len(MEMORY), list(SHAPES).index(cell.shape)]
    workload = next((name for name, floors in FLOORS.items() if cell.workload in floors.values()),
                    cell.workload)
    names = [*WORKLOADS, *MEMORY]
    threads = [ALL_THREADS.index((cell.threads, cell.place))]
    return [names.index(workload) if workload in names else -1, *threads]


def _is_quick(cell):
    return (cell.threads <= 2 and cell.place == "same" and "100k" not in cell.shape
            and cell.shape not in TAKEN_SHAPES)


def cells(built, quick, pattern, is_long=False):
    """All cells. What is compared is close together, since a machine changes with time."""
    found = [cell for program in built for cell in _of(program)
             if re.search(pattern, f"{cell.program.name} {cell.workload}")
             and (is_long or cell.shape not in LONG_SHAPES)
             and (not quick or _is_quick(cell))]
    return sorted(dict.fromkeys(found), key=_order)


def floor_path(mode):
    """By which path's floor a mode of promlet is judged, and peers, which have none."""
    return "atomic" if mode in ("base", "cpu-atomic") else "restartable"


def last_cpu():
    return max(os.sched_getaffinity(0))
