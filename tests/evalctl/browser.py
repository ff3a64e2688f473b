# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Drives headless Chromium by its own protocol, over two pipes."""

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

from support import files

CHROMIUM = shutil.which("chromium")
# A browser's start on a loaded machine takes its time.
TIMEOUT = 120


class Browser:
    """`with Browser() as page: page.open(url); page.evaluate("1 + 1")`"""

    def __init__(self):
        self._folder = tempfile.mkdtemp(prefix="browser-", dir=files.stage())
        ours_in, self._to = os.pipe()
        self._from, ours_out = os.pipe()
        self._buffer = b""
        self._number = 0
        self._session = None
        self.events = []
        flags = ["--headless", "--no-sandbox", "--disable-gpu",
                 "--disable-dev-shm-usage", "--no-first-run",
                 "--remote-debugging-pipe", "--hide-scrollbars",
                 f"--user-data-dir={self._folder}/profile"]
        # It reads commands from descriptor 3 and answers on 4.
        script = f'exec 3<&{ours_in} 4>&{ours_out}; exec "$@"'
        env = {**os.environ, "HOME": self._folder, "TMPDIR": self._folder,
               "XDG_CONFIG_HOME": self._folder, "XDG_CACHE_HOME": self._folder}
        # pylint: disable-next=consider-using-with
        self._process = subprocess.Popen(
            ["bash", "-c", script, "sh", CHROMIUM, *flags, "about:blank"],
            pass_fds=[ours_in, ours_out], env=env, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(ours_in)
        os.close(ours_out)

    def __enter__(self):
        try:
            target = self.call("Target.createTarget", url="about:blank")
            self._session = self.call("Target.attachToTarget", flatten=True,
                                      targetId=target["targetId"])["sessionId"]
            for domain in ("Page", "Runtime", "Log"):
                self.call(f"{domain}.enable")
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, kind, value, traceback):
        self.close()

    def close(self):
        self._process.kill()
        self._process.wait()
        os.close(self._to)
        os.close(self._from)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _message(self):
        deadline = time.monotonic() + TIMEOUT
        while b"\0" not in self._buffer:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self._from], [], [], left)[0]:
                raise AssertionError("the browser does not answer")
            data = os.read(self._from, 1 << 16)
            if not data:
                raise AssertionError("the browser ended")
            self._buffer += data
        message, self._buffer = self._buffer.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, **params):
        self._number += 1
        command = {"id": self._number, "method": method, "params": params}
        if self._session:
            command["sessionId"] = self._session
        os.write(self._to, json.dumps(command).encode() + b"\0")
        while True:
            message = self._message()
            if message.get("id") == self._number:
                if "error" in message:
                    raise AssertionError(f"{method}: {message['error']}")
                return message["result"]
            if "method" in message:
                self.events.append(message)

    def await_event(self, method):
        """The next event of that name; earlier ones count."""
        while True:
            for i, event in enumerate(self.events):
                if event["method"] == method:
                    return self.events.pop(i)
            self.events.append(self._message())

    def open(self, url):
        self.call("Page.navigate", url=url)
        self.await_event("Page.loadEventFired")

    def evaluate(self, expression):
        """The value of a JavaScript expression, awaited where it is a promise."""
        result = self.call("Runtime.evaluate", expression=expression,
                           awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in result:
            raise AssertionError(f"{expression}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def wait_until(self, condition):
        """Waits for a JavaScript condition to be true."""
        deadline = time.monotonic() + TIMEOUT
        while not self.evaluate(f"Boolean({condition})"):
            if time.monotonic() > deadline:
                raise AssertionError(f"never true: {condition}")
            time.sleep(0.02)

    def press(self, key):
        """A key, as from a keyboard, where the focus is."""
        text = {"Enter": "\r"}[key]
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key,
                      text=text if kind == "keyDown" else "",
                      windowsVirtualKeyCode=ord(text))

    def set_window(self, width, height, dark=False):
        self.call("Emulation.setDeviceMetricsOverride", width=width,
                  height=height, deviceScaleFactor=1, mobile=width < 600)
        self.call("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme",
             "value": "dark" if dark else "light"}])

    def screenshot(self, path):
        data = self.call("Page.captureScreenshot", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(data["data"]))

    def complaints(self):
        """What the console has: errors, and refusals of the page's policy."""
        return [event["params"] for event in self.events
                if event["method"] == "Runtime.exceptionThrown"
                or event["method"] == "Log.entryAdded"
                and event["params"]["entry"]["level"] == "error"]
