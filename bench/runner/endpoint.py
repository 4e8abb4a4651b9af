# SPDX-License-Identifier: Apache-2.0
"""What bench/run --http measures: requests by wrk, and what slow readers make a server hold."""

import contextlib
import dataclasses
import json
import re
import shutil
import statistics
import time

import measure
import programs
import serving

# What is served. The large one is measured for longer: it takes peers a second to make.
SMALL, LARGE = "counter1k", "counter100k"
LARGE_FACTOR = 5
CONNECTIONS = (1, 4, 64)
ENCODINGS = ("identity", "gzip")

# What slow readers hang on: more than the buffers of a socket take.
HELD = "histogram10k"
READERS = 64
ARRIVALS = {"at once": 0, "in turn": 0.25}  # seconds from one request to the next
SECONDS_TO_SETTLE = 1
REPS_OF_READERS = 3  # at most


@dataclasses.dataclass(frozen=True)
class Load:
    """Requests as fast as they are answered, on kept connections."""
    program: programs.Program
    shape: str
    encoding: str
    connections: int
    is_memory = False

    def measure(self, milliseconds):
        factor = LARGE_FACTOR if self.shape == LARGE else 1
        with serving.Server(self.program, self.shape) as server:
            size = serving.check(server, self.encoding)
            cpu = server.cpu_seconds()
            said = serving.load(server, self.connections, self.encoding,
                                max(1, factor * milliseconds // 1000))
            cpu = server.cpu_seconds() - cpu
        count = said["requests"]
        return {"bytes": size, "rate": 1e6 * count / said["us"], "lost": said["lost"],
                "p99_us": said["p99_us"] if count else None,
                "cpu_us": 1e6 * cpu / count if count else None}

    def __str__(self):
        return f"{self.program.name} {self.shape} {self.encoding} {self.connections} connections"


@dataclasses.dataclass(frozen=True)
class Hanging:
    """Readers that have asked and don't read."""
    program: programs.Program
    shape: str
    readers: int
    arrival: str
    is_memory = True

    def measure(self, _):
        with serving.Server(self.program, self.shape) as server, contextlib.ExitStack() as stack:
            size = serving.check(server, "identity")
            before, sockets = server.resident_bytes(), server.sockets()
            answered = serving.hang_on(server, self.readers, ARRIVALS[self.arrival], stack)
            time.sleep(SECONDS_TO_SETTLE)
            return {"bytes": size, "answered": answered, "kept": server.sockets() - sockets,
                    "before": before, "held": server.resident_bytes() - before}

    def __str__(self):
        return f"{self.program.name} {self.shape} {self.readers} readers {self.arrival}"


@dataclasses.dataclass
class Result:
    """What all runs of one cell gave: dictionaries of figures."""
    peaceful: list = dataclasses.field(default_factory=list)
    disturbed: list = dataclasses.field(default_factory=list)
    missing: str = ""
    failure: str = ""

    @property
    def usable(self):
        return self.peaceful or self.disturbed

    def figures(self, name):
        return [run[name] for run in self.usable if run[name] is not None]

    def median(self, name):
        figures = self.figures(name)
        return statistics.median(figures) if figures else None

    def spread(self, name):
        """Half the distance from the least to the most, as a part of the median."""
        figures, middle = self.figures(name), self.median(name)
        return (max(figures) - min(figures)) / 2 / middle if middle else 0

    def add(self, run_once):
        """What failed or is missing is not run again."""
        if self.missing or self.failure:
            return
        try:
            run, others = run_once()
        except measure.Missing as reason:
            self.missing = str(reason)
        except measure.Failure as reason:
            self.failure = str(reason)
        else:
            (self.disturbed if others > measure.DISTURBED else self.peaceful).append(run)


def cannot(built):
    """Why nothing can be measured; "" if it can."""
    if not any(not program.is_peer for program in built):
        return "promlet was built without its server: there is no libmicrohttpd"
    return "" if shutil.which("wrk") else "there is no wrk"


def encodings(program):
    return ENCODINGS[:1] if program.name == "floor" else ENCODINGS


def cells(built, quick, pattern):
    """What is compared is close together."""
    shapes = (SMALL,) if quick else (SMALL, LARGE)
    found = [Load(program, shape, encoding, connections) for shape in shapes
             for encoding in ENCODINGS for connections in CONNECTIONS for program in built
             if encoding in encodings(program)]
    found += [Hanging(program, HELD, READERS, arrival) for arrival in ARRIVALS
              for program in built if not quick]
    return [cell for cell in found if re.search(pattern, str(cell))]


def measure_once(cell, milliseconds):
    """The figures, and the part of the machine that others took."""
    return measure.in_peace(lambda: cell.measure(milliseconds), cell.is_memory)


def save(results, path):
    rows = [{"cell": str(cell), **dataclasses.asdict(result)} for cell, result in results.items()]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(rows, indent=1), encoding="utf-8")


def measure_all(wanted, reps, milliseconds, path):
    """Every cell once, then every cell again, ...; what is held in memory a few times only."""
    results = {cell: Result() for cell in wanted}
    start = time.monotonic()
    for rep in range(reps):
        for cell, result in results.items():
            if rep < REPS_OF_READERS or not cell.is_memory:
                result.add(lambda: measure_once(cell, milliseconds))
        save(results, path)
        print(f"bench/run: repetition {rep + 1} of {reps} of {len(results)} cells after "
              f"{(time.monotonic() - start) / 60:.1f} minutes", flush=True)
    return results
