# SPDX-License-Identifier: Apache-2.0
"""Says where the figures come from: which machine, which promlet, which peers, which compilers."""

import ctypes
import datetime
import os
import pathlib
import platform
import re
import subprocess


def first_line(*command, errors=True):
    """Of what a command says; "" if it can't be run. `errors`: also if it says that as an error."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    said = done.stdout.strip() or (done.stderr.strip() if errors else "")
    return said.partition("\n")[0]


def cpu_fields():
    """What the system says of its first CPU."""
    fields = {}
    for line in pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition(":")
        fields.setdefault(name.strip(), value.strip())
    return fields


def has_cpu_flag(name):
    """Of x86, such as "cx16"."""
    return name in cpu_fields().get("flags", "").split()


def has_restartable_sequences():
    """On the CPU that promlet and the floors use them on, and registered by libc."""
    try:
        size = ctypes.c_uint.in_dll(ctypes.CDLL(None), "__rseq_size").value
    except ValueError:
        return False
    return platform.machine() == "x86_64" and size > 0


def cpu():
    """The model and what tells models of one name apart."""
    fields = cpu_fields()
    family = f"family {fields.get('cpu family')} model {fields.get('model')}"
    return f"{fields.get('model name', platform.machine())} ({family})"


def commit(root):
    """The sources of promlet and of the benchmark."""
    return first_line("git", "-C", root, "describe", "--always", "--dirty")


def c_compilers(scratch):
    """Those that CMake took for promlet and for its programs: one, unless a build was kept."""
    found = {}
    for cache in sorted(scratch.glob("*/CMakeCache.txt")):
        match = re.search(r"^CMAKE_C_COMPILER:\w+=(.*)$", cache.read_text(encoding="utf-8"), re.M)
        if match:
            found[first_line(match[1], "--version") or match[1]] = None
    return "; ".join(found)


def packages(folder):
    """The versions of what a peer needs of Debian, its client among it."""
    lines = (folder / "packages").read_text(encoding="utf-8").splitlines()
    names = [line for line in lines if line and not line.startswith("#")]
    found = []
    for name in names:
        version = first_line("dpkg-query", "-W", "-f", "${Version}", name, errors=False)
        found.append(f"{name} {version or '(none)'}")
    return ", ".join(found)


def describe(root, scratch):
    """Pairs of a name and what was built and measured here. Ask when the programs have been built:
    the sources may change while they run."""
    compilers = {
        "C compiler": c_compilers(scratch),
        "C++ compiler": first_line(os.environ.get("CXX", "g++"), "--version"),
        "Go": first_line("/usr/bin/go", "version"),
        "Rust": first_line("/usr/bin/rustc", "--version"),
        "Python": first_line("/usr/bin/python3", "--version"),
    }
    return [
        ("CPU", f"{cpu()}, {len(os.sched_getaffinity(0))} in use"),
        ("kernel", f"{platform.system()} {platform.release()} {platform.machine()}"),
        ("libc", " ".join(platform.libc_ver())),
        *((name, version) for name, version in compilers.items() if version),
        ("promlet", commit(root) or "unknown: no git here"),
        *((folder.name, packages(folder)) for folder in sorted((root / "bench/peers").glob("*/"))
          if (folder / "packages").exists()),
        ("date", datetime.date.today().isoformat()),
    ]
