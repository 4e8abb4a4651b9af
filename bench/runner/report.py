# SPDX-License-Identifier: Apache-2.0
"""Writes the results as Markdown."""

import re

import bars
import measure
import plan

REFERENCE = "promlet static auto"  # called, with the options as they are by default

# What others say of a workload that has no peer here.
BESIDE = {
    "db_operation": "Beside it: aerospike-py, a client of one database, documents 30 to 80 ns for "
                    "what it records of an operation, without a measurement. What it calls for that "
                    "(client_rust 0.24: five label values are copied and looked up, a histogram "
                    "observes) was measured at 210 ns without the clock, on the machine of the "
                    "floors below.\n",
}

# Clients that Debian does not package: ns of a counter, a histogram of 9 bounds and one by five
# labels over 120 series, each by one thread; bytes of a counter and of a histogram with 3 labels.
ELSEWHERE = {
    "cmetrics 2.2.1": (13.6, 73.9, 206, 519, 622),
    "libprom 0e7755c (jelmd)": (8.04, 6707, 15570, 451, 15928),
    "opentelemetry-cpp e351138": (40.9, 58.5, 1296, 580, 934),
    "prometheus/client_java ac0d68a": (3.11, 20.8, 80.3, 1431, 3796),
    "prometheus/client_rust 0.25.0": (2.39, 25.1, 210, 234, 630),
    "prometheus-client-c c57034d (digitalocean)": (8.11, 8371, 17786, 451, 15552),
    "prometheus-cpp 1.3.0": (5.41, 38.3, 1350, 498, 765),
}
ELSEWHERE_INTRODUCTION = """\
Clients that Debian does not package, or not in this version. These figures are quoted: they were
measured before, on the machine of the floors below, where a locked add took {locked} ns. The ratios
are to that one, and no figure is to be compared with those above.
"""

INTRODUCTION = """\
<!-- SPDX-License-Identifier: Apache-2.0 -->
# Measured

`{command}` wrote this: {reps} repetitions of {ms} ms, interleaved.
bench/README.md says what is measured and how. Only ratios count, and only within this file.
"""

LEGEND = """\
- ns: what an operation takes a thread (wall time x threads / operations), the median; with more
  threads than CPUs that includes waiting for one. Spread: half of most minus least. Measurements
  that other programs disturbed are left out; (!): there were no others.
- Mops: millions of operations a second, of all threads.
- The ratios are of ns. Floor: straight-line code that does the same, on as many threads; the locked
  one for promlet's `base` and `cpu-atomic`, the restartable one for all others. Locked: one locked
  add by one thread. promlet: `{reference}` with as many threads in the same place.
- promlet's forms: `inline` (inline.h), `static` and `shared` (called, in such a library). Modes:
  `base` (one cell that all threads share), `cpu-atomic` and `cpu-restartable` (a cell a CPU, on
  either path), `auto` (the default; scraped before, so that hot series get cells for each CPU).
- "-": there is no such thing, or nothing to compare with.
"""


def figure(value, digits=3):
    """A number with so many significant digits, or a dash."""
    if value is None:
        return "-"
    if value >= 10 ** (digits - 1):
        return f"{value:,.0f}"
    return f"{value:.{digits}g}"


def ratio(value, base):
    return figure(value / base, 3) if value is not None and base else "-"


def spread(result):
    """In percent, with a mark if other programs disturbed all of the measurements."""
    return f"±{100 * result.spread:.0f} %" + ("" if result.values else " (!)")


def table(header, rows):
    """Lines of a Markdown table; the first column is text, the others are numbers."""
    yield "| " + " | ".join(header) + " |"
    yield "| --- |" + " ---: |" * (len(header) - 1)
    for row in rows:
        yield "| " + " | ".join(row) + " |"
    yield ""


def floor_of(results, cell):
    """The median of the floor that a cell is compared with, or None."""
    path = plan.floor_path(cell.program.mode)
    floors = plan.FLOORS.get(cell.workload.removesuffix("_scraped"))
    return results.median("floors", floors[path], cell.threads, cell.place) if floors else None


def workload_of(cell):
    """The workload of a client's cell, or the one that a floor belongs to."""
    return next((name for name, floors in plan.FLOORS.items() if cell.workload in floors.values()),
                cell.workload)


def row_of(results, cell, result):
    is_floor = cell.program.name == "floors"
    name = f"floor: {cell.workload}" if is_floor else cell.program.name
    start = [name, str(cell.threads), cell.place]
    if not result.usable or result.failure:
        return start + ["failed" if result.failure else "-"] + ["-"] * 5
    ns = result.median
    return start + [
        figure(ns),
        figure(1000 * cell.threads / ns),
        spread(result),
        ratio(ns, floor_of(results, cell)),
        ratio(ns, results.median("floors", "locked_add")),
        ratio(ns, results.median(REFERENCE, workload_of(cell), cell.threads, cell.place)),
    ]


