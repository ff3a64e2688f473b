// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/spec/recorded_calls.h"

namespace jail {
namespace {

using Kind = RecordedCall::Kind;

constexpr RecordedCall Path(const char* name, int path, int dir = -1) {
  return {name, Kind::kPath, path, dir};
}

constexpr RecordedCall TwoPaths(const char* name, int path, int dir, int second,
                                int second_dir) {
  return {name, Kind::kPath, path, dir, second, second_dir};
}

constexpr RecordedCall Open(const char* name, Kind kind, int path, int dir,
                            int flags) {
  return {name, kind, path, dir, -1, -1, flags};
}

}  // namespace

// A symbolic link's content is text: only the place of the link is looked up.
const RecordedCall kRecordedCalls[] = {
    Open("open", Kind::kOpen, 0, -1, 1),
    Open("openat", Kind::kOpen, 1, 0, 2),
    Open("openat2", Kind::kOpenHow, 1, 0, 2),
    Open("creat", Kind::kCreate, 0, -1, -1),
    Path("execve", 0),
    Path("execveat", 1, 0),
    Path("stat", 0),
    Path("stat64", 0),
    Path("lstat", 0),
    Path("lstat64", 0),
    Path("newfstatat", 1, 0),
    Path("fstatat64", 1, 0),
    Path("statx", 1, 0),
    Path("statfs", 0),
    Path("statfs64", 0),
    Path("access", 0),
    Path("faccessat", 1, 0),
    Path("faccessat2", 1, 0),
    Path("readlink", 0),
    Path("readlinkat", 1, 0),
    Path("chdir", 0),
    Path("chroot", 0),
    Path("mkdir", 0),
    Path("mkdirat", 1, 0),
    Path("rmdir", 0),
    Path("unlink", 0),
    Path("unlinkat", 1, 0),
    Path("mknod", 0),
    Path("mknodat", 1, 0),
    Path("symlink", 1),
    Path("symlinkat", 2, 1),
    TwoPaths("link", 0, -1, 1, -1),
    TwoPaths("linkat", 1, 0, 3, 2),
    TwoPaths("rename", 0, -1, 1, -1),
    TwoPaths("renameat", 1, 0, 3, 2),
    TwoPaths("renameat2", 1, 0, 3, 2),
    Path("chmod", 0),
    Path("fchmodat", 1, 0),
    Path("fchmodat2", 1, 0),
    Path("chown", 0),
    Path("chown32", 0),
    Path("lchown", 0),
    Path("lchown32", 0),
    Path("fchownat", 1, 0),
    Path("truncate", 0),
    Path("truncate64", 0),
    Path("utime", 0),
    Path("utimes", 0),
    Path("futimesat", 1, 0),
    Path("utimensat", 1, 0),
    Path("utimensat_time64", 1, 0),
    Path("setxattr", 0),
    Path("lsetxattr", 0),
    Path("getxattr", 0),
    Path("lgetxattr", 0),
    Path("listxattr", 0),
    Path("llistxattr", 0),
    Path("removexattr", 0),
    Path("lremovexattr", 0),
    Path("setxattrat", 1, 0),
    Path("getxattrat", 1, 0),
    Path("listxattrat", 1, 0),
    Path("removexattrat", 1, 0),
    Path("inotify_add_watch", 1),
    {"connect", Kind::kAddress, 1},
    {"bind", Kind::kAddress, 1},
    {"sendto", Kind::kSendTo, 4},
    {"sendmsg", Kind::kMessage, 1},
    {"sendmmsg", Kind::kMessages, 1},
    {"socket", Kind::kSocket},
    {"socketcall", Kind::kSocketCall, 1},
};
const size_t kRecordedCallCount =
    sizeof kRecordedCalls / sizeof kRecordedCalls[0];

const RecordedCall* FindRecordedCall(const std::string& name) {
  for (const RecordedCall& call : kRecordedCalls) {
    if (name == call.name) return &call;
  }
  return nullptr;
}

}  // namespace jail
