# SPDX-License-Identifier: Apache-2.0
# For the checks with a real Prometheus: a server of our own, with its own data folder and a free
# port, that scrapes some targets and is asked what it saw.

import json
import pathlib
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

CONFIG = """\
global:
  scrape_interval: %(interval)s
  scrape_timeout: %(interval)s
  evaluation_interval: %(interval)s
rule_files: %(rules)s
scrape_configs:
"""
JOB = """\
  - job_name: %s
    honor_labels: %s
    static_configs:
      - targets: ["%s"]
"""

# After so many polls in a row what is wrong will not get better. A poll is each half second.
PATIENCE = 6


class NotYet(Exception):
    """What does not hold (yet), as a sentence."""


# Everything here talks to this machine, so a proxy in the environment is left aside.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Wrong(NotYet):
    """The same, though Prometheus or the target could have shown it by now."""


def fetch(url):
    with OPENER.open(url, timeout=5) as reply:
        return reply.read().decode("utf-8")


def free_address():
    """One on which nothing listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return "127.0.0.1:%d" % probe.getsockname()[1]


class Server:
    """A Prometheus server that lives as long as the `with` block.

    targets: of each job its HOST:PORT; None: the server itself. features: of those that have to be
    enabled. interval: between scrapes. rules: files of rules. honored: the jobs whose targets may
    say job and instance themselves.
    """

    def __init__(self, targets, folder, features=(), interval="1s", rules=(), honored=()):
        self.features = list(features)
        self.jobs = list(targets)
        self.folder = pathlib.Path(folder)
        self.log = self.folder / "log"
        self.address = free_address()
        self.url = "http://" + self.address
        config = CONFIG % {"interval": interval, "rules": json.dumps([str(r) for r in rules])}
        config += "".join(JOB % (job, "true" if job in honored else "false", target or self.address)
                          for job, target in targets.items())
        (self.folder / "prometheus.yml").write_text(config, encoding="utf-8")
        self.process = None

    def __enter__(self):
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                ["prometheus", f"--config.file={self.folder}/prometheus.yml",
                 f"--storage.tsdb.path={self.folder}/data",
                 f"--web.listen-address={self.address}",
                 *(f"--enable-feature={feature}" for feature in self.features)],
                stdout=log, stderr=log, cwd=self.folder)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def get(self, path, **parameters):
        """The data of one answer of the HTTP API."""
        if self.process.poll() is not None:
            sys.exit("prometheus: the server ended:\n" + self.log.read_text(encoding="utf-8"))
        url = f"{self.url}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
        try:
            return json.loads(fetch(url))["data"]
        except urllib.error.HTTPError as error:
            if error.code < 500:
                sys.exit(f"prometheus: {url}: {error.read().decode()}")
            raise NotYet("the server is not ready") from error
        except OSError as error:
            raise NotYet("the server does not answer") from error

    def value(self, expression):
        """The one value of an instant query."""
        result = self.get("query", query=expression)["result"]
        if len(result) != 1:
            raise NotYet(f"{expression} has {len(result)} results")
        value = float(result[0]["value"][1])
        print(f"   {expression} = {value:g}", flush=True)
        return value


def expect(server, expression, holds, meaning):
    value = server.value(expression)
    if not holds(value):
        raise NotYet(f"{expression} is {value:g}, not {meaning}")


def check_targets(server):
    """Each target was scraped without an error."""
    targets = server.get("targets")["activeTargets"]
    if len(targets) != len(server.jobs):
        raise NotYet(f"{len(targets)} targets")
    for target in targets:
        if target["lastError"]:
            raise Wrong("up is 0: " + target["lastError"])
        if target["health"] != "up":
            raise NotYet("a target is not scraped yet")
    for job in server.jobs:
        expect(server, f'up{{job="{job}"}}', lambda value: value == 1, "1")
        expect(server, f'scrape_samples_scraped{{job="{job}"}}', lambda value: value > 0,
               "above 0")


def check_log(server):
    """The server found nothing to say about our samples."""
    lines = server.log.read_text(encoding="utf-8").splitlines()
    complaints = [line for line in lines if re.search(r"level=(warn|error)", line)]
    if complaints:
        sys.exit("prometheus: the server complains:\n" + "\n".join(complaints))


def wait_until(deadline, check, *arguments):
    """Polls a check until it holds, or ends the program with what does not hold."""
    wrong = 0
    while True:
        try:
            check(*arguments)
            return
        except NotYet as reason:
            wrong = wrong + 1 if isinstance(reason, Wrong) else 0
            if wrong == PATIENCE or time.monotonic() > deadline:
                sys.exit(f"prometheus: {reason}")
        time.sleep(0.5)
