# SPDX-License-Identifier: Apache-2.0
"""Starts programs that serve, by the protocol of bench/README.md, and is their client."""

import contextlib
import gzip
import http.client
import json
import os
import pathlib
import re
import select
import socket
import subprocess
import tempfile
import time

import measure
import programs

# The series of what is served.
SERIES = {"counter1k": 1000, "counter10k": 10_000, "counter100k": 100_000, "histogram10k": 10_000}
LINES = re.compile(rb"^cluster_operation(?:s_total|_duration_seconds_count)\{.*\} (\S+)$", re.M)

SECONDS_TO_END = 10
SECONDS_TO_ANSWER = 20  # all slow readers, from when the last one asked
READER_BUFFER = 4096  # of the socket of a slow reader
TICK = 1 / os.sysconf("SC_CLK_TCK")
WRK_SCRIPT = pathlib.Path(__file__).with_name("wrk.lua")


class Server:
    """A program that serves, as long as the context lasts."""

    def __init__(self, program, shape):
        self.program = program
        self.shape = shape

    def __enter__(self):
        self.errors = tempfile.TemporaryFile("w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [self.program.path, f"serve_{self.shape}"], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=self.errors, text=True)
        try:
            self.port = self.read_port()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        try:
            self.process.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:  # it waits for its clients
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.errors.close()

    def read_port(self):
        if not select.select([self.process.stdout], [], [], measure.SECONDS_TO_SET_UP)[0]:
            raise measure.Failure("does not say its port")
        line = self.process.stdout.readline()
        if re.fullmatch(r"\d+\n", line):
            return int(line)
        self.process.stdin.close()
        status = self.process.wait(SECONDS_TO_END)
        self.errors.seek(0)
        complaint = " ".join(self.errors.read().split()) or f"not a port: {line!r}"
        raise (measure.Missing if status == programs.MISSING else measure.Failure)(complaint)

    def proc(self, name):
        """A file about the process."""
        try:
            return pathlib.Path(f"/proc/{self.process.pid}/{name}").read_text(encoding="utf-8")
        except OSError as error:
            raise measure.Failure("has ended") from error

    def cpu_seconds(self):
        fields = self.proc("stat").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * TICK

    def resident_bytes(self):
        return int(self.proc("statm").split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def sockets(self):
        """How many it has open."""
        found = 0
        for entry in os.scandir(f"/proc/{self.process.pid}/fd"):
            with contextlib.suppress(OSError):  # closed meanwhile
                found += os.readlink(entry.path).startswith("socket:")
        return found


def fetch(server, encoding):
    """Status, Content-Encoding and body as it was sent."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port,
                                            timeout=measure.SECONDS_TO_SET_UP)
    try:
        connection.request("GET", "/metrics", headers={"Accept-Encoding": encoding})
        response = connection.getresponse()
        return response.status, response.getheader("Content-Encoding", "identity"), response.read()
    except (OSError, http.client.HTTPException) as error:
        raise measure.Failure(f"does not answer: {error!r}") from error
    finally:
        connection.close()


def check_document(document, shape):
    """Does the text show what was recorded?"""
    values = [float(value) for value in LINES.findall(document)]
    series = SERIES[shape]
    total = sum(20 if shape.startswith("histogram") else i * 7919 % 1000003 for i in range(series))
    if len(values) != series or sum(values) != total:
        raise measure.Failure(f"serves {len(values)} series of {series}, or other values")


def check(server, encoding):
    """Reads the document once; returns its size as it was sent."""
    status, encoded_as, body = fetch(server, encoding)
    if status != 200:
        raise measure.Failure(f"answers with {status}")
    if encoded_as != encoding:
        raise measure.Missing(f"does not serve {encoding}")
    check_document(gzip.decompress(body) if encoding == "gzip" else body, server.shape)
    return len(body)


def load(server, connections, encoding, seconds):
    """What wrk says of so many seconds."""
    done = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "600s", "-s", WRK_SCRIPT,
         "-H", f"Accept-Encoding: {encoding}", f"http://127.0.0.1:{server.port}/metrics"],
        capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        raise measure.Failure(f"wrk: {' '.join((done.stderr or done.stdout).split())}")
    said = json.loads(done.stdout.strip().splitlines()[-1])
    if said["errors"] > 0:
        raise measure.Failure(f"{said['errors']} answers are errors")
    return said


def has_answer(reader):
    """Of a socket that can be read: not when it was only closed, or told an error."""
    begin = b"HTTP/1.1 200"
    try:
        return reader.recv(len(begin), socket.MSG_PEEK) == begin
    except OSError:
        return False


def count_answered(readers):
    """How many get their answer's first byte, of those that have asked."""
    waiting, answered, end = set(readers), 0, time.monotonic() + SECONDS_TO_ANSWER
    while waiting and time.monotonic() < end:
        readable = select.select(list(waiting), [], [], 0.1)[0]
        answered += sum(map(has_answer, readable))
        waiting -= set(readable)
    return answered


def hang_on(server, count, pause, stack):
    """So many readers connect and ask, one after the other, and read nothing as long as the stack
    lasts; returns how many are answered."""
    readers = []
    for _ in range(count):
        reader = stack.enter_context(socket.socket())
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, READER_BUFFER)
        reader.connect(("127.0.0.1", server.port))
        reader.sendall(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
        readers.append(reader)
        time.sleep(pause)
    return count_answered(readers)
