// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/jailctl/policy/learn_child.h"

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "jail/seccomp/arch.h"
#include "jail/sys/errno_name.h"

namespace jail::jailctl {
namespace {

// Linux 5.19: a signal does not interrupt a call that the learner looks at.
constexpr unsigned kWaitKillable = 1 << 5;

// Nobody passes these: sendmsg() with them, this socket and this address of a
// message is ours.
constexpr uint32_t kOwnFlags = MSG_NOSIGNAL | MSG_CONFIRM | MSG_MORE;

// As the launcher looks for a program without a slash.
constexpr char kDefaultPath[] = "/usr/local/bin:/usr/bin:/bin";

constexpr uint32_t Low(int argument) {
  return offsetof(seccomp_data, args) + 8 * static_cast<uint32_t>(argument);
}

// Tells every call but one: the sendmsg that hands the listener out.  Until
// the learner has it, nobody would answer.
int InstallFilter(int socket, const msghdr* message) {
  const auto address = reinterpret_cast<uint64_t>(message);
  const auto load = [](size_t offset) {
    return sock_filter{BPF_LD | BPF_W | BPF_ABS, 0, 0,
                       static_cast<uint32_t>(offset)};
  };
  // Goes on when equal; else to the end, which is `left` instructions away.
  const auto equal = [](uint32_t value, uint8_t left) {
    return sock_filter{BPF_JMP | BPF_JEQ | BPF_K, 0, left, value};
  };
  sock_filter code[] = {
      load(offsetof(seccomp_data, arch)),
      equal(seccomp::AuditArch(seccomp::NativeArch()), 11),
      load(offsetof(seccomp_data, nr)),
      equal(SYS_sendmsg, 9),
      load(Low(0)),
      equal(static_cast<uint32_t>(socket), 7),
      load(Low(1)),
      equal(static_cast<uint32_t>(address), 5),
      load(Low(1) + 4),
      equal(static_cast<uint32_t>(address >> 32), 3),
      load(Low(2)),
      equal(kOwnFlags, 1),
      {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW},
      {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_USER_NOTIF},
  };
  const sock_fprog program = {sizeof code / sizeof code[0], code};
  const auto install = [&](unsigned flags) {
    return static_cast<int>(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
                                    SECCOMP_FILTER_FLAG_NEW_LISTENER | flags,
                                    &program));
  };
  const int listener = install(kWaitKillable);
  return listener < 0 && errno == EINVAL ? install(0) : listener;
}

// Every candidate, in order; made before the filter.
std::vector<std::string> Candidates(const std::string& name) {
  if (name.find('/') != std::string::npos) return {name};
  const char* path = getenv("PATH");
  std::vector<std::string> candidates;
  for (const absl::string_view folder :
       absl::StrSplit(path == nullptr ? kDefaultPath : path, ':')) {
    candidates.push_back(
        absl::StrCat(folder.empty() ? "." : folder, "/", name));
  }
  return candidates;
}

std::string Start(int socket, const std::vector<std::string>& command) {
  std::vector<char*> argv;
  for (const std::string& word : command) {
    argv.push_back(const_cast<char*>(word.c_str()));
  }
  argv.push_back(nullptr);
  const std::vector<std::string> candidates = Candidates(command[0]);

  char byte = 0;
  iovec data = {&byte, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr message = {};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));

  if (fcntl(socket, F_SETFD, FD_CLOEXEC) != 0) {
    return absl::StrCat("fcntl: ", DescribeErrno(errno));
  }
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return absl::StrCat("prctl: ", DescribeErrno(errno));
  }
  // It is born with O_CLOEXEC.
  const int listener = InstallFilter(socket, &message);
  if (listener < 0) return absl::StrCat("seccomp: ", DescribeErrno(errno));
  std::memcpy(CMSG_DATA(header), &listener, sizeof listener);
  if (syscall(SYS_sendmsg, socket, &message, kOwnFlags) < 0) {
    return absl::StrCat("sendmsg: ", DescribeErrno(errno));
  }
  // From here on every call is told.
  int error = ENOENT;
  for (const std::string& candidate : candidates) {
    execv(candidate.c_str(), argv.data());
    if (errno != ENOENT && errno != ENOTDIR) error = errno;
  }
  return absl::StrCat("execve ", command[0], ": ", DescribeErrno(error));
}

}  // namespace

std::string BecomeLearned(int socket, const std::vector<std::string>& command) {
  const std::string error = Start(socket, command);
  const ssize_t sent = send(socket, error.data(), error.size(), MSG_NOSIGNAL);
  return sent == static_cast<ssize_t>(error.size()) ? "" : error;
}

}  // namespace jail::jailctl
