#!/usr/bin/python3
# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""bench eval [--count N] [--svg FILE] [--write]: what an evaluation costs.
bench eval --soak N [--write]: N of them while clients, jails, servers die.

A bare `python3 -I -S`, `evalctl run`, `batch` and `serve` run the same programs
in turns, one each, every round beginning with the next one; then a bare
interpreter and `serve` eight at a time.  Prints Markdown.
"""

import argparse
import json
import os
import pathlib
import platform
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
EVALCTL = str(ROOT / "build/bin/evalctl")
PYTHON = ["/usr/bin/python3", "-I", "-S"]
PROGRAMS = {
    "empty": "",
    "ten files": "for i in range(10):\n"
                 "    open(f'file{i}', 'w').write('x' * 1024)\n",
    "flood": "import sys\n"
             "while True: sys.stdout.write('x' * 65536)\n",
}
FLOOD_BYTES = 1 << 20  # after which the profile ends a program
AT_ONCE = 8
AIM_MS = 3


def bench_config(folder):
    """The shipped python profile, its interpreter started as the bare one."""
    text = (ROOT / "examples/evalctl.cfg").read_text()
    usual = '"/usr/bin/python3", "main.py"'
    assert usual in text, "examples/evalctl.cfg starts Python in another way"
    words = ", ".join(f'"{word}"' for word in PYTHON)
    (folder / "evalctl.cfg").write_text(
        text.replace(usual, f'{words}, "main.py"'))
    (folder / "evalctl").symlink_to(ROOT / "examples/evalctl")
    return str(folder / "evalctl.cfg")


def request(program):
    return json.dumps({"profile": "python", "code": PROGRAMS[program]})


def check(program, told):
    """An answer that is wrong is not a fast one."""
    told = json.loads(told)
    if "error" in told:
        raise AssertionError(f"{program}: {told['error']}")
    command = told["commands"][0]
    want = "OUTPUT" if program == "flood" else "EXITED"
    files = 10 if program == "ten files" else 0
    if command["outcome"] != want or len(told["files"]) != files:
        raise AssertionError(f"{program}: {json.dumps(told)[:1000]}")


def peak_kib(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1])
    raise AssertionError(pid)


class Bare:
    """The interpreter alone, in a folder of its own."""
    name = "bare"

    def __init__(self, folder):
        self._folder = folder / f"bare{threading.get_ident()}"
        self._folder.mkdir(exist_ok=True)

    def run(self, program):
        work = tempfile.mkdtemp(dir=self._folder)
        with open(f"{work}/main.py", "w", encoding="utf-8") as file:
            file.write(PROGRAMS[program])
        ours, theirs = os.pipe()
        start = time.perf_counter()
        pid = os.posix_spawn(
            PYTHON[0], [*PYTHON, f"{work}/main.py"], {},
            file_actions=[(os.POSIX_SPAWN_DUP2, theirs, 1),
                          (os.POSIX_SPAWN_OPEN, 2, "/dev/null",
                           os.O_WRONLY, 0)])
        os.close(theirs)
        got = 0
        while got <= FLOOD_BYTES and (data := os.read(ours, 65536)):
            got += len(data)
        os.close(ours)  # a flood ends by EPIPE
        os.waitpid(pid, 0)
        taken = time.perf_counter() - start
        shutil.rmtree(work)
        return taken

    def peak(self):
        return None

    def close(self):
        pass


class Run:
    """A process for each request."""
    name = "evalctl run"

    def __init__(self, folder, config):
        self._argv = [EVALCTL, "run", "--config", config]
        self._requests = {}
        for program in PROGRAMS:
            path = folder / f"{program}.json"
            path.write_text(request(program))
            self._requests[program] = str(path)
        self._peak = 0

    def run(self, program):
        ours, theirs = os.pipe()
        start = time.perf_counter()
        pid = os.posix_spawn(
            EVALCTL, [*self._argv, self._requests[program]], os.environ,
            file_actions=[(os.POSIX_SPAWN_DUP2, theirs, 1)])
        os.close(theirs)
        parts = []
        while data := os.read(ours, 1 << 20):
            parts.append(data)
        _, _, usage = os.wait4(pid, 0)
        taken = time.perf_counter() - start
        os.close(ours)
        self._peak = max(self._peak, usage.ru_maxrss)
        check(program, b"".join(parts))
        return taken

    def peak(self):
        return self._peak

    def close(self):
        pass


class Batch:
    """One process, a line and its answer at a time."""
    name = "evalctl batch"

    def __init__(self, config):
        self._process = subprocess.Popen(
            [EVALCTL, "batch", "-q", "-j", "1", "--config", config],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def run(self, program):
        line = request(program).encode() + b"\n"
        start = time.perf_counter()
        self._process.stdin.write(line)
        self._process.stdin.flush()
        told = self._process.stdout.readline()
        taken = time.perf_counter() - start
        check(program, told)
        return taken

    def peak(self):
        return peak_kib(self._process.pid)

    def close(self):
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


class Server:
    """`evalctl serve` at a Unix socket."""

    def __init__(self, folder, config):
        self.path = str(folder / "evalctl.sock")
        self.process = subprocess.Popen(
            [EVALCTL, "serve", "--config", config, "--listen",
             f"unix:{self.path}", "--concurrency", str(AT_ONCE)],
            stderr=subprocess.PIPE, text=True)
        assert "listening" in self.process.stderr.readline()

    def close(self):
        self.process.terminate()
        self.process.wait()
        self.process.stderr.close()


class Serve:
    """A connection that stays open.  Of HTTP it knows as much as it needs: a
    client's own time is not the server's."""
    name = "evalctl serve"

    def __init__(self, server):
        self._server = server
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(server.path)
        self._requests = {}
        for program in PROGRAMS:
            body = request(program).encode()
            self._requests[program] = (
                b"POST /v1/eval HTTP/1.1\r\nHost: localhost\r\n"
                b"Content-Length: %d\r\n\r\n" % len(body) + body)

    def run(self, program):
        start = time.perf_counter()
        self._socket.sendall(self._requests[program])
        told = self._receive()
        taken = time.perf_counter() - start
        check(program, told)
        return taken

    def _receive(self):
        parts = [self._socket.recv(1 << 20)]
        while b"\r\n\r\n" not in parts[0]:
            parts[0] += self._socket.recv(1 << 20)
        head, parts[0] = parts[0].split(b"\r\n\r\n", 1)
        left = int(re.search(rb"(?i)content-length: *(\d+)", head)[1])
        left -= len(parts[0])
        while left > 0:
            parts.append(self._socket.recv(1 << 20))
            if not parts[-1]:
                raise AssertionError("the server hung up")
            left -= len(parts[-1])
        return b"".join(parts)

    def peak(self):
        return peak_kib(self._server.process.pid)

    def close(self):
        self._socket.close()


class Row:
    """What one contender took for one program."""

    def __init__(self, program, at_once, contender, times, seconds, peak):
        self.program, self.at_once = program, at_once
        self.name = contender
        self.median = statistics.median(times) * 1e3
        self.p99 = sorted(times)[int(len(times) * 0.99)] * 1e3
        self.rate = len(times) / seconds
        self.peak = peak

    def cells(self, bare):
        over = "" if self.name == "bare" else f"{self.median - bare:.2f}"
        peak = "" if self.peak is None else f"{self.peak / 1024:.1f}"
        return (f"| {self.program} | {self.name} | {self.at_once} "
                f"| {self.median:.2f} | {self.p99:.2f} | {over} "
                f"| {self.rate:.0f} | {peak} |")


def in_turns(program, contenders, count):
    times = {contender.name: [] for contender in contenders}
    for contender in contenders:
        contender.run(program)  # not counted: caches are warm after it
    for round_ in range(count):
        first = round_ % len(contenders)
        for contender in contenders[first:] + contenders[:first]:
            times[contender.name].append(contender.run(program))
    return [Row(program, 1, c.name, times[c.name], sum(times[c.name]), c.peak())
            for c in contenders]


def at_once(program, make, count):
    """AT_ONCE threads, each with a contender of its own."""
    times, peaks = [], []

    def work():
        contender = make()
        for _ in range(count // AT_ONCE):
            times.append(contender.run(program))
        peaks.append((contender.name, contender.peak()))
        contender.close()

    threads = [threading.Thread(target=work) for _ in range(AT_ONCE)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - start
    if len(peaks) != AT_ONCE:
        sys.exit("bench: a client failed")
    name, peak = peaks[-1]
    return Row(program, AT_ONCE, name, times, seconds, peak)


def chart(rows, path):
    """Medians as bars."""
    width, left, step = 760, 210, 22
    most = max(row.median for row in rows)
    parts, y, last = [], 10, None
    for row in rows:
        if (row.program, row.at_once) != last:
            last = (row.program, row.at_once)
            y += step
            parts.append(f'<text x="10" y="{y}" font-weight="bold">'
                         f'{row.program}, {row.at_once} at a time</text>')
        y += step
        length = row.median / most * (width - left - 90)
        parts.append(
            f'<text x="{left - 8}" y="{y}" text-anchor="end">{row.name}</text>'
            f'<rect x="{left}" y="{y - 13}" width="{length:.1f}" height="16" '
            f'fill="{"#888" if row.name == "bare" else "#2a6fb0"}"/>'
            f'<text x="{left + length + 6:.1f}" y="{y}">'
            f'{row.median:.2f} ms</text>')
    pathlib.Path(path).write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" '
        f'viewBox="0 0 {width} {y + 16}" font-family="sans-serif" '
        'font-size="13"><rect width="100%" height="100%" fill="#fff"/>'
        + "".join(parts) + "</svg>\n")


def write_section(name, text):
    """Puts `text` between the marks of that name in docs/performance.md."""
    begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->\n"
    page = ROOT / "docs/performance.md"
    before, rest = page.read_text().split(begin)
    page.write_text(before + begin + text + end + rest.split(end)[1])


def run_soak(count):
    """tests/evalctl/soak.py; Markdown."""
    sys.path[:0] = [str(ROOT / "tests/evalctl"), str(ROOT / "tests")]
    # pylint: disable-next=import-outside-toplevel,import-error
    from soak import GROWTH_BYTES, soak
    load = os.getloadavg()[0]
    lines = ["| evaluations | median ms | p99 ms | a second | memory MiB "
             "| descriptors |", "|--:|--:|--:|--:|--:|--:|"]

    def tell(part):
        lines.append(f"| {part.done} | {part.median_ms:.1f} | {part.p99_ms:.1f} "
                     f"| {part.rate:.0f} | {part.rss / 2**20:.2f} "
                     f"| {part.fds} |")
        print(lines[-1], file=sys.stderr, flush=True)

    # It raises where anything is left behind.
    done = soak(count, ROOT / "examples/evalctl.cfg", tell)
    lines += [
        "", f"Then servers died, {done.servers - 1} of them. In all "
        f"{done.answered} answers of programs that ended by themselves, "
        f"{done.killed} of jails that were killed; {done.left} clients went "
        f"without theirs. {done.refused} requests met a server that was stopping "
        f"or dead, and were sent again; {done.cut} had been accepted by one that "
        f"was then killed. Lost while the server lived: {len(done.faults)}. "
        f"Memory grew by {done.growth / 1024:.0f} KiB. Left behind: 0 processes, "
        f"mounts, cgroups, files. Load {load:.1f} before and "
        f"{os.getloadavg()[0]:.1f} after.", ""]
    for fault in done.faults:
        print(f"lost: {fault}", file=sys.stderr)
    if done.faults or done.growth >= GROWTH_BYTES:
        sys.exit("bench: soak failed")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(prog="bench eval", description=__doc__,
                                     formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--count", type=int, default=200,
                        help="evaluations of each contender and program")
    parser.add_argument("--svg", type=os.path.abspath, help="write a chart there")
    parser.add_argument("--write", action="store_true",
                        help="into docs/performance.md and docs/eval.svg, too")
    parser.add_argument("--soak", type=int, metavar="N",
                        help="instead: N evaluations while clients, jails and "
                             "servers are killed")
    options = parser.parse_args()
    text = run_soak(options.soak) if options.soak else compare(options)
    print(text, end="")
    if options.write:
        write_section("eval soak" if options.soak else "eval", text)


def compare(options):
    """The contenders in turns, then many at once; Markdown."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="jail-test-bench-"))
    os.chdir(folder)  # bare programs write here
    server = None
    try:
        config = bench_config(folder)
        server = Server(folder, config)
        contenders = [Bare(folder), Run(folder, config), Batch(config),
                      Serve(server)]
        load = os.getloadavg()[0]
        rows = []
        for program in PROGRAMS:
            rows += in_turns(program, contenders, options.count)
        for contender in contenders:
            contender.close()
        for program in PROGRAMS:
            rows.append(at_once(program, lambda: Bare(folder), options.count))
            rows.append(at_once(program, lambda: Serve(server), options.count))
    finally:
        if server is not None:
            server.close()
        os.chdir("/")
        shutil.rmtree(folder)
    bare = {(row.program, row.at_once): row.median for row in rows
            if row.name == "bare"}
    added = next(row.median - bare[row.program, row.at_once] for row in rows
                 if (row.program, row.at_once, row.name) ==
                 ("empty", 1, Serve.name))
    lines = [
        f"- Linux {platform.release()}, {os.cpu_count()} processors, load "
        f"{load:.1f} before and {os.getloadavg()[0]:.1f} after",
        f"- {options.count} evaluations of each",
        f"- `serve` adds {added:.2f} ms to a bare run of the empty program at "
        f"p50; the aim is less than {AIM_MS}: "
        + ("met" if added < AIM_MS else "missed"), "",
        "| program | by | at a time | p50 ms | p99 ms | over bare ms "
        "| a second | peak MiB |", "|---|---|--:|--:|--:|--:|--:|--:|"]
    lines += [row.cells(bare[row.program, row.at_once]) for row in rows]
    svg = options.svg or (ROOT / "docs/eval.svg" if options.write else None)
    if svg:
        chart(rows, svg)
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main()
