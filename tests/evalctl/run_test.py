# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""evalctl run: the native request and response."""

import base64
import json
import signal
import subprocess
import time

import evalctl
from server import jailed, no_process_left
from support import case, files, identity


# A call of the i386 table, by the instruction for such calls.
FOREIGN_CALL = """
import ctypes, mmap
code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
code.write(bytes.fromhex("b814000000cd80c3"))  # mov $20,%eax; int $0x80; ret
address = ctypes.addressof(ctypes.c_char.from_buffer(code))
print(ctypes.CFUNCTYPE(ctypes.c_int)(address)())
"""


class Run(case.JailTestCase):
    def test_a_call_that_the_filter_kills_for_is_named(self):
        for who in self.for_each_identity():
            result = evalctl.python(FOREIGN_CALL, identity=who)
            self.assertEqual(
                [result.command.get(name) for name in
                 ("outcome", "exit_status", "signal", "syscall")],
                ["SECCOMP", 159, 31, "getpid"], result)

    def test_calls_that_the_filter_lets_fail_are_named(self):
        for who in self.for_each_identity():
            result = evalctl.python(
                "import socket\n"
                "for family in 3 * [socket.AF_VSOCK]:\n"
                "    try: socket.socket(family)\n"
                "    except OSError as error: print(error.errno)\n",
                identity=who)
            self.assertEqual(result.out, "1\n1\n1\n", result)
            self.assertEqual(result.command["outcome"], "EXITED", result)
            (denied,) = result.command["denied_calls"]
            self.assertEqual(
                (denied["syscall"], denied["errno_name"], denied["count"]),
                ("socket", "EPERM", 3), result)
            self.assertIn("socket(family=0x28, ", denied["call"])
            self.assertRegex(denied["rule"],
                             r"^shipped/\S+:\d+:\d+: ERRNO\(EPERM\) { socket }$")

    def test_runs_code_and_gives_back_its_files(self):
        for who in self.for_each_identity():
            result = evalctl.python(
                "import sys\n"
                "print('out', sys.argv[1:], input())\n"
                "print('err', file=sys.stderr)\n"
                "open('new.txt', 'w').write('new')\n"
                "open('bytes', 'wb').write(b'\\xff\\x00')\n"
                "open('same.txt', 'w').write('same')\n"
                "open('d/changed.txt', 'a').write('!')\n"
                "sys.exit(7)\n", identity=who, args=["a", ""],
                stdin_text="in\n", metadata={"n": 12345678901234567890123},
                files=[{"path": "same.txt", "text": "same"},
                       {"path": "d/changed.txt", "base64": "YWI="}])
            self.assertEqual(result.status, 0, result)
            self.assertEqual(result.out, "out ['a', ''] in\n", result)
            self.assertEqual(result.err, "err\n", result)
            self.assertEqual(result.command["outcome"], "EXITED", result)
            self.assertEqual(result.command["exit_code"], 7, result)
            self.assertEqual(sorted(result.files),
                             ["bytes", "d/changed.txt", "new.txt"], result)
            self.assertEqual(result.files["new.txt"]["text"], "new")
            self.assertTrue(result.files["new.txt"]["is_new"])
            self.assertEqual(result.files["d/changed.txt"]["text"], "ab!")
            self.assertFalse(result.files["d/changed.txt"]["is_new"])
            self.assertEqual(
                base64.b64decode(result.files["bytes"]["base64"]), b"\xff\x00")
            self.assertTrue(result.json["files_complete"])
            # As it was written: no digit is lost.
            self.assertIn(b'"metadata":{"n":12345678901234567890123}',
                          result.stdout)

    def test_commands_share_a_workspace(self):
        for who in self.for_each_identity():
            result = evalctl.run({"profile": "bash", "commands": [
                {"line": "sh -c 'echo \"a  b\" > f; id -u'"},
                {"argv": ["cat", "../f"], "cwd": "sub",
                 "environment": {"X": "y"}},
                {"line": "false", "stop_on_failure": True},
                {"line": "echo never"}],
                "files": [{"path": "sub/x"}]}, who)
            self.assertEqual(result.status, 0, result)
            outs = [c["stdout"]["text"] for c in result.json["commands"]]
            self.assertEqual(outs, ["65534\n", "a  b\n", ""], result)

    def test_a_program_that_is_not_there(self):
        result = evalctl.run({"profile": "bash", "commands": [
            {"argv": ["/no/such"]}, {"line": "echo on"}]})
        first, second = result.json["commands"]
        self.assertEqual((first["outcome"], first["exec_errno"]),
                         ("SETUP_FAILED", "ENOENT"))
        self.assertEqual(second["stdout"]["text"], "on\n")

    def test_no_such_cwd_is_the_requests_fault(self):
        result = evalctl.run({"profile": "bash", "commands": [
            {"line": "true", "cwd": "nowhere"}]})
        self.assertEqual(result.status, 2, result)
        self.assertEqual(result.json["error"]["place"], "/commands/0/cwd")

    def test_a_cwd_that_a_command_took_away_is_its_doing(self):
        for command, errno in [("rmdir sub", "ENOENT"),
                               ("sh -c 'rmdir sub; touch sub'", "ENOTDIR")]:
            result = evalctl.run({"profile": "bash", "commands": [
                {"line": "mkdir sub"}, {"line": command},
                {"line": "true", "cwd": "sub"}, {"line": "echo on", "cwd": "/"}]})
            self.assertEqual(result.status, 0, result)
            commands = result.json["commands"]
            self.assertEqual(
                (commands[2]["outcome"], commands[2]["exec_errno"]),
                ("SETUP_FAILED", errno), result)
            self.assertEqual(commands[3]["stdout"]["text"], "on\n", result)

    def test_a_build_that_leaves_no_program_is_the_requests_fault(self):
        for profile, code in [("go", "package other\nfunc F() {}\n"),
                              ("rust", '#![crate_type = "lib"]')]:
            result = evalctl.run({"profile": profile, "code": code})
            self.assertEqual(result.status, 0, result)
            build, program = result.json["commands"]
            self.assertEqual(build["outcome"], "EXITED")
            self.assertEqual((program["outcome"], program["exec_errno"]),
                             ("SETUP_FAILED", "EACCES"), result)

    def test_limits(self):
        for who in self.for_each_identity():
            result = evalctl.python("while True: pass", identity=who,
                                    limits={"wall_time_ms": 500})
            self.assertEqual(result.status, 0, result)
            self.assertEqual(result.command["outcome"], "WALL_TIME", result)
            self.assertEqual(result.command["limit"]["name"], "wall_time_ms")
            self.assertEqual(result.command["limit"]["configured"], 500)
        result = evalctl.python("x = bytearray(900 << 20)",
                                limits={"memory_bytes": 256 << 20})
        self.assertIn("MemoryError", result.err, result)

    def test_an_idle_run_is_ended(self):
        for who in self.for_each_identity():
            result = evalctl.run({
                "profile": "bash", "code": "echo out; sleep 300",
                "limits": {"wall_time_ms": 60000, "idle_time_ms": 300}}, who)
            self.assertEqual(result.status, 0, result)
            self.assertEqual(result.command["outcome"], "IDLE_TIME", result)
            self.assertEqual(result.command["limit"]["name"], "idle_time_ms")
            self.assertEqual(result.out, "out\n")

    def test_a_signal_ends_it_and_its_jail(self):
        request = json.dumps({"profile": "bash", "code": "sleep 300",
                              "limits": {"wall_time_ms": 60000}})
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGKILL):
            with no_process_left(), subprocess.Popen(
                    evalctl.argv("run", "--config", evalctl.config(),
                                 identity=identity.ROOT),
                    stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE) as process:
                process.stdin.write(request.encode())
                process.stdin.close()
                deadline = time.monotonic() + evalctl.TIMEOUT
                while not jailed(process.pid):
                    self.assertLess(time.monotonic(), deadline)
                    time.sleep(0.01)
                process.send_signal(number)
                process.wait(evalctl.TIMEOUT)
                self.assertEqual(process.returncode, -number)
                self.assertEqual(process.stdout.read(), b"")

    def test_a_full_workspace_is_told(self):
        result = evalctl.python(
            "f = open('x', 'wb', buffering=0)\ntry:\n"
            "  while True: f.write(bytes(65536))\n"
            "except OSError as e: print(e.strerror)",
            limits={"workspace_bytes": 1 << 20})
        self.assertEqual(result.out, "No space left on device\n", result)
        self.assertEqual(result.command["outcome"], "EXITED")
        [met] = result.command["limits_met"]
        self.assertEqual((met["name"], met["configured"], met["unit"]),
                         ("workspace_bytes", 1 << 20, "bytes"))

    def test_packages_come_from_a_user_base_that_is_not_the_programs(self):
        result = evalctl.python(
            "import site\nprint(site.ENABLE_USER_SITE)\n"
            "base = site.getuserbase()\nprint(base)\n"
            "try: open(base + '/x', 'w')\n"
            "except OSError as e: print(type(e).__name__)\n")
        enabled, base, error = result.out.splitlines()
        self.assertEqual((enabled, base),
                         ("True", "/usr/local/lib/evalctl/python"), result)
        # Read-only, if it is there.
        self.assertIn(error, ("OSError", "FileNotFoundError"))

    def test_output_is_cut_and_kept(self):
        for who in self.for_each_identity():
            result = evalctl.python(
                "while True: print('x' * 1000)", identity=who,
                limits={"output_bytes": 10_001})
            self.assertEqual(result.command["outcome"], "OUTPUT", result)
            out = result.command["stdout"]
            self.assertEqual(len(out["text"]), 10_001)
            self.assertTrue(out["truncated"])
            self.assertGreater(out["total_bytes"], 10_001)
            self.assertEqual(result.command["limit"]["name"], "output_bytes")
            self.assertEqual([met["name"] for met in
                              result.command["limits_met"]], ["output_bytes"])

    def test_output_of_all_commands_together_is_bounded(self):
        result = evalctl.run({
            "profile": "bash", "limits": {"output_bytes": 8 << 20},
            "commands": [{"line": "/usr/bin/yes"}] * 10 +
                        [{"line": "/bin/true"}]})
        self.assertEqual(result.status, 0, result)
        sizes = [len(command["stdout"]["text"])
                 for command in result.json["commands"]]
        self.assertEqual(sizes, [8 << 20] * 8 + [0] * 3)
        self.assertEqual([command["outcome"]
                          for command in result.json["commands"]],
                         ["OUTPUT"] * 10 + ["EXITED"])

    def test_at_the_least_of_a_limit_a_jail_can_be_made(self):
        for who in self.for_each_identity():
            for name, least in (("memory_bytes", 1 << 20), ("pids", 2),
                                ("open_files", 5)):
                # A user's processes all count for RLIMIT_NPROC.
                if name == "pids" and who != identity.ROOT:
                    continue
                for form in ({}, {"entry": "f"}):
                    with self.subTest(f"{who.name} {name} {form}"):
                        result = evalctl.python("def f(): pass", identity=who,
                                                limits={name: least}, **form)
                        self.assertEqual(result.status, 0, result)
                        self.assertNotIn("error", result.json)

    def test_merged_output_keeps_its_order(self):
        result = evalctl.python(
            "import os\nfor i in range(50): os.write(1 + i % 2, b'%d\\n' % i)",
            merge_output=True)
        self.assertEqual(result.out, "".join(f"{i}\n" for i in range(50)))
        self.assertNotIn("stderr", result.command)

    def test_large_code_and_stdin_work(self):
        result = evalctl.python("x = '%s'\nprint(len(x), len(input()))" %
                                ("y" * (3 << 20)), stdin_text="z" * (2 << 20))
        self.assertEqual(result.out, f"{3 << 20} {2 << 20}\n", result.err)


