# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""examples/listen.cfg: one jail a connection."""

import re
import socket
import subprocess

from blackbox.listen import free_port, receive_all
from examples import example
from support import case, files, leaks


class Listen(case.JailTestCase):

    def serve(self, who, port):
        return subprocess.Popen(
            [*who.prefix, files.binary("jail"), "-v", "--config",
             example.config("listen"), "--port", str(port)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True, cwd="/")

    def test_answers_each_client(self):
        for who in self.for_each_identity():
            port = free_port()
            with leaks.Watch(), self.serve(who, port) as server:
                while not re.search("listening on", server.stderr.readline()):
                    self.assertIsNone(server.poll())
                clients = [socket.create_connection(("127.0.0.1", port), 60)
                           for _ in range(3)]
                for number, client in enumerate(clients):
                    client.sendall(f"hello {number}\n".encode())
                for number, client in enumerate(clients):
                    client.shutdown(socket.SHUT_WR)
                    self.assertEqual(receive_all(client),
                                     f"you said: hello {number}\n".encode())
                    client.close()
                server.terminate()
                server.stderr.read()
                self.assertEqual(server.wait(), 143)


if __name__ == "__main__":
    case.main()
