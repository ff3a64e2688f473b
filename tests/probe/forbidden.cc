// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "tests/probe/see.h"

namespace jail::probe {
namespace {

// In a process of its own: a success must not change what is seen later.
template <typename Call>
int ErrnoOf(Call call) {
  int status = 0;
  pid_t pid = fork();
  if (pid < 0) return errno;
  if (pid == 0) {
    errno = 0;
    _exit(call() >= 0 ? 0 : errno);
  }
  waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

void TryForbidden(Json& json) {
  json.Key("tried").Begin('{');
  auto attempt = [&json](const char* name, auto call) {
    json.Key(name).Number(ErrnoOf(call));
  };
  attempt("unshare_user", [] { return unshare(CLONE_NEWUSER); });
  attempt("unshare_mount", [] { return unshare(CLONE_NEWNS); });
  attempt("mount_tmpfs",
          [] { return mount("none", "/", "tmpfs", 0, nullptr); });
  attempt("umount_root", [] { return umount2("/", MNT_DETACH); });
  attempt("remount_root", [] {
    return mount(nullptr, "/", nullptr, MS_REMOUNT | MS_BIND, nullptr);
  });
  attempt("chroot", [] { return chroot("/"); });
  attempt("setuid_0", [] { return setuid(0); });
  attempt("setgid_0", [] { return setgid(0); });
  attempt("sethostname", [] { return sethostname("x", 1); });
  attempt("mknod_device",
          [] { return mknod("/made", S_IFCHR | 0666, makedev(1, 3)); });
  attempt("write_root", [] {
    return open("/made", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  });
  attempt("raw_socket",
          [] { return socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, 1); });
  attempt("ptrace_1", [] { return ptrace(PTRACE_SEIZE, 1, nullptr, nullptr); });
  attempt("fork", [] { return 0; });
  json.End('}');
}

}  // namespace jail::probe
