# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""The page of `evalctl serve`, in a browser.

JAIL_SCREENSHOTS=FOLDER keeps what it looks like.
"""

import os
import pathlib
import unittest

import browser
from server import Server
from support import case

_PICTURE = """\
import struct, sys, zlib
def chunk(kind, data):
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))
rows = b"".join(b"\\0" + b"\\xff\\x00\\x00" * 8 for _ in range(4))
with open("red.png", "wb") as file:
    file.write(b"\\x89PNG\\r\\n\\x1a\\n"
               + chunk(b"IHDR", struct.pack(">2I5B", 8, 4, 8, 2, 0, 0, 0))
               + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
print("args", sys.argv[1:], "stdin", sys.stdin.read())
print("<b>no markup</b>", file=sys.stderr)
open("notes.txt", "w").write(open("in.txt").read())
"""

# The colour in the middle of the picture that is shown.
_COLOUR = """(() => {
  const picture = document.querySelector('#collected img');
  const canvas = document.createElement('canvas');
  canvas.width = picture.naturalWidth; canvas.height = picture.naturalHeight;
  const context = canvas.getContext('2d');
  context.drawImage(picture, 0, 0);
  return [canvas.width, canvas.height,
          ...context.getImageData(4, 2, 1, 1).data];
})()"""

# Width and height of the picture that is shown, and how many colours it has.
_PLOT = """(() => {
  const picture = document.querySelector('#collected img');
  const canvas = document.createElement('canvas');
  canvas.width = picture.naturalWidth; canvas.height = picture.naturalHeight;
  const context = canvas.getContext('2d');
  context.drawImage(picture, 0, 0);
  const data = context.getImageData(0, 0, canvas.width, canvas.height).data;
  return [canvas.width, canvas.height,
          new Set(new Uint32Array(data.buffer)).size];
})()"""

_WITHOUT_LABEL = """
[...document.querySelectorAll('input, select, textarea, button')]
    .filter((e) => !(e.labels && e.labels.length) && !e.ariaLabel
                   && !e.textContent.trim()).map((e) => e.outerHTML)"""


def keep(page, name):
    folder = os.environ.get("JAIL_SCREENSHOTS")
    if folder:
        page.screenshot(pathlib.Path(folder) / f"{name}.png")


@unittest.skipIf(browser.CHROMIUM is None, "chromium is not installed")
class PageTest(case.JailTestCase):

    def set(self, page, name, value):
        page.evaluate(f"document.getElementById({name!r}).value = {value!r}")

    def run_code(self, page, code):
        self.set(page, "code", code)
        page.evaluate("document.getElementById('run').click()")
        page.wait_until("!document.getElementById('run').disabled")

    def text(self, page, selector):
        return page.evaluate(
            f"[...document.querySelectorAll({selector!r})]"
            ".map((e) => e.textContent)")

    def open(self, page, server):
        page.set_window(1200, 900)
        page.open(f"http://{server.address}/")
        page.wait_until("document.getElementById('code').value")

    def test_a_person_runs_a_program_that_draws(self):
        with Server() as server, browser.Browser() as page:
            self.open(page, server)
            self.assertEqual(page.evaluate(
                "document.getElementById('profile').value"), "python")
            keep(page, "first")
            self.set(page, "args", "one\ntwo words")
            self.set(page, "stdin", "typed")
            page.evaluate("document.getElementById('new-file').click()")
            page.evaluate("""(() => {
                const [path, text] = document.querySelectorAll(
                    '#files input, #files textarea');
                path.value = 'in.txt'; path.dispatchEvent(new Event('input'));
                text.value = 'noted'; text.dispatchEvent(new Event('input'));
            })()""")
            self.run_code(page, _PICTURE)
            self.assertRegex(self.text(page, "#status")[0], "^Exited with 0 ")
            self.assertEqual(self.text(page, "pre.stdout"),
                             ["args ['one', 'two words'] stdin typed\n"])
            self.assertEqual(self.text(page, "pre.stderr"),
                             ["<b>no markup</b>\n"])
            self.assertEqual(self.text(page, "#collected .path"),
                             ["notes.txt", "red.png"])
            self.assertEqual(self.text(page, "#collected pre"), ["noted"])
            page.wait_until("document.querySelector('#collected img').complete")
            self.assertEqual(page.evaluate(_COLOUR), [8, 4, 255, 0, 0, 255])
            self.assertEqual(page.evaluate(_WITHOUT_LABEL), [])
            keep(page, "result")
            page.set_window(1200, 900, dark=True)
            keep(page, "dark")
            page.set_window(360, 740)
            self.assertLessEqual(page.evaluate(
                "document.documentElement.scrollWidth"), 360)
            keep(page, "phone")
            self.assertEqual(page.complaints(), [])

    def test_a_newcomer_sees_a_plot_after_one_click(self):
        with Server() as server, browser.Browser() as page:
            self.open(page, server)
            # A loaded machine may need longer than the profile's six seconds.
            self.set(page, "wall", "60")
            button = ("[...document.querySelectorAll('#try button')].find("
                      "(b) => b.textContent.includes('matplotlib'))")
            page.evaluate(f"{button}.focus()")
            page.press("Enter")
            page.wait_until("!document.getElementById('run').disabled"
                            " && document.querySelector('#collected img')")
            self.assertRegex(self.text(page, "#status")[0], "^Exited with 0 ")
            self.assertEqual(self.text(page, "#collected .path"), ["plot.png"])
            self.assertEqual(self.text(page, "pre"), [])  # no complaint of it
            page.wait_until("document.querySelector('#collected img').complete")
            width, height, colours = page.evaluate(_PLOT)
            self.assertGreater(width, 300)
            self.assertGreater(height, 200)
            self.assertGreater(colours, 10)  # a picture that is not empty
            self.assertTrue(page.evaluate(
                "document.getElementById('try').hidden"))
            for name, *window in (("plot", 1200, 900), ("plot-phone", 360, 740),
                                  ("plot-dark", 1200, 900, True)):
                page.set_window(*window)
                self.assertLessEqual(page.evaluate(
                    "document.documentElement.scrollWidth"), window[0])
                keep(page, name)
            self.assertEqual(page.complaints(), [])

    def test_endings_and_errors_are_told(self):
        with Server() as server, browser.Browser() as page:
            self.open(page, server)
            self.run_code(page, "raise SystemExit(3)")
            self.assertRegex(self.text(page, "#status")[0], "^Exited with 3 ")
            self.set(page, "wall", "0.3")
            self.run_code(page, "while True: pass")
            self.assertRegex(self.text(page, "#status")[0], "^WALL_TIME: ")
            self.set(page, "wall", "100000")
            self.run_code(page, "1")
            self.assertRegex(self.text(page, "#status")[0], "^BAD_REQUEST: ")
            self.set(page, "wall", "")
            # Cancelled, while it runs.
            self.set(page, "code", "import time; time.sleep(300)")
            page.evaluate("document.getElementById('run').click()")
            page.wait_until("!document.getElementById('cancel').disabled")
            page.evaluate("document.getElementById('cancel').click()")
            page.wait_until("!document.getElementById('run').disabled")
            self.assertEqual(self.text(page, "#status"), ["Cancelled."])

    def test_a_key_is_asked_for(self):
        key = "a-key-of-some-length"
        with Server(env={"EVALCTL_API_KEYS": key}) as server, \
                browser.Browser() as page:
            page.open(f"http://{server.address}/")
            page.wait_until("!document.getElementById('key-box').hidden")
            self.set(page, "key", key)
            page.evaluate("document.getElementById('key').dispatchEvent("
                          "new Event('change'))")
            page.wait_until("document.getElementById('code').value")
            self.run_code(page, "print('in')")
            self.assertEqual(self.text(page, "pre.stdout"), ["in\n"])


if __name__ == "__main__":
    case.main()
