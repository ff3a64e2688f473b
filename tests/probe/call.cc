// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "tests/probe/see.h"

namespace jail::probe {
namespace {

struct Call {
  long number = 0;
  long args[6] = {};
  bool is_i386 = false;
  long result = 0;
  int error = 0;
};

volatile sig_atomic_t trapped_code = 0;
volatile sig_atomic_t trapped_errno = 0;

void OnTrap(int, siginfo_t* info, void*) {
  trapped_code = info->si_code;
  trapped_errno = info->si_errno;
}

// By the other door of x86_64: the numbers are i386's.
long CallOfI386(long number) {
#if defined(__x86_64__)
  long result;
  asm volatile("int $0x80" : "=a"(result) : "a"(number) : "memory");
  return result;
#else
  return number < 0 ? number : -ENOSYS;
#endif
}

void* Make(void* argument) {
  Call& call = *static_cast<Call*>(argument);
  const long* a = call.args;
  if (call.is_i386) {
    call.result = CallOfI386(call.number);
    call.error = call.result < 0 ? static_cast<int>(-call.result) : 0;
    return nullptr;
  }
  errno = 0;
  call.result = syscall(call.number, a[0], a[1], a[2], a[3], a[4], a[5]);
  call.error = call.result < 0 ? errno : 0;
  return nullptr;
}

}  // namespace

void MakeCall(Json& json, int argc, char** argv, const std::string& how) {
  Call call;
  call.is_i386 = how == "call-i386";
  call.number = argc > 2 ? std::strtol(argv[2], nullptr, 0) : 0;
  for (int i = 3; i < argc && i < 9; ++i) {
    // "@text" is the address of the text.
    call.args[i - 3] =
        argv[i][0] == '@'
            ? reinterpret_cast<long>(argv[i] + 1)
            : static_cast<long>(std::strtoull(argv[i], nullptr, 0));
  }
  if (how == "call-trapped") {
    struct sigaction action = {};
    action.sa_sigaction = OnTrap;
    action.sa_flags = SA_SIGINFO;
    sigaction(SIGSYS, &action, nullptr);
  }
  if (how == "call-in-thread") {
    pthread_t thread;
    if (pthread_create(&thread, nullptr, Make, &call) != 0) _exit(97);
    pthread_join(thread, nullptr);
  } else {
    Make(&call);
  }
  json.Key("result").Number(call.result);
  json.Key("errno").Number(call.error);
  json.Key("trapped_code").Number(trapped_code);
  json.Key("trapped_errno").Number(trapped_errno);
}

}  // namespace jail::probe
