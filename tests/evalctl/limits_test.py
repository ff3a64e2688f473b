# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""evalctl's limits of the whole jail: by a cgroup, and where there is none."""

import json
import pathlib
import subprocess

import evalctl
from blackbox import cgroups
from support import case, wait
from support.identity import ROOT, USER

MiB = 1 << 20
# A loaded machine takes its time.
TIME = {"wall_time_ms": 60000, "cpu_time_ms": 60000}


def bomb(bytes_):
    return f"x = b'x' * {bytes_}\nprint('alive')"


class Memory(case.JailTestCase):
    def setUp(self):
        if ROOT not in case.identities.ALL:
            self.skipTest("only root may make cgroups here")

    def expect_memory(self, result, limit):
        self.assertEqual(result.status, 0, result)
        self.assertEqual(result.command["outcome"], "MEMORY", result)
        self.assertEqual(result.command["exit_status"], 137, result)
        self.assertEqual(result.command["limit"]["name"], "memory_bytes")
        self.assertEqual(result.command["limit"]["configured"], limit)
        self.assertNotIn("limits_not_in_force", result.json)

    def test_more_than_the_request_asks_for(self):
        self.expect_memory(
            evalctl.python(bomb(200 * MiB), ROOT,
                           limits={**TIME, "memory_bytes": 64 * MiB}),
            64 * MiB)

    def test_more_than_the_profile_has(self):
        self.expect_memory(evalctl.python(bomb(1100 * MiB), ROOT, limits=TIME),
                           1024 * MiB)

    def test_interpreters_that_reserve_addresses(self):
        code = ("const a = []; for (;;) a.push(new Uint8Array(1 << 20)"
                ".fill(1));")
        for profile in ("node", "deno", "bun"):
            with self.subTest(profile):
                result = evalctl.run({
                    "profile": profile, "code": code,
                    "limits": {**TIME, "memory_bytes": 256 * MiB}}, ROOT)
                self.expect_memory(result, 256 * MiB)

    def test_addresses_are_not_memory(self):
        result = evalctl.python(
            "import mmap\n"
            "x = mmap.mmap(-1, 4 << 30, mmap.MAP_PRIVATE)\nprint('alive')",
            ROOT, limits={**TIME, "memory_bytes": 64 * MiB})
        self.assertEqual(result.out, "alive\n", result)

    def test_processes_count_together(self):
        result = evalctl.python(
            "import os, time\n"
            "for i in range(4):\n"
            "    if os.fork() == 0:\n"
            "        x = b'x' * (40 << 20)\n"
            "        time.sleep(60)\n"
            "        os._exit(0)\n"
            "print(os.waitstatus_to_exitcode(os.wait()[1]))", ROOT,
            limits={**TIME, "memory_bytes": 100 * MiB})
        # v1 kills one process, v2 all of them.
        met = [hit["name"] for hit in result.command["limits_met"]]
        self.assertIn("memory_bytes", met, result)
        self.assertIn((result.command["outcome"], result.out),
                      (("EXITED", "-9\n"), ("MEMORY", "")), result)

    def test_a_build_has_the_profiles_limit_not_the_requests(self):
        result = evalctl.run({
            "profile": "c", "code": "int main(void) { return 3; }",
            "limits": {**TIME, "memory_bytes": 2 * MiB}}, ROOT)
        self.assertEqual(len(result.json["commands"]), 2, result)


class Without(case.JailTestCase):
    """A user whom nobody gives a cgroup: RLIMIT_AS is left, and it is said."""

    def test_the_response_says_what_is_not_in_force(self):
        result = evalctl.python(bomb(200 * MiB), USER,
                                limits={**TIME, "memory_bytes": 128 * MiB})
        lost = {limit["name"]: limit["reason"]
                for limit in result.json.get("limits_not_in_force", [])}
        if not lost:
            self.skipTest("this user has a cgroup")
        self.assertEqual(sorted(lost), ["memory_bytes", "pids"], result)
        self.assertRegex(lost["memory_bytes"], "mkdir .*: E")
        self.assertIn("MemoryError", result.err, result)

    def test_interpreters_that_reserve_addresses(self):
        """RLIMIT_DATA is left: 1 GiB.  They raise an exception, or give up."""
        array = ("const a = []; for (let i = 0; i < 2000; i++)"
                 " a.push(new Uint8Array(1 << 20).fill(1));"
                 " console.log('alive')")
        objects = ("const a = []; for (let i = 0; i < 1e8; i++)"
                   " a.push({x: [Math.random()]}); console.log('alive')")
        for profile, code in (
                ("node", array), ("deno", array), ("bun", array),
                ("quartermaster-node", array), ("quartermaster-deno", array),
                ("quartermaster-bun", array), ("node", objects),
                ("deno", objects), ("bun", objects)):
            with self.subTest(profile):
                limits = {} if profile.startswith("quartermaster") else TIME
                result = evalctl.run({"profile": profile, "code": code,
                                      "limits": limits}, USER)
                if "limits_not_in_force" not in result.json:
                    self.skipTest("this user has a cgroup")
                self.assertIn(result.command["outcome"],
                              ("EXITED", "SIGNALED"), result)
                self.assertNotEqual(result.command["exit_status"], 0, result)
                # Each has its own words for it.
                self.assertNotEqual(result.err, "", result)
                self.assertEqual(result.out, "", result)
                self.assertLess(result.command["usage"]["max_rss_bytes"],
                                1300 * MiB, result)

    def test_check_says_it(self):
        result = evalctl.evalctl("check", "--config", evalctl.config())
        if "not in force" not in result.stderr:
            self.skipTest("this user has a cgroup")
        self.assertRegex(result.stderr,
                         "not in force: cgroup_mem_max: mkdir .* every profile")


class Others(case.JailTestCase):
    def test_processes(self):
        for who in self.for_each_identity():
            result = evalctl.python(
                "import os, signal\n"
                "n = 0\n"
                "try:\n"
                "    while n < 200:\n"
                "        if os.fork() == 0: signal.pause()\n"
                "        n += 1\n"
                "except OSError as error: print(n, error.errno)\n", who,
                limits={**TIME, "pids": 20})
            self.assertRegex(result.out, r"^1[0-9] 11\n$", result)
            if who == ROOT:
                self.assertIn("pids", [hit["name"] for hit
                                       in result.command["limits_met"]])

    def test_share_of_the_processors(self):
        if ROOT not in case.identities.ALL:
            self.skipTest("only root may make cgroups here")
        body = {"image": "python", "cpu_shares": 2048, "timeout": 60,
                "code": "import time\ntime.sleep(60)"}
        # pylint: disable-next=consider-using-with
        process = subprocess.Popen(
            evalctl.argv("run", "--config", evalctl.config(), "--api",
                         "quartermaster", identity=ROOT),
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        process.stdin.write(json.dumps(body))
        process.stdin.close()

        def has_weight():
            for folder in map(pathlib.Path, cgroups.jails([process.pid])):
                for name, value in (("cpu.shares", "2048"),
                                    ("cpu.weight", "200")):
                    try:
                        text = (folder / name).read_text().strip()
                    except OSError:
                        continue
                    if text == value:
                        return True
            return False
        wait.until(has_weight, "a cgroup of it that has the weight")

    def test_a_weight_out_of_range(self):
        result = evalctl.run({"profile": "quartermaster-python", "code": "",
                              "limits": {"cpu_weight": 10001}})
        self.assertEqual(result.json["error"]["place"], "/limits/cpu_weight")


if __name__ == "__main__":
    case.main()
