// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/seccomp/policy_file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "jail/sys/errno_name.h"
#include "jail/sys/fd.h"
#include "jail/sys/regular_file.h"

namespace jail::seccomp {
namespace {

constexpr char kWhat[] = "a policy";

// "a//b/./c" is "a/b/c": the same file has one name.
std::string Clean(const std::string& name) {
  std::vector<absl::string_view> parts;
  for (const absl::string_view part : absl::StrSplit(name, '/')) {
    if (!part.empty() && part != ".") parts.push_back(part);
  }
  return absl::StrJoin(parts, "/");
}

absl::StatusOr<IncludedFile> LoadBeneath(const Fd& folder,
                                         const std::string& folder_name,
                                         const std::string& name) {
  if (name[0] == '/') {
    return absl::InvalidArgumentError(
        "is absolute: a policy includes what is beneath its own folder");
  }
  open_how how = {};
  how.flags = static_cast<uint64_t>(kOpenRegular);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  const Fd file(static_cast<int>(
      syscall(SYS_openat2, folder.get(), name.c_str(), &how, sizeof how)));
  const std::string shown = folder_name == "."
                                ? Clean(name)
                                : absl::StrCat(folder_name, "/", Clean(name));
  if (!file.valid()) {
    if (errno == EXDEV) {
      return absl::InvalidArgumentError("leads out of the policy's own folder");
    }
    return ErrnoStatus(errno, absl::StrCat("open ", shown));
  }
  absl::StatusOr<std::string> text =
      ReadRegular(file, shown, kWhat, kMaxPolicyBytes);
  if (!text.ok()) return text.status();
  return IncludedFile{shown, *std::move(text)};
}

}  // namespace

absl::StatusOr<std::string> ReadPolicyFile(const std::string& path) {
  return ReadGivenFile(path, kWhat, kMaxPolicyBytes);
}

LoadInclude IncludeBeneath(const std::string& path) {
  const size_t slash = path.rfind('/');
  const std::string folder_name = slash == std::string::npos ? "."
                                  : slash == 0               ? "/"
                                               : path.substr(0, slash);
  // Opened with the first include: few policies have any.
  auto folder = std::make_shared<Fd>();
  return [folder, folder_name](
             const std::string& name,
             const std::string&) -> absl::StatusOr<IncludedFile> {
    if (!folder->valid()) {
      absl::StatusOr<Fd> opened = Open(folder_name, O_PATH | O_DIRECTORY);
      if (!opened.ok()) return opened.status();
      *folder = *std::move(opened);
    }
    return LoadBeneath(*folder, folder_name, name);
  };
}

}  // namespace jail::seccomp
