# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""`cmake --install` and the .deb hold what a user needs, and it runs."""

import os
import pathlib
import subprocess
import tempfile

from support import case, files, launch
from support.identity import ALL

WANTED = ["bin/jail", "bin/jailctl", "share/man/man1/jail.1",
          "share/bash-completion/completions/jail", "bin/evalctl",
          "share/man/man1/evalctl.1", "share/man/man1/jailctl.1",
          "share/bash-completion/completions/evalctl",
          "share/zsh/site-functions/_evalctl",
          "share/fish/vendor_completions.d/evalctl.fish",
          "share/doc/jail/examples/snek.cfg"]
WANTED += [f"share/doc/jail/{path.name}" for path in files.SOURCE.glob("*.md")]


def run(*argv, **kwargs):
    return subprocess.run([str(a) for a in argv], check=True, text=True,
                          capture_output=True, **kwargs).stdout


class InstallTest(case.JailTestCase):

    def test_an_installed_jail_runs(self):
        with tempfile.TemporaryDirectory(prefix="jail-test-") as prefix:
            os.chmod(prefix, 0o755)
            run("cmake", "--install", files.BUILD, "--prefix", prefix)
            missing = [w for w in WANTED
                       if not pathlib.Path(prefix, w).exists()]
            self.assertEqual(missing, [])
            self.assertIn("jail ", run(f"{prefix}/bin/jail", "--version"))
            config = launch.write_config(launch.probe_config())
            for who in self.for_each_identity(ALL):
                out = run(*who.prefix, f"{prefix}/bin/jail", "--config",
                          config, "--", "/probe")
                self.assertIn('"hostname":"jail-probe"', out)

    def test_the_package(self):
        with tempfile.TemporaryDirectory(prefix="jail-test-") as folder:
            run("cpack", "--config", files.BUILD / "CPackConfig.cmake",
                "-B", folder, cwd=folder)
            package, = pathlib.Path(folder).glob("*.deb")
            listing = run("dpkg-deb", "--contents", package)
            for wanted in WANTED:
                self.assertRegex(listing, f" ./usr/{wanted}(.gz)?\n")
            fields = run("dpkg-deb", "--field", package)
            self.assertIn("Package: jail\n", fields)
            unpacked = pathlib.Path(folder, "unpacked")
            run("dpkg-deb", "--extract", package, unpacked)
            self.assertIn("jail ", run(unpacked / "usr/bin/jail", "--version"))

    def test_binaries_are_static_and_their_symbols_beside_them(self):
        for name in ("jail", "jailctl"):
            with self.subTest(binary=name):
                program = files.BUILD / "bin" / name
                headers = run("readelf", "-lW", program)
                self.assertNotIn("INTERP", headers)
                self.assertIn("GNU_RELRO", headers)
                self.assertRegex(headers, r"GNU_STACK .* RW ")
                sections = run("readelf", "-SW", program)
                self.assertIn(".gnu_debuglink", sections)
                self.assertNotIn(".debug_info", sections)
                self.assertIn(".debug_info", run(
                    "readelf", "-SW", f"{program}.debug"))

    def test_no_path_of_this_machine_is_in_the_binaries(self):
        for name in ("jail", "jailctl"):
            content = (files.BUILD / "bin" / name).read_bytes()
            self.assertNotIn(str(files.SOURCE).encode(), content)


if __name__ == "__main__":
    case.main()
