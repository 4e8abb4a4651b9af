# SPDX-License-Identifier: Apache-2.0
"""Writes what endpoint.py measured as Markdown."""

import bars
import endpoint
import report
import serving

INTRODUCTION = """\
<!-- SPDX-License-Identifier: Apache-2.0 -->
# The endpoint, measured

`{command}` wrote this: {reps} repetitions of {ms} ms ({factor} times as long for
`{large}`), interleaved. bench/README.md says what is measured and how. Only ratios count, and only
within this file.
"""

LEGEND = """\
- Medians. Spread: half of most minus least, of the requests a second. Measurements that other
  programs disturbed are left out; (!): there were no others.
- p99: of all answers' times, as wrk has them. CPU: the time that the server took on all CPUs, for
  one request. wrk itself takes up to one CPU, and the server shares the others with it.
- ÷ floor, ÷ promlet: ratios of requests a second, with as many connections. The floor has no gzip.
"""

READERS_LEGEND = """\
Clients that have asked for a document and don't read it, all at once or one each 0.25 s. Answered:
those that got its first byte within {seconds} s; kept: the connections that the server still had
then. Memory is what is resident: in front of all that, after one answer, and what came on top.
"""


def milliseconds(us):
    return report.figure(us / 1000 if us is not None else None)


def rate_of(results, name, cell):
    """The requests a second of another program under the same load; None: it has none."""
    for other, result in results.items():
        if (isinstance(other, endpoint.Load) and other.program.name == name
                and (other.shape, other.encoding, other.connections)
                == (cell.shape, cell.encoding, cell.connections)):
            return result.median("rate")
    return None


def load_row(results, cell, result):
    start = [cell.program.name, str(cell.connections)]
    if not result.usable or result.failure:
        return start + ["failed" if result.failure else "-"] + ["-"] * 5
    rate = result.median("rate")
    disturbed = "" if result.peaceful else " (!)"
    return start + [
        report.figure(rate),
        f"±{100 * result.spread('rate'):.0f} %{disturbed}",
        milliseconds(result.median("p99_us")),
        report.figure(result.median("cpu_us")),
        report.ratio(rate, rate_of(results, "floor", cell)),
        report.ratio(rate, rate_of(results, "promlet", cell)),
    ]


def load_tables(results):
    tables = {}
    for cell, result in results.items():
        if isinstance(cell, endpoint.Load):
            tables.setdefault((cell.shape, cell.encoding), []).append(
                load_row(results, cell, result))
    for (shape, encoding), rows in tables.items():
        yield f"### {shape}, {encoding}\n"
        yield from report.table(["server", "connections", "requests a second", "spread", "p99, ms",
                                 "CPU, us", "÷ floor", "÷ promlet"], rows)


def reader_row(cell, result):
    start = [cell.program.name, f"{cell.readers} {cell.arrival}"]
    if not result.usable or result.failure:
        return start + ["failed" if result.failure else "-"] + ["-"] * 4
    return start + [*(report.figure(result.median(name)) for name in ("answered", "kept")),
                    *(report.figure(result.median(name) / 1e6)
                      for name in ("bytes", "before", "held"))]


def reader_table(results):
    rows = [reader_row(cell, result) for cell, result in results.items()
            if isinstance(cell, endpoint.Hanging)]
    if rows:
        yield "## Slow readers\n"
        yield READERS_LEGEND.format(seconds=serving.SECONDS_TO_ANSWER)
        yield from report.table(["server", "readers", "answered", "kept", "document, MB",
                                 "before, MB", "held, MB"], rows)


def median(results, name, what):
    """Of the small document on four connections; None: there is none."""
    for cell, result in results.items():
        if str(cell) == f"{name} {endpoint.SMALL} identity 4 connections":
            return result.median(what)
    return None


def judge(results):
    """Bars for what the results have."""
    rate, floor = (median(results, name, "rate") for name in ("promlet", "floor"))
    p99 = median(results, "promlet", "p99_us")
    what = f"{endpoint.SMALL}, identity, 4 connections"
    found = []
    if rate and floor:
        found.append(bars.Bar(f"a request, {what}", 1e6 / rate, 1e6 / floor / 0.6,
                              "the floor's / 0.6", "us"))
    if p99 is not None:
        found.append(bars.Bar(f"p99, {what}", p99, 1000, "1 ms", "us"))
    return found


def remark(result):
    if result.failure:
        return f"**failed**: {result.failure}"
    if result.missing:
        return f"none: {result.missing}"
    lost = max(run.get("lost", 0) for run in result.usable)
    return f"up to {lost} errors of connections" if lost else ""


def notes(results, absent):
    yield "## Notes\n"
    for name, reason in absent.items():
        yield f"- left out: {name}: {reason}"
    for cell, result in results.items():
        if remark(result):
            yield f"- {cell}: {remark(result)}"


def render(results, absent, origin, options, command):
    """The whole report. `origin`: what machine.describe() said."""
    lines = [INTRODUCTION.format(command=command, reps=options.reps, ms=options.ms,
                                 factor=endpoint.LARGE_FACTOR, large=endpoint.LARGE)]
    lines += report.table(["machine", ""], origin)
    lines += report.bar_table(judge(results))
    lines += ["## Requests\n", LEGEND]
    lines += load_tables(results)
    lines += reader_table(results)
    lines += notes(results, absent)
    return "\n".join(lines) + "\n"
