# SPDX-License-Identifier: Apache-2.0
"""Says where the figures come from."""

import datetime
import os
import pathlib
import platform
import subprocess


def first_line(*command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return (done.stdout.strip() or done.stderr.strip()).partition("\n")[0]


def cpu():
    """The model and what tells models of one name apart."""
    fields = {}
    for line in pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition(":")
        fields.setdefault(name.strip(), value.strip())
    family = f"family {fields.get('cpu family')} model {fields.get('model')}"
    return f"{fields.get('model name', platform.machine())} ({family})"


def describe():
    """Pairs of a name and what this machine has."""
    compilers = {
        "gcc": first_line("gcc", "--version"),
        "Go": first_line("/usr/bin/go", "version"),
        "Rust": first_line("/usr/bin/rustc", "--version"),
        "Python": first_line("/usr/bin/python3", "--version"),
    }
    return [
        ("CPU", f"{cpu()}, {len(os.sched_getaffinity(0))} in use"),
        ("kernel", f"{platform.system()} {platform.release()} {platform.machine()}"),
        ("libc", " ".join(platform.libc_ver())),
        *((name, version) for name, version in compilers.items() if version),
        ("date", datetime.date.today().isoformat()),
    ]