class Call(case.JailTestCase):
    def call(self, code, entry="f", **fields):
        return evalctl.python(code, entry=entry, **fields)

    def test_the_value_comes_apart_from_prints(self):
        for who in self.for_each_identity():
            result = self.call(
                "import os\n"
                "def f(x):\n"
                "    print('value\\n1')\n"
                "    return {'got': x, 'big': 2**70}\n",
                input={"k": [1, "\u00e9", None]}, identity=who)
            self.assertEqual(result.status, 0, result)
            self.assertEqual(result.json["value"],
                             {"got": {"k": [1, "\u00e9", None]}, "big": 2**70},
                             result)
            self.assertEqual(result.out, "value\n1\n", result)
            self.assertEqual(result.command["argv"],
                             ["/usr/bin/python3", "main.py"])

    def test_an_exception_is_data(self):
        result = self.call("def f():\n    raise KeyError('no')\n")
        exception = result.json["exception"]
        self.assertEqual(exception["type"], "KeyError", result)
        self.assertEqual(exception["message"], "'no'")
        self.assertIn('main.py", line 2, in f', exception["traceback"])
        self.assertNotIn("<string>", exception["traceback"])
        self.assertNotIn("value", result.json)

    def test_whatever_it_raises_is_data(self):
        for raised in ["BaseException('no')", "KeyboardInterrupt"]:
            result = self.call(f"def f(): raise {raised}")
            self.assertEqual(result.json["exception"]["type"],
                             raised.partition("(")[0], result)
            self.assertNotIn("value_fault", result.json)

    def test_a_value_needs_no_stdout(self):
        for code in ["sys.stdout = None", "sys.stdout.close()"]:
            result = self.call(f"import sys\ndef f():\n {code}\n return '\u00e9'")
            self.assertEqual(result.json.get("value"), "\u00e9", result)

    def test_a_number_of_any_length(self):
        result = self.call("def f(): return [10**400, -10**400, '1' * 400]")
        self.assertEqual(result.json.get("value"),
                         [10**400, -10**400, "1" * 400], result)

    def test_files_with_names_of_modules(self):
        shadows = [{"path": f"{name}.py", "text": "1/0"} for name in
                   ["json", "socket", "os", "sys", "importlib/__init__",
                    "traceback"]]
        result = self.call("import mine\ndef f(): return mine.x", files=[
            {"path": "mine.py", "text": "x = 1"}, *shadows])
        self.assertEqual(result.json.get("value"), 1, result)
        result = self.call("def f(): raise KeyError", files=shadows)
        self.assertEqual(result.json["exception"]["type"], "KeyError", result)

    def test_why_there_is_no_value(self):
        for code, fault in [
                ("def f(): return {1, 2}", "NOT_SERIALIZABLE"),
                ("def f(): return float('nan')", "NOT_SERIALIZABLE"),
                ("def f(): return '\\udcff'", "NOT_SERIALIZABLE"),
                ("import os\ndef f(): os._exit(3)", "MISSING"),
                ("import os\nfor n in range(4, 9):\n"
                 "  try: os.write(n, b'nonsense')\n"
                 "  except OSError: pass\n"
                 "def f(): return 1", "MALFORMED"),
                ("def f(): return 'x' * 3000000", "TOO_LARGE")]:
            with self.subTest(code):
                result = self.call(code)
                self.assertEqual(result.json.get("value_fault"), fault, result)
                self.assertNotIn("value", result.json)


