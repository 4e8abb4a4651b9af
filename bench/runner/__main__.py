# SPDX-License-Identifier: Apache-2.0
"""Builds all programs, measures them in turn, and writes the report. bench/run starts this."""

import argparse
import pathlib
import shlex
import sys

import endpoint
import endpoint_report
import machine
import measure
import plan
import programs
import report
import self_test

ROOT = pathlib.Path(__file__).resolve().parents[2]
HTTP_FACTOR = 10  # wrk measures whole seconds


def parse_arguments():
    parser = argparse.ArgumentParser(prog="bench/run")
    parser.add_argument("--reps", type=int, help="measurements of each cell (5)")
    parser.add_argument("--ms", type=int, help="milliseconds of each measurement (200)")
    parser.add_argument("--only", default="", metavar="PATTERN",
                        help="a regular expression, searched in 'program workload'")
    parser.add_argument("--quick", action="store_true",
                        help="3 repetitions of 50 ms with fewer threads")
    parser.add_argument("--long", action="store_true", help="encodes a million series, too")
    parser.add_argument("--http", action="store_true",
                        help="measures the endpoint, and nothing else")
    parser.add_argument("--out", type=pathlib.Path, metavar="FILE", help="where the report goes")
    parser.add_argument("--no-install", action="store_true", help="install no packages")
    parser.add_argument("--self-test", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.reps = options.reps or (3 if options.quick else 5)
    factor = HTTP_FACTOR if options.http else 1
    options.ms = options.ms or (50 if options.quick else 200) * factor
    name = "http.md" if options.http else "results.md"
    options.out = options.out or ROOT / "build/bench" / name
    return options


def print_problems(absent, failures):
    """Says last what nobody should overlook; returns whether promlet or the floors have one."""
    for name, reason in absent.items():
        print(f"bench/run: left out: {name}: {reason}")
    for cell, reason in failures:
        print(f"bench/run: FAILED: {cell}: {reason}")
    return any(not cell.program.is_peer for cell, _ in failures)


def measure_clients(built, absent, origin, options):
    """The report, and the cells that failed."""
    cells = plan.cells(built, options.quick, options.only, options.long)
    results = measure.measure(cells, options.reps, options.ms, options.out.with_suffix(".json"))
    return report.render(results, absent, origin, options, command()), results.failures()


def measure_endpoint(built, absent, origin, options):
    """The same of the endpoint."""
    reason = endpoint.cannot(built)
    if reason:
        sys.exit(f"bench/run: {reason}")
    cells = endpoint.cells(built, options.quick, options.only)
    results = endpoint.measure_all(cells, options.reps, options.ms,
                                   options.out.with_suffix(".json"))
    text = endpoint_report.render(results, absent, origin, options, command())
    return text, [(cell, result.failure) for cell, result in results.items() if result.failure]


def command():
    return shlex.join(["bench/run", *sys.argv[1:]])


def main():
    options = parse_arguments()
    scratch = ROOT / "build/bench"
    built, absent = programs.build_all(ROOT, scratch)
    serving = programs.that_serve(built, scratch)
    origin = machine.describe(ROOT, scratch)
    if options.self_test:
        return self_test.run(built, serving, absent, origin, options)
    if options.http:
        text, failures = measure_endpoint(serving, absent, origin, options)
    else:
        text, failures = measure_clients(built, absent, origin, options)
    options.out.write_text(text, encoding="utf-8")
    print(f"bench/run: wrote {options.out}")
    return 1 if print_problems(absent, failures) else 0


if __name__ == "__main__":
    sys.exit(main())
