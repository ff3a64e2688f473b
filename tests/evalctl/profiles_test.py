# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Each profile of examples/evalctl.cfg says hello."""

import evalctl
from support import case


class Profiles(case.JailTestCase):
    def test_all_are_ready_and_work(self):
        for who in self.for_each_identity():
            result = evalctl.evalctl("check", "--config", evalctl.config(),
                                     identity=who)
            found = dict(line.split(maxsplit=1)
                         for line in result.stdout.decode().splitlines())
            # The dialects' profiles have no hello: dialects_test.py runs them,
            # and what tools/runtimes installs need not be there.
            dialects = {name for name in found if name.startswith(
                ("snekbox", "codebox", "pybox", "python-", "quartermaster-"))}
            for name in dialects:
                self.assertRegex(found.pop(name),
                                 "has no hello to try|not ready: no /")
            self.assertEqual(found, dict.fromkeys(
                ("python", "bash", "c", "cpp", "sqlite", "node"), "works"),
                result)

    def test_a_build_that_fails_ends_it(self):
        result = evalctl.run({"profile": "c", "code": "int main( {"})
        self.assertEqual(len(result.json["commands"]), 1, result)
        self.assertIn("error:", result.err)

    def test_what_is_missing_is_said(self):
        text = open(evalctl.config()).read()
        config = evalctl.files.stage() / "missing.cfg"
        config.write_text(text.replace(
            'jail_config: "evalctl', f'jail_config: "{evalctl.files.stage()}'
            '/evalctl-config/evalctl').replace(
                'needs: "/usr/bin/python3"', 'needs: "/no/python"'))
        config.chmod(0o644)
        result = evalctl.evalctl("profiles", "--config", config)
        self.assertEqual(result.status, 0, result)
        self.assertIn("not ready: no /no/python", result.stdout.decode())
        result = evalctl.evalctl("run", "--config", config, "-c", "print(1)")
        self.assertEqual(result.status, 1, result)
        self.assertEqual(result.json["error"]["kind"], "SETUP_FAILURE")


if __name__ == "__main__":
    case.main()
