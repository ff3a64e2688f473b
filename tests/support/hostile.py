# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""A caller that has everything a jail must not inherit.

`run(argv, identity)` starts argv with: descriptors 7 and 200 open on a host
directory and file; a secret in the environment; a working directory of its
own; supplementary groups; inheritable and ambient capabilities (as root); a
session keyring of its own; a controlling terminal; signals ignored, blocked and
pending; umask 0; unlimited core files; a personality.
"""

import ctypes
import fcntl
import os
import resource
import signal
import subprocess
import termios

from support import files
from support.identity import ROOT

SECRET = "caller-secret"
KEYRING = b"jail-test-caller"
LEAKED_FDS = (7, 200)

_SYS_KEYCTL = 250  # x86-64
_KEYCTL_JOIN_SESSION_KEYRING = 1
_ADDR_NO_RANDOMIZE = 0x0040000
_libc = ctypes.CDLL(None, use_errno=True)
_CAPS = "net_admin,sys_chroot"


def _check(result):
    if result < 0:
        raise OSError(ctypes.get_errno(), "set-up of the hostile caller")


def _become_hostile(terminal, is_root):
    os.setsid()
    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
    folder = os.open("/etc", os.O_RDONLY | os.O_DIRECTORY)
    os.dup2(folder, LEAKED_FDS[0], inheritable=True)
    os.dup2(os.open("/etc/passwd", os.O_RDONLY), LEAKED_FDS[1],
            inheritable=True)
    _check(_libc.syscall(_SYS_KEYCTL, _KEYCTL_JOIN_SESSION_KEYRING, KEYRING))
    _check(_libc.personality(_ADDR_NO_RANDOMIZE))
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD,
                    signal.SIGPIPE, signal.SIGUSR1):
        signal.signal(ignored, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_SETMASK,
                           {signal.SIGUSR2, signal.SIGALRM, signal.SIGTERM})
    os.kill(os.getpid(), signal.SIGUSR2)
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
    os.umask(0)
    os.chdir("/var")
    if is_root:
        os.setgroups([4, 27, 100])


def run(argv, identity, timeout=60, stdin=subprocess.DEVNULL):
    """Runs argv as a hostile `identity`; returns a CompletedProcess."""
    main, terminal = os.openpty()
    prefix = list(identity.prefix)
    if identity is ROOT:
        prefix += ["/usr/bin/setpriv", f"--inh-caps=+{_CAPS.replace(',', ',+')}",
                   f"--ambient-caps=+{_CAPS.replace(',', ',+')}", "--"]
    try:
        return subprocess.run(
            prefix + argv, stdin=stdin, capture_output=True, timeout=timeout,
            check=False, close_fds=False, text=True,
            env={"PATH": "/usr/bin:/bin", "SECRET": SECRET},
            # The tests that use this have one thread.
            preexec_fn=lambda: _become_hostile(terminal, identity is ROOT))
    finally:
        os.close(main)
        os.close(terminal)


def jail_argv(config, *words, program="jail", before=()):
    """argv of `program` (of build/bin), running the words under `config`."""
    return [files.binary(program), *before, "--config", config, "--", *words]
