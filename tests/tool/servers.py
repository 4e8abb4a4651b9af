# SPDX-License-Identifier: Apache-2.0
"""A target that behaves as a test wants it to."""

import gzip
import http.server
import socket
import socketserver
import ssl
import threading

TEXT = b"# HELP a_total H.\n# TYPE a_total counter\na_total{b=\"c\"} %d\n"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.count += 1
        self.server.headers_seen = self.headers
        act = getattr(self, "get_" + self.path.strip("/").split("/")[0], self.get_other)
        try:
            act()
        except (BrokenPipeError, ConnectionResetError):
            pass

    def address_string(self):
        return "a client" # a UNIX socket has no address

    def log_message(self, *_):
        pass

    def answer(self, body, content_type="text/plain; version=0.0.4", status=200, **headers):
        self.send_response(status)
        if content_type is not None:
            self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def get_metrics(self):
        self.answer(TEXT % self.server.count)

    def get_gzip(self):
        self.answer(gzip.compress(TEXT % 7), Content_Encoding="gzip")

    def get_bomb(self):
        self.answer(gzip.compress(TEXT % 7 + b"# " + b"x" * (64 << 20) + b"\n"),
                    Content_Encoding="gzip")

    def get_redirect(self):
        self.answer(b"", status=302, Location="/metrics")

    def get_elsewhere(self):
        self.answer(b"<html></html>", "text/html", 302, Location=self.server.elsewhere)

    def get_circle(self):
        self.answer(b"", status=302, Location="/circle")

    def get_file(self):
        self.answer(b"", status=302, Location="file://" + self.path[len("/file"):])

    def get_html(self):
        self.answer(b"<html></html>", "text/html")

    def get_escape(self):
        self.answer(b"", "text/\x1b[31mhtml")

    def get_untyped(self):
        self.answer(TEXT % 7, None)

    def get_bad(self):
        self.answer(TEXT % 7 + b"b{ 2\n")

    def get_openmetrics(self):
        self.answer(b"# TYPE a counter\na_total 7\n# EOF\n",
                    "application/openmetrics-text; version=1.0.0; charset=utf-8")

    def get_busy(self):
        self.answer(b"no", status=503)

    def get_endless(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        while not self.server.stopped.is_set():
            self.wfile.write(b"# endless\n" * 1000)

    def get_cut(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(TEXT % 7)
        self.close_connection = True

    def get_silent(self):
        self.server.stopped.wait(120)
        self.close_connection = True

    def get_large(self):
        self.answer(b"".join(b"metric_%d{label=\"%s\"} %d\n" % (i, b"x" * 30, self.server.count * i)
                             for i in range(500)))

    def get_other(self):
        self.answer(b"not here", status=404)


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request, client_address):
        pass # a client went away


class UnixServer(Server):
    address_family = socket.AF_UNIX

    def server_bind(self):
        self.socket.bind(self.server_address)
        self.server_name, self.server_port = "localhost", 0


class Target:
    """A server in a thread; as a context it is stopped at the end."""

    def __init__(self, port=0, unix_path=None, certificate=None):
        self.server = UnixServer(unix_path, Handler) if unix_path else \
            Server(("127.0.0.1", port), Handler)
        self.server.count = 0
        self.server.stopped = threading.Event()
        scheme = "http"
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
            scheme = "https"
        self.port = self.server.server_port
        self.url = f"{scheme}://127.0.0.1:{self.port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    @property
    def count(self):
        return self.server.count

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.stopped.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]
