# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Prints a test run's results by label, and every skip.

Usage: summary.py BUILD_FOLDER, after `ctest --output-junit test-results.xml`.
Exits 1 if something was skipped though JAIL_MUST_WORK forbids it.
"""

import collections
import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

# GoogleTest's line, and that of tests/support/case.py.
SKIP = re.compile(r"^(?:\[  SKIPPED \] (.+?)(?: \(\d+ ms\))?|skipped: (.+))$",
                  re.MULTILINE)


def labels_of_tests(build):
    listing = subprocess.run(
        ["ctest", "--test-dir", build, "--show-only=json-v1"],
        check=True, capture_output=True, text=True).stdout
    labels = {}
    for test in json.loads(listing)["tests"]:
        for prop in test.get("properties", []):
            if prop["name"] == "LABELS":
                labels[test["name"]] = prop["value"]
    return labels


def main():
    build = sys.argv[1]
    labels = labels_of_tests(build)
    counts = collections.defaultdict(collections.Counter)
    seconds = collections.Counter()
    skips = []
    root = ElementTree.parse(os.path.join(build, "test-results.xml")).getroot()
    for case in root.iter("testcase"):
        name, status = case.get("name"), case.get("status")
        outcome = {"run": "passed", "fail": "failed"}.get(status, "skipped")
        if outcome == "skipped":
            skips.append(name)
        output = case.findtext("system-out") or ""
        for match in SKIP.finditer(output):
            skip = f"{name}: {match.group(1) or match.group(2)}"
            if skip not in skips:  # GoogleTest lists them again at the end
                skips.append(skip)
        for label in labels.get(name, ["(none)"]):
            counts[label][outcome] += 1
            seconds[label] += float(case.get("time") or 0)

    print("\nBy label:")
    for label in sorted(counts):
        c = counts[label]
        print(f"  {label:12} {c['passed']:4} passed {c['failed']:3} failed "
              f"{c['skipped']:3} skipped {seconds[label]:8.1f} s")
    print(f"Skipped: {len(skips) or 'none'}")
    for skip in skips:
        print(f"  {skip}")
    if skips and os.environ.get("JAIL_MUST_WORK"):
        print("JAIL_MUST_WORK forbids skips.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
