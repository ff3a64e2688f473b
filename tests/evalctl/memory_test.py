# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""evalctl's memory is bounded by what a response may hold, and is given back."""

import base64
import hashlib
import json
import pathlib
import re
import subprocess

from server import CONFIG, TIMEOUT, Server
from support import case, files, wait

MIB = 1 << 20
COLLECTED = 32 * MIB
# Each byte that is collected is held once, as it came; an eighth is for what is
# on its way.
MOST = COLLECTED + COLLECTED // 8
# What a process has that has served little.
STARTED = 12 * MIB
# What `serve` may take when it has nothing to do.
IDLE = 30 * MIB
PROGRAMS = {
    "one file": "head -c 33554432 /dev/urandom > f; sha256sum f",
    "many files": "for i in 1 2 3 4 5 6 7 8; do head -c 4194304 /dev/urandom > "
                  "f$i; done; cat f* | sha256sum",
    # Each of its bytes but one in 64 is a line's end, which JSON escapes.
    "text": "printf x%063d 0 | tr 0 '\\n' > line; for i in 1 2 3 4 5 6; do "
            "cat line line line line line line line line > next; mv next line; "
            "done; cat line line > f; rm line; sha256sum f",
}
# Its jail's memory holds the files, too.
SNEKBOX = """import hashlib, os
digest = hashlib.sha256()
for i in range({0}):
    with open(f'f{{i}}', 'wb') as f:
        for j in range((32 << 20) // {0} >> 16):
            piece = os.urandom(1 << 16)
            digest.update(piece)
            f.write(piece)
print(digest.hexdigest())
"""


def config():
    """The shipped profile bash, which may return COLLECTED."""
    folder = files.stage() / "memory"
    folder.mkdir(exist_ok=True)
    link = folder / "evalctl"
    if not link.is_symlink():
        link.symlink_to(CONFIG.parent / "evalctl")
    bash = next(part for part in CONFIG.read_text().split("profiles {")
                if 'name: "bash"' in part)
    for name in ("max_bytes", "max_file_bytes"):
        bash = re.sub(rf"\b{name}: \d+", f"{name}: {COLLECTED}", bash)
    text = f"profiles {{\n  workspace_bytes: {80 * MIB}{bash}"
    path = folder / "evalctl.cfg"
    path.write_text(text)
    return path


def request(program):
    return json.dumps({"profile": "bash", "code": PROGRAMS[program],
                       "collect": {"patterns": ["f*"]}})


