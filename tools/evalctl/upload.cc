// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/upload.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <set>

#include "absl/strings/str_cat.h"
#include "jail/sys/errno_name.h"
#include "jail/sys/fd.h"
#include "jail/sys/printable.h"

namespace jail::eval {
namespace {

constexpr mode_t kFolderMode = 0755;

absl::Status Failed(const char* call, absl::string_view path) {
  const int error = errno;
  std::string what = absl::StrCat(call, " ", Printable(path, 200));
  if (error == ENOSPC) {
    return absl::ResourceExhaustedError(
        absl::StrCat(what, ": the workspace is full"));
  }
  return ErrnoStatus(error, what);
}

class Writer {
 public:
  Writer(int root, Owner owner)
      : root_(root),
        owner_(owner),
        is_own_(owner.uid == geteuid() && owner.gid == getegid()) {}

  absl::Status Write(const Upload& upload) {
    const size_t slash = upload.path.rfind('/');
    if (slash != absl::string_view::npos) {
      absl::Status status = MakeFolders(upload.path.substr(0, slash));
      if (!status.ok()) return status;
    }
    open_how how{};
    how.flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    how.mode = 0600;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
    const std::string path(upload.path);
    const Fd file(static_cast<int>(
        syscall(SYS_openat2, root_, path.c_str(), &how, sizeof how)));
    if (!file.valid()) return Failed("open", path);
    absl::string_view left = upload.content;
    while (!left.empty()) {
      const ssize_t n = write(file.get(), left.data(), left.size());
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return Failed("write", path);
      left.remove_prefix(static_cast<size_t>(n));
    }
    if (!is_own_ && fchown(file.get(), owner_.uid, owner_.gid) != 0) {
      return Failed("fchown", path);
    }
    if (fchmod(file.get(), upload.mode) != 0) return Failed("fchmod", path);
    return absl::OkStatus();
  }

 private:
  // Nothing but these folders is there yet: no link can be followed.
  absl::Status MakeFolders(absl::string_view path) {
    for (size_t end = path.find('/');; end = path.find('/', end + 1)) {
      std::string folder(path.substr(0, end));
      if (!made_.contains(folder)) {
        if (mkdirat(root_, folder.c_str(), kFolderMode) != 0 ||
            fchmodat(root_, folder.c_str(), kFolderMode, 0) != 0) {
          return Failed("mkdir", folder);
        }
        if (!is_own_ && fchownat(root_, folder.c_str(), owner_.uid, owner_.gid,
                                 AT_SYMLINK_NOFOLLOW) != 0) {
          return Failed("fchown", folder);
        }
        made_.insert(std::move(folder));
      }
      if (end == absl::string_view::npos) return absl::OkStatus();
    }
  }

  const int root_;
  const Owner owner_;
  const bool is_own_;
  std::set<std::string> made_;
};

}  // namespace

absl::Status WriteUploads(int root, const Uploads& uploads, Owner owner) {
  Writer writer(root, owner);
  for (const auto& [path, upload] : uploads) {
    absl::Status status = writer.Write(upload);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace jail::eval
