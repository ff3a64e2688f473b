# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""examples/node.cfg: Node.js, with a home and without a network."""

from examples import example
from support import case

PROGRAM = """
const fs = require('fs'), os = require('os');
fs.writeFileSync('note', 'kept');
console.log(os.hostname(), process.getuid(), process.cwd(),
            fs.readFileSync('note', 'utf8'));
try { fs.writeFileSync('/usr/x', ''); } catch (e) { console.log(e.code); }
require('net').connect(80, '192.0.2.1').on('error',
    e => console.log(e.code));
"""


class Node(case.JailTestCase):

    def test_runs(self):
        for who in self.for_each_identity():
            result = example.run("node", "node", "-e", PROGRAM, identity=who)
            self.assert_exit(result, 0)
            self.assertEqual(result.out.splitlines(), [
                "node 65534 /home kept", "EROFS", "ENETUNREACH"])

    def test_has_threads(self):
        program = """
            const w = require('worker_threads');
            const f = 'require("worker_threads").parentPort.postMessage(6 * 7)';
            new w.Worker(f, {eval: true}).on('message', m => console.log(m));
        """
        for who in self.for_each_identity():
            result = example.run("node", "node", "-e", program, identity=who)
            self.assert_exit(result, 0)
            self.assertEqual(result.out, "42\n")


if __name__ == "__main__":
    case.main()
