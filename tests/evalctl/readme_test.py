# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""The examples of README.md give what they show."""

import json
import re

import evalctl
from support import case, files


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


if __name__ == "__main__":
    case.main()
