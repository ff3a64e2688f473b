# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Each profile of examples/evalctl.cfg says hello."""

import dataclasses
import json

import evalctl
from support import case

NAMES = ("python", "bash", "c", "cpp", "sqlite", "node", "deno", "bun", "go",
         "rust", "snekbox", "codebox", "pybox", "python-executor",
         *(f"quartermaster-{name}" for name in (
             "python", "node", "deno", "bun", "go", "rust")))


class Profiles(case.JailTestCase):
    def test_all_are_ready_and_work(self):
        for who in self.for_each_identity():
            result = evalctl.evalctl("check", "--config", evalctl.config(),
                                     identity=who)
            found = dict(line.split(maxsplit=1)
                         for line in result.stdout.decode().splitlines())
            self.assertEqual(found, dict.fromkeys(NAMES, "works"), result)
            self.assertEqual(result.status, 0, result)

    def test_a_build_that_fails_ends_it(self):
        result = evalctl.run({"profile": "c", "code": "int main( {"})
        self.assertEqual(len(result.json["commands"]), 1, result)
        self.assertIn("error:", result.err)

    def test_what_a_build_makes_is_no_file_of_the_program(self):
        for profile, code in (
                ("c", "#include <stdio.h>\n"
                      "int main(void) { fputs(\"x\", fopen(\"f\", \"w\")); }"),
                ("go", "package main\nimport \"os\"\nfunc main() "
                       "{ os.WriteFile(\"f\", []byte(\"x\"), 0644) }"),
                ("rust", "fn main() { std::fs::write(\"f\", \"x\").unwrap(); }")):
            with self.subTest(profile):
                result = evalctl.run({"profile": profile, "code": code})
                self.assertEqual(list(result.files), ["f"], result)

    def test_go_modules(self):
        result = evalctl.run({"profile": "go", "files": [
            {"path": "go.mod", "text": "module m\n\ngo 1.19\n"},
            {"path": "p/p.go", "text": "package p\nconst X = 7\n"}],
            "code": "package main\nimport \"m/p\"\n"
                    "func main() { println(p.X) }"})
        self.assertEqual(result.err, "7\n", result)

    def test_types_and_arguments(self):
        for profile, code in (
                ("deno", "const a: string[] = Deno.args; console.log(a)"),
                ("bun", "const a: string[] = Bun.argv.slice(2); console.log(a)")):
            with self.subTest(profile):
                result = evalctl.run({"profile": profile, "code": code,
                                      "args": ["-x"]})
                self.assertRegex(result.out, r'\[\s*"-x"', result)
                self.assertEqual(result.files, {})

    def test_a_build_cache_is_not_shared(self):
        for _ in range(2):
            result = evalctl.run({"profile": "bash", "code":
                "ls -A /tmp; touch /tmp/here"})
            self.assertEqual(result.out, "", result)

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

    def test_a_default_is_within_its_maximum(self):
        config = evalctl.files.stage() / "default.cfg"
        config.write_text("""profiles {
            name: "p" jail_config_text: "mode: ONCE" workspace: "/home"
            default_limits { wall_time_ms: 2000 }
            max_limits { wall_time_ms: 1000 output_bytes: 1000 } }""")
        config.chmod(0o644)
        result = evalctl.evalctl("run", "--config", config, stdin=json.dumps(
            {"commands": [{"line": "true"}]}).encode())
        self.assertEqual(result.status, 1, result)
        message = result.json["error"]["message"]
        self.assertIn("default_limits: wall_time_ms: is 2000; max_limits has "
                      "1000", message)
        # A default that the profile did not set is lowered with the maximum.
        self.assertNotIn("output_bytes", message)

    def test_a_limit_beyond_our_own_is_not_the_requests_fault(self):
        few = dataclasses.replace(
            evalctl.USER, prefix=["prlimit", "--nofile=200:200",
                                  *evalctl.USER.prefix])
        result = evalctl.run({"profile": "python", "code": "print(1)",
                              "limits": {"open_files": 250}}, identity=few)
        self.assertEqual(result.status, 1, result)
        self.assertEqual(result.json["error"]["kind"], "SETUP_FAILURE")
        self.assertIn("the caller's hard limit of 200",
                      result.json["error"]["message"])


if __name__ == "__main__":
    case.main()
