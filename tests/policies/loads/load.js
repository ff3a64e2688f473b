// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// What Node programs do; prints one line for each thing that worked.
//
//   node load.js FOLDER
'use strict';
const assert = require('assert');
const childProcess = require('child_process');
const crypto = require('crypto');
const dns = require('dns').promises;
const fs = require('fs');
const http = require('http');
const net = require('net');
const os = require('os');
const path = require('path');
const {once} = require('events');
const {pipeline} = require('stream/promises');
const {promisify} = require('util');
const {Worker} = require('worker_threads');
const zlib = require('zlib');

const folder = fs.mkdtempSync(path.join(process.argv[2], 'node-'));

const loads = {
  async fs() {
    const name = path.join(folder, 'a');
    await fs.promises.writeFile(name, 'text');
    await fs.promises.copyFile(name, name + '2');
    await fs.promises.rename(name + '2', name + '3');
    await fs.promises.symlink('a', name + '4');
    await fs.promises.utimes(name, 1, 2);
    await fs.promises.chmod(name, 0o600);
    await pipeline(fs.createReadStream(name), zlib.createGzip(),
                   fs.createWriteStream(name + '.gz'));
    assert.equal(zlib.gunzipSync(fs.readFileSync(name + '.gz')), 'text');
    assert.deepEqual((await fs.promises.readdir(folder)).sort(),
                     ['a', 'a.gz', 'a3', 'a4']);
    await fs.promises.cp(folder, folder + '-copy', {recursive: true});
    await fs.promises.rm(folder + '-copy', {recursive: true});
    fs.statfsSync && fs.statfsSync(folder);
  },
  async watch() {
    const watcher = fs.watch(folder);
    const seen = once(watcher, 'change');
    fs.writeFileSync(path.join(folder, 'watched'), 'x');
    await seen;
    watcher.close();
  },
  async http() {
    const server = http.createServer((q, a) => a.end('hello ' + q.url));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = 'http://127.0.0.1:' + server.address().port + '/x';
    assert.equal(await (await fetch(url)).text(), 'hello /x');
    const [answer] = await once(http.get(url, {agent: false}), 'response');
    answer.resume();
    await once(answer, 'end');
    server.closeAllConnections && server.closeAllConnections();
    server.close();
  },
  async unix() {
    const name = path.join(folder, 'socket');
    const server = net.createServer(s => s.pipe(s)).listen(name);
    await once(server, 'listening');
    const client = net.connect(name);
    client.end('echo');
    assert.equal(await once(client, 'data'), 'echo');
    server.close();
  },
  async dns() {
    assert((await dns.lookup('127.0.0.1')).address);
    assert(os.networkInterfaces());
    assert(os.cpus() && os.totalmem() && os.uptime());
  },
  async worker_threads() {
    const shared = new Int32Array(new SharedArrayBuffer(4));
    const code = 'const w = require("worker_threads");' +
        'Atomics.add(w.workerData, 0, 5); w.parentPort.postMessage(6 * 7);';
    await Promise.all([1, 2, 3].map(async () => {
      const worker = new Worker(code, {eval: true, workerData: shared});
      const exit = once(worker, 'exit');
      assert.equal((await once(worker, 'message'))[0], 42);
      await exit;
    }));
    assert.equal(shared[0], 15);
  },
  async child_process() {
    const exec = promisify(childProcess.exec);
    assert.equal((await exec('echo $((6*7)) | cat')).stdout, '42\n');
    assert.equal(childProcess.execFileSync('/bin/echo', ['x']).toString(),
                 'x\n');
    const code = 'process.on("message", m => process.send(2 * m));' +
        'process.on("disconnect", () => process.exit(0))';
    const script = path.join(folder, 'child.js');
    fs.writeFileSync(script, code);
    const child = childProcess.fork(script);
    child.send(21);
    assert.equal((await once(child, 'message'))[0], 42);
    child.disconnect();
    assert.equal((await once(child, 'exit'))[0], 0);
    const killed = childProcess.spawn('/bin/cat');
    killed.kill();
    assert.equal((await once(killed, 'exit'))[1], 'SIGTERM');
  },
  async crypto() {
    const key = await promisify(crypto.pbkdf2)('a', 'b', 10, 16, 'sha256');
    assert.equal(key.length, 16);
    await promisify(crypto.randomBytes)(10);
    await promisify(crypto.generateKeyPair)('ec', {namedCurve: 'P-256'});
  },
  async webassembly() {
    const empty = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
    assert(await WebAssembly.instantiate(empty));
  },
  async jit() {
    let sum = 0;
    for (let i = 0; i < 3e6; ++i) sum = (sum + i * i) % 1000003;
    assert(sum >= 0);
  },
};

(async () => {
  try {
    for (const [name, load] of Object.entries(loads)) {
      await load();
      console.log(name);
    }
    console.log('done');
  } finally {
    fs.rmSync(folder, {recursive: true});
  }
})();
