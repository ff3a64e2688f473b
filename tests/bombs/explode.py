# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Runs programs of bomb.py under examples/snek.cfg, wherever there are cgroups."""

import concurrent.futures
import os
import pathlib

from bombs import places
from examples import example
from support import case, files, launch

BOMB = pathlib.Path(__file__).with_name("bomb.py")


def explode(kind, place, args=()):
    return launch.jail(
        "--config", example.config("snek"), *args, *place.args, "-R",
        f"{files.reachable(BOMB)}:/home/bomb.py", "--", "python3", "bomb.py",
        kind, identity=place.who)


class BombCase(case.JailTestCase):

    def setUp(self):
        if reason := places.reason_for_none():
            self.skipTest(reason)

    def explode_all(self, bombs):
        """The results of all {kind: options}, as root and as a user, by both."""
        files.stage()
        with (places.each() as here,
              concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool):
            running = {(kind, place): pool.submit(explode, kind, place, args)
                       for place in here[:2] for kind, args in bombs.items()}
            return {key: each.result() for key, each in running.items()}

    def assert_met(self, result, place, outcomes, limits):
        """It was ended as one of `outcomes`, having met one of `limits`."""
        isolation = result.report["isolation"]
        self.assertEqual(isolation["limits_not_in_force"], [], result)
        self.assertEqual(isolation["cgroup"]["source"], place.source, result)
        for path in isolation["cgroup"]["paths"]:
            self.assertFalse(os.path.exists(path), path)
        self.assertIn(result.report["outcome"], outcomes, result)
        met = {limit["name"] for limit in result.report["limits_met"]}
        self.assertNotEqual(met & limits, set(), result)
