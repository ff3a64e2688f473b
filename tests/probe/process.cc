// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "tests/probe/see.h"

namespace jail::probe {
namespace {

struct KernelSigaction {
  void* handler;
  unsigned long flags;
  void* restorer;
  unsigned long mask;
};

// Signals whose disposition is not the default.  libc hides 32 and 33, so the
// kernel is asked itself.
std::vector<long long> OddDispositions() {
  std::vector<long long> odd;
  for (int signal = 1; signal <= 64; ++signal) {
    KernelSigaction action = {};
    if (syscall(SYS_rt_sigaction, signal, nullptr, &action, 8) == 0 &&
        action.handler != nullptr) {
      odd.push_back(signal);
    }
  }
  return odd;
}

void SeeLimits(Json& json) {
  static constexpr struct {
    const char* name;
    int resource;
  } kLimits[] = {
      {"cpu", RLIMIT_CPU},           {"fsize", RLIMIT_FSIZE},
      {"data", RLIMIT_DATA},         {"stack", RLIMIT_STACK},
      {"core", RLIMIT_CORE},         {"rss", RLIMIT_RSS},
      {"nproc", RLIMIT_NPROC},       {"nofile", RLIMIT_NOFILE},
      {"memlock", RLIMIT_MEMLOCK},   {"as", RLIMIT_AS},
      {"locks", RLIMIT_LOCKS},       {"sigpending", RLIMIT_SIGPENDING},
      {"msgqueue", RLIMIT_MSGQUEUE}, {"nice", RLIMIT_NICE},
      {"rtprio", RLIMIT_RTPRIO},     {"rttime", RLIMIT_RTTIME},
  };
  json.Key("rlimits").Begin('{');
  for (const auto& limit : kLimits) {
    struct rlimit value {};
    getrlimit(static_cast<__rlimit_resource_t>(limit.resource), &value);
    json.Key(limit.name).Begin('[');
    json.Unsigned(value.rlim_cur);
    json.Unsigned(value.rlim_max);
    json.End(']');
  }
  json.End('}');
}

const char* KindOf(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFDIR:
      return "directory";
    case S_IFREG:
      return "file";
    case S_IFCHR:
      return "character";
    case S_IFBLK:
      return "block";
    case S_IFIFO:
      return "pipe";
    case S_IFSOCK:
      return "socket";
    default:
      return "other";
  }
}

}  // namespace

void SeeProcess(Json& json) {
  json.Key("pid").Number(getpid());
  json.Key("ppid").Number(getppid());
  json.Key("sid").Number(getsid(0));
  json.Key("pgid").Number(getpgid(0));
  unsigned long mask = 0, pending = 0;
  syscall(SYS_rt_sigprocmask, SIG_BLOCK, nullptr, &mask, 8);
  syscall(SYS_rt_sigpending, &pending, 8);
  json.Key("signal_mask").Unsigned(mask);
  json.Key("signals_pending").Unsigned(pending);
  json.Key("signal_dispositions").Numbers(OddDispositions());
  int death_signal = -1;
  prctl(PR_GET_PDEATHSIG, &death_signal, 0, 0, 0);
  json.Key("parent_death_signal").Number(death_signal);
  mode_t old = umask(0);
  umask(old);
  json.Key("umask").Number(old);
  errno = 0;
  json.Key("nice").Number(getpriority(PRIO_PROCESS, 0));
  std::string adj = ReadWhole("/proc/self/oom_score_adj");
  if (!adj.empty()) json.Key("oom_score_adj").Number(std::stoi(adj));
  cpu_set_t cpus;
  CPU_ZERO(&cpus);
  sched_getaffinity(0, sizeof cpus, &cpus);
  json.Key("cpus").Number(CPU_COUNT(&cpus));
  json.Key("personality").Number(personality(0xffffffff));
  int tsc = 0;
  prctl(PR_GET_TSC, &tsc, 0, 0, 0);
  json.Key("tsc").Number(tsc);
  unsigned long long cookie = 0;
#ifdef PR_SCHED_CORE
  prctl(PR_SCHED_CORE, PR_SCHED_CORE_GET, 0, 0, &cookie);
#endif
  json.Key("core_cookie").Unsigned(cookie);
  SeeLimits(json);
}

void SeeDescriptors(Json& json, int argc, char** argv, char** env) {
  json.Key("argv").Strings({argv, argv + argc});
  std::vector<std::string> variables;
  for (char** e = env; *e != nullptr; ++e) variables.emplace_back(*e);
  json.Key("env").Strings(variables);
  // One by one, past any limit: RLIMIT_NOFILE does not close what is open.
  json.Key("fds").Begin('{');
  for (int fd = 0; fd < 65536; ++fd) {
    int flags = fcntl(fd, F_GETFL);
    if (flags == -1) continue;
    struct stat st {};
    fstat(fd, &st);
    json.Key(std::to_string(fd)).Begin('{');
    json.Key("kind").String(KindOf(st.st_mode));
    json.Key("device").String(std::to_string(major(st.st_rdev)) + ":" +
                              std::to_string(minor(st.st_rdev)));
    json.Key("inode").Unsigned(st.st_ino);
    json.Key("access").Number(flags & O_ACCMODE);
    json.Key("cloexec").Bool((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
    json.Key("is_tty").Bool(isatty(fd) == 1);
    json.End('}');
  }
  json.End('}');
  int tty = open("/dev/tty", O_RDWR | O_CLOEXEC);
  json.Key("controlling_tty").Number(tty >= 0 ? 0 : errno);
  if (tty >= 0) close(tty);
}

}  // namespace jail::probe
