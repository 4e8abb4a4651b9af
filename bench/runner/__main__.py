# SPDX-License-Identifier: Apache-2.0
"""Builds all programs, measures them in turn, and writes the report. bench/run starts this."""

import argparse
import pathlib
import shlex
import sys

import machine
import measure
import plan
import programs
import report
import self_test

ROOT = pathlib.Path(__file__).resolve().parents[2]


def parse_arguments():
    parser = argparse.ArgumentParser(prog="bench/run")
    parser.add_argument("--reps", type=int, help="measurements of each cell (5)")
    parser.add_argument("--ms", type=int, help="milliseconds of each measurement (200)")
    parser.add_argument("--only", default="", metavar="PATTERN",
                        help="a regular expression, searched in 'program workload'")
    parser.add_argument("--quick", action="store_true",
                        help="3 repetitions of 50 ms with fewer threads")
    parser.add_argument("--long", action="store_true", help="encodes a million series, too")
    parser.add_argument("--out", type=pathlib.Path, metavar="FILE",
                        default=ROOT / "build/bench/results.md", help="where the report goes")
    parser.add_argument("--no-install", action="store_true", help="install no packages")
    parser.add_argument("--self-test", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.reps = options.reps or (3 if options.quick else 5)
    options.ms = options.ms or (50 if options.quick else 200)
    return options


def print_problems(absent, results):
    """Says last what nobody should overlook; returns whether promlet or the floors have one."""
    for name, reason in absent.items():
        print(f"bench/run: left out: {name}: {reason}")
    for cell, reason in results.failures():
        print(f"bench/run: FAILED: {cell}: {reason}")
    return any(not cell.program.is_peer for cell, _ in results.failures())


def main():
    options = parse_arguments()
    scratch = ROOT / "build/bench"
    built, absent = programs.build_all(ROOT, scratch)
    origin = machine.describe(ROOT, scratch)
    if options.self_test:
        return self_test.run(built, absent, origin, options)
    cells = plan.cells(built, options.quick, options.only, options.long)
    results = measure.measure(cells, options.reps, options.ms, options.out.with_suffix(".json"))
    command = shlex.join(["bench/run", *sys.argv[1:]])
    options.out.write_text(report.render(results, absent, origin, options, command),
                           encoding="utf-8")
    print(f"bench/run: wrote {options.out}")
    return 1 if print_problems(absent, results) else 0


if __name__ == "__main__":
    sys.exit(main())
