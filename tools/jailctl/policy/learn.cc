// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/jailctl/policy/learn.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "config/parse.h"
#include "jail/sys/errno_name.h"
#include "jail/sys/fd.h"
#include "jail/sys/receive_fd.h"
#include "tools/jailctl/policy/command_watch.h"
#include "tools/jailctl/policy/learn_child.h"
#include "tools/jailctl/policy/recording.h"
#include "tools/jailctl/policy/write_policy.h"

namespace jail::jailctl {
namespace {

// The exit status of a child that could not become the command.
constexpr int kNotStarted = 127;

// The file that this program is, and `jail`, which is installed beside it.
absl::StatusOr<std::string> OwnPath() {
  char path[PATH_MAX];
  const ssize_t length = readlink("/proc/self/exe", path, sizeof path);
  if (length < 0) return ErrnoStatus(errno, "readlink /proc/self/exe");
  return std::string(path, static_cast<size_t>(length));
}

// Reads the config for what learning must know of it.
bool TakeConfig(LearnRequest& request, Recording& recording,
                std::vector<std::string>& errors) {
  if (DescriptorNamed(request.config)) {
    errors.push_back(absl::StrCat(
        request.config,
        ": is empty when it has been read, and each run reads the config: "
        "name a file"));
    return false;
  }
  const absl::StatusOr<std::string> text = ReadConfigFile(request.config);
  if (!text.ok()) {
    errors.emplace_back(text.status().message());
    return false;
  }
  Diagnostics diagnostics;
  const ParsedConfig config =
      ParseConfig(*text, request.config, ConfigFormat::kDetect, diagnostics);
  for (const Diagnostic& diagnostic : diagnostics.Sorted()) {
    if (diagnostic.severity == Diagnostic::Severity::kError) {
      errors.push_back(diagnostic.ToString());
    }
  }
  const config::JailConfig& proto = config.proto;
  if (proto.seccomp_string_size() > 0 || !proto.seccomp_policy_file().empty() ||
      !proto.seccomp_oci_file().empty()) {
    errors.push_back(
        absl::StrCat(request.config,
                     ": has a policy, which would stand in the way: "
                     "remove it to learn another"));
  }
  if (proto.seccomp_unotify()) {
    errors.push_back(absl::StrCat(
        request.config,
        ": seccomp_unotify: the kernel allows one listener, and learning is "
        "one: remove it to learn"));
  }
  recording.has_other_arch = proto.seccomp_arch_size() > 0;
  if (request.command.empty()) {
    request.command.push_back(proto.exec_bin().path());
    for (const std::string& arg : proto.exec_bin().arg()) {
      request.command.push_back(arg);
    }
    if (proto.exec_bin().path().empty() || proto.exec_bin().exec_fd()) {
      errors.push_back(absl::StrCat(
          request.config, ": names no program: write one after \"--\""));
    }
  }
  return errors.empty();
}

// `jail` with the config, and this program, by descriptor, as its target.
std::vector<std::string> JailCommand(const LearnRequest& request,
                                     const std::string& self, int socket) {
  const std::string jail = self.substr(0, self.rfind('/') + 1) + "jail";
  std::vector<std::string> argv = {jail,  "--config",  request.config,
                                   "-Mo", "--pass_fd", absl::StrCat(socket)};
  // What it denies would not be learned.
  argv.emplace_back("--seccomp_default=none");
  for (const char* word : {"--exec_file", self.c_str(), "--execute_fd", "--",
                           "jailctl", "policy", kLearnChildVerb}) {
    argv.emplace_back(word);
  }
  argv.push_back(absl::StrCat(socket));
  argv.insert(argv.end(), request.command.begin(), request.command.end());
  return argv;
}

[[noreturn]] void RunChild(const LearnRequest& request, const std::string& self,
                           int socket, pid_t parent,
                           const CommandWatch& watch) {
  watch.RestoreSignals();
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(kNotStarted);
  if (request.output.empty()) dup2(STDERR_FILENO, STDOUT_FILENO);
  std::string error;
  if (request.config.empty()) {
    error = BecomeLearned(socket, request.command);
  } else {
    fcntl(socket, F_SETFD, 0);
    const std::vector<std::string> words = JailCommand(request, self, socket);
    std::vector<char*> argv;
    for (const std::string& word : words) {
      argv.push_back(const_cast<char*>(word.c_str()));
    }
    argv.push_back(nullptr);
    execv(argv[0], argv.data());
    error = absl::StrCat("execve ", words[0], ": ", DescribeErrno(errno));
  }
  if (!error.empty()) std::fprintf(stderr, "jailctl: %s\n", error.c_str());
  _exit(kNotStarted);
}

// What the child says of why it did not become the command; empty when it did.
std::string ReadError(int socket) {
  std::string text;
  char buffer[512];
  while (true) {
    const ssize_t got = read(socket, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return text;
    text.append(buffer, static_cast<size_t>(got));
  }
}

// "exit status 3", "signal 9"
std::string Ending(int status) {
  return WIFEXITED(status) ? absl::StrCat("exit status ", WEXITSTATUS(status))
                           : absl::StrCat("signal ", WTERMSIG(status));
}

// One run; false when the command was not started.
bool Run(const LearnRequest& request, const std::string& self,
         CommandWatch& watch, Recording& recording, LearnResult& result) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
    result.errors.push_back(absl::StrCat("socketpair: ", DescribeErrno(errno)));
    return false;
  }
  Fd ours(pair[0]), theirs(pair[1]);
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child < 0) {
    result.errors.push_back(absl::StrCat("fork: ", DescribeErrno(errno)));
    return false;
  }
  if (child == 0) RunChild(request, self, theirs.get(), parent, watch);
  watch.Begin(child);
  theirs.Reset();
  // The listener; or an error, by its first byte; or nothing.
  const FdMessage message = ReceiveFd(ours.get(), 0);
  std::string error;
  absl::Status status;
  if (message.fd.valid()) {
    recording.BeginRun();
    status = Record(message.fd.get(), watch, recording);
  } else if (message.error != 0) {
    status = ErrnoStatus(message.error, "recvmsg");
  } else if (!message.closed) {
    error.assign(1, message.byte);
  }
  if (!status.ok()) {
    result.errors.emplace_back(status.message());
    watch.Kill();
    return false;
  }
  watch.WaitForAll();
  const int ending = watch.ending();
  error += ReadError(ours.get());
  if (!error.empty() || !message.fd.valid()) {
    result.errors.push_back(absl::StrCat(
        "the command was not started: ",
        !error.empty() ? error
                       : absl::StrCat("jail's end was ", Ending(ending))));
    return false;
  }
  if (ending != 0) {
    result.notes.push_back(
        absl::StrCat("run ", recording.runs, " ended with ", Ending(ending)));
  }
  return true;
}

}  // namespace

