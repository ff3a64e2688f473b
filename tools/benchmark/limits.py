#!/usr/bin/python3
# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""By how much jails are beyond their limits of time when they have ended.

Usage: tools/bench limits [--runs N]
"""

import argparse
import json
import os
import pathlib
import subprocess
import tempfile

JAIL = pathlib.Path(__file__).parents[2] / "build/bin/jail"
LIMIT_MS = 100
CONFIG = """
mount { src: "/usr" dst: "/usr" is_bind: true }
mount { src: "usr/bin" dst: "/bin" is_symlink: true }
mount { src: "usr/lib" dst: "/lib" is_symlink: true }
mount { src: "usr/lib64" dst: "/lib64" is_symlink: true }
dev_preset: true
log_level: FATAL
rlimit_nproc_type: SOFT
"""
SPIN = "while :; do :; done"
# A thousandth of a second of work, and ten of sleep.
NAP = ("/bin/python3 -I -S -c 'import time\n"
       "while True:\n"
       "  start = time.thread_time()\n"
       "  while time.thread_time() < start + 0.001: pass\n"
       "  time.sleep(0.01)'")
SHORT = "while :; do sleep 0.01; done"
CASES = (
    ("wall_time_ms", "one that sleeps", "exec sleep 60"),
    ("wall_time_ms", "one that works", SPIN),
    ("wall_time_ms", "20 that sleep",
     19 * "sleep 60 & " + "exec sleep 60"),
    ("cpu_time_ms", "one", SPIN),
    ("cpu_time_ms", "8 processes", 7 * f"{SPIN} & " + SPIN),
    ("cpu_time_ms", "20 processes", 19 * f"{SPIN} & " + SPIN),
    ("cpu_time_ms", "20 that work and sleep", 19 * f"{NAP} & " + NAP),
    ("cpu_time_ms", "short ones", "while :; do /bin/true; done"),
    ("cpu_time_ms", "short ones of 20", 19 * f"{SHORT} & " + SHORT),
    ("idle_time_ms", "one that sleeps", "exec sleep 60"),
    ("idle_time_ms", "20 that sleep", 19 * "sleep 60 & " + "exec sleep 60"),
)


def overshoot_us(config, limit, script, extra):
    read, write = os.pipe()
    subprocess.run(
        [JAIL, "--config", config, f"--{limit}", str(LIMIT_MS),
         "--report_fd", str(write), *extra, "--", "/bin/sh", "-c", script],
        stdin=subprocess.DEVNULL, pass_fds=[write], check=False)
    os.close(write)
    with open(read, encoding="utf-8") as file:
        report = json.load(file)
    if report.get("limit", {}).get("name") != limit:
        raise SystemExit(f"bench: limits: {report}")
    return report["limit"]["overshoot_us"]


def quantile(values, part):
    return values[min(len(values) - 1, int(part * len(values)))] / 1000


def main():
    parser = argparse.ArgumentParser(prog="tools/bench limits",
                                     description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=40)
    runs = parser.parse_args().runs
    kinds = [("no cgroup", [])]
    if os.geteuid() == 0:
        kinds.append(("cgroup", ["--cgroup_cpu_ms_per_sec", "100000",
                                 "--detect_cgroupv2"]))
    print(f"Milliseconds beyond a limit of {LIMIT_MS} ms, {runs} runs each.\n")
    print("| limit | jail | by | median | p90 | p99 | most |")
    print("|---|---|---|--:|--:|--:|--:|")
    with tempfile.NamedTemporaryFile("w", suffix=".cfg") as config:
        config.write(CONFIG)
        config.flush()
        for limit, what, script in CASES:
            for by, extra in kinds:
                found = sorted(overshoot_us(config.name, limit, script, extra)
                               for _ in range(runs))
                print(f"| {limit} | {what} | {by} | "
                      + " | ".join(f"{quantile(found, q):.2f}"
                                   for q in (0.5, 0.9, 0.99, 1)) + " |",
                      flush=True)


if __name__ == "__main__":
    main()
