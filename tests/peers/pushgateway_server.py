# SPDX-License-Identifier: Apache-2.0
# For the checks with a real Pushgateway: one of our own, on a free port, that keeps nothing.

import json
import pathlib
import subprocess
import sys
import time
import urllib.error

from prometheus_server import fetch, free_address


class Gateway:
    """A Pushgateway that lives as long as the `with` block.

    folder: for its log and its configuration. web: what its web.config says; None: plain HTTP.
    """

    def __init__(self, folder, web=None):
        self.folder = pathlib.Path(folder)
        self.log = self.folder / "pushgateway.log"
        self.web = web
        self.process = self.address = None

    @property
    def url(self):
        return "http://" + self.address

    def __enter__(self):
        # Somebody else may take the port before the gateway does.
        for _ in range(20):
            self.start()
            if self.is_listening():
                return self
            self.stop()
        sys.exit("pushgateway: it does not start:\n" + self.log.read_text(encoding="utf-8"))

    def __exit__(self, *_):
        self.stop()

    def start(self):
        self.address = free_address()
        command = ["prometheus-pushgateway", f"--web.listen-address={self.address}",
                   "--persistence.file="]
        if self.web is not None:
            config = self.folder / "web.yml"
            config.write_text(self.web, encoding="utf-8")
            command.append(f"--web.config.file={config}")
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=log, cwd=self.folder)

    def is_listening(self):
        """Whether it answers, whatever that is; False once it has ended."""
        deadline = time.monotonic() + 30
        while self.process.poll() is None and time.monotonic() < deadline:
            try:
                fetch(self.url + "/-/ready")
                return True
            except urllib.error.HTTPError:
                return True
            except OSError:
                time.sleep(0.05)
        return False

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def groups(self):
        """What the gateway has: of each group its labels, and the metrics by name."""
        return json.loads(fetch(self.url + "/api/v1/metrics"))["data"]

    def group(self, labels):
        """The metrics of the group with exactly these labels; None without one."""
        for group in self.groups():
            if group["labels"] == labels:
                return group
        return None

    def text(self):
        return fetch(self.url + "/metrics")
