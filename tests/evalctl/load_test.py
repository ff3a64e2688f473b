# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Many clients, some of which go; jails that are killed; a server that is."""

import http.client
import json
import os
import random
import signal
import threading
import time

from server import (CONFIG, TIMEOUT, Server, descendants, in_jails,
                    jailed)
from soak import GROWTH_BYTES, cgroups, soak
from support import case, leaks, wait

_CLIENTS = 8
_SECONDS = 5  # of load in all


class Client(threading.Thread):
    """Asks until `end`; now and then goes without its answer."""

    def __init__(self, server, number, end, leaves):
        super().__init__()
        self._server = server
        self._random = random.Random(number)
        self._number = number
        self._end = end
        self._leaves = leaves
        self.answered = 0
        self.faults = []
        self.start()

    def run(self):
        try:
            self._run()
        except Exception as fault:  # pylint: disable=broad-except
            self.faults.append(repr(fault))

    def _run(self):
        connection = self._server.connection()
        asked = 0
        while time.monotonic() < self._end:
            asked += 1
            name = f"{self._number}-{asked}"
            body = json.dumps({
                "id": name, "profile": "bash",
                "code": f"echo {name}; echo {name} > file; sleep "
                        f"{self._random.choice(['0', '0', '0.05'])}"})
            connection.request("POST", "/v1/eval", body,
                               {"Content-Type": "application/json"})
            if self._leaves and self._random.random() < 0.2:
                connection.close()
                continue
            response = connection.getresponse()
            told = json.loads(response.read())
            if response.status == 429:
                continue
            self.check(name, response.status, told)
        connection.close()

    def check(self, name, status, told):
        self.answered += 1
        if told.get("id") != name:
            self.faults.append(f"{name}: {status} {told}")
            return
        if status == 500 and told["error"]["kind"] == "SETUP_FAILURE":
            return  # killed before its program began
        command = told["commands"][0]
        if command["outcome"] == "EXITED" and command["exit_code"] == 0:
            if command["stdout"]["text"] != f"{name}\n":
                self.faults.append(f"{name}: {told}")


class LoadTest(case.JailTestCase):

    def test_everybody_dies_and_nothing_is_lost_or_left(self):
        # 10,000 of them: tools/bench eval --soak 10000.
        done = soak(300, CONFIG)
        print(done)
        self.assertEqual(done.faults, [])
        self.assertGreater(done.answered, 150)
        for what in ("killed", "left", "cut"):
            self.assertGreater(getattr(done, what), 0, what)
        self.assertLess(done.growth, GROWTH_BYTES)
        self.assertLessEqual(done.parts[-1].fds, done.fds)

    def test_clients_go_and_jails_are_killed(self):
        with leaks.Watch(), Server("--queue", 4) as server:
            fds = server.settled_fds()
            end = time.monotonic() + _SECONDS
            clients = [Client(server, i, end, leaves=i % 2 == 0)
                       for i in range(_CLIENTS)]
            chance = random.Random(1)
            killed = 0
            while time.monotonic() < end:
                victims = in_jails(server.pid)
                if victims and chance.random() < 0.1:
                    try:
                        os.kill(chance.choice(victims), signal.SIGKILL)
                        killed += 1
                    except ProcessLookupError:
                        pass
                time.sleep(0.01)
            for client in clients:
                client.join(TIMEOUT)
                self.assertEqual(client.faults, [])
            answered = sum(client.answered for client in clients)
            print(f"{answered} answers, {killed} jails killed")
            self.assertGreater(answered, 0)
            self.assertGreater(killed, 0)
            # It is as it was.
            for name in ("running", "queue_length", "request_body_bytes"):
                wait.until(
                    lambda name=name: server.metrics()[f"evalctl_{name}"] == 0,
                    f"{name} 0")
            wait.until(lambda: not jailed(server.pid), "the jails' end")
            server.await_fds(fds + 1)
            self.assertEqual(server.run("echo well").status, 200)
        self.assertEqual(cgroups(server.pid), [])

    def test_a_server_that_is_killed_leaves_nothing(self):
        with leaks.Watch():
            with Server() as server:
                end = time.monotonic() + TIMEOUT
                clients = [Client(server, i, end, leaves=False)
                           for i in range(_CLIENTS)]
                while not all(client.answered for client in clients):
                    self.assertEqual([c.faults for c in clients if c.faults], [])
                    time.sleep(0.01)
                self.assertNotEqual(descendants(server.pid), [])
                dead = server.pid
                server.kill()
                for client in clients:
                    client.join(TIMEOUT)
                    # Its connection was cut, and nothing else.
                    self.assertEqual(len(client.faults), 1, client.faults)
                    self.assertRegex(
                        client.faults[0],
                        "Connection|RemoteDisconnected|BrokenPipe|Incomplete")
            # A launch that finds cgroups of the dead removes them.
            with Server() as server:
                server.run("true")
        self.assertEqual(cgroups(dead), [])

    def test_garbage(self):
        chance = random.Random(2)
        whole = (b"POST /v1/eval HTTP/1.1\r\nHost: x\r\nContent-Type: "
                 b"application/json\r\nContent-Length: 35\r\n\r\n"
                 b'{"profile":"bash","code":"echo hi"}')
        with leaks.Watch(), Server() as server:
            for _ in range(100):
                data = bytearray(whole)
                for _ in range(chance.randint(1, 6)):
                    place = chance.randrange(len(data))
                    action = chance.randrange(3)
                    if action == 0:
                        data[place] = chance.randrange(256)
                    elif action == 1:
                        del data[place:place + chance.randint(1, 20)]
                    else:
                        data[place:place] = chance.randbytes(
                            chance.randint(1, 20))
                    if not data:
                        break
                with server.connect() as client:
                    client.sendall(data)
                    client.shutdown(1)
                    answer = b""
                    try:
                        while part := client.recv(65536):
                            answer += part
                    except ConnectionResetError:
                        pass
                    self.assertIn(answer[:9], (b"HTTP/1.1 ", b"HTTP/1.0 ", b""))
                    self.assertNotRegex(answer[:20], b"^HTTP/1.. 500 ")
            self.assertEqual(server.run("echo well").status, 200)

    def test_many_connections_at_once(self):
        with Server() as server:
            connections = [http.client.HTTPConnection(server.address,
                                                      timeout=TIMEOUT)
                           for _ in range(200)]
            for connection in connections:
                connection.request("GET", "/healthz")
            for connection in connections:
                self.assertEqual(connection.getresponse().read(), b"ok\n")
            # Their descriptors leave room for a jail's.
            self.assertEqual(server.run("echo").status, 200)
            for connection in connections:
                connection.close()


if __name__ == "__main__":
    case.main()
