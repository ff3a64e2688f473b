# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""What only a root with CAP_SYS_RESOURCE can do: here it has it.

Runs in the machine of tests/vm/run.
"""

import os

from blackbox import front
from support import case
from support.identity import ROOT, Identity

LOW = Identity("root below", ("prlimit", "--nofile=100:100", "--core=0:0"), 0)


class HardLimits(case.JailTestCase):

    def test_are_raised_by_root_for_a_jail_in_a_user_namespace(self):
        result = front.shell("ulimit -n; ulimit -Hn; ulimit -Hc", identity=LOW,
                             extra="rlimit_nofile: 200 rlimit_core_type: INF")
        self.assert_exit(result, 0)
        self.assertEqual(result.out, "200\n200\nunlimited\n")

    def test_beyond_what_the_kernel_has_is_a_setup_failure(self):
        result = front.shell("true", identity=LOW,
                             extra="rlimit_nofile: 4000000000")
        self.assert_setup_failure(result, r"rlimit_nofile.*prlimit64 "
                                          r"rlimit_nofile: EPERM")

    def test_oom_score_is_lowered(self):
        result = front.shell("read score < /proc/self/oom_score_adj; echo $score",
                             identity=ROOT,
                             extra="oom_score_adj: -500 mount_proc: true")
        self.assert_exit(result, 0)
        self.assertEqual(result.out, "-500\n")


if __name__ == "__main__":
    os.chdir("/")
    case.main()