def workload_tables(results):
    """The cells are in the order of the table already."""
    for workload in plan.WORKLOADS:
        names = {workload, *plan.FLOORS.get(workload, {}).values()}
        rows = [row_of(results, cell, result) for cell, result in results.by_cell.items()
                if cell.workload in names]
        if rows:
            yield f"### {workload}\n"
            yield from table(["client", "threads", "place", "ns", "Mops", "spread", "÷ floor",
                              "÷ locked", "÷ promlet"], rows)
            yield from filter(None, [BESIDE.get(workload)])


def memory_table(results):
    found = [(cell, result) for cell, result in results.by_cell.items() if cell.is_memory]
    if not found:
        return
    yield "### Memory\n"
    rows = []
    for cell, result in found:
        value = result.median if result.usable else None
        rows.append([f"{cell.program.name}, {cell.workload}", figure(value, 4),
                     ratio(value, results.median(REFERENCE, cell.workload))])
    yield from table(["client, series", "bytes a series", "÷ promlet"], rows)


def elsewhere_table():
    locked = bars.FLOORS_THERE["locked_add"]
    yield "### Measured elsewhere, not in this run\n"
    yield ELSEWHERE_INTRODUCTION.format(locked=locked)
    rows = []
    for name, (*times, counter_bytes, histogram_bytes) in ELSEWHERE.items():
        rows.append([name, *(f"{figure(ns)} ({ratio(ns, locked)})" for ns in times),
                     figure(counter_bytes), figure(histogram_bytes)])
    yield from table(["client", "counter, ns (÷ locked)", "histogram9", "histogram9_by",
                      "bytes a counter", "a histogram"], rows)


DOCUMENT = re.compile(r"a document of (\d+) bytes")


def document_bytes(result):
    """How large the document is that a cell encodes, by its note; None if it does not say."""
    found = [match for match in map(DOCUMENT.fullmatch, result.notes) if match]
    return int(found[0][1]) if found else None


def encoding_row(results, cell, result):
    floor = results.median("floors", f"parts_{cell.shape}")
    own = results.median(REFERENCE, f"scrape_{cell.shape}")
    start = [("floor" if cell.program.name == "floors" else cell.program.name)
             + f": {cell.workload}"]
    if not result.usable or result.failure:
        return start + ["failed" if result.failure else "-"] + ["-"] * 5
    ns, lines, size = result.median, plan.SHAPES[cell.shape], document_bytes(result)
    return start + [figure(ns), figure(ns * lines / 1000),
                    figure(size / lines / ns * 1000 if size else None), spread(result),
                    ratio(ns, floor), ratio(ns, own)]


def taking_row(results, cell, result):
    start = [("floor" if cell.program.name == "floors" else cell.program.name)
             + f": {cell.workload}"]
    if not result.usable or result.failure:
        return start + ["failed" if result.failure else "-"] + ["-"] * 2
    return start + [figure(result.median), spread(result),
                    ratio(result.median, results.median("floors", f"walk_{cell.shape}"))]


ENCODING_LEGEND = """\
What it takes to write a line, a document, and how fast that is. `encode` writes a snapshot that was
taken before into memory, `pieces` hands it over in pieces of 16 KiB, `scrape` takes one and makes a
string of it, as all that a peer can do. `recorded`: while one more thread records. Floors: `memcpy`
copies the text, `rendered` copies what is in front of each value, `parts` puts lines together from
name, labels and bound.
"""


TAKING_LEGEND = """\
`walk` follows a pointer to each series and on to its cell, and copies labels and whole cells, as
only who is alone with them may; `words` copies cells word by word, as one may read what others
change.
"""


def is_of_taking(cell):
    return cell.workload.startswith(("take_", "walk_", "words_"))


def encoding_tables(results):
    for shape, lines in plan.SHAPES.items():
        found = [(cell, result) for cell, result in results.by_cell.items() if cell.shape == shape]
        rows = [encoding_row(results, cell, result) for cell, result in found
                if not is_of_taking(cell)]
        if rows:
            yield f"### {shape}: {lines:,} lines\n"
            yield from table(["client", "ns a line", "us a document", "MB/s", "spread", "÷ parts",
                              "÷ promlet's scrape"], rows)
    rows = [taking_row(results, cell, result) for cell, result in results.by_cell.items()
            if cell.shape and is_of_taking(cell)]
    if rows:
        yield "### Taking a snapshot\n"
        yield TAKING_LEGEND
        yield from table(["client", "ns a series", "spread", "÷ walk"], rows)


NUMBER_LEGEND = """\
From a double to its text: 15 to 17 digits (`17`), thousandths (`3`), integers. All write the
shortest text that is read as the same double, but for snprintf, which writes 17 digits.
"""


