# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Bombs under examples/snek.cfg as it is: its own limits are met.

Not in the machine of tests/vm/run: an emulated processor fills 512 MiB in more
than the time limit.
"""

from bombs import explode
from support import case

# On a loaded machine 512 MiB take longer than the time limit, too.
ROOM = {"anonymous": ("--time_limit", 50)}
# The limit of one processor makes CPU and wall time meet at the same moment.
KINDS = {
    "anonymous": ({"MEMORY"}, {"cgroup_mem_max"}),
    "forks_for_ever": ({"CPU_TIME", "WALL_TIME"}, {"cgroup_pids_max"}),
    "threads": ({"EXITED"}, {"cgroup_pids_max"}),
    "burners": ({"CPU_TIME", "WALL_TIME"}, {"cpu_time_ms", "time_limit"}),
}


class ExampleAsItIs(explode.BombCase):

    def test_names_the_limit(self):
        results = self.explode_all({kind: ROOM.get(kind, ()) for kind in KINDS})
        for (kind, place), result in results.items():
            with self.subTest(kind=kind, place=str(place)):
                self.assert_met(result, place, *KINDS[kind])


if __name__ == "__main__":
    case.main()
