# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""Programs that take all that they can get: bomb.py KIND.

Run in a jail.  Each goes on until it is killed, or says "refused ERRNO" and
waits for its end when the kernel gives no more.  Those that would meet a limit
of one process (open files, its address space) go on in children.
"""

import ctypes
import errno
import mmap
import os
import signal
import socket
import sys
import threading

STEP = 1 << 20
MAP_NORESERVE = 0x4000
IPC_CREAT = 0o1000
libc = ctypes.CDLL(None, use_errno=True)
kept = []


def refused(error):
    os.write(1, f"refused {errno.errorcode[error]}\n".encode())


def in_children(fill):
    """Fills in this process until it has no more descriptors, then in a child."""
    while True:
        try:
            fill()
        except OSError as e:
            if e.errno != errno.EMFILE:
                return refused(e.errno)
        if os.fork() > 0:
            signal.pause()
        kept.clear()  # the parent has them still


def write_all(fd):
    """As much as the kernel buffers."""
    os.set_blocking(fd, False)
    try:
        while True:
            os.write(fd, bytes(1 << 16))
    except BlockingIOError:
        pass


def anonymous():
    while True:
        kept.append(b"x" * STEP)


def shared():
    while True:
        kept.append(mmap.mmap(-1, STEP))
        kept[-1].write(bytes(STEP))


def fill_folder(folder):
    with open(f"{folder}/x", "wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(STEP))
        except OSError as e:
            refused(e.errno)


def tmpfs():
    fill_folder("/home")


def posix_shm():
    fill_folder("/dev/shm")


def sysv_shm():
    libc.shmat.restype = ctypes.c_void_p
    libc.shmdt.argtypes = [ctypes.c_void_p]
    while True:
        segment = libc.shmget(0, STEP, IPC_CREAT | 0o600)
        if segment < 0:
            return refused(ctypes.get_errno())
        at = libc.shmat(segment, None, 0)
        ctypes.memset(at, 1, STEP)
        libc.shmdt(at)


def memfd():
    def fill():
        while True:
            kept.append(open(os.memfd_create("bomb"), "wb", buffering=0))
            kept[-1].write(bytes(STEP))
    in_children(fill)


def page_tables():
    size = 256 << 30
    memory = mmap.mmap(-1, size, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS |
                       MAP_NORESERVE)
    for at in range(0, size, 2 << 20):
        memory[at]  # the page of zeros, by a page table of its own


def pipes():
    def fill():
        while True:
            ends = os.pipe()
            kept.extend(open(fd, "rb", buffering=0) for fd in ends)
            write_all(ends[1])
    in_children(fill)


def unix_sockets():
    def fill():
        while True:
            pair = socket.socketpair()
            kept.extend(pair)
            for end in pair:
                write_all(end.fileno())
    in_children(fill)


def tcp_sockets():
    server = socket.create_server(("127.0.0.1", 0))

    def fill():
        while True:
            client = socket.create_connection(server.getsockname())
            kept.append(client)
            kept.append(server.accept()[0])
            for end in kept[-2:]:
                write_all(end.fileno())
    in_children(fill)


def forks():
    """Ends once the first process is refused one; the others wait."""
    first = os.getpid()
    try:
        while True:
            os.fork()
    except OSError as e:
        if os.getpid() == first:
            refused(e.errno)
            os._exit(0)


def forks_for_ever():
    while True:
        try:
            os.fork()
        except OSError:
            pass


def threads():
    threading.stack_size(1 << 16)
    try:
        while True:
            threading.Thread(target=signal.pause, daemon=True).start()
    except RuntimeError:
        refused(errno.EAGAIN)


def burners():
    for _ in range(4):
        os.fork()
    while True:
        pass


if __name__ == "__main__":
    globals()[sys.argv[1]]()
    if sys.argv[1] != "threads":
        signal.pause()
