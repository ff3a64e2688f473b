// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/save_files.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "jail/sys/errno_name.h"
#include "jail/sys/fd.h"
#include "jail/sys/printable.h"
#include "tools/evalctl/paths.h"

namespace jail::eval {
namespace {

constexpr mode_t kFolderMode = 0755;
constexpr mode_t kFileMode = 0644;

absl::Status Failed(const char* call, const std::string& path) {
  return ErrnoStatus(errno, absl::StrCat(call, " ", Printable(path, 200)));
}

Fd OpenPlain(int folder, const std::string& path, int flags, mode_t mode) {
  open_how how{};
  how.flags = static_cast<uint64_t>(flags | O_CLOEXEC | O_NOFOLLOW);
  how.mode = mode;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  return Fd(static_cast<int>(
      syscall(SYS_openat2, folder, path.c_str(), &how, sizeof how)));
}

// The folder of `path`, made where it is not there.
absl::StatusOr<Fd> OpenFolderOf(int root, const std::string& path) {
  Fd folder(fcntl(root, F_DUPFD_CLOEXEC, 3));
  const std::vector<std::string> names = absl::StrSplit(path, '/');
  for (size_t i = 0; i + 1 < names.size(); ++i) {
    if (mkdirat(folder.get(), names[i].c_str(), kFolderMode) != 0 &&
        errno != EEXIST) {
      return Failed("mkdir", path);
    }
    Fd next = OpenPlain(folder.get(), names[i], O_PATH | O_DIRECTORY, 0);
    if (!next.valid()) return Failed("open", path);
    folder = std::move(next);
  }
  return folder;
}

absl::Status Save(int root, const std::string& path,
                  const std::string& content) {
  const absl::Status clean = CheckPath(path);
  if (!clean.ok()) return clean;
  absl::StatusOr<Fd> folder = OpenFolderOf(root, path);
  if (!folder.ok()) return folder.status();
  const std::string name = path.substr(path.rfind('/') + 1);
  unlinkat(folder->get(), name.c_str(), 0);
  const Fd file =
      OpenPlain(folder->get(), name, O_WRONLY | O_CREAT | O_EXCL, kFileMode);
  if (!file.valid()) return Failed("open", path);
  absl::string_view left = content;
  while (!left.empty()) {
    const ssize_t n = write(file.get(), left.data(), left.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return Failed("write", path);
    left.remove_prefix(static_cast<size_t>(n));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status SaveFiles(const Response& response, const std::string& directory) {
  if (mkdir(directory.c_str(), kFolderMode) != 0 && errno != EEXIST) {
    return Failed("mkdir", directory);
  }
  absl::StatusOr<Fd> root = Open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (!root.ok()) return root.status();
  std::map<std::string, const CollectedFile*> by_path;
  for (const CollectedFile& file : response.files()) {
    by_path[file.path()] = &file;
    if (file.left_out() != CollectedFile::LEFT_OUT_UNSPECIFIED) continue;
    const CollectedFile& content =
        file.same_as().empty() ? file : *by_path[file.same_as()];
    absl::Status status =
        Save(root->get(), file.path(),
             content.has_text() ? content.text() : content.base64());
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace jail::eval
