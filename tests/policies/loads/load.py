# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""What Python programs do; prints one line for each thing that worked.

Usage: load.py FOLDER
"""

import asyncio
import concurrent.futures
import ctypes
import mmap
import multiprocessing
import os
import pathlib
import shutil
import signal
import socket
import sqlite3
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from multiprocessing import shared_memory

import numpy


def twice(x):
    return 2 * x


def fill(queue, name):
    block = shared_memory.SharedMemory(name=name)
    block.buf[0] = 42
    block.close()
    queue.put("filled")


def files(folder):
    tree = folder / "tree"
    tree.mkdir()
    (tree / "a").write_text("a")
    (tree / "link").symlink_to("a")
    os.link(tree / "a", tree / "hard")
    os.chmod(tree / "a", 0o600)
    os.utime(tree / "a", (1, 2))
    os.mkfifo(tree / "fifo")
    shutil.copytree(tree, folder / "copy", symlinks=True,
                    ignore=lambda *_: ["fifo"])
    os.rename(folder / "copy", folder / "moved")
    assert (folder / "moved" / "link").read_text() == "a"
    with open(tree / "a", "r+b") as file:
        file.truncate(4096)
        with mmap.mmap(file.fileno(), 4096) as memory:
            memory[0:1] = b"m"
    with tempfile.TemporaryFile(dir=folder) as file:
        os.sendfile(file.fileno(), os.open(tree / "a", os.O_RDONLY), 0, 10)
    shutil.rmtree(tree)
    assert os.statvfs(folder).f_bsize > 0


def threads():
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(twice, range(100))) == 9900
    event = threading.Event()
    timer = threading.Timer(0.01, event.set)
    timer.start()
    assert event.wait(60)


def processes():
    out = subprocess.run(["/bin/sh", "-c", "echo $((6*7)) | cat"], check=True,
                         capture_output=True, text=True).stdout
    assert out == "42\n", out
    quick = subprocess.run(["/bin/true"], close_fds=False, check=True)
    assert quick.returncode == 0
    child = subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE,
                             start_new_session=True)
    child.send_signal(signal.SIGTERM)
    assert child.wait(60) == -signal.SIGTERM
    pid = os.fork()
    if pid == 0:
        os._exit(7)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 7


def multi(method):
    context = multiprocessing.get_context(method)
    with context.Pool(2) as pool:
        assert pool.map(twice, [1, 2, 3]) == [2, 4, 6]
    queue = context.Queue()
    block = shared_memory.SharedMemory(create=True, size=10)
    process = context.Process(target=fill, args=(queue, block.name))
    process.start()
    assert queue.get(timeout=60) == "filled"
    process.join(60)
    assert block.buf[0] == 42
    block.close()
    block.unlink()


def process_pool():
    with concurrent.futures.ProcessPoolExecutor(2) as pool:
        assert list(pool.map(twice, [1, 2])) == [2, 4]


def numbers():
    matrix = numpy.arange(160000, dtype=float).reshape(400, 400)
    assert (matrix @ numpy.eye(400) == matrix).all()
    assert abs(numpy.linalg.det(numpy.diag([2.0, 3.0])) - 6) < 1e-9


def database(folder):
    with sqlite3.connect(folder / "x.db") as db:
        db.execute("pragma journal_mode=wal")
        db.execute("create table t (a)")
        db.executemany("insert into t values (?)", [(i,) for i in range(99)])
        assert db.execute("select sum(a) from t").fetchone() == (4851,)


def sockets():
    assert ssl.create_default_context().verify_mode == ssl.CERT_REQUIRED
    assert socket.getaddrinfo("127.0.0.1", 80)
    assert socket.if_nameindex() is not None
    left, right = socket.socketpair()
    left.sendall(b"x")
    assert right.recv(1) == b"x"


async def asynchronous(folder):
    async def answer(reader, writer):
        writer.write(await reader.readline())
        await writer.drain()
        writer.close()

    path = str(folder / "socket")
    server = await asyncio.start_unix_server(answer, path)
    async with server:
        reader, writer = await asyncio.open_unix_connection(path)
        writer.write(b"hello\n")
        assert await reader.readline() == b"hello\n"
        writer.close()
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"tcp\n")
        assert await reader.readline() == b"tcp\n"
        writer.close()
    child = await asyncio.create_subprocess_exec(
        "/bin/echo", "hi", stdout=asyncio.subprocess.PIPE)
    assert (await child.communicate())[0] == b"hi\n"
    assert await asyncio.to_thread(twice, 2) == 4


def signals():
    seen = []
    signal.signal(signal.SIGALRM, lambda *_: seen.append(1))
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    signal.sigtimedwait([signal.SIGUSR1], 0.001)
    while not seen:
        time.sleep(0.001)


def libraries():
    libc = ctypes.CDLL(None)
    assert libc.getpid() == os.getpid()
    compare = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int),
                               ctypes.POINTER(ctypes.c_int))
    values = (ctypes.c_int * 3)(3, 1, 2)
    libc.qsort(values, 3, 4, compare(lambda a, b: a[0] - b[0]))
    assert list(values) == [1, 2, 3]


def main():
    with tempfile.TemporaryDirectory(dir=sys.argv[1]) as name:
        folder = pathlib.Path(name)
        loads = {
            "files": lambda: files(folder),
            "threads": threads,
            "processes": processes,
            "multiprocessing fork": lambda: multi("fork"),
            "multiprocessing spawn": lambda: multi("spawn"),
            "multiprocessing forkserver": lambda: multi("forkserver"),
            "process pool": process_pool,
            "numpy": numbers,
            "sqlite3": lambda: database(folder),
            "sockets": sockets,
            "asyncio": lambda: asyncio.run(asynchronous(folder)),
            "signals": signals,
            "ctypes": libraries,
        }
        for what, load in loads.items():
            load()
            print(what, flush=True)
    print("done")


if __name__ == "__main__":
    main()
