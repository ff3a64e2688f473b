# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""What a program leaves in its workspace to harm whoever looks at it."""

import pathlib

import evalctl
from support import case, files


class Collect(case.JailTestCase):
    def left_out(self, result):
        return {path: file["left_out"] for path, file in result.files.items()
                if "left_out" in file}

    def test_only_regular_files_of_the_workspace(self):
        secret = files.stage() / "secret"
        secret.write_text("secret")
        secret.chmod(0o644)
        for who in self.for_each_identity():
            result = evalctl.python(
                "import os, socket\n"
                f"os.symlink({str(secret)!r}, 'absolute')\n"
                "os.symlink('../../../etc/passwd', 'up')\n"
                "os.symlink('loop', 'loop')\n"
                "os.symlink('.', 'dir')\n"
                "os.symlink('/proc/self/environ', 'magic')\n"
                "os.mkfifo('fifo')\n"
                "socket.socket(socket.AF_UNIX).bind('socket')\n"
                "open('good', 'w').write('good')\n"
                "open('none', 'w').close()\n"
                "os.chmod('none', 0)\n", identity=who)
            self.assertEqual(result.status, 0, result)
            self.assertEqual(self.left_out(result), dict.fromkeys(
                ["absolute", "dir", "fifo", "loop", "magic", "socket", "up"],
                "NOT_REGULAR"), result)
            self.assertEqual(result.files["good"]["text"], "good")
            self.assertEqual(result.files["none"]["text"], "")
            self.assertNotIn(b"secret\"", result.stdout)

    def test_links_are_followed_beneath_the_workspace_alone(self):
        folder = files.stage() / "links"
        folder.mkdir()
        text = pathlib.Path(evalctl.config()).read_text().replace(
            'jail_config: "evalctl', f'jail_config: "{files.stage()}'
            '/evalctl-config/evalctl').replace(
                "collect {", "follow_links: true\n  collect {", 1)
        (folder / "evalctl.cfg").write_text(text)
        for path in (folder, folder / "evalctl.cfg"):
            path.chmod(0o755)
        result = evalctl.evalctl(
            "run", "--config", folder / "evalctl.cfg", "-c",
            "import os\n"
            "open('f', 'w').write('x')\n"
            "os.symlink('f', 'in')\n"
            "os.symlink('/etc/passwd', 'out')\n"
            "os.symlink('../home/f', 'round')\n"
            "os.symlink('/home/f', 'by_root')\n"
            "os.mkfifo('fifo'); os.symlink('fifo', 'to_fifo')\n")
        # As the program saw them: "../home/f" is "f".
        for name in ("in", "by_root", "round"):
            self.assertEqual(result.files[name]["text"], "x", result)
        self.assertEqual(self.left_out(result), dict.fromkeys(
            ["fifo", "out", "to_fifo"], "NOT_REGULAR"), result)

    def test_names_that_are_not_utf8_lose_no_other(self):
        result = evalctl.python("open(b'\\xc3', 'w').close()\n"
                                "open('z', 'w').write('z')")
        self.assertEqual(result.files["\ufffd"]["left_out"], "BAD_NAME", result)
        self.assertEqual(result.files["z"]["text"], "z")

    def test_large_and_sparse(self):
        result = evalctl.python(
            "import os\n"
            "open('a', 'w').write('a')\n"
            "os.truncate(os.open('sparse', os.O_CREAT | os.O_WRONLY), 48 << 20)\n")
        self.assertEqual(self.left_out(result), {"sparse": "TOO_LARGE"}, result)
        self.assertEqual(result.files["a"]["text"], "a")

    def test_limits_of_number_size_and_depth(self):
        result = evalctl.python(
            "import os\n"
            "for i in range(20): open(f'f{i:02}', 'w').write('x' * 100)\n"
            "os.makedirs('d/d/d')\nopen('d/d/d/deep', 'w').close()\n",
            collect={"max_files": 3, "max_depth": 3})
        self.assertFalse(result.json["files_complete"], result)
        out = self.left_out(result)
        self.assertEqual(out.pop("d/d/d"), "TOO_DEEP")
        self.assertEqual(set(out.values()), {"TOO_MANY"})
        self.assertEqual([p for p, f in result.files.items() if "text" in f],
                         ["f00", "f01", "f02"])
        result = evalctl.python(
            "for i in range(20): open(f'f{i:02}', 'w').write('x' * 100)\n",
            collect={"max_bytes": 250})
        self.assertEqual(len([f for f in result.files.values() if "text" in f]),
                         2, result)
        self.assertEqual(set(self.left_out(result).values()),
                         {"TOTAL_TOO_LARGE"})

    def test_a_tree_of_great_depth(self):
        result = evalctl.python(
            "import os\n"
            "for i in range(3000): os.mkdir('d'); os.chdir('d')\n")
        self.assertEqual(result.status, 0, result)
        self.assertEqual(set(self.left_out(result).values()), {"TOO_DEEP"})
        self.assertFalse(result.json["files_complete"])

    def test_no_depth_at_all_sees_nothing(self):
        result = evalctl.python("open('f', 'w')", collect={"max_depth": 0})
        self.assertEqual(result.files, {}, result)
        self.assertFalse(result.json["files_complete"])

    def test_as_many_files_as_the_workspace_takes(self):
        result = evalctl.python(
            "import itertools\n"
            "try:\n"
            "  for i in itertools.count(): open(f'{i:06}', 'w').close()\n"
            "except OSError as e: print(e.errno)\n")
        self.assertEqual(result.out, "28\n", result)  # ENOSPC: inodes
        self.assertFalse(result.json["files_complete"])
        self.assertLessEqual(len(result.files), 1200)

    def test_a_hard_link_is_counted_once(self):
        result = evalctl.python(
            "import os\nopen('a', 'w').write('x' * 100)\n"
            "for i in range(50): os.link('a', f'b{i}')\n",
            collect={"max_bytes": 100})
        self.assertTrue(result.json["files_complete"], result)
        self.assertEqual({f.get("same_as") for p, f in result.files.items()
                          if p != "a"}, {"a"})

    def test_a_hard_link_to_what_was_left_out_is_left_out(self):
        result = evalctl.python(
            "import os\nopen('a', 'w').write('x')\n"
            "open('b', 'w').write('x' * 100); os.link('b', 'c')\n",
            collect={"max_bytes": 50})
        self.assertEqual(self.left_out(result), {"b": "TOTAL_TOO_LARGE",
                                                 "c": "TOTAL_TOO_LARGE"})
        self.assertNotIn("same_as", result.files["c"])

    def test_patterns_and_hidden_files(self):
        result = evalctl.python(
            "import os\n"
            "os.makedirs('d/.h')\n"
            "for f in ['a.txt', '_b.txt', '.c.txt', 'd/e.txt', 'd/.h/g.txt',"
            " 'd/x.png']: open(f, 'w').write('x')\n",
            collect={"patterns": ["**/[!_]*.txt"]})
        self.assertEqual(sorted(result.files), ["a.txt", "d/e.txt"], result)
        result = evalctl.python("open('.c', 'w').write('x')",
                                collect={"patterns": [".*"]})
        self.assertEqual(sorted(result.files), [".c"], result)
        result = evalctl.python("open('c', 'w').write('x')",
                                collect={"nothing": True})
        self.assertEqual(result.json["files"], [], result)

    def test_order_is_that_of_the_bytes_of_paths(self):
        result = evalctl.python(
            "import os\nos.mkdir('a')\n"
            "for f in ['b', 'a/b', 'a.txt', 'B', 'a0']:"
            " open(f, 'w').write('x')\n")
        self.assertEqual(list(result.files), ["B", "a.txt", "a/b", "a0", "b"])


