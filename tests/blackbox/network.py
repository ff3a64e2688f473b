# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Interfaces that a jail gets: its own lo, one of the host's, a macvlan.

The test's process has a network namespace of its own, with a pair of veth
devices in it, so that nothing of this machine is touched.
"""

import ctypes
import json
import os
import subprocess
import time
import unittest

from blackbox import front
from support import case, launch
from support.identity import ROOT, UNSHARE_R

_CLONE_NEWNET = 0x40000000


def ip(*words):
    done = subprocess.run(["/usr/sbin/ip", *words], check=True,
                          capture_output=True, text=True)
    return done.stdout


def names():
    """The interfaces of the test's own namespace."""
    return {link["ifname"] for link in json.loads(ip("-j", "link"))}


class NetworkTestCase(case.JailTestCase):

    def setUp(self):
        # The kernel deletes what a jail had some time after the jail's end:
        # a link of this list may be gone before its turn comes.
        deadline = time.monotonic() + 60
        while left := names() - {"lo"}:
            self.assertLess(time.monotonic(), deadline, f"{left} stay")
            subprocess.run(["/usr/sbin/ip", "link", "delete", left.pop()],
                           check=False, capture_output=True)
        ip("link", "add", "near", "type", "veth", "peer", "name", "far")
        ip("link", "set", "near", "up")
        ip("link", "set", "far", "up")

    def inside(self, *args, extra=""):
        """What ip(8) sees in a jail: interface to its description, and routes."""
        script = "ip -j -d addr; ip -j route"
        result = front.shell(f"export PATH=/usr/sbin; {script}", *args,
                             extra=extra, identity=ROOT)
        self.assert_exit(result, 0)
        # ip(8) prints nothing at all where there is no route.
        links, _, routes = result.out.partition("\n")
        return ({link["ifname"]: link for link in json.loads(links)},
                json.loads(routes or "[]"))


class Loopback(NetworkTestCase):

    def test_is_up_and_alone(self):
        links, routes = self.inside()
        self.assertEqual(set(links), {"lo"})
        self.assertIn("UP", links["lo"]["flags"])
        self.assertEqual(routes, [])

    def test_stays_down_where_asked_for(self):
        links, _ = self.inside("--iface_no_lo")
        self.assertNotIn("UP", links["lo"]["flags"])


class OwnInterface(NetworkTestCase):

    def test_moves_into_the_jail(self):
        links, _ = self.inside("--iface_own", "far")
        self.assertEqual(set(links), {"lo", "far"})

    def test_several_move(self):
        links, _ = self.inside(extra='iface_own: "near" iface_own: "far"')
        self.assertEqual(set(links), {"lo", "near", "far"})

    def test_is_gone_from_the_host_while_the_jail_lives(self):
        argv = ["--iface_own", "far", "--", "/bin/sh", "-c",
                "echo ready; read line"]
        with front.running(*argv, config=front.SHELL_CONFIG,
                           identity=ROOT) as jail:
            # stdin is /dev/null: the shell's end follows its line.
            self.assertEqual(jail.stdout.readline(), "ready\n")
            self.assertNotIn("far", names())
            self.assertEqual(jail.wait(), 1)
        # A veth device ends with its namespace; hardware would come back.

    def test_missing_one_is_told(self):
        result = front.shell(":", extra='iface_own: "absent"', identity=ROOT)
        self.assert_setup_failure(
            result, r"^jail: iface_own\[0\] \(.*\): move interface absent: "
                    r"ENODEV \(No such device\): hint: there is no such")

    def test_lo_cannot_move(self):
        result = front.shell(":", "--iface_own", "lo", identity=ROOT)
        self.assert_setup_failure(
            result, r"^jail: iface_own\[0\] \(.*\): move interface lo: EINVAL "
                    r"\(.*\): hint: lo and its like can't leave")

    def test_is_refused_without_root(self):
        result = front.shell(":", extra='iface_own: "far"', report=False)
        self.assert_setup_failure(result, r"iface_own\[0\]: needs root")
        # Root of a user namespace that does not own this network.
        result = launch.jail("--iface_own", "far", "--", "/probe",
                             identity=UNSHARE_R)
        self.assert_setup_failure(
            result, r"move interface far: EPERM \(.*\): hint: needs root")