def number_row(results, program, routine):
    row = [routine]
    for kind in plan.NUMBER_KINDS:
        result = results.find(program, f"number_{kind}_{routine}")
        own = results.median("promlet numbers", f"number_{kind}_promlet")
        row += [figure(result.median), spread(result), ratio(result.median, own)] if result else (
            ["-"] * 3)
    return row


def number_table(results):
    rows = [number_row(results, program, routine)
            for program, routines in plan.NUMBER_ROUTINES.items() for routine in routines]
    if any(value != "-" for row in rows for value in row[1:]):
        yield "## Numbers\n"
        yield NUMBER_LEGEND
        header = [[f"{kind}: ns", "spread", "÷ promlet"] for kind in plan.NUMBER_KINDS]
        yield from table(["routine", *sum(header, [])], rows)


def floor_tables(results):
    rows = [[name, figure(ns), figure(here), figure(there_ns), figure(there), verdict]
            for name, ns, here, there_ns, there, verdict in bars.compare_floors(results)]
    if rows:
        yield "## Floors\n"
        yield (f"Beside those of the machine where promlet's bars were set: {bars.MACHINE_THERE}. On "
               "that machine, a floor that is slower by its ratio than there would be a defect of "
               "the floor. Another generation of CPU may differ, faster or slower, by what its "
               "locked instructions cost: all ratios here have one of them below the line.\n")
        yield from table(["floor", "ns", "÷ locked", "ns there", "÷ locked there", "verdict"], rows)
    found = [(cell, result) for cell, result in results.by_cell.items()
             if cell.program.name == "floors" and not cell.shape]
    if found:
        yield "All of them:\n"
        locked = results.median("floors", "locked_add")
        yield from table(
            ["floor", "threads", "place", "ns", "spread", "÷ locked"],
            [[cell.workload, str(cell.threads), cell.place, figure(result.median),
              spread(result), ratio(result.median, locked)]
             for cell, result in found if result.usable])


def bar_table(judged):
    if not judged:
        return
    met = sum(bar.is_met for bar in judged)
    yield "## Bars\n"
    yield (f"What promlet set itself: {met} of {len(judged)} met. Measured and limit are medians; "
           "÷ limit is the\nmedian of what each repetition gave by itself.\n")
    yield from table(
        ["bar", "measured", "limit", "÷ limit", "", "the limit is"],
        [[bar.what, f"{figure(bar.measured)} {bar.unit}", f"{figure(bar.limit)} {bar.unit}",
          figure(bar.ratio), "met" if bar.is_met else "**missed**", bar.reason]
         for bar in judged])


def cells_by_text(results, text_of):
    """A dictionary from (program, text) to the cells that have it, as text."""
    found = {}
    for cell, result in results.by_cell.items():
        for text in text_of(cell, result):
            places = found.setdefault((cell.program.name, text), {})
            places.setdefault(cell.workload, []).append(f"{cell.threads} {cell.place}")
    return {key: "; ".join(f"{workload} ({', '.join(places)})"
                           for workload, places in workloads.items())
            for key, workloads in found.items()}


def remarks(cell, result):
    """What is to be said about a cell, besides its figures."""
    if result.failure:
        yield f"**failed**: {result.failure}"
    elif result.missing and cell.workload not in plan.PROMLET_ONLY:
        yield f"none: {result.missing}"
    yield from (note for note in result.notes if not DOCUMENT.fullmatch(note))


def notes(results, absent):
    disturbed, runs = results.disturbed()
    yield "## Notes\n"
    yield (f"- During {disturbed} of {runs} measurements other programs took more than "
           f"{100 * measure.DISTURBED:.0f} % of the machine (and {measure.DISTURBED_TICKS} ticks of "
           f"/proc/stat), though such a one was made up to {measure.TRIES} times. They count only "
           "where there is no other.")
    for name, reason in absent.items():
        yield f"- left out: {name}: {reason}"
    for (name, text), cells in cells_by_text(results, remarks).items():
        yield f"- {name}: {text}: {cells}"


def render(results, absent, origin, options, command):
    """The whole report. `origin`: what machine.describe() said."""
    lines = [INTRODUCTION.format(command=command, reps=options.reps, ms=options.ms)]
    lines += table(["machine", ""], origin)
    lines += bar_table(bars.judge(results))
    lines += ["## Clients\n", LEGEND.format(reference=REFERENCE)]
    lines += workload_tables(results)
    lines += memory_table(results)
    lines += elsewhere_table()
    encoding = list(encoding_tables(results))
    lines += ["## Encoding\n", ENCODING_LEGEND, *encoding] if encoding else []
    lines += number_table(results)
    lines += floor_tables(results)
    lines += notes(results, absent)
    return "\n".join(lines) + "\n"
