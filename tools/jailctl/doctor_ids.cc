// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "jail/sys/fd.h"
#include "tools/jailctl/doctor.h"

namespace jail::jailctl {
namespace {

constexpr size_t kMaxFile = 1 << 20;

// The user's name by /etc/passwd, or its number: a static binary has no NSS.
std::string UserName(uid_t uid) {
  absl::StatusOr<std::string> passwd = ReadFile("/etc/passwd", kMaxFile);
  if (passwd.ok()) {
    for (absl::string_view line : absl::StrSplit(*passwd, '\n')) {
      const std::vector<std::string> fields = absl::StrSplit(line, ':');
      if (fields.size() > 2 && fields[2] == absl::StrCat(uid)) return fields[0];
    }
  }
  return absl::StrCat(uid);
}

// What the file grants the user: "100000+65536", or empty.
std::string Ranges(const std::string& path, uid_t uid) {
  absl::StatusOr<std::string> text = ReadFile(path, kMaxFile);
  if (!text.ok()) return "";
  const std::string name = UserName(uid), number = absl::StrCat(uid);
  std::string ranges;
  for (absl::string_view line : absl::StrSplit(*text, '\n')) {
    const std::vector<std::string> fields = absl::StrSplit(line, ':');
    if (fields.size() != 3 || (fields[0] != name && fields[0] != number)) {
      continue;
    }
    absl::StrAppend(&ranges, ranges.empty() ? "" : ", ", fields[1], "+",
                    fields[2]);
  }
  return ranges;
}

Finding Helper(const std::string& name) {
  for (const char* directory : {"/usr/bin", "/usr/local/bin", "/bin"}) {
    const std::string path = absl::StrCat(directory, "/", name);
    struct stat info;
    if (stat(path.c_str(), &info) != 0) continue;
    const bool privileged =
        ((info.st_mode & S_ISUID) != 0 && info.st_uid == 0) ||
        getxattr(path.c_str(), "security.capability", nullptr, 0) > 0;
    if (privileged) return {Finding::State::kGood, name, path, ""};
    return {Finding::State::kMissing, name,
            absl::StrCat(path,
                         " is neither set-user-id root nor has file "
                         "capabilities"),
            absl::StrCat("chmod u+s ", path)};
  }
  return {Finding::State::kMissing, name, "not found",
          "apt-get install uidmap (needed for use_newidmap only)"};
}

}  // namespace

Section ExamineIds(const std::vector<Who>& everyone) {
  Section section{"Ids", {}};
  const std::string map = ReadLine("/proc/self/uid_map", "unknown");
  std::vector<std::string> fields = absl::StrSplit(map, ' ', absl::SkipEmpty());
  const bool whole = fields == std::vector<std::string>{"0", "0", "4294967295"};
  section.findings.push_back(
      {Finding::State::kNote, "this user namespace",
       whole ? "the host's own (every id)"
             : absl::StrCat("one inside another; first ids: ",
                            fields.size() == 3
                                ? absl::StrCat(fields[0], "+", fields[2])
                                : map),
       ""});
  section.findings.push_back(Helper("newuidmap"));
  section.findings.push_back(Helper("newgidmap"));
  for (const Who& who : everyone) {
    if (who.IsRoot()) {
      section.findings.push_back({Finding::State::kNote, "id ranges, as root",
                                  "root maps any id of its own namespace", ""});
      continue;
    }
    const std::string user = UserName(who.uid);
    for (const char* file : {"/etc/subuid", "/etc/subgid"}) {
      const std::string ranges = Ranges(file, who.uid);
      const std::string name = absl::StrCat(file, ", for ", user);
      if (ranges.empty()) {
        section.findings.push_back(
            {Finding::State::kMissing, name,
             "no range: only the own id can be mapped",
             absl::StrCat("usermod --add-subuids 100000-165535 --add-subgids "
                          "100000-165535 ",
                          user)});
      } else {
        section.findings.push_back({Finding::State::kGood, name, ranges, ""});
      }
    }
  }
  return section;
}

}  // namespace jail::jailctl