class MacvlanInterface(NetworkTestCase):

    CONFIG = """
        macvlan_iface: "near"
        macvlan_vs_ip: "192.0.2.7" macvlan_vs_nm: "255.255.255.0"
        macvlan_vs_gw: "192.0.2.1" macvlan_vs_ma: "02:00:00:00:0a:0b"
        macvlan_vs_mo: "%s"
    """

    def test_has_its_address_route_and_mac(self):
        for mode in ("private", "vepa", "bridge", "passthru"):
            mac = "02:00:00:00:0a:0b"
            with self.subTest(mode=mode):
                # Anew: a macvlan goes only some time after its namespace, and
                # no other one can have its MAC address until then.
                self.setUp()
                if mode == "passthru":
                    mac = json.loads(ip("-j", "link", "show", "near"))[0][
                        "address"]
                links, routes = self.inside(extra=self.CONFIG % mode)
                self.assertEqual(set(links), {"lo", "vs"})
                vs = links["vs"]
                self.assertIn("UP", vs["flags"])
                self.assertEqual(vs["address"], mac)
                self.assertEqual(vs["linkinfo"]["info_kind"], "macvlan")
                self.assertEqual(vs["linkinfo"]["info_data"]["mode"], mode)
                [inet] = [a for a in vs["addr_info"] if a["family"] == "inet"]
                self.assertEqual((inet["local"], inet["prefixlen"]),
                                 ("192.0.2.7", 24))
                self.assertEqual(
                    {(r["dst"], r.get("gateway")) for r in routes},
                    {("default", "192.0.2.1"), ("192.0.2.0/24", None)})
                self.assertEqual(names(), {"lo", "near", "far"})

    def test_carries_packets(self):
        ip("addr", "add", "192.0.2.1/24", "dev", "far")
        with subprocess.Popen(
                ["/usr/bin/python3", "-c",
                 "import socket\n"
                 "s = socket.create_server(('192.0.2.1', 4242))\n"
                 "print('ready', flush=True)\n"
                 "c, a = s.accept()\n"
                 "c.sendall(a[0].encode())\n"],
                stdout=subprocess.PIPE, text=True) as server:
            try:
                self.assertEqual(server.stdout.readline(), "ready\n")
                client = ("import socket; print(socket.create_connection("
                          "('192.0.2.1', 4242), 20).recv(99).decode())")
                result = front.shell(f"exec python3 -I -S -c \"{client}\"",
                                     extra=self.CONFIG % "bridge",
                                     identity=ROOT)
                self.assert_exit(result, 0)
                self.assertEqual(result.out, "192.0.2.7\n")
            finally:
                server.kill()

    def test_has_a_mac_of_its_own_by_default(self):
        links, _ = self.inside("--macvlan_iface", "near")
        self.assertEqual(set(links), {"lo", "vs"})
        [near] = json.loads(ip("-j", "link", "show", "near"))
        self.assertNotEqual(links["vs"]["address"], near["address"])

    def test_missing_one_is_told(self):
        result = front.shell(":", "--macvlan_iface", "absent", identity=ROOT)
        self.assert_setup_failure(
            result, r"^jail: macvlan_iface.*: add macvlan on absent: ENODEV .*: "
                    r"hint: there is no such network interface")

    def test_passthru_is_the_only_one(self):
        ip("link", "add", "taken", "link", "near", "type", "macvlan",
           "mode", "passthru")
        result = front.shell(":", extra=self.CONFIG % "bridge", identity=ROOT)
        self.assert_setup_failure(
            result, r"add macvlan on near: EINVAL .*: hint: .* passthru must be")

    def test_mac_is_taken(self):
        ip("link", "add", "taken", "link", "near", "address",
           "02:00:00:00:0a:0b", "type", "macvlan", "mode", "bridge")
        ip("link", "set", "taken", "up")
        result = front.shell(":", extra=self.CONFIG % "bridge", identity=ROOT)
        self.assert_setup_failure(
            result, r"ioctl vs up: EADDRINUSE .*: hint: another macvlan")


def setUpModule():
    if os.geteuid() != 0:
        raise unittest.SkipTest("needs root: interfaces are made and moved")
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "unshare")


if __name__ == "__main__":
    case.main()
