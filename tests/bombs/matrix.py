# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Every bomb of bomb.py under examples/snek.cfg: log and report name its limit.

On this machine's cgroups, as root and as a user who was given some; in the
machine of tests/vm/run on v2 and hybrid.
"""

import os

from bombs import explode
from support import case

# Less than the file systems in memory of snek.cfg, for their own limit is the
# other; and soon reached by an emulated processor.
MEMORY = ("--cgroup_mem_max", 24 << 20)
PIDS = ("--cgroup_pids_max", 16)
# What the kernel can't refuse any more: pages of packets on their way.
BEYOND = 1 << 20
# Time that no bomb needs; burners take all that there is.
LONG = ("--time_limit", 50, "--cpu_time_ms", 50000)
SHORT = ("--time_limit", 50, "--cpu_time_ms", 1000)

# Kind: what ends it, a limit that it meets, options.
KINDS = {
    **{kind: ("MEMORY", "cgroup_mem_max", MEMORY + LONG)
       for kind in ("anonymous", "shared", "tmpfs", "posix_shm", "sysv_shm",
                    "memfd", "pipes", "unix_sockets", "tcp_sockets")},
    "page_tables": ("MEMORY", "cgroup_mem_max",
                    MEMORY + LONG + ("--rlimit_as", "hard")),
    "forks": ("EXITED", "cgroup_pids_max", PIDS + LONG),
    "threads": ("EXITED", "cgroup_pids_max", PIDS + LONG),
    "burners": ("CPU_TIME", "cpu_time_ms", PIDS + SHORT),
}


class Matrix(explode.BombCase):

    def test_the_limit_is_named(self):
        results = self.explode_all(
            {kind: args for kind, (_, _, args) in KINDS.items()})
        self.assertGreaterEqual(len(results), 2 * len(KINDS))
        for (kind, place), result in results.items():
            outcome, limit, _ = KINDS[kind]
            with self.subTest(kind=kind, place=str(place)):
                self.assert_met(result, place, {outcome}, {limit})
                self.assertRegex(result.err, rf"{limit}: reached \d+", result)
                if outcome == "MEMORY":
                    peak = int(result.report["usage"]["memory_peak_bytes"])
                    self.assertLessEqual(peak, MEMORY[1] + BEYOND, result)


if __name__ == "__main__":
    os.chdir("/")
    case.main()
