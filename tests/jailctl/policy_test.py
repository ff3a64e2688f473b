# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""jailctl policy: its command line, its texts and its documents."""

import json
import pathlib
import struct
import subprocess

from support import case, files

PROFILE = (files.SOURCE / "jail" / "seccomp" / "testdata" /
           "container_profile.json")
POLICY = """\
POLICY base {
  ALLOW { read, write(fd, buf, n) { fd == 1 || fd == 2 }, exit_group }
  ERRNO(EPERM) { ptrace }
}
USE base
ALLOW { socket(family, type, protocol) { family == AF_UNIX } }
DEFAULT KILL
"""


def jailctl(*args, text=None):
    """Runs `jailctl policy ARGS` in the folder of the test's files."""
    return subprocess.run(
        [files.binary("jailctl"), "policy", *map(str, args)], input=text,
        capture_output=True, text=True, timeout=60, check=False,
        cwd=files.stage(), env={"LC_ALL": "C"})


def written(name, text=POLICY):
    path = pathlib.Path(files.stage()) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return name  # relative: what is printed names no temporary folder


class Check(case.JailTestCase):
    def test_a_good_policy(self):
        result = jailctl("check", written("good.kafel"))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertRegex(result.stdout, r"\Agood.kafel: ok, \d+ instructions\n\Z")

    def test_all_errors_of_all_files(self):
        result = jailctl("check", written("good.kafel"),
                         written("a.kafel", "ALLOW { reed,\n writ }\nDEFALT KILL"),
                         written("b.kafel", "ALLOW { write { fdd == 1 } }"))
        self.assertEqual(result.returncode, 1)
        self.assertIn("good.kafel: ok", result.stdout)
        for line in ("jailctl: a.kafel:1:9: there is no syscall reed; did you "
                     "mean read?",
                     "jailctl: a.kafel:2:2: there is no syscall writ; did you "
                     "mean write?",
                     "jailctl: a.kafel:3:1: ",
                     "jailctl: b.kafel:1:17: write has no argument fdd"):
            self.assertIn(line, result.stderr)

    def test_json(self):
        result = jailctl("check", "--json", written("good.kafel"),
                         written("a.kafel", "ALLOW { reed }"))
        self.assertEqual(result.returncode, 1)
        good, bad = json.loads(result.stdout)
        self.assertTrue(good["ok"])
        self.assertGreater(good["instructions"], 5)
        self.assertFalse(bad["ok"])
        self.assertEqual(len(bad["errors"]), 1)

    def test_standard_input(self):
        result = jailctl("check", "-", text="ALLOW { reed }")
        self.assertEqual(result.returncode, 1)
        self.assertIn("jailctl: -:1:9: ", result.stderr)

    def test_includes_are_found_beside_the_policy(self):
        written("sub/part.kafel", "POLICY part { ALLOW { reed } }")
        result = jailctl("check", written(
            "sub/whole.kafel", '#include "part.kafel"\nUSE part'))
        self.assertEqual(result.returncode, 1)
        self.assertIn("part.kafel:1:23: there is no syscall reed",
                      result.stderr)
        result = jailctl("check", written(
            "sub/out.kafel", '#include "../good.kafel"\nDEFAULT KILL'))
        self.assertEqual(result.returncode, 1)
        self.assertIn("sub/out.kafel:1:", result.stderr)

    def test_a_config_that_holds_a_policy(self):
        result = jailctl("check", written(
            "in.cfg", 'name: "x"\n\nseccomp_string: "ALLOW { read }"\n'
            'seccomp_string: "ALLOW { reed }"\n'))
        self.assertEqual(result.returncode, 1)
        self.assertIn("jailctl: in.cfg:4:26: there is no syscall reed",
                      result.stderr)
        written("good.cfg", 'seccomp_string: "ALLOW { read }"\n'
                'seccomp_string: "ERRNO(EPERM) { write }"\n')
        result = jailctl("eval", "good.cfg", "write")
        self.assertIn("ERRNO(EPERM), by good.cfg:2:33 (write)", result.stdout)

    def test_a_config_that_names_a_policy(self):
        path = files.stage() / written("good.kafel")
        result = jailctl("check", written(
            "names.cfg", f'seccomp_policy_file: "{path}"\n'))
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_a_config_for_two_architectures(self):
        name = written("two.cfg", 'seccomp_arch: "i386"\n'
                       'seccomp_string: "ALLOW { newfstatat } DEFAULT KILL"\n')
        result = jailctl("check", name)
        self.assertEqual(result.returncode, 1)
        self.assertIn("two.cfg:2:26: there is no syscall newfstatat on x86",
                      result.stderr)
        name = written("two.cfg", 'seccomp_arch: "i386"\n'
                       'seccomp_string: "ALLOW { read } DEFAULT KILL"\n')
        both = jailctl("dump", name)
        self.assertIn("; x86\n", both.stdout)
        self.assertNotIn("; x86\n",
                         jailctl("dump", name, "--arch", "aarch64").stdout)

    def test_a_config_without_a_policy(self):
        result = jailctl("check", written("none.cfg", 'name: "x"\n'))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("none.cfg: names no policy", result.stderr)
        self.assertIn("ERRNO(EPERM)",
                      jailctl("eval", "none.cfg", "mount").stdout)
        result = jailctl("check", written("none.cfg",
                                          "seccomp_default: NONE\n"))
        self.assertEqual(result.returncode, 1)
        self.assertIn("seccomp_default is NONE", result.stderr)

    def test_what_is_not_there(self):
        result = jailctl("check", "nowhere.kafel")
        self.assertEqual(result.returncode, 1)
        self.assertIn("nowhere.kafel: open: ENOENT", result.stderr)


    def test_a_profile_of_containers(self):
        result = jailctl("check", PROFILE)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("note: ", result.stderr)
        self.assertIn("jail_makes_this_one_up", result.stderr)
        result = jailctl("check", written(
            "p.json", '{"defaultAction": "SCMP_ACT_ERRNO",\n "syscalls": '
            '[{"names": ["read"], "action": "SCMP_ACT_ALOW"},\n'
            '{"names": "read", "action": "SCMP_ACT_LOG"}]}'))
        self.assertEqual(result.returncode, 1)
        self.assertEqual(
            result.stderr,
            'jailctl: p.json: /syscalls/0/action: there is no action '
            '"SCMP_ACT_ALOW"; did you mean SCMP_ACT_ALLOW?\n'
            'jailctl: p.json: /syscalls/1/names: is no array, but string\n')