LearnResult Learn(const LearnRequest& request) {
  LearnResult result;
  LearnRequest wanted = request;
  Recording recording;
  if (!wanted.config.empty() && !TakeConfig(wanted, recording, result.errors)) {
    return result;
  }
  const absl::StatusOr<std::string> self = OwnPath();
  if (!self.ok()) {
    result.errors.emplace_back(self.status().message());
    return result;
  }
  absl::StatusOr<CommandWatch> watch = CommandWatch::Create();
  if (!watch.ok()) {
    result.errors.emplace_back(watch.status().message());
    return result;
  }
  for (int run = 0; run < wanted.runs && watch->stopped_by() == 0; ++run) {
    if (!Run(wanted, *self, *watch, recording, result)) return result;
  }
  if (watch->stopped_by() != 0) {
    result.notes.push_back(
        absl::StrCat("stopped by signal ", watch->stopped_by(),
                     ": the policy has what was called until then"));
  }
  result.policy = WritePolicy(recording, wanted.command, wanted.config);
  if (!recording.foreign.empty()) {
    result.notes.emplace_back(
        "calls of another ABI were made: the policy does not allow them");
  }
  return result;
}

std::string LearnChild(const std::vector<std::string>& words) {
  int socket = -1;
  if (words.size() < 2 || !absl::SimpleAtoi(words[0], &socket)) {
    return "learn-child is for jailctl itself";
  }
  return BecomeLearned(socket, {words.begin() + 1, words.end()});
}

}  // namespace jail::jailctl
