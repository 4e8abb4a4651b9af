# SPDX-License-Identifier: Apache-2.0
"""Runs programs by the protocol of bench/README.md and keeps what they say."""

import dataclasses
import json
import os
import pathlib
import re
import resource
import statistics
import subprocess
import time

import plan
import programs

LINE = re.compile(r"(\d+) (\d+)")
NUMBER = re.compile(r"\d+")
SECONDS_TO_SET_UP = 300  # a million series, and one document of them

# A measurement during which others took more than this part of the machine is made again, so often
# at most. /proc/stat counts whole ticks, and 8 % of a short measurement are less than one: fewer
# ticks than these say nothing.
DISTURBED = 0.08
DISTURBED_TICKS = 3
TRIES = 3


class Failure(Exception):
    """A program that broke the protocol or miscounted."""


class NothingDone(Failure):
    """No operation in the measured time."""


class Missing(Exception):
    """The client has no such thing."""


class Machine:
    """How busy others keep the machine, and the hypervisor's other guests its CPUs."""

    TICK = 1 / os.sysconf("SC_CLK_TCK")

    def __init__(self):
        self.start = self.read()

    def read(self):
        """Seconds: since when, of all CPUs at work, of our own programs."""
        fields = pathlib.Path("/proc/stat").read_text(encoding="utf-8").split(maxsplit=9)[1:9]
        user, nice, system, _idle, _wait, irq, soft_irq, steal = map(int, fields)
        busy = (user + nice + system + irq + soft_irq + steal) * self.TICK
        own = resource.getrusage(resource.RUSAGE_CHILDREN)
        return time.monotonic(), busy, own.ru_utime + own.ru_stime

    def others(self):
        """The part of the machine that others took since this object was made; 0 if that was so
        little that it may be due to rounding."""
        wall, busy, own = (now - then for now, then in zip(self.read(), self.start))
        seconds = busy - own
        is_certain = seconds >= DISTURBED_TICKS * self.TICK
        return seconds / (wall * os.cpu_count()) if is_certain else 0


def run(cell, milliseconds):
    """One measurement: operations, nanoseconds, notes."""
    command = [str(cell.program.path), *cell.arguments(milliseconds)]
    if cell.is_pinned and not cell.is_memory:
        command = ["taskset", "-c", str(plan.last_cpu()), *command]
    try:
        done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL,
                              env={**os.environ, **cell.program.environment},
                              timeout=SECONDS_TO_SET_UP + 10 * milliseconds / 1000)
    except (subprocess.TimeoutExpired, OSError) as error:
        raise Failure(str(error)) from error
    return parse(cell, done)


def parse(cell, done):
    complaint = " ".join(done.stderr.split()) or "no reason given"
    if done.returncode == programs.MISSING:
        if not done.stderr.strip():
            raise Failure("status 3 without a reason")
        raise Missing(complaint)
    if done.returncode != 0:
        raise Failure(f"status {done.returncode}: {complaint}")
    first, *others = done.stdout.splitlines() or [""]
    match = LINE.fullmatch(first)
    if not match or not all(line.startswith("note: ") for line in others):
        raise Failure(f"not the lines of the protocol: {done.stdout!r}")
    operations, nanoseconds = map(int, match.groups())
    if operations == 0:
        raise NothingDone(f"no operation in {nanoseconds} ns")
    if (nanoseconds == 0) != cell.is_memory:
        raise Failure(f"not a measurement: {first!r}")
    return operations, nanoseconds, [line.removeprefix("note: ") for line in others]


def in_peace(run_once, is_memory):
    """What one measurement gives, and the part of the machine that others took. It is repeated
    while they disturb it, unless it is of memory; the least disturbed one counts."""
    best = None
    for _ in range(TRIES):
        machine = Machine()
        outcome = run_once()
        others = 0 if is_memory else machine.others()
        if best is None or others < best[-1]:
            best = outcome, others
        if others <= DISTURBED:
            break
    return best


