# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""evalctl serve among clients that mean no good: others are served meanwhile."""

import contextlib
import json
import os
import resource
import signal
import socket
import threading

from memory_test import COLLECTED, config, memory, request
from server import TIMEOUT, Server
from support import case, leaks, wait

_FLOOD = 10_000  # connections
# Of http_server.h: kMaxConnections and kMaxRefusals, and what a server has open
# beside them.
_MOST_FDS = 512 + 64 + 100
_IDLE = 40 << 20


def serving(*args, settings=""):
    """A server with `settings` of its own, whose bash may return COLLECTED."""
    path = config()
    own = path.with_name(f"{len(os.listdir(path.parent))}.cfg")
    own.write_text(path.read_text() + f"\nserver {{ {settings} }}\n")
    return Server(*args, config=own)


def receive_all(client):
    data = b""
    with contextlib.suppress(ConnectionResetError):
        while part := client.recv(65536):
            data += part
    return data


def post(body, *headers):
    lines = ["POST /v1/eval HTTP/1.1", "Host: localhost", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


class HostileClientTest(case.JailTestCase):

    def assert_serves(self, server):
        answer = server.run("echo well")
        self.assertEqual(answer.status, 200, str(answer))

    def test_slow_requests_are_ended_and_hold_up_nobody(self):
        # As slowloris: many heads and bodies, a byte now and then.
        begun = (post(b"", "Content-Length: 100"), b"GET /healthz HTTP/1.1\r\n")
        with serving(settings="request_timeout_ms: 2000") as server:
            clients = [server.connect() for _ in range(200)]
            for i, client in enumerate(clients):
                client.sendall(begun[i % 2])
            ended = threading.Event()

            def trickle():
                while not ended.wait(0.1):
                    for client in clients:
                        with contextlib.suppress(OSError):
                            client.send(b"x")

            writer = threading.Thread(target=trickle)
            writer.start()
            try:
                self.assert_serves(server)
                for client in clients:
                    self.assertIn(receive_all(client)[:13],
                                  (b"HTTP/1.1 408 ", b""))
            finally:
                ended.set()
                writer.join()
            for client in clients:
                client.close()
            self.assert_serves(server)

    def test_ten_thousand_idle_connections(self):
        resource.setrlimit(resource.RLIMIT_NOFILE, (_FLOOD + 1000,) * 2)
        with Server() as server:
            clients = []
            for i in range(_FLOOD):
                clients.append(server.connect())
                if i % 1000 == 999:
                    self.assert_serves(server)
            self.assertLess(len(leaks.fds(server.pid)), _MOST_FDS)
            self.assertLess(memory(server.pid, "VmHWM"), _IDLE)
            for client in clients:
                client.close()
            self.assert_serves(server)

    def test_chunks_that_lie(self):
        chunked = "Transfer-Encoding: chunked"
        with serving(settings="max_request_bytes: 65536") as server:
            for body, status in (
                    (b"ffffffffffffffff\r\nx", (400, 413)),
                    (b"fffffffffffffffffffffffff\r\nx", (400,)),
                    (b"-1\r\nx", (400,)),
                    (b"\r\n\r\n", (400,)), (b"g\r\n", (400,)),
                    (b"1\r\n{}\r\n0\r\n\r\n", (400,)),  # longer than it says
                    (b"8000\r\n" + b"x" * 0x8000 + b"\r\n8001\r\n"
                     + b"x" * 0x8001 + b"\r\n0\r\n\r\n", (413,)),
                    (b"1;" + b"e" * 100_000 + b"\r\n{", (400, 413, 431)),
                    (b"2\r\n{}\r\n0\r\n" + b"T: x\r\n" * 20_000 + b"\r\n",
                     (400, 431))):
                with self.subTest(body=body[:40]), server.connect() as client:
                    with contextlib.suppress(OSError):
                        client.sendall(post(body, chunked))
                        client.shutdown(socket.SHUT_WR)
                    told = receive_all(client)
                    self.assertIn(told[:13], [
                        f"HTTP/1.1 {code} ".encode() for code in status],
                        told[:300])
            for fields in (("Content-Length: 2", chunked),
                           ("Content-Length: 2", "Content-Length: 3"),
                           ("Content-Length: -1",), ("Content-Length: 2x",)):
                with self.subTest(fields=fields), server.connect() as client:
                    client.sendall(post(b"{}", *fields))
                    client.shutdown(socket.SHUT_WR)
                    self.assertEqual(receive_all(client)[:13], b"HTTP/1.1 400 ")
            self.assert_serves(server)

    def test_requests_ahead_are_answered_in_turn(self):
        with Server() as server, server.connect() as client:
            sent = b"".join(
                post(body, f"Content-Length: {len(body)}") for body in (
                    json.dumps({"id": str(i), "profile": "bash",
                                "code": "true"}).encode() for i in range(20)))
            client.sendall(sent + b"GET /healthz HTTP/1.1\r\nConnection: "
                                  b"close\r\n\r\n")
            told = receive_all(client)
            places = [told.index(b'{"id":"%d",' % i) for i in range(20)]
            self.assertEqual(places, sorted(places))
            self.assertTrue(told.endswith(b"ok\n"))

    def test_text_that_is_none(self):
        with Server() as server:
            for path, body in (("/v1/eval", b'{"code":"\xff"}'),
                               ("/eval", b'{"input":"\xc3\x28"}'),
                               ("/execute", b"\xff\xfe\x00{"),
                               ("/run", b'{"code":"\xed\xa0\x80"}')):
                status = server.post(path, body).status
                self.assertIn(status, (400, 422), path)
            with server.connect() as client:
                client.sendall(b"GET /\xff\xfe HTTP/1.1\r\nX: \xff\r\n\r\n")
                client.shutdown(socket.SHUT_WR)
                self.assertRegex(receive_all(client)[:13], b"^HTTP/1.1 40[04] ")
            self.assert_serves(server)

    def never_reading(self, server):
        """A client whose answer is large, and that does not take it."""
        client = server.connect()
        body = request("one file").encode()
        client.sendall(post(body, f"Content-Length: {len(body)}"))
        return client

    def await_answer_bytes(self, server, condition):
        wait.until(lambda: condition(server.metrics()["evalctl_answer_bytes"]))

    def test_answers_that_nobody_reads_are_bounded(self):
        with serving(settings="max_request_bytes: 1048576") as server:
            self.assert_serves(server)
            client = self.never_reading(server)
            self.await_answer_bytes(server, lambda told: told > COLLECTED)
            answer = server.run("true")
            self.assertEqual(answer.status, 429, str(answer))
            self.assertIn("answers", answer.json["error"]["message"])
            self.assertEqual(server.get("/healthz").status, 200)
            client.close()
            self.await_answer_bytes(server, lambda told: told == 0)
            self.assert_serves(server)

    def test_an_answer_that_nobody_reads_is_given_up(self):
        # Long before the time that so many bytes may take.
        with serving() as server:
            client = self.never_reading(server)
            self.await_answer_bytes(server, lambda told: told > COLLECTED)
            self.await_answer_bytes(server, lambda told: told == 0)
            client.close()

    def test_a_stop_does_not_wait_for_who_never_reads(self):
        with serving() as server:
            client = self.never_reading(server)
            self.await_answer_bytes(server, lambda told: told > COLLECTED)
            server.signal(signal.SIGTERM)
            server.await_line("stopping")
            server.signal(signal.SIGTERM)
            self.assertEqual(server.process.wait(TIMEOUT), 0)
            client.close()


if __name__ == "__main__":
    case.main()
