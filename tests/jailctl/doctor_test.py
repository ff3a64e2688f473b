# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""jailctl doctor: what it says where something is missing, and that it is true."""

import json
import os
import subprocess

from support import case, files, identity, leaks


def doctor(*args, prefix=(), script=None, env=None):
    """Runs it, after the shell commands `script` in the same namespaces."""
    argv = [*prefix]
    if script is not None:
        argv += ["/bin/sh", "-c", f'set -e; {script}; exec "$0" "$@"']
    argv += [files.binary("jailctl"), "doctor", *args]
    return subprocess.run(argv, capture_output=True, text=True, timeout=60,
                          check=False, cwd="/", env=env)


def findings(result):
    sections = json.loads(result.stdout)["sections"]
    return {f["name"]: f for s in sections for f in s["findings"]}


UNSHARE = ("/usr/bin/unshare", "-r")


class Doctor(case.JailTestCase):
    def test_every_caller_is_told_whether_a_jail_works(self):
        for who in self.for_each_identity():
            result = doctor("--json", prefix=who.prefix)
            self.assertEqual(result.stderr, "")
            self.assertEqual(result.returncode, 0, result.stdout)
            document = json.loads(result.stdout)
            self.assertTrue(document["usable"])
            callers = [v for v in document["verdicts"] if v["is_caller"]]
            self.assertEqual(len(callers), 1)

    def test_everything_missing_has_its_fix(self):
        for who in self.for_each_identity():
            for name, finding in findings(
                    doctor("--json", prefix=who.prefix)).items():
                self.assertEqual(finding["state"] == "missing",
                                 finding["fix"] != "", name)

    def test_root_learns_of_an_unprivileged_user_too(self):
        if identity.ROOT not in identity.ALL:
            self.skipTest("needs root")
        document = json.loads(doctor("--json").stdout)
        self.assertEqual([v["who"] for v in document["verdicts"]],
                         ["root", "an unprivileged user (uid 65534)"])

    def test_names_the_sysctl_that_forbids_user_namespaces(self):
        result = doctor(prefix=UNSHARE,
                        script="echo 0 > /proc/sys/user/max_user_namespaces")
        self.assertEqual(result.returncode, 1, result.stdout)
        verdict = " ".join(result.stdout.partition("Verdict\n")[2].split())
        self.assertIn("user namespace: clone3: ENOSPC", verdict)
        self.assertIn("sysctl -w user.max_user_namespaces=", verdict)

    def test_names_the_sysctl_that_forbids_another_namespace(self):
        result = doctor(prefix=UNSHARE,
                        script="echo 0 > /proc/sys/user/max_net_namespaces")
        self.assertEqual(result.returncode, 1, result.stdout)
        verdict = " ".join(result.stdout.partition("Verdict\n")[2].split())
        self.assertIn("net namespace: clone3: ENOSPC", verdict)
        self.assertIn("sysctl -w user.max_net_namespaces=", verdict)

    def test_sees_that_a_container_hides_parts_of_proc(self):
        # As container engines do: the kernel then refuses a new procfs.
        result = doctor("--json", prefix=(*UNSHARE, "-m"),
                        script="mount -t tmpfs none /proc/acpi || "
                        "mount -t tmpfs none /proc/sys")
        self.assertEqual(result.returncode, 0, result.stdout)
        proc = findings(result)["fresh proc, as root"]
        self.assertEqual(proc["state"], "missing")
        self.assertIn("EPERM", proc["value"])
        self.assertIn("unmask=ALL", proc["fix"])
        self.assertIn("fresh proc",
                      json.loads(result.stdout)["verdicts"][0]["lacks"])

    def test_says_that_a_chroot_forbids_user_namespaces(self):
        if identity.ROOT not in identity.ALL:
            self.skipTest("needs root")
        # /tmp is no root of a mount: a real chroot, which the kernel detects.
        result = doctor("--json", prefix=(
            "/usr/bin/unshare", "-m", "/bin/sh", "-c",
            'd=$1; shift; mkdir "$d/root"; mount -t tmpfs none "$d/root"; '
            'mkdir -p "$d/root/in"; mount --rbind / "$d/root/in"; '
            'exec chroot "$d/root/in" "$@"', "sh", str(files.stage())))
        self.assertEqual(result.returncode, 1, result.stdout + result.stderr)
        verdict = json.loads(result.stdout)["verdicts"][0]
        self.assertIn("user namespace: clone3: EPERM", verdict["why"])
        self.assertIn("chroot", verdict["fix"])

    def test_leaves_nothing_behind(self):
        with leaks.Watch():
            self.assertEqual(doctor().returncode, 0)

    def test_text_is_plain_off_a_terminal_and_fits(self):
        text = doctor().stdout
        self.assertNotIn("\033", text)
        for line in text.splitlines():
            self.assertLessEqual(len(line), 80, line)

    def test_colours_a_terminal_unless_told_not_to(self):
        for no_color, expected in (("", True), ("1", False)):
            with self.subTest(NO_COLOR=no_color):
                parent, child = os.openpty()
                process = subprocess.Popen(
                    [files.binary("jailctl"), "doctor"], stdout=child,
                    env={**os.environ, "NO_COLOR": no_color})
                os.close(child)
                text = b""
                while True:
                    try:
                        part = os.read(parent, 65536)
                    except OSError:  # EIO: the other side is closed
                        break
                    text += part
                    if not part:
                        break
                os.close(parent)
                self.assertEqual(process.wait(), 0)
                self.assertEqual(b"\033[" in text, expected)

    def test_wrong_command_lines(self):
        for args, message in ((["doctor", "x"], "doctor takes no file"),
                              (["doctor", "--jsn"], "unknown option --jsn"),
                              (["docto"], "unknown command docto"),
                              ([], "what is to be done?")):
            result = subprocess.run([files.binary("jailctl"), *args],
                                    capture_output=True, text=True,
                                    check=False, timeout=60)
            self.assertEqual(result.returncode, 2)
            self.assertEqual(result.stdout, "")
            self.assertTrue(result.stderr.startswith(f"jailctl: {message}\n"),
                            result.stderr)


if __name__ == "__main__":
    case.main()