@dataclasses.dataclass
class Result:
    """What all runs of one cell gave."""
    # One for each repetition: ns of a thread per operation, or bytes; and whether others disturbed it
    # though it was repeated.
    samples: list = dataclasses.field(default_factory=list)
    notes: list = dataclasses.field(default_factory=list)
    missing: str = ""
    failure: str = ""

    def add_notes(self, notes):
        """Keeps what was not said before, whatever the numbers in it."""
        known = {NUMBER.sub("", note) for note in self.notes}
        self.notes += [note for note in notes if NUMBER.sub("", note) not in known]

    @property
    def values(self):
        """The undisturbed ones."""
        return [value for value, is_disturbed in self.samples if not is_disturbed]

    @property
    def usable(self):
        """The undisturbed values; all, if there is none."""
        return self.values or [value for value, _ in self.samples]

    @property
    def median(self):
        return statistics.median(self.usable)

    @property
    def spread(self):
        """Half the distance from the least to the most, as a part of the median."""
        return (max(self.usable) - min(self.usable)) / 2 / self.median if self.median else 0


class Results:
    def __init__(self):
        self.by_cell = {}
        self.by_key = {}  # the same results, by names

    def add(self, cell, run_once):
        """Keeps what one run gives: operations, nanoseconds and notes, and the part of the
        machine that others took. A cell that failed or is missing is not run again."""
        result = self.by_cell.setdefault(cell, Result())
        self.by_key[cell.program.name, cell.workload, cell.threads, cell.place] = result
        if result.missing or result.failure:
            return result
        try:
            (operations, nanoseconds, notes), others = run_once(cell)
        except Missing as reason:
            result.missing = str(reason)
        except Failure as reason:
            result.failure = str(reason)
        else:
            value = operations if cell.is_memory else nanoseconds * cell.threads / operations
            result.samples.append((value, others > DISTURBED))
            result.add_notes(notes)
        return result

    def disturbed(self):
        """How many measurements others disturbed, and how many there are."""
        samples = [sample for result in self.by_cell.values() for sample in result.samples]
        return sum(is_disturbed for _, is_disturbed in samples), len(samples)

    def failures(self):
        return [(cell, result.failure) for cell, result in self.by_cell.items() if result.failure]

    def find(self, name, workload, threads=1, place="same"):
        """The result of a program that has one here; else None."""
        result = self.by_key.get((name, workload, threads, place))
        return result if result and result.usable and not result.failure else None

    def median(self, name, workload, threads=1, place="same"):
        result = self.find(name, workload, threads, place)
        return result.median if result else None

    def repetitions(self):
        """For each repetition: its values alone, to be asked for as the medians are."""
        count = max((len(result.samples) for result in self.by_cell.values()), default=0)
        return [Repetition(self, number) for number in range(count)]

    def save(self, path):
        """All figures, for whoever wants to look closer. Whatever happens meanwhile, the file holds
        all of these figures or those it held before."""
        rows = [{"program": cell.program.name, "workload": cell.workload, "threads": cell.threads,
                 "place": cell.place, **dataclasses.asdict(result)}
                for cell, result in self.by_cell.items()]
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_name(path.name + ".new")
        new.write_text(json.dumps(rows, indent=1), encoding="utf-8")
        new.replace(path)


@dataclasses.dataclass
class Repetition:
    """What one repetition gave, without what others disturbed."""
    results: Results
    number: int

    def median(self, name, workload, threads=1, place="same"):
        result = self.results.find(name, workload, threads, place)
        samples = result.samples[self.number:self.number + 1] if result else []
        return next((value for value, is_disturbed in samples if not is_disturbed), None)


def measure(cells, reps, milliseconds, path):
    """Every cell once, then every cell again, ...; after each round the figures so far are saved."""
    results = Results()
    start = time.monotonic()
    for rep in range(reps):
        for cell in cells:
            results.add(cell, lambda cell: in_peace(lambda: run(cell, milliseconds),
                                                    cell.is_memory))
        results.save(path)
        minutes = (time.monotonic() - start) / 60
        print(f"bench/run: repetition {rep + 1} of {reps} of {len(cells)} cells after "
              f"{minutes:.1f} minutes", flush=True)
    return results
