# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Who may include what: the table of docs/design.md, as a test."""

import re

from house import sources
from support import case

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)', re.MULTILINE)

# Folder to the headers of ours that it may include, by prefix, beside its own.
# The first folder that matches a file's path counts.
OURS = [
    ("jail/sys/", []),
    ("jail/spec/", ["jail/sys/"]),
    ("jail/seccomp/", ["jail/sys/"]),
    ("jail/plan/", ["jail/sys/", "jail/spec/", "jail/seccomp/"]),
    ("jail/child/", ["jail/plan/step.h"]),
    ("jail/parent/", ["jail/sys/", "jail/spec/", "jail/plan/", "jail/child/"]),
    ("jail/modes/", ["jail/sys/", "jail/spec/", "jail/plan/", "jail/parent/",
                     "jail/report/", "jail/log.h"]),
    ("jail/report/", ["jail/sys/", "jail/spec/", "jail/plan/",
                      "jail/parent/ending.h", "proto/report.pb.h"]),
    ("config/", ["jail/sys/", "jail/spec/", "jail/seccomp/",
                 "proto/jail.pb.h"]),
    ("examples/", ["jail/launcher.h"]),
    # The library's front and main: every stage.
    ("jail/", ["config/", "jail/", "proto/"]),
    # It explains what the stages make of a config.
    ("tools/jailctl/", ["config/", "jail/launcher.h", "jail/sys/", "jail/spec/",
                        "jail/seccomp/",
                        "jail/plan/", "jail/parent/host.h",
                        "jail/parent/stale_cgroups.h"]),
    ("tools/evalctl/", ["jail/launcher.h", "jail/sys/", "proto/eval.pb.h",
                        "proto/evalctl.pb.h", "proto/report.pb.h"]),
    ("tools/benchmark/", ["jail/launcher.h", "jail/sys/"]),
    ("tools/", ["config/", "jail/", "proto/", "tools/evalctl/cli/"]),
    ("tests/fuzz/", ["config/", "jail/", "proto/", "tools/evalctl/"]),
    ("tests/", ["config/", "jail/", "proto/"]),
]

# Others' headers that belong to certain folders only.
THEIRS = [
    (r"google/protobuf/", ("config/", "jail/report/", "proto/", "tools/",
                           "tests/")),
    (r"(netlink/|libnl)", ("jail/parent/",)),
    (r"seccomp\.h$", ("jail/seccomp/",)),
    (r"CLI/", ("config/", "tools/")),
    (r"nlohmann/", ("jail/seccomp/", "config/", "tools/", "tests/",
                    "jail/plan/describe")),
]

# What runs in the child sees the kernel, and the language.
CHILD = re.compile(r"(linux/|asm/|sys/syscall\.h$|cstdint$|cstddef$"
                   r"|type_traits$)")
STEP_HEADER = re.compile(r"(cstdint|type_traits)$")


def includes(name):
    for match in INCLUDE.finditer(sources.read(name)):
        yield match.group(1) or match.group(2)


def violations(name, header):
    """Why `name` may not include `header`; empty if it may."""
    is_test = name.endswith("_test.cc")
    if header.startswith(("jail/", "config/", "proto/", "tools/", "tests/")):
        folder, allowed = next((f, a) for f, a in OURS if name.startswith(f))
        if header.startswith(folder) or any(
                header.startswith(a) for a in allowed):
            return ""
        if is_test and header.startswith("jail/sys/"):
            return ""
        return f"{folder} may not use it"
    if is_test:
        return ""
    for pattern, folders in THEIRS:
        if re.match(pattern, header) and not name.startswith(folders):
            return f"belongs to {', '.join(folders)}"
    if name.startswith("jail/child/") and not name.endswith(
            ("_image.cc", "_image.h")) and not CHILD.match(header):
        return "the child uses kernel headers only"
    if name == "jail/plan/step.h" and not STEP_HEADER.match(header):
        return "the child includes this header"
    return ""


class IncludesTest(case.JailTestCase):

    def test_the_tree(self):
        wrong = [f"{name} includes {header}: {why}"
                 for name in sources.cxx() for header in includes(name)
                 if (why := violations(name, header))]
        self.assertEqual(wrong, [], "\n".join(wrong))

    def test_what_is_forbidden_is_found(self):
        for name, header in [
                ("jail/sys/fd.cc", "jail/spec/spec.h"),
                ("jail/plan/planner.cc", "jail/parent/launch.h"),
                ("jail/plan/planner.cc", "proto/jail.pb.h"),
                ("jail/plan/planner.cc", "google/protobuf/message.h"),
                ("jail/child/run_steps.cc", "jail/plan/plan.h"),
                ("jail/child/run_steps.cc", "jail/sys/fd.h"),
                ("jail/child/run_steps.cc", "unistd.h"),
                ("jail/plan/step.h", "vector"),
                ("config/parse.cc", "jail/plan/plan.h"),
                ("tools/jailctl/main.cc", "jail/child/run_steps.h"),
                ("tools/evalctl/main.cc", "jail/plan/plan.h"),
                ("jail/report/report.cc", "netlink/netlink.h"),
        ]:
            with self.subTest(file=name, header=header):
                self.assertNotEqual(violations(name, header), "")

    def test_our_headers_are_named_from_the_root(self):
        # "fd.h" would pass the table unseen.
        wrong = []
        for name in sources.cxx():
            for match in INCLUDE.finditer(sources.read(name)):
                header = match.group(1)
                if header and "/" not in header:
                    wrong.append(f"{name}: {header}")
        self.assertEqual(wrong, [])


if __name__ == "__main__":
    case.main()
