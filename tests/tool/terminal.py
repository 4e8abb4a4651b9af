# SPDX-License-Identifier: Apache-2.0
"""A terminal for tests: a program runs on a pseudo-terminal, and what it writes is shown on a screen
that can be looked at. Only the control sequences that promlet writes are known; another fails."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time

# Seconds; nobody waits so long when all is well. The gates, which break what is tested, wait less.
DEADLINE = int(os.environ.get("PROMLET_DEADLINE", "60"))


class Screen:
    """What a terminal shows, and the modes it is in."""

    def __init__(self, columns, rows):
        self.modes = set() # private modes that are set, but for those that are by default
        self.rest = b""
        self.resize(columns, rows)

    def resize(self, columns, rows):
        self.columns, self.rows = columns, rows
        self.cells = [[" "] * columns for _ in range(rows)]
        self.row = self.column = 0

    def feed(self, data):
        data = self.rest + data
        at = 0
        while at < len(data):
            size = self.take(data[at:])
            if size == 0:
                break
            at += size
        self.rest = data[at:]

    def take(self, data):
        """Handles what begins here; its size, or 0: there must be more of it."""
        if data[0] == 0x1b:
            # A sequence that is cut ends where another begins.
            match = re.match(rb"\x1b\[([?\d;]*)(\x1b|[@-~])", data)
            if match is None:
                assert re.fullmatch(rb"\x1b(\[[?\d;]*)?", data), f"odd escape {data[:20]!r}"
                return 0
            if match[2] == b"\x1b":
                return match.end() - 1
            self.control(match[1].decode(), match[2].decode())
            return match.end()
        if data[0] < 0x20 or data[0] == 0x7f:
            assert data[0] in b"\r\n", f"odd byte {data[0]}"
            self.column = 0
            self.row = min(self.row + (data[0] == 0x0a), self.rows - 1)
            return 1
        size = 1 if data[0] < 0x80 else 2 if data[0] < 0xe0 else 3 if data[0] < 0xf0 else 4
        if len(data) < size and b"\x1b" not in data:
            return 0
        self.put(data[:size].decode(errors="replace")[0])
        return size

    def put(self, character):
        assert 7 not in self.modes or self.column < self.columns, f"line {self.row} is too long"
        if self.row < self.rows and self.column < self.columns:
            self.cells[self.row][self.column] = character
        self.column += 1

    def control(self, numbers, letter):
        if letter in "hl" and numbers.startswith("?"):
            # Modes 7 (lines wrap) and 25 (a cursor) are set by default.
            change = self.modes.add if (letter == "h") == (numbers == "?1049") else \
                self.modes.discard
            change(int(numbers[1:]))
        elif letter == "H":
            self.row, self.column = ([int(n) - 1 for n in numbers.split(";")] if numbers else (0, 0))
        elif letter == "J":
            assert numbers == "2"
            self.cells = [[" "] * self.columns for _ in range(self.rows)]
        elif letter == "K":
            if self.row < self.rows:
                self.cells[self.row][self.column:] = [" "] * (self.columns - self.column)
        else:
            assert letter == "m", f"odd control {numbers}{letter}"
            self.modes.add("styled") if numbers != "0" else self.modes.discard("styled")

    def lines(self):
        return ["".join(row).rstrip() for row in self.cells]

    def text(self):
        return "\n".join(self.lines())


def modes_of(descriptor):
    return termios.tcgetattr(descriptor)


# A shell that runs this in the background may have it ignore some signals, which would be inherited.
def begin():
    for number in signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM:
        signal.signal(number, signal.SIG_DFL)
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


class Terminal:
    """A program on a pseudo-terminal."""

    def __init__(self, command, columns=80, rows=24, environment=()):
        self.screen = Screen(columns, rows)
        self.raw = b""
        self.main, self.other = pty.openpty()
        self.set_size(columns, rows)
        self.modes_before = modes_of(self.other)
        self.process = subprocess.Popen(
            command, stdin=self.other, stdout=self.other, stderr=self.other,
            start_new_session=True, preexec_fn=begin,
            env={**os.environ, "TERM": "xterm", "LC_ALL": "C.UTF-8", **dict(environment)})

    def set_size(self, columns, rows):
        fcntl.ioctl(self.other, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def resize(self, columns, rows):
        self.read_all() # what was drawn for the size before
        self.screen.resize(columns, rows)
        self.set_size(columns, rows)

    def read(self, size=65536, wait=0.1):
        """Reads up to so many bytes, and shows them."""
        if select.select([self.main], [], [], wait)[0]:
            data = os.read(self.main, size)
            self.raw += data
            self.screen.feed(data)
            return len(data)
        return 0

    def read_all(self):
        while self.read(wait=0):
            pass

    def wait_for(self, condition, size=65536, pause=0):
        """Reads until the condition holds, which is given the text of the screen."""
        end = time.monotonic() + DEADLINE
        while not condition(self.screen.text()):
            assert time.monotonic() < end, "waited in vain for this:\n" + self.screen.text()
            assert self.process.poll() is None or self.read(wait=0), \
                f"it ended with {self.process.returncode}:\n{self.raw[-400:]!r}"
            self.read(size)
            time.sleep(pause)

    def type(self, text):
        os.write(self.main, text.encode())

    def signal(self, number):
        os.kill(self.process.pid, number)

    def end(self):
        """Waits for the end of the program; its status, after looking that all is as it was."""
        end = time.monotonic() + DEADLINE
        while self.process.poll() is None:
            assert time.monotonic() < end, "it does not end"
            self.read()
        self.read_all()
        assert not self.screen.modes, f"modes are left: {self.screen.modes}"
        assert modes_of(self.other) == self.modes_before, "termios is not as it was"
        return self.process.returncode

    def close(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
        os.close(self.main)
        os.close(self.other)
