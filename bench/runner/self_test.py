# SPDX-License-Identifier: Apache-2.0
"""Does every program keep the protocol and count exactly? bench/test runs this."""

import dataclasses
import re
import subprocess

import measure
import plan

MILLISECONDS = 5
SERIES = 1000

# What a program must not get away with: status, standard output, standard error.
FAULTS = {
    "nothing at all": (0, "", ""),
    "words": (0, "many fast\n", ""),
    "a third number": (0, "1 2 3\n", ""),
    "no operation": (0, "0 5000000\n", ""),
    "no time": (0, "1000 0\n", ""),
    "a line that is no note": (0, "1000 5000000\nslow\n", ""),
    "a wrong count": (1, "1000 5000000\n", "miscounted\n"),
    "missing without a reason": (3, "", ""),
}


class SmallCell(plan.Cell):
    def arguments(self, milliseconds):
        if self.is_memory:
            return [self.workload, str(SERIES)]
        return super().arguments(milliseconds)


def small(cell):
    return SmallCell(*(getattr(cell, field.name) for field in dataclasses.fields(cell)))


def run_patiently(cell):
    """Runs for longer if a busy machine left a program no time to do anything."""
    for factor in (1, 10):
        try:
            return measure.run(cell, factor * MILLISECONDS)
        except measure.NothingDone:
            pass
    return measure.run(cell, 100 * MILLISECONDS)


class Tally:
    def __init__(self):
        self.passed = self.failed = self.skipped = 0

    def say(self, what, reason):
        self.failed += 1
        print(f"FAILED: {what}: {reason}")

    def check_cell(self, cell):
        try:
            run_patiently(cell)
            self.passed += 1
        except measure.Missing:
            self.skipped += 1
        except measure.Failure as reason:
            self.say(cell, reason)

    def check_refused(self, what, attempt):
        """The attempt must fail."""
        try:
            attempt()
            self.say(what, "was not noticed")
        except measure.Failure:
            self.passed += 1
        except measure.Missing:
            self.say(what, "was taken for a missing workload")


def is_wanted(cell):
    """Once with one thread, once on one series, once on several."""
    return cell.threads <= 2


def check_faults(tally, floors):
    cell = plan.Cell(floors, "miscounted", 1, "same")
    tally.check_refused("a program that counts wrongly",
                        lambda: measure.run(cell, MILLISECONDS))
    for what, (status, output, errors) in FAULTS.items():
        done = subprocess.CompletedProcess([], status, output, errors)
        tally.check_refused(what, lambda done=done: measure.parse(cell, done))


def run(built, absent, pattern):
    tally = Tally()
    check_faults(tally, next(program for program in built if program.name == "floors"))
    for cell in plan.cells(built, False, pattern):
        if is_wanted(cell):
            tally.check_cell(small(cell))
    for name, reason in absent.items():
        if re.search(pattern, name):
            print(f"skipped: {name}: {reason}")
            tally.skipped += 1
    print(f"{tally.passed} passed, {tally.failed} failed, {tally.skipped} skipped")
    return 1 if tally.failed else 0