class Dump(case.JailTestCase):
    def test_rules_stand_beside_their_returns(self):
        result = jailctl("dump", written("p.kafel"))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertRegex(result.stdout, r"ret  ERRNO\(EPERM\)  ; "
                         r"p.kafel:3:18 \(ptrace\)\n")
        self.assertRegex(result.stdout, r"ret  ALLOW  ; p.kafel:2:11 \(read\), "
                         r"p.kafel:2:17 \(write\), p.kafel:6:9 \(socket\) "
                         r"and 1 more\n")
        self.assertRegex(result.stdout, r"ret  KILL_THREAD  ; DEFAULT\n")
        self.assertRegex(result.stdout, r"ld   args\[0\].low  ; write: fd\n")
        self.assertIn("; x86_64\n", result.stdout)

    def test_all_formats_hold_the_same_filter(self):
        name = written("p.kafel")
        raw = subprocess.run(
            [files.binary("jailctl"), "policy", "dump", name, "--format", "raw"],
            capture_output=True, cwd=files.stage(), timeout=60,
            check=True).stdout
        filter_ = [struct.unpack_from("=HBBI", raw, at)
                   for at in range(0, len(raw), 8)]
        document = json.loads(jailctl("dump", name, "--json").stdout)
        self.assertEqual(
            [(i["code"], i["jt"], i["jf"], i["k"])
             for i in document["instructions"]], filter_)
        assembly = jailctl("dump", name).stdout.splitlines()
        self.assertEqual(len(assembly), len(filter_) + 1)
        source = jailctl("dump", name, "--format=c").stdout
        binary = files.stage() / "filter"
        subprocess.run(
            ["cc", "-x", "c", "-", "-o", binary], check=True, timeout=120,
            input=source + "#include <unistd.h>\nint main(void) { return "
            "write(1, filter, sizeof filter) != sizeof filter; }\n", text=True)
        self.assertEqual(subprocess.run([binary], capture_output=True,
                                        timeout=60, check=True).stdout, raw)

    def test_other_architectures(self):
        result = jailctl("dump", written("p.kafel"), "--arch", "x86_64,x86")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("for x86_64 and x86", result.stdout)
        self.assertIn("; x86\n", result.stdout)
        result = jailctl("dump", "p.kafel", "--arch=x86_46")
        self.assertEqual(result.returncode, 2)
        self.assertIn("did you mean x86_64?", result.stderr)


