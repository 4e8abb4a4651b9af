# SPDX-License-Identifier: Apache-2.0
"""Does every program keep the protocol and count exactly? bench/test runs this."""

import dataclasses
import json
import os
import pathlib
import re
import subprocess
import tempfile
import traceback

import bars
import endpoint
import endpoint_report
import machine
import measure
import plan
import programs
import report
import serving

MILLISECONDS = 5
SERIES = 1000
READERS = 8

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


# What promlet and the floors may lack, by "program workload" and by the reason that they give, and
# whether they may here. Peers may lack anything.
KNOWN_MISSING = (
    ("promlet .* cpu-restartable .*", ".*", lambda: not machine.has_restartable_sequences()),
    ("floors .*", "no restartable sequences here",
     lambda: not machine.has_restartable_sequences()),
    ("floors observe9_atomic_pair", "no cmpxchg16b here", lambda: not machine.has_cpu_flag("cx16")),
    ("floors find.*", "no SSE2 here", lambda: not machine.has_cpu_flag("sse2")),
)


def may_be_missing(cell, reason):
    return cell.program.is_peer or any(
        re.fullmatch(which, f"{cell.program.name} {cell.workload}")
        and re.fullmatch(known, reason) and is_so_here()
        for which, known, is_so_here in KNOWN_MISSING)


class SmallCell(plan.Cell):
    def arguments(self, milliseconds):
        if self.is_memory:
            return [self.workload, str(SERIES)]
        return super().arguments(milliseconds)


def small(cell):
    return SmallCell(*(getattr(cell, field.name) for field in dataclasses.fields(cell)))


def run_patiently(cell):
    """Runs for longer if a busy machine left a program no time to do anything. Whether others
    disturbed it does not matter here."""
    for factor in (1, 10):
        try:
            return measure.run(cell, factor * MILLISECONDS), 0
        except measure.NothingDone:
            pass
    return measure.run(cell, 100 * MILLISECONDS), 0


class Tally:
    def __init__(self):
        self.passed = self.failed = self.skipped = 0
        self.results = measure.Results()

    def say(self, what, reason):
        self.failed += 1
        print(f"FAILED: {what}: {reason}")

    def skip(self, what, reason):
        self.skipped += 1
        print(f"skipped: {what}: {reason}")

    def check(self, what, is_right, reason):
        if is_right:
            self.passed += 1
        else:
            self.say(what, reason)

    def check_cell(self, cell):
        result = self.results.add(cell, run_patiently)
        if result.missing and may_be_missing(cell, result.missing):
            self.skip(cell, result.missing)
        else:
            reason = result.failure or f"must not be missing: {result.missing}"
            self.check(cell, not (result.failure or result.missing), reason)

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
    """Once with one thread, once on one series, once on several; of what is encoded, little."""
    return cell.threads <= 2 and cell.shape in ("", "h120", "counter10k")


def check_faults(tally, floors):
    cell = plan.Cell(floors, "miscounted", 1, "same")
    tally.check_refused("a program that counts wrongly",
                        lambda: measure.run(cell, MILLISECONDS))
    for what, (status, output, errors) in FAULTS.items():
        done = subprocess.CompletedProcess([], status, output, errors)
        tally.check_refused(what, lambda done=done: measure.parse(cell, done))
    tally.check("a floor that is missing without need",
                not may_be_missing(plan.Cell(floors, "locked_add", 1, "same"), "no such workload"),
                "was not noticed")


def check_places(tally, built):
    """A place that is none is refused by every program."""
    for program in {program.path: program for program in built}.values():
        workload = "counter" if program.is_peer or program.form else "locked_add"
        cell = plan.Cell(program, workload, 1, "elsewhere")
        tally.check_refused(str(cell), lambda cell=cell: measure.run(cell, MILLISECONDS))


def check_streams(tally, built):
    """All programs record the same: they print one checksum."""
    sums = {}
    for program in {program.path: program for program in built}.values():
        done = subprocess.run([program.path, "streams"], capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, env={**os.environ, **program.environment},
                              timeout=measure.SECONDS_TO_SET_UP)
        sums[program.name] = done.stdout if done.returncode == 0 else done.stderr
    ours = sums["floors"]
    tally.check("floors streams", re.fullmatch(r"[0-9a-f]{16}\n", ours), f"no checksum: {ours!r}")
    for name, found in sums.items():
        tally.check(f"{name} streams", found == ours, f"{found!r}, but floors {ours!r}")


def gives(nanoseconds, others=0):
    return lambda _: ((1, nanoseconds, []), others)


def fails_on_purpose(_):
    raise measure.Failure("on purpose")


DISTURBED = gives(1000, 1)


def judged(locked, counter):
    """What the repetitions of both give, in turn: the bar that a counter takes 1.2 locked adds at
    most, or None."""
    floors = programs.Program("floors", pathlib.Path())
    promlet = programs.Program(bars.variant("inline", "base"), pathlib.Path(), "inline", "base")
    results = measure.Results()
    for runs in zip(locked, counter, strict=True):
        results.add(plan.Cell(floors, "locked_add", 1, "same"), runs[0])
        results.add(plan.Cell(promlet, "counter", 1, "same"), runs[1])
    return next(iter(bars.judge(results)), None)


