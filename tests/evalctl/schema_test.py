# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""evalctl schema: it holds for what evalctl takes and gives, and only for that."""

import copy
import json
import re
import unittest

import evalctl
from support import case, files
from support.identity import ROOT, USER

try:
    import jsonschema
except ImportError:
    jsonschema = None

CODE = {"profile": "python", "code": "print(1)"}

GOOD = [
    CODE,
    {**CODE, "commands": [], "stdin": "eA==", "environment": {"A": "b"}},
    {**CODE, "id": None, "limits": None, "args": ["a"], "metadata": [1, {}]},
    {**CODE, "limits": {"wall_time_ms": 5000, "memory_bytes": 2**28},
     "collect": {"patterns": ["**"], "max_files": 1, "nothing": False}},
    {"profile": "python", "code": "def f(x): return x", "entry": "f",
     "input": {"any": [None, 1.5, "x"]}},
    {"profile": "python", "code": "def f(): raise KeyError(1)", "entry": "f"},
    {"profile": "bash", "commands": [
        {"argv": ["echo", "1"], "cwd": "/tmp", "stop_on_failure": True},
        {"line": "cat", "stdin_text": "x", "limits": {"pids": 9}}],
     "merge_output": True, "files": [{"path": "a/b", "text": "x"},
                                     {"path": "c", "base64": "eA==",
                                      "mode": 420}, {"path": "d"}]},
    {"profile": "bash", "commands": [{"line": "/no/such"}],
     "record_order": True},
    {"profile": "bash", "code": "kill -9 $$"},
    {"profile": "python", "code": "while True: pass",
     "limits": {"wall_time_ms": 300}},
    {"profile": "python", "code": "while True: print('x' * 999)",
     "limits": {"output_bytes": 2000}},
    {"profile": "python", "code": "import os\n"
     "open('t', 'w').write('x'); open('b', 'wb').write(b'\\xff')\n"
     "os.link('t', 'u'); os.symlink('/etc/passwd', 'l')\nos.mkfifo('f')"},
]

# By evalctl and by the schema.
BAD = [
    {}, [], "x", {"profile": "python"}, {**CODE, "codes": ""},
    {**CODE, "commands": [{"line": "x"}]}, {"code": 1}, {**CODE, "args": "x"},
    {"commands": []}, {"commands": [{}]},
    {"commands": [{"line": "x", "argv": ["x"]}]},
    {**CODE, "files": [{"path": ""}]}, {**CODE, "files": [{"text": "x"}]},
    {**CODE, "files": [{"path": "a", "text": "x", "base64": "eA=="}]},
    {**CODE, "limits": {"pids": -1}}, {**CODE, "limits": {"pids": 1.5}},
    {**CODE, "limits": {"pids": "9"}}, {**CODE, "limits": {"pids": 2**64}},
    {**CODE, "merge_output": 1}, {**CODE, "environment": {"A": 1}},
    {**CODE, "input_json": "1"}, {**CODE, "collect": {"nothing": "yes"}},
]


def schema(*which):
    done = evalctl.evalctl("schema", *which)
    assert done.status == 0, done
    return done.json


def strict(document):
    """Where no definition takes a member that it does not name."""
    document = copy.deepcopy(document)
    for definition in document["$defs"].values():
        if definition.get("type") == "object":
            definition["additionalProperties"] = False
    return document


@unittest.skipIf(jsonschema is None, "needs python3-jsonschema")
class Schema(case.JailTestCase):
    def setUp(self):
        self.requests = jsonschema.Draft202012Validator(schema("request"))
        self.responses = jsonschema.Draft202012Validator(
            strict(schema("response")))

    def test_they_are_schemas(self):
        for which in ((), ("request",), ("response",)):
            document = schema(*which)
            jsonschema.Draft202012Validator.check_schema(document)
            self.assertEqual("$ref" in document, bool(which))

    def test_everything_is_described(self):
        """The comments of the proto are in it."""
        definitions = schema()["$defs"]
        self.assertIn("One evaluation",
                      definitions["Request"]["description"])
        self.assertIn("tmpfs", definitions["Limits"]["properties"]
                      ["workspace_bytes"]["description"])
        self.assertEqual(
            {"BAD_REQUEST", "SETUP_FAILURE", "OVERLOADED", "CANCELLED",
             "INTERNAL"},
            {value["const"] for value in definitions["Error.Kind"]["oneOf"]})

    def test_every_field_of_the_proto(self):
        text = (files.SOURCE / "proto/eval.proto").read_text()
        definitions = schema()["$defs"]
        for message, body in re.findall(r"^message (\w+) \{\n(.*?)^\}", text,
                                        re.MULTILINE | re.DOTALL):
            body = re.sub(r"^  enum .*?^  \}", "", body,
                          flags=re.MULTILINE | re.DOTALL)
            names = re.findall(r"^  (?!enum)(?:\w+ )?[\w.<>, ]+ (\w+) = \d+;",
                               body, re.MULTILINE)
            self.assertEqual(
                sorted(name.removesuffix("_json") for name in names),
                sorted(definitions[message]["properties"]), message)

    def test_good_requests_and_their_responses(self):
        for request in GOOD:
            with self.subTest(str(request)[:100]):
                self.requests.validate(request)
                for who in self.for_each_identity((USER, ROOT)):
                    result = evalctl.run(request, who)
                    self.assertEqual(result.status, 0, result)
                    self.responses.validate(result.json)

    def test_bad_requests_and_their_responses(self):
        for request in BAD:
            with self.subTest(str(request)[:100]):
                self.assertFalse(self.requests.is_valid(request))
                result = evalctl.run(json.dumps(request))
                self.assertEqual(result.status, 2, result)
                self.responses.validate(result.json)

    def test_a_response_is_not_just_anything(self):
        good = evalctl.run(CODE).json
        self.responses.validate(good)
        for change in ({"commands": None}, {"more": 1},
                       {"error": {"kind": "BAD_REQUEST"}},
                       {"timing": {**good["timing"], "run_us": "1"}}):
            self.assertFalse(self.responses.is_valid({**good, **change}),
                             change)

    def test_examples_of_the_documents(self):
        count = 0
        for name in ("README.md", "docs/evalctl.md", "docs/evalctl-serve.md"):
            text = (files.SOURCE / name).read_text()
            found = re.findall(r"<<'END'.*?\n(.*?)\n *END\n", text, re.DOTALL)
            found += re.findall(r"(?:echo|-d) '(\{.*?\})'", text)
            for example in found:
                request = json.loads(example)
                if not {"code", "commands"} & request.keys():
                    continue  # a dialect's
                count += 1
                self.requests.validate(request)
        self.assertGreaterEqual(count, 3)

    def test_wrong_words(self):
        for args in (("requests",), ("request", "response")):
            result = evalctl.evalctl("schema", *args)
            self.assertEqual(result.status, 2, result)
            self.assertIn("takes request or response", result.stderr)


if __name__ == "__main__":
    case.main()