class Eval(case.JailTestCase):
    def test_decisions_and_their_rules(self):
        name = written("p.kafel")
        for words, expected in (
                (["read"], "read(): ALLOW, by p.kafel:2:11 (read); the "
                 "kernel's bitmap, no instruction is run"),
                (["write", "1"], "write(1): ALLOW, by p.kafel:2:17 (write);"),
                (["write", "0x3"], "write(3): KILL_THREAD, by DEFAULT, p.kafel:7:1;"),
                (["write", "-1"], "write(0xffffffffffffffff): KILL_THREAD"),
                (["socket", "AF_UNIX", "SOCK_STREAM|SOCK_CLOEXEC"],
                 "socket(AF_UNIX, 0x80001): ALLOW, by p.kafel:6:9 (socket)"),
                (["socket", "AF_VSOCK"], "socket(AF_VSOCK): KILL_THREAD"),
                (["101"], "ptrace(): ERRNO(EPERM), by p.kafel:3:18 (ptrace)"),
                (["600"], "SYSCALL[600](): KILL_THREAD, by DEFAULT")):
            with self.subTest(words=words):
                result = jailctl("eval", name, *words)
                self.assertEqual(result.returncode, 0, result.stderr)
                self.assertTrue(result.stdout.startswith(expected),
                                result.stdout)

    def test_json(self):
        document = json.loads(jailctl("eval", written("p.kafel"), "write", "2",
                                      "--json").stdout)
        self.assertEqual(document["action"], "ALLOW")
        self.assertEqual(document["args"], [2])
        self.assertEqual(document["number"], 1)
        self.assertFalse(document["by_bitmap"])

    def test_a_profile_of_containers(self):
        for words, expected in (
                (["mount"], "mount(): ERRNO(EPERM), by DEFAULT;"),
                (["clone3"], f"clone3(): ERRNO(ENOSYS), by {PROFILE}: "
                 "/syscalls/9 (clone3)"),
                (["clone", "0x11"], f"clone(17): ALLOW, by {PROFILE}: "
                 "/syscalls/8 (clone)")):
            with self.subTest(words=words):
                result = jailctl("eval", PROFILE, *words)
                self.assertEqual(result.returncode, 0, result.stderr)
                self.assertTrue(result.stdout.startswith(expected),
                                result.stdout)

    def test_a_call_by_its_number(self):
        for call in ("39", "0x27", "SYSCALL[39]", "SYSCALL[0x27]", "getpid"):
            result = jailctl("eval", written("p.kafel"), call)
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertTrue(result.stdout.startswith("getpid(): KILL_THREAD"))

    def test_wrong_words(self):
        name = written("p.kafel")
        for words, status, expected in (
                (["wriet"], 1, 'there is no syscall "wriet" on x86_64; did you '
                 "mean write?"),
                (["socket", "AF_UNX"], 1, "did you mean AF_UNIX?"),
                (["read"] + ["1"] * 7, 2, "at most 6 arguments"),
                ([], 2, "eval takes a policy and a syscall")):
            with self.subTest(words=words):
                result = jailctl("eval", name, *words)
                self.assertEqual(result.returncode, status)
                self.assertIn(expected, result.stderr)
                self.assertEqual(result.stdout, "")


class Diff(case.JailTestCase):
    def test_equal(self):
        result = jailctl("diff", written("p.kafel"), written("q.kafel"))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(result.stdout, "No difference was found.\n")

    def test_different(self):
        other = POLICY.replace(" || fd == 2", "").replace("ptrace", "bpf")
        result = jailctl("diff", written("p.kafel"), written("q.kafel", other))
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertRegex(result.stdout,
                         r"write\(fd=2\) +-ALLOW +\+KILL_THREAD\n")
        self.assertRegex(result.stdout,
                         r"ptrace +-ERRNO\(EPERM\) +\+KILL_THREAD\n")
        self.assertRegex(result.stdout, r"bpf +-KILL_THREAD +\+ERRNO\(EPERM\)\n")
        self.assertIn("\n3 differences.\n", result.stdout)
        document = json.loads(jailctl("diff", "--json", "p.kafel",
                                      "q.kafel").stdout)
        self.assertEqual([d["syscall"] for d in document["differences"]],
                         ["write", "ptrace", "bpf"])
        self.assertEqual(document["differences"][0]["arguments"], {"0": 2})
        self.assertTrue(document["differences"][1]["every_argument"])

    def test_one_that_is_wrong(self):
        result = jailctl("diff", written("p.kafel"), "nowhere.kafel")
        self.assertEqual(result.returncode, 2)


