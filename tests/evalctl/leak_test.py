# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Nothing is left of evalctl, however it ends."""

import json
import os
import subprocess
import time

import evalctl
from support import case, chance, leaks

KILLS = 30  # for each caller

BUSY = json.dumps({
    "profile": "python",
    "files": [{"path": f"d{i}/f", "text": "x" * 1000} for i in range(50)],
    "code": "import os\n"
            "for i in range(3):\n"
            "  if os.fork() == 0: os.setsid()\n"
            "while True: open('f%d' % os.getpid(), 'a').write('x' * 1000)\n",
    "limits": {"wall_time_ms": 2000}}).encode()


class Leaks(case.JailTestCase):
    def test_after_a_normal_end_and_a_time_out(self):
        for who in self.for_each_identity():
            with leaks.Watch():
                for request in (
                        {"code": "open('x', 'w').write('x')"},
                        {"code": "while True: pass",
                         "limits": {"wall_time_ms": 300}},
                        {"code": "print('x' * 10**7)"},
                        {"profile": "bash",
                         "commands": [{"line": "/none"}] * 5}):
                    result = evalctl.run(request, who)
                    self.assertEqual(result.status, 0, result)

    def test_after_sigkill_at_random_moments(self):
        _, draw = chance.start()
        for who in self.for_each_identity():
            start = time.monotonic()
            evalctl.python("1", who)
            span = 1.5 * (time.monotonic() - start)
            with leaks.Watch():
                for _ in range(KILLS):
                    process = subprocess.Popen(
                        evalctl.argv("run", "--config", evalctl.config(),
                                     identity=who),
                        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                        stderr=subprocess.DEVNULL)
                    with process:
                        try:
                            process.stdin.write(BUSY)
                            process.stdin.close()
                        except BrokenPipeError:
                            pass
                        # Any moment will do: this wait decides nothing.
                        time.sleep(draw.uniform(0, span))
                        process.kill()


if __name__ == "__main__":
    case.main()