class BadRequests(case.JailTestCase):
    def expect(self, request, place, message):
        result = evalctl.run(request)
        self.assertEqual(result.status, 2, result)
        error = result.json["error"]
        self.assertEqual((error["kind"], error.get("place", "")),
                         ("BAD_REQUEST", place), result)
        self.assertIn(message, error["message"])

    def test_each_has_its_place(self):
        code = {"profile": "python", "code": "print(1)"}
        for request, place, message in [
                ("", "", "is not JSON"),
                ("[]", "", "is not an object"),
                ('{"code": NaN}', "/code", "is not JSON"),
                ('{"code": "a", "code": "b"}', "/code", "twice"),
                ('{"metadata": {"a": [0, {"b": 1, "b": 2}]}}',
                 "/metadata/a/1/b", "twice"),
                ('{"metadata": ' + "[" * 200 + "]" * 200 + "}",
                 "/metadata" + "/0" * 99, "nested"),
                (b'{"code": "\xff"}', "/code", "is not JSON"),
                (r'{"code": "\ud800"}', "/code", "is not JSON"),
                ('{"limits": {"pids": 1e400}}', "/limits/pids",
                 "out of range"),
                ({"codes": ""}, "/codes", "no field"),
                ({"input_json": "1"}, "/input_json", "no field"),
                ({"code": 1}, "/code", "takes a string, not a number"),
                ({"limits": {"pids": -1}}, "/limits/pids", "out of range"),
                ({"limits": {"pids": 1.5}}, "/limits/pids", "whole number"),
                ({"files": [{}, {"base64": "a"}]}, "/files/1/base64",
                 "base64"),
                ({}, "", "nothing to run"),
                ({**code, "profile": "none"}, "/profile", "no such profile"),
                ({**code, "commands": [{"line": "x"}]}, "", "one of them"),
                ({"commands": [{"line": "x"}], "stdin_text": "a"},
                 "/stdin_text", "each command has its own"),
                ({"commands": [{"line": "x"}], "stdin": "YQ=="},
                 "/stdin", "each command has its own"),
                ({"commands": [{"line": "x",
                                "limits": {"workspace_bytes": 1 << 20}}]},
                 "/commands/0/limits/workspace_bytes", "is the request's"),
                ({**code, "limits": {"pids": 10**9}}, "/limits/pids",
                 "maximum"),
                ({**code, "limits": {"memory_bytes": (1 << 20) - 1}},
                 "/limits/memory_bytes", "the least is 1048576"),
                ({**code, "limits": {"pids": 1}}, "/limits/pids",
                 "the least is 2"),
                ({**code, "limits": {"open_files": 4}}, "/limits/open_files",
                 "the least is 5"),
                ({**code, "limits": {"cpu_weight": 9}},
                 "/limits/cpu_weight", "does not let it be set"),
                ({**code, "limits": {"idle_time_ms": 60001}},
                 "/limits/idle_time_ms", "maximum is 60000"),
                ({**code, "files": [{"path": "a/../b"}]}, "/files/0/path",
                 '".."'),
                ({**code, "files": [{"path": "/a"}]}, "/files/0/path",
                 "absolute"),
                ({**code, "files": [{"path": "a"}, {"path": "a"}]},
                 "/files/1", "twice"),
                ({**code, "files": [{"path": "a/b"}, {"path": "a"}]},
                 "/files/0/path", "is a file already"),
                ({**code, "files": [{"path": "a\0b"}]}, "/files/0/path",
                 "NUL"),
                ({**code, "files": [{"path": "x" * 256}]}, "/files/0/path",
                 "256 bytes"),
                ({**code, "collect": {"patterns": ["../x"]}},
                 "/collect/patterns/0", '".."'),
                ({"profile": "bash", "commands": [{"line": "a 'b"}]},
                 "/commands/0/line", "quotation mark"),
                ({**code, "environment": {"A=B": ""}}, "/environment/A=B",
                 "name"),
        ]:
            with self.subTest(str(request)[:100]):
                self.expect(request, place, message)

    def test_too_much_for_the_workspace(self):
        self.expect({"profile": "python", "code": "",
                     "limits": {"workspace_bytes": 65536},
                     "files": [{"path": f"f{i}", "text": "x" * 40000}
                               for i in range(3)]},
                    "/files", "the workspace is full")


