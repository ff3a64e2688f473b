# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""evalctl batch: lines in, lines out."""

import json
import os
import pathlib
import pty
import re
import signal
import subprocess

from server import TIMEOUT, evalctl, jailed, no_process_left
from support import case, files, wait


def line(code, **members):
    return json.dumps({"profile": "bash", "code": code, **members}) + "\n"


def batch(*args, lines="", **options):
    return subprocess.run(evalctl("batch", *args), input=lines, text=True,
                          capture_output=True, check=False, timeout=TIMEOUT,
                          **options)


def answers(text):
    return [json.loads(answer) for answer in text.splitlines()]


class BatchTest(case.JailTestCase):

    def test_in_order_and_each_at_once(self):
        with no_process_left(), subprocess.Popen(
                evalctl("batch", "-j", 2), stdin=subprocess.PIPE, text=True,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            for i in range(3):
                process.stdin.write(line(f"echo {i}"))
                process.stdin.flush()
                # Answered before there is another, or an end.
                told = json.loads(process.stdout.readline())
                self.assertEqual(told["commands"][0]["stdout"]["text"],
                                 f"{i}\n")
            process.stdin.write(line("sleep 0.3; echo slow") + line("echo fast"))
            process.stdin.close()
            self.assertEqual(
                [a["commands"][0]["stdout"]["text"]
                 for a in answers(process.stdout.read())], ["slow\n", "fast\n"])
            self.assertRegex(process.stderr.read(), "EXITED +5\n")
            self.assertEqual(process.wait(TIMEOUT), 0)

    def test_as_completed_tells_by_ids(self):
        done = batch("--as-completed", "-j", 2, "-q",
                     lines=line("sleep 2", id="slow") + line("true"))
        self.assertEqual([a["id"] for a in answers(done.stdout)],
                         ["2", "slow"], done.stderr)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_a_bad_line_has_its_number(self):
        done = batch(lines=line("true") + "\n{nonsense}\n" + line("true"))
        told = answers(done.stdout)
        self.assertEqual(len(told), 3)
        self.assertEqual(told[1]["error"]["kind"], "BAD_REQUEST")
        self.assertRegex(told[1]["error"]["message"], "^line 3: ")
        self.assertEqual(done.returncode, 2)

    def test_resumes_what_was_killed(self):
        out = files.stage() / "out.jsonl"
        lines = "".join(line("echo", id=str(i)) for i in range(40))
        with subprocess.Popen(
                evalctl("batch", "-q", "--resume", out), text=True,
                stdin=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
            process.stdin.write(lines[:len(lines) // 2])
            process.stdin.flush()
            while not out.exists() or out.read_bytes().count(b"\n") < 3:
                self.assertIsNone(process.poll())
            process.kill()
        had = out.read_bytes()
        with out.open("ab") as file:
            file.write(b'{"id":"half')
        done = batch("--resume", out, lines=lines)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(out.read_bytes().startswith(had[:had.rfind(b"\n") + 1]))
        self.assertEqual([a["id"] for a in answers(out.read_text())],
                         [str(i) for i in range(40)])
        self.assertIn("skipped", done.stderr)
        again = batch("--resume", out, lines=lines)
        self.assertRegex(again.stderr, "answered +0\n")

    def test_a_second_interrupt_cancels_what_runs(self):
        out = files.stage() / "cancelled.jsonl"
        lines = line("echo 0", id="0") + line("sleep 300", id="1")
        with no_process_left(), subprocess.Popen(
                evalctl("batch", "-q", "-j", 1, "--resume", out), text=True,
                stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            process.stdin.write(lines)
            process.stdin.flush()
            while not out.exists() or not out.read_bytes().count(b"\n"):
                self.assertIsNone(process.poll())
            wait.until(lambda: jailed(process.pid), "a jail")
            process.send_signal(signal.SIGINT)
            self.assertIsNone(process.poll())
            # Taken: a signal that waits swallows the next one.
            status = pathlib.Path(f"/proc/{process.pid}/status")
            wait.until(lambda: re.search(r"ShdPnd:\s*0+\n", status.read_text()),
                       "the signal's arrival")
            self.assertTrue(jailed(process.pid))
            process.send_signal(signal.SIGINT)
            process.wait(TIMEOUT)
            self.assertEqual(process.returncode, 130)
        # It has no answer, so that it is done again.
        self.assertEqual([a["id"] for a in answers(out.read_text())], ["0"])
        done = batch("--resume", out, lines=line("echo 0", id="0")
                     + line("echo 1", id="1"))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual([a["id"] for a in answers(out.read_text())],
                         ["0", "1"])

    def test_a_bad_line_is_answered_once(self):
        out = files.stage() / "bad.jsonl"
        bad = '{"id": "bad", "bogus": 1}\n'
        for ending in [2, 0]:
            done = batch("--resume", out, lines=bad + line("true", id="good"))
            self.assertEqual(done.returncode, ending, done.stderr)
            self.assertEqual([json.loads(text)["id"] for text
                              in out.read_text().splitlines()],
                             ["bad", "good"])

    def test_an_idle_run_is_ended(self):
        done = batch(lines=line("sleep 300", limits={"idle_time_ms": 300})
                     + line("echo 1"))
        idle, after = answers(done.stdout)
        self.assertEqual(idle["commands"][0]["outcome"], "IDLE_TIME")
        self.assertEqual(after["commands"][0]["outcome"], "EXITED")
        self.assertEqual(done.returncode, 0)

    def test_an_interrupt_ends_cleanly(self):
        with no_process_left(), subprocess.Popen(
                evalctl("batch", "-j", 1), stdin=subprocess.PIPE, text=True,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            process.stdin.write(line("echo first") + line("sleep 0.5; echo x")
                                + line("sleep 300") * 5)
            process.stdin.flush()
            process.stdout.readline()
            process.send_signal(signal.SIGINT)
            rest = answers(process.stdout.read())
            self.assertLessEqual(len(rest), 1)
            self.assertTrue(all("error" not in answer for answer in rest))
            self.assertIn("answered", process.stderr.read())
            self.assertEqual(process.wait(TIMEOUT), 130)

    def test_ends_when_nobody_reads(self):
        with no_process_left(), subprocess.Popen(
                evalctl("batch"), stdin=subprocess.PIPE, text=True,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            process.stdout.close()
            process.stdin.write(line("echo 1"))
            process.stdin.close()
            self.assertEqual(process.wait(TIMEOUT), 1)
            self.assertIn("EPIPE", process.stderr.read())

    def test_a_terminal_sees_progress(self):
        path = files.stage() / "in.jsonl"
        path.write_text(line("exit 0") * 4 + line("exit 1"))
        main, terminal = pty.openpty()
        with subprocess.Popen(evalctl("batch", path), stderr=terminal,
                              stdout=subprocess.DEVNULL) as process:
            os.close(terminal)
            shown = b""
            try:
                while data := os.read(main, 4096):
                    shown += data
            except OSError:  # EIO: the other side is closed
                pass
            os.close(main)
            self.assertEqual(process.wait(TIMEOUT), 0, shown)
        self.assertIn(b"] 100% 5 done", shown)
        # Of what is answered, not of what was read ahead.
        for percent, done in re.findall(rb"\] (\d+)% (\d+) done", shown):
            self.assertLessEqual(int(percent), 20 * int(done), shown)
        self.assertRegex(shown, rb"answered +5")

    def test_wrong_words(self):
        for args in (["-j", "0"], ["-j", "x"], ["-j"], ["--nonsense"],
                     ["a", "b"]):
            with self.subTest(args=args):
                self.assertEqual(batch(*args).returncode, 2)
        for args in (["/nowhere"], ["--resume", "/dev/null"]):
            with self.subTest(args=args):
                done = batch(*args)
                self.assertEqual(done.returncode, 1)
                self.assertIn(args[-1], done.stderr)


if __name__ == "__main__":
    case.main()
