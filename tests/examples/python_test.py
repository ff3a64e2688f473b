# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""examples/python.cfg: your own program, in its own directory."""

from examples import example
from support import case, files


class Python(case.JailTestCase):

    def test_the_current_directory_is_work_and_writable(self):
        for who in self.for_each_identity():
            project = files.stage() / f"project-{who.name}"
            project.mkdir()
            project.chmod(0o777)
            (project / "main.py").write_text(
                "import os, pathlib\n"
                "print(os.getcwd(), sorted(os.listdir('.')))\n"
                "pathlib.Path('result').write_text('kept')\n")
            result = example.run("python", "python3", "main.py", identity=who,
                                 cwd=project)
            self.assert_exit(result, 0)
            self.assertEqual(result.out, "/work ['main.py']\n")
            self.assertEqual((project / "result").read_text(), "kept")

    def test_the_rest_of_the_host_is_missing(self):
        for who in self.for_each_identity():
            result = example.run(
                "python", "python3", "-c",
                "import os; print(*sorted(os.listdir('/')))", identity=who,
                cwd=files.stage())
            self.assert_exit(result, 0)
            self.assertEqual(result.out.split(), [
                "bin", "dev", "etc", "lib", "lib64", "proc", "tmp", "usr",
                "work"])


if __name__ == "__main__":
    case.main()
