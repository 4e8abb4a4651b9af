# SPDX-License-Identifier: Apache-2.0
"""The programs that are measured: what they are called, how they are built and started."""

import dataclasses
import pathlib
import subprocess
import sys

# How promlet is called, and what it records on: the environment that promlet.c documents.
FORMS = ("inline", "static", "shared")
MODES = {
    "base": {"PROMLET_BENCH_CELLS": "shared"},
    "cpu-atomic": {"PROMLET_BENCH_CELLS": "per-cpu", "PROMLET_BENCH_PATH": "atomic"},
    "cpu-restartable": {"PROMLET_BENCH_CELLS": "per-cpu", "PROMLET_BENCH_PATH": "restartable"},
    "auto": {"PROMLET_BENCH_CELLS": "auto"},
}
MISSING = 3  # the status that says so
SERVING_PEERS = ("client_golang", "prometheus_cpp")


@dataclasses.dataclass(frozen=True)
class Program:
    name: str
    path: pathlib.Path
    form: str = ""  # of promlet
    mode: str = ""
    is_peer: bool = False

    @property
    def environment(self):
        return MODES.get(self.mode, {})


class Absent(Exception):
    """A program that cannot be had, and why."""


def run_logged(log, command):
    """Runs a command; its output is returned and kept in a log."""
    log.parent.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    log.write_text(done.stdout + done.stderr, encoding="utf-8")
    return done


def build_with_cmake(source, build, log, *options):
    """Configures and builds as Release, at -O2."""
    for command in (
        ["cmake", "-S", source, "-B", build, "-G", "Unix Makefiles", "-DCMAKE_BUILD_TYPE=Release",
         "-DCMAKE_C_FLAGS_RELEASE=-O2 -DNDEBUG", *options],
        ["cmake", "--build", build, "--parallel"],
    ):
        if run_logged(log, command).returncode != 0:
            sys.exit(f"bench/run: cannot build {source}: see {log}")


def build_own(root, scratch):
    """Installs promlet below the scratch folder; builds its programs and the floors."""
    prefix = scratch / "prefix"
    build_with_cmake(root, scratch / "promlet", scratch / "log/promlet.txt",
                     f"-DCMAKE_INSTALL_PREFIX={prefix}", "-DPROMLET_TESTS=OFF",
                     "-DPROMLET_EXAMPLES=OFF")
    if run_logged(scratch / "log/install.txt",
                  ["cmake", "--install", scratch / "promlet"]).returncode != 0:
        sys.exit(f"bench/run: cannot install: see {scratch / 'log/install.txt'}")
    build_with_cmake(root / "bench", scratch / "programs", scratch / "log/programs.txt",
                     f"-DCMAKE_PREFIX_PATH={prefix}")


def build_peer(folder, scratch):
    """The path of a peer's program."""
    done = run_logged(scratch / f"log/{folder.name}.txt",
                      [folder / "build", scratch / "peers" / folder.name])
    lines = done.stderr.strip().splitlines() or ["it did not say why"]
    if done.returncode == MISSING:
        raise Absent(lines[-1])
    if done.returncode != 0 or not done.stdout.strip():
        raise Absent(f"does not build: {lines[-1]}")
    return pathlib.Path(done.stdout.strip().splitlines()[-1])


def peers(root, scratch):
    """Those that build, and the reasons for those that don't."""
    built, absent = [], {}
    for folder in sorted((root / "bench/peers").glob("*/build")):
        name = folder.parent.name
        try:
            built.append(Program(name, build_peer(folder.parent, scratch), is_peer=True))
        except Absent as reason:
            absent[name] = str(reason)
    return built, absent


def build_all(root, scratch):
    """All programs, and for each peer that is left out the reason."""
    print("bench/run: building", flush=True)
    build_own(root, scratch)
    folder = scratch / "programs"
    own = [Program("floors", folder / "floors"),
           Program("promlet numbers", folder / "promlet-numbers")]
    for form in FORMS:
        for mode in MODES:
            own.append(Program(f"promlet {form} {mode}", folder / f"promlet-{form}", form, mode))
    others, absent = peers(root, scratch)
    return own + others, absent


def that_serve(built, scratch):
    """Of what was built, and promlet's own two, which there are only with libmicrohttpd."""
    folder = scratch / "programs"
    own = [Program("floor", folder / "floors-serving"),
           Program("promlet", folder / "promlet-serving")]
    return ([program for program in own if program.path.exists()] +
            [program for program in built if program.name in SERVING_PEERS])
