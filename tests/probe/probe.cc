// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// Runs inside a jail and says what it sees, or behaves as it is told:
//   probe                  one JSON object: everything that it sees
//   probe try HOSTNAME     one JSON object: what must fail in a jail, tried;
//                          refuses where the host name is another, since on
//                          the host some of it works
//   probe open PATH...     one JSON object: the errno of opening each
//   probe write PATH...    the same, creating each and writing a byte
//   probe exit N           exits with N
//   probe kill N           sends itself signal N
//   probe hold             writes "ready", then waits for ever
//   probe stubborn N       N processes in sessions of their own that ignore
//                          every signal; writes "ready", waits for ever
//   probe spin             writes "ready", then burns CPU time
//   probe fill N           writes N bytes to stdout
//   probe call N ARG...    makes system call N; one JSON object: its result and
//                          errno.  An ARG is a number, or "@text" for its
//                          address.  call-i386: by int 0x80; call-in-thread;
//                          call-trapped: with a handler of SIGSYS
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "tests/probe/json.h"
#include "tests/probe/see.h"

extern char** environ;

namespace jail::probe {
namespace {

void Print(const std::string& text) {
  size_t done = 0;
  while (done < text.size()) {
    ssize_t n = write(1, text.data() + done, text.size() - done);
    if (n <= 0) _exit(3);
    done += static_cast<size_t>(n);
  }
}

void OpenEach(Json& json, int argc, char** argv, bool do_write) {
  for (int i = 2; i < argc; ++i) {
    int flags = do_write ? O_WRONLY | O_CREAT | O_CLOEXEC
                         : O_RDONLY | O_NONBLOCK | O_CLOEXEC;
    int fd = open(argv[i], flags, 0600);
    int error = fd < 0 ? errno : 0;
    if (fd >= 0 && do_write && write(fd, "x", 1) != 1) error = errno;
    if (fd >= 0) close(fd);
    json.Key(argv[i]).Number(error);
  }
}

[[noreturn]] void WaitForEver() {
  Print("ready\n");
  while (true) pause();
}

// Children that outlive their parents' session and take no signal but KILL.
void Stubborn(int count) {
  for (int i = 0; i < count; ++i) {
    if (fork() != 0) continue;
    setsid();
    if (fork() != 0) _exit(0);
    for (int s = 1; s <= 64; ++s) signal(s, SIG_IGN);
    while (true) pause();
  }
  for (int s = 1; s <= 64; ++s) signal(s, SIG_IGN);
  WaitForEver();
}

int Run(int argc, char** argv) {
  std::string command = argc > 1 ? argv[1] : "see";
  int number = argc > 2 ? std::atoi(argv[2]) : 0;
  if (command == "exit") return number;
  if (command == "kill") {
    kill(getpid(), number);
    return 99;  // process 1 ignores it
  }
  if (command == "hold") WaitForEver();
  if (command == "stubborn") Stubborn(number);
  if (command == "spin") {
    Print("ready\n");
    volatile unsigned rounds = 0;
    while (rounds == 0) {
    }
  }
  if (command == "fill") {
    for (std::string kib(1024, 'x'); number > 0; number -= 1024) Print(kib);
    return 0;
  }

  Json json;
  json.Begin('{');
  if (command == "try") {
    char name[65] = {};
    gethostname(name, 64);
    if (argc < 3 || std::string(argv[2]) != name) return 98;
    TryForbidden(json);
  } else if (command.rfind("call", 0) == 0) {
    MakeCall(json, argc, argv, command);
  } else if (command == "open" || command == "write") {
    OpenEach(json, argc, argv, command == "write");
  } else {
    SeeDescriptors(json, argc, argv, environ);
    SeeIdentity(json);
    SeeProcess(json);
    SeeFilesystem(json);
    SeeKernel(json);
  }
  json.End('}');
  Print(json.text() + "\n");
  return 0;
}

}  // namespace
}  // namespace jail::probe

int main(int argc, char** argv) { return jail::probe::Run(argc, argv); }
