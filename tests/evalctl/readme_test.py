# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""The examples of README.md give what they show."""

import json
import re

import evalctl
from support import case, files, identity


class Readme(case.JailTestCase):
    def setUp(self):
        text = (files.SOURCE / "README.md").read_text()
        self.section = text.split("## evalctl")[1].split("\n## ")[0]

    def test_a_request(self):
        request, shown = re.search(r"<<'END'.*?\n(.*?)    END\n(.*?)\n\n",
                                   self.section, re.DOTALL).groups()
        result = evalctl.run(request)
        self.assertEqual(result.status, 0, result)
        first = result.json["commands"][0]
        self.assertEqual([json.loads(line) for line in shown.splitlines()],
                         [first["stdout"]["text"], first["outcome"],
                          result.json["files"]], result)

    def test_a_call(self):
        request, shown = re.search(r"echo '(.*?)' \| evalctl.*?\n(.*?)\n",
                                   self.section).groups()
        self.assertEqual(evalctl.run(request).json["value"], json.loads(shown))

    def test_another_services_interface(self):
        request, api, shown = re.search(
            r"echo '([^\n]*)' \| evalctl run --api (\w+)\n *(.*?)\n",
            self.section).groups()
        result = evalctl.run(request, identity.USER, "--api", api)
        self.assertEqual(result.stdout.decode(), shown, result)


if __name__ == "__main__":
    case.main()
