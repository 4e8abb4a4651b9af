# SPDX-License-Identifier: Apache-2.0
# tests/browser/page_service.c as a process, and a server that stands before it.

import contextlib
import http.client
import http.server
import subprocess
import sys
import threading


class Service:
    """The program, for as long as the `with` block lasts; urls: of each server its landing page."""

    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True)
        words = self.process.stdout.readline().split()
        if words[:1] != ["serving"]:
            sys.exit("browser: the service says no address")
        self.targets = dict(word.split("=") for word in words[1:])
        self.urls = {name: f"http://{target}/" for name, target in self.targets.items()}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()

    def record(self):
        """1,000 jobs more, of which 5 took 250 ms."""
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        self.process.stdout.readline()


class Stand(http.server.BaseHTTPRequestHandler):
    """Stands before the service: its page as it is, but metrics as the test wants them."""

    def do_GET(self):
        status, body = self.server.answer
        headers = {"Content-Type": "text/plain; version=0.0.4"}
        if self.path == "/":
            connection = http.client.HTTPConnection(self.server.target)
            connection.request("GET", "/")
            response = connection.getresponse()
            status, body, headers = response.status, response.read(), dict(response.getheaders())
        elif status == 0:
            self.close_connection = True
            return
        self.send_response(status)
        for name, value in headers.items():
            if name not in ("Connection", "Date", "Content-Length"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def stand_before(target):
    """A server whose .answer is (status, body) of the metrics; status 0 hangs up."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stand)
    server.target = target
    server.answer = (200, b"")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