class CommandLine(case.JailTestCase):
    def test_short_forms(self):
        script = files.stage() / "hello.py"
        script.write_text("import sys\nprint(sys.argv[1:])")
        script.chmod(0o644)
        for args in (["-c", "import sys\nprint(sys.argv[1:])", "-x"],
                     [str(script), "-x"]):
            result = evalctl.evalctl("run", "--config", evalctl.config(), *args)
            self.assertEqual(result.out, "['-x']\n", result)

    def test_saves_files(self):
        folder = files.stage() / "saved"
        folder.mkdir()
        folder.chmod(0o777)
        result = evalctl.evalctl(
            "run", "--config", evalctl.config(), "--save-files", str(folder),
            "-c", "import os\nos.mkdir('d')\nopen('d/f', 'w').write('x')\n"
            "os.link('d/f', 'g')")
        self.assertEqual(result.status, 0, result)
        self.assertEqual((folder / "d" / "f").read_text(), "x")
        self.assertEqual((folder / "g").read_text(), "x")

    def test_pretty_is_the_same(self):
        request = json.dumps({"code": "print(1)"}).encode()
        result = evalctl.evalctl("run", "--config", evalctl.config(),
                                 "--pretty", stdin=request)
        self.assertIn(b'\n  "commands": [\n', result.stdout)
        self.assertEqual(result.out, "1\n")

    def test_faults(self):
        for args, status, text in [
                ([], 2, "Usage"), (["x"], 2, "no such command"),
                (["run", "--nope"], 2, "no such option"),
                (["run", "--config", "/none"], 1, "ENOENT"),
                (["run", "--config", evalctl.config(), "/none.py"], 2,
                 "ENOENT")]:
            result = evalctl.evalctl(*args)
            self.assertEqual(result.status, status, result)
            self.assertIn(text, result.stderr)
            self.assertEqual(result.stdout, b"")


if __name__ == "__main__":
    case.main()
