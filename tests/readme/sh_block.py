# SPDX-License-Identifier: Apache-2.0
# Runs the shell blocks in a folder that looks like a checkout, if they hold known commands only.
"""Commands that would change the machine are replaced by the stand-ins in tests/readme/stubs. A
block with a command that is neither known nor replaced is refused; its author marks it with
<!-- not run: REASON --> or adds the command here.

Where a block compiles a file that is not there, such as app.c, it gets the last program of the
document under that name. Where it asks port 9464 and starts nothing itself, the example serves it.
"""

import os
import re
import shlex
import signal
import subprocess
import time

import cmake_block

SECONDS = 240

KNOWN = {"c++", "cat", "cc", "cd", "clang", "clang++", "cmake", "ctest", "curl", "echo", "export",
         "g++", "gcc", "grep", "head", "kill", "ls", "make", "mkdir", "ninja", "openssl",
         "pkg-config", "promtool", "sleep", "wait"}
REPLACED = {"apt", "apt-get", "git", "ldconfig", "sudo"}
OPERATORS = {"&&", "||", ";", "|", "&", "(", "\n"}


def joined_lines(text):
    """The block's commands, one a line, without a prompt and without continuations."""
    text = text.replace("\\\n", " ")
    return [re.sub(r"^\$ ", "", line.strip()) for line in text.split("\n") if line.strip()]


def tokens(line):
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    return list(lexer)


def commands(line):
    """The words of a line that stand where a command stands."""
    is_command = True
    for token in tokens(line):
        if token in OPERATORS or set(token) <= set("();&|"):
            is_command = True
        elif is_command and not re.match(r"^\w+=", token):
            yield token
            # What sudo runs is a command as well.
            is_command = token == "sudo"


def objection(text):
    """Why a block is not run; None when all its commands are known."""
    for line in joined_lines(text):
        if "`" in line or "<<" in line:
            return f"backquotes and here-documents are not known here: {line}"
        if re.search(r">\s*[/~]", line):
            return f"writes outside of the folder: {line}"
        # What stands in $(...) is looked at for itself; here it is a word like any other.
        inside = r"\$\(([^()]*)\)"
        for part in [re.sub(inside, "word", line)] + re.findall(inside, line):
            for command in commands(part):
                if command not in KNOWN | REPLACED and not re.match(r"\./[\w./-]+$", command):
                    return f"unknown command {command}: {line}"
    return None


class Checkout:
    """A folder with a link to each part of the tree, for blocks to build in."""

    def __init__(self, root, built, work, prefix, objects):
        self.root, self.built, self.prefix, self.objects = root, built, prefix, objects
        self.folder = work / "checkout"
        self.folder.mkdir()
        for entry in root.iterdir():
            if entry.name not in ("build", ".git"):
                (self.folder / entry.name).symlink_to(entry)

    def environment(self, text):
        """Finds the installed library, and installs only below this folder."""
        destination = "" if "PREFIX" in text.upper() else str(self.folder / "installed")
        libraries = [str(path.parent.parent) for path in self.prefix.rglob("promlet.pc")]
        stubs = self.root / "tests" / "readme" / "stubs"
        return dict(os.environ, **cmake_block.settings(self.objects), PATH=f"{stubs}:{os.environ['PATH']}",
                    PROMLET_README_ROOT=str(self.root), DESTDIR=destination,
                    PKG_CONFIG_PATH=":".join(f"{path}/pkgconfig" for path in libraries),
                    CMAKE_PREFIX_PATH=str(self.prefix), LD_LIBRARY_PATH=":".join(libraries),
                    no_proxy="*")

    def add_sources(self, text, program):
        for name in re.findall(r"(?<![\w/.-])[\w-]+\.c(?:pp)?\b", text):
            if not (self.folder / name).exists():
                (self.folder / name).write_text(program, encoding="utf-8")

    def run(self, text):
        """What is wrong with the block when it runs; None if nothing."""
        script = "\n".join(joined_lines(text)) + "\n"
        log = self.folder / "block.log"
        with log.open("wb") as stream:
            # A session of its own, so that what the block leaves running can be ended with it.
            process = subprocess.Popen(["bash", "-euo", "pipefail", "-c", script], stdout=stream,
                                       stderr=stream, stdin=subprocess.DEVNULL, cwd=self.folder,
                                       env=self.environment(text), start_new_session=True)
        try:
            status = process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            return f"does not end within {SECONDS} s"
        finally:
            end_session(process)
        if status != 0:
            return f"ends with status {status}:\n" + log.read_text(errors="replace")
        return None


def end_session(process):
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


class Example:
    """The example on the port that the documents name, for as long as the `with` block."""

    def __init__(self, built):
        self.program = built / "examples" / "sqlite_kv"
        self.process = None

    def __enter__(self):
        self.process = subprocess.Popen([str(self.program), "--port", "9464", "--seconds", "120"],
                                        stdout=subprocess.PIPE, text=True)
        self.process.stdout.readline()
        time.sleep(0.5)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.communicate()


def check(checkout, block, program):
    """What is wrong with one shell block; None if nothing."""
    problem = objection(block.text)
    if problem:
        return problem
    checkout.add_sources(block.text, program)
    if ":9464" in block.text and not re.search(r"[^&]&\s*$", block.text, re.M):
        with Example(checkout.built):
            return checkout.run(block.text)
    return checkout.run(block.text)