def check_bars(tally):
    """Each repetition is compared within itself, and the median of the ratios decides."""
    slow_once = judged([gives(10), gives(10), gives(20)], [gives(6), gives(18), gives(18)])
    tally.check("a bar", slow_once.measured == 18 and slow_once.limit == 12 and slow_once.is_met
                and slow_once.ratio == 18 / 24, f"is not of the repetitions: {slow_once}")
    missed = judged([gives(10), gives(30), gives(20)], [gives(18), gives(18), gives(30)])
    tally.check("a bar", missed.measured < missed.limit and not missed.is_met,
                f"is of the medians: {missed}")
    aside = judged([gives(10), DISTURBED, gives(20)], [gives(6), gives(60), gives(24)])
    tally.check("a bar with a disturbed repetition", aside.ratios == [6 / 12, 24 / 24],
                f"compares different repetitions: {aside.ratios}")
    nowhere = judged([gives(10), DISTURBED], [DISTURBED, gives(18)])
    tally.check("a bar without an undisturbed repetition", nowhere.ratio == 18 / 12,
                f"is not that of the medians: {nowhere}")
    failed = judged([gives(10), gives(10), gives(20)], [gives(6), fails_on_purpose, gives(24)])
    tally.check("a bar of what failed once", failed is None, f"is judged: {failed}")


def check_failed_repetition(tally):
    """What failed is not run again, so nothing that comes later takes the place of an earlier one."""
    cell = plan.Cell(programs.Program("fake", pathlib.Path()), "counter", 1, "same")
    results = measure.Results()
    for run_once in (gives(6), fails_on_purpose, gives(24)):
        result = results.add(cell, run_once)
    tally.check("a repetition that failed", result.samples == [(6, False)] and result.failure,
                f"is followed by others: {result}")


def add_odd_results(results):
    """What a report has to cope with, besides figures."""
    fake = programs.Program("fake", pathlib.Path(), is_peer=True)
    results.add(plan.Cell(fake, "counter", 1, "same"), fails_on_purpose)
    results.add(plan.Cell(fake, "gauge", 1, "same"),
                lambda _: ((1000, 5000000, ["disturbed"]), 1.0))


def check_report(tally, results, absent, origin, options):
    """What bench/run does with its results can be done with those of this test."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "new/results.json"
            results.save(path)
            rows = json.loads(path.read_text(encoding="utf-8"))
        text = report.render(results, absent, origin, options, "bench/test")
    except Exception:  # whatever it is, the rest of the test is worth its result
        tally.say("the report", traceback.format_exc())
        return
    tally.check("the figures", len(rows) == len(results.by_cell), "some were not saved")
    for part in ("| promlet |", "cmetrics 2.2.1 | 13.6 (5.44) |", "fake | 1 | same | failed", "(!)", "**failed**: on purpose",
                 "- fake: disturbed: gauge"):
        tally.check("the report", part in text or not results.by_cell, f"lacks {part!r}")



def endpoint_cells(servers, pattern):
    """Little of everything."""
    found = []
    for program in servers:
        found += [endpoint.Load(program, endpoint.SMALL, encoding, 4)
                  for encoding in endpoint.encodings(program)]
        found.append(endpoint.Hanging(program, "counter10k", READERS, "at once"))
    return [cell for cell in found if re.search(pattern, str(cell))]


def check_endpoint_cell(tally, cell, result):
    result.add(lambda: (cell.measure(MILLISECONDS), 0))
    if result.missing and cell.program.is_peer:
        tally.skip(cell, result.missing)
        return
    tally.check(cell, not (result.failure or result.missing), result.failure or result.missing)
    if isinstance(cell, endpoint.Hanging) and result.usable:
        tally.check(cell, result.median("answered") == READERS, "did not answer all of them")


def check_wrong_documents(tally, floor):
    """What a server must not get away with."""
    tally.check_refused("another document", lambda: serving.check_document(b"", endpoint.SMALL))
    try:
        with serving.Server(floor, "nothing"):
            tally.say("a document that nobody knows", "was not noticed")
    except measure.Missing:
        tally.passed += 1


def check_endpoint(tally, servers, absent, origin, options):
    reason = endpoint.cannot(servers)
    if reason:
        tally.skip("the endpoint", reason)
        return
    check_wrong_documents(tally, servers[0])
    results = {cell: endpoint.Result() for cell in endpoint_cells(servers, options.only)}
    for cell, result in results.items():
        check_endpoint_cell(tally, cell, result)
    text = endpoint_report.render(results, absent, origin, options, "bench/test")
    for cell in results:
        tally.check("the report of the endpoint", f"| {cell.program.name} | " in text,
                    f"lacks {cell.program.name}")


def run(built, servers, absent, origin, options):
    tally = Tally()
    check_faults(tally, next(program for program in built if program.name == "floors"))
    check_places(tally, built)
    check_streams(tally, built)
    check_bars(tally)
    check_failed_repetition(tally)
    check_report(tally, tally.results, absent, origin, options)  # nothing yet: "--only nothing"
    for cell in plan.cells(built, False, options.only):
        if is_wanted(cell):
            tally.check_cell(small(cell))
    check_endpoint(tally, servers, absent, origin, options)
    for name, reason in absent.items():
        if re.search(options.only, name):
            tally.skip(name, reason)
    add_odd_results(tally.results)
    check_report(tally, tally.results, absent, origin, options)
    print(f"{tally.passed} passed, {tally.failed} failed, {tally.skipped} skipped")
    return 1 if tally.failed else 0