class Processes(case.JailTestCase):
    def test_what_stays_behind_is_dead_before_collecting(self):
        for who in self.for_each_identity():
            result = evalctl.python(
                "import os, time\n"
                "if os.fork() == 0:\n"
                "  os.setsid()\n"
                "  while True:\n"
                "    open('f', 'w').write(str(time.time()))\n"
                "print('done')\n", identity=who)
            self.assertEqual(result.out, "done\n", result)
            self.assertEqual(result.command["outcome"], "EXITED")

    def test_nothing_stays_for_the_next(self):
        for who in self.for_each_identity():
            for _ in range(2):
                result = evalctl.python(
                    "import os\n"
                    "print(os.listdir('/home'), os.listdir('/tmp'),"
                    " os.listdir('/dev/shm'))\n"
                    "for d in ['/home', '/tmp', '/dev/shm']:\n"
                    "  open(d + '/left', 'w').close()\n", identity=who)
                self.assertEqual(result.out, "['main.py'] [] []\n", result)

    def test_the_program_sees_no_descriptor_but_its_own(self):
        result = evalctl.python(
            "import os\nprint(sorted(os.listdir('/proc/self/fd'))[:3],"
            " len(os.listdir('/proc/self/fd')))")
        # The fourth is the listing's own.
        self.assertEqual(result.out, "['0', '1', '2'] 4\n", result)


if __name__ == "__main__":
    case.main()