class Explain(case.JailTestCase):
    def test_groups_and_dangers(self):
        result = jailctl("explain", written(
            "p.kafel", "ALLOW { read, bpf, clone { clone_flags == 0x11 } }\n"
            "DEFAULT KILL_PROCESS"))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("p.kafel on x86_64; what no rule names: KILL_PROCESS",
                      result.stdout)
        self.assertRegex(result.stdout, r"Files: 1 of \d+\n  read\n")
        self.assertIn("  by argument: clone\n", result.stdout)
        self.assertIn("  high    bpf: ", result.stdout)
        self.assertIn("allowed: bpf, by p.kafel:1:15\n", result.stdout)

    def test_no_line_is_too_long(self):
        result = jailctl("explain", "-", text="DEFAULT ALLOW")
        self.assertEqual(result.returncode, 0, result.stderr)
        for line in result.stdout.splitlines():
            self.assertLessEqual(len(line), 80, line)

    def test_a_shipped_policy(self):
        document = json.loads(jailctl("explain", "--json",
                                      "default_deny_dangerous").stdout)
        self.assertEqual(document["default"], "ALLOW")
        # What the default leaves open is no worse than low.
        self.assertEqual({d["severity"] for d in document["dangers"]}, {"low"})

    def test_nothing_is_dangerous(self):
        result = jailctl("explain", "-", text="ALLOW { read } DEFAULT KILL")
        self.assertTrue(result.stdout.endswith(
            "What is dangerous, worst first\n  nothing\n"), result.stdout)
        document = json.loads(jailctl("explain", "--json", "-",
                                      text="ALLOW { read, keyctl }").stdout)
        self.assertEqual([d["what"] for d in document["dangers"]],
                         ["kernel keyrings"])


class CommandLine(case.JailTestCase):
    def test_what_could_not_be_written_is_no_success(self):
        written("good.kafel")
        for words in (["check", "good.kafel"], ["explain", "good.kafel"],
                      ["dump", "good.kafel", "--format=raw"],
                      ["learn", "--", "/bin/true"], ["--help"]):
            with self.subTest(words=words), open("/dev/full", "w") as full:
                result = subprocess.run(
                    [files.binary("jailctl"), "policy", *words], stdout=full,
                    stderr=subprocess.PIPE, text=True, timeout=60, check=False,
                    cwd=files.stage())
                self.assertEqual(result.returncode, 1)
                self.assertIn("write to stdout: ENOSPC", result.stderr)

    def test_a_misspelt_shipped_policy(self):
        result = jailctl("check", "pyhton")
        self.assertEqual(result.returncode, 1)
        self.assertIn("ENOENT (No such file or directory); did you mean "
                      "python?", result.stderr)

    def test_help(self):
        result = jailctl("--help")
        self.assertEqual(result.returncode, 0)
        self.assertIn("jailctl policy eval", result.stdout)

    def test_what_is_wrong_is_said(self):
        for words, expected in (([], "what is to be done?"),
                                (["chek"], "did you mean check?"),
                                (["check"], "which policy?"),
                                (["check", "--colour"], "unknown option"),
                                (["dump", "a", "b"], "dump takes one policy"),
                                (["dump", "a", "--format", "elf"],
                                 "asm, c, raw or json"),
                                (["eval", "a", "read", "--format", "c"],
                                 "only dump takes --format"),
                                (["dump", "a", "--arch"], "wants a value")):
            with self.subTest(words=words):
                result = jailctl(*words)
                self.assertEqual(result.returncode, 2)
                self.assertIn(expected, result.stderr)
                self.assertEqual(result.stdout, "")


if __name__ == "__main__":
    case.main()
