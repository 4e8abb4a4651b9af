# SPDX-License-Identifier: Apache-2.0
# A Chromium of our own, driven through chromedriver by the WebDriver protocol.

import http.client
import json
import re
import subprocess
import tempfile
import time

ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
             "--disable-background-networking", "--disable-component-update", "--disable-sync",
             "--window-size=1280,900"]

KEYS = {"Tab": "\ue004", "Enter": "\ue007", "Escape": "\ue00c", "Up": "\ue013", "Down": "\ue015",
        "Space": " "}


class Wrong(Exception):
    """What does not hold, as a sentence."""


class Browser:
    """A headless Chromium with an empty profile, for as long as the `with` block lasts."""

    def __init__(self, wait_seconds):
        self.wait_seconds = wait_seconds
        self.session = None

    def __enter__(self):
        self.profile = tempfile.TemporaryDirectory(prefix="promlet-chromium-")
        self.driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE,
                                       stderr=subprocess.STDOUT, text=True)
        try:
            self.port = self._read_port()
            self.session = self._start_session()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        try:
            if self.session is not None:
                self.command("DELETE", "")
        finally:
            self.driver.terminate()
            self.driver.wait()
            self.profile.cleanup()

    def _read_port(self):
        for line in self.driver.stdout:
            found = re.search(r"started successfully on port (\d+)", line)
            if found:
                return int(found.group(1))
        raise Wrong("chromedriver does not start")

    def _start_session(self):
        options = {"args": ARGUMENTS + [f"--user-data-dir={self.profile.name}"]}
        answer = self._request("POST", "/session", {"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL"}}}})
        return answer["sessionId"]

    def _request(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        payload = None if method == "GET" else json.dumps(body or {})
        connection.request(method, path, payload, {"Content-Type": "application/json"})
        answer = json.loads(connection.getresponse().read())["value"]
        connection.close()
        if isinstance(answer, dict) and "error" in answer:
            raise Wrong(f"chromedriver: {answer['message']}")
        return answer

    def command(self, method, path, body=None):
        return self._request(method, f"/session/{self.session}{path}", body)

    def devtools(self, name, **parameters):
        return self.command("POST", "/goog/cdp/execute", {"cmd": name, "params": parameters})

    def open(self, url):
        self.command("POST", "/url", {"url": url})

    def run(self, script, *arguments):
        """The value of a JavaScript function body; arguments[0] and so on are what was given."""
        return self.command("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def wait_for(self, what, script, *arguments):
        """Runs a script until its value is true, and returns that."""
        deadline = time.monotonic() + self.wait_seconds
        while True:
            value = self.run(script, *arguments)
            if value:
                return value
            if time.monotonic() > deadline:
                raise Wrong(f"{what}: not within {self.wait_seconds} s")
            time.sleep(0.05)

    def press(self, *keys):
        """Presses keys one after the other, as a keyboard does: names of KEYS, or characters."""
        steps = [{"type": kind, "value": KEYS.get(key, key)}
                 for key in keys for kind in ("keyDown", "keyUp")]
        self.command("POST", "/actions", {"actions": [
            {"type": "key", "id": "keyboard", "actions": steps}]})

    def type(self, text):
        self.press(*text)

    def console(self):
        """What the console has said since it was last asked."""
        return [f"{entry['level']}: {entry['message']}"
                for entry in self.command("POST", "/se/log", {"type": "browser"})]

    def resize(self, width, height):
        self.devtools("Emulation.setDeviceMetricsOverride", width=width, height=height,
                      deviceScaleFactor=1, mobile=False)

    def prefer(self, **features):
        """Media features that people choose, such as prefers_color_scheme="dark"."""
        self.devtools("Emulation.setEmulatedMedia", features=[
            {"name": name.replace("_", "-"), "value": value} for name, value in features.items()])

    def screenshot(self):
        """The whole page as a PNG file, in base64."""
        return self.devtools("Page.captureScreenshot", captureBeyondViewport=True)["data"]