def memory(pid, name):
    """VmRSS or VmHWM in bytes."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1]) << 10
    raise AssertionError(name)


class MemoryTest(case.JailTestCase):

    def check(self, told):
        """All is there, and right."""
        told = json.loads(told)
        self.assertNotIn("error", told)
        self.assertTrue(told["files_complete"])
        digest = hashlib.sha256()
        for file in told["files"]:
            digest.update(file["text"].encode() if "text" in file
                          else base64.b64decode(file["base64"]))
        self.assertEqual(told["commands"][0]["stdout"]["text"].split()[0],
                         digest.hexdigest())
        self.assertEqual(sum(file["size"] for file in told["files"]), COLLECTED)

    def assert_bounded(self, what, peak, before):
        print(f"{what}: {peak / MIB:.1f} MiB, {before / MIB:.1f} before")
        self.assertLess(peak, before + MOST)

    def test_serve(self):
        with Server(config=config()) as server:
            server.run("true")
            before = memory(server.pid, "VmRSS")
            for program in PROGRAMS:
                answer = server.post("/v1/eval", request(program))
                self.check(answer.body)
                self.assert_bounded(f"serve, {program}",
                                    memory(server.pid, "VmHWM"), before)
            # It is given back.
            self.assertEqual(server.run("true").status, 200)
            self.assertLess(memory(server.pid, "VmRSS"), IDLE)

    def snekbox(self, told):
        told = json.loads(told)
        self.assertEqual(told["returncode"], 0, str(told)[:200])
        digest = hashlib.sha256()
        for file in told["files"]:
            digest.update(base64.b64decode(file["content"]))
        self.assertEqual(told["stdout"].strip(), digest.hexdigest())
        self.assertEqual(sum(file["size"] for file in told["files"]), COLLECTED)

    def test_snekbox(self):
        """The one dialect that returns files."""
        with Server() as server:
            server.post("/eval", '{"input":""}')
            before = memory(server.pid, "VmRSS")
            for names in (1, 8):
                body = json.dumps({"input": SNEKBOX.format(names)})
                answer = server.post("/eval", body)
                self.snekbox(answer.body)
                self.assert_bounded(f"serve, snekbox, {names} files",
                                    memory(server.pid, "VmHWM"), before)
        path = files.stage() / "snekbox.json"
        path.write_text(body)
        with subprocess.Popen(
                [files.binary("evalctl"), "run", "--config", str(CONFIG),
                 "--api", "snekbox", path], stdout=subprocess.PIPE) as run:
            told = [run.stdout.read(COLLECTED // 2)]
            used = memory(run.pid, "VmHWM")
            told.append(run.stdout.read())
            self.assertEqual(run.wait(TIMEOUT), 0)
        self.snekbox(b"".join(told))
        self.assert_bounded("run, snekbox", used, STARTED)

    def test_codebox(self):
        """Much output, and no files."""
        size = COLLECTED // 4
        command = {"command": f"/bin/sh -c 'yes | head -c {size}'",
                   "timeout": TIMEOUT}
        with Server() as server:
            server.post("/execute", {"sources": {}, "commands": []})
            before = memory(server.pid, "VmRSS")
            answer = server.post("/execute",
                                 {"sources": {}, "commands": [command] * 4})
            for told in json.loads(answer.body):
                self.assertEqual((len(told["stdout"]), told["exit_code"]),
                                 (size, 0))
            # What is being read grows by doubling: one of four, once more.
            self.assert_bounded("serve, codebox",
                                memory(server.pid, "VmHWM"), before + size)

    def test_what_a_large_request_took_is_given_back(self):
        with Server() as server:
            server.post("/eval", '{"input":""}')
            body = json.dumps({"files": [{"path": str(i)}
                                         for i in range(200_000)], "input": ""})
            self.assertEqual(server.post("/eval", body).status, 400)
            self.assertGreater(memory(server.pid, "VmHWM"), 2 * IDLE)
            # After the answer was sent.
            wait.until(lambda: memory(server.pid, "VmRSS") <= IDLE)

    def test_batch(self):
        with subprocess.Popen(
                [files.binary("evalctl"), "batch", "-q", "-j", "1", "--config",
                 str(config())],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE) as batch:
            def ask(line):
                batch.stdin.write(line.encode() + b"\n")
                batch.stdin.flush()
                return batch.stdout.readline()

            ask('{"profile":"bash","code":"true"}')
            before = memory(batch.pid, "VmRSS")
            for program in PROGRAMS:
                self.check(ask(request(program)))
                self.assert_bounded(f"batch, {program}",
                                    memory(batch.pid, "VmHWM"), before)
            batch.stdin.close()
            self.assertEqual(batch.wait(TIMEOUT), 0)

    def test_run(self):
        path = files.stage() / "request.json"
        for program in PROGRAMS:
            path.write_text(request(program))
            with subprocess.Popen(
                    [files.binary("evalctl"), "run", "--config", str(config()),
                     path], stdout=subprocess.PIPE) as run:
                told = [run.stdout.read(COLLECTED // 2)]
                # It waits for us to read the rest.
                used = memory(run.pid, "VmHWM")
                told.append(run.stdout.read())
                self.assertEqual(run.wait(TIMEOUT), 0)
            self.check(b"".join(told))
            self.assert_bounded(f"run, {program}", used, STARTED)


if __name__ == "__main__":
    case.main()
