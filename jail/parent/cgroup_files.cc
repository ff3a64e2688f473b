// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/parent/cgroup_files.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <set>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "jail/sys/fd.h"

namespace jail {
namespace {

constexpr size_t kMaxCgroupFileBytes = 1 << 20;
// Rounding to the largest page size that there is.
constexpr uint64_t kMaxRounding = 65536;
constexpr uint32_t kMaxListNumber = 65535;

// The numbers of "0-3,7"; empty: it is no such list.
std::set<uint32_t> ListNumbers(const std::string& text) {
  std::set<uint32_t> numbers;
  for (absl::string_view part : absl::StrSplit(text, ',')) {
    const std::vector<std::string> ends =
        absl::StrSplit(part, absl::MaxSplits('-', 1));
    uint32_t first, last;
    if (!absl::SimpleAtoi(ends.front(), &first) ||
        !absl::SimpleAtoi(ends.back(), &last) || last > kMaxListNumber) {
      return {};
    }
    for (uint32_t n = first; n <= last; ++n) numbers.insert(n);
  }
  return numbers;
}

// "8:0 rbps=1000" is kept by the line "8:0 rbps=1000 wbps=max".
bool KeepsDevice(const std::string& written, const std::string& read) {
  const std::vector<std::string> wanted = absl::StrSplit(written, ' ');
  for (absl::string_view line : absl::StrSplit(read, '\n')) {
    const std::vector<std::string> words = absl::StrSplit(line, ' ');
    if (words.front() != wanted.front()) continue;
    const std::set<std::string> have(words.begin(), words.end());
    for (const std::string& word : wanted) {
      if (!have.contains(word)) return false;
    }
    return true;
  }
  return false;
}

}  // namespace

int WriteCgroupFile(const std::string& path, const std::string& value) {
  Fd fd(open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!fd.valid()) return errno;
  ssize_t n = write(fd.get(), value.data(), value.size());
  return n == static_cast<ssize_t>(value.size()) ? 0 : n < 0 ? errno : EIO;
}

std::string ReadCgroupFile(const std::string& path) {
  absl::StatusOr<std::string> text = ReadFile(path, kMaxCgroupFileBytes);
  return text.ok() ? std::string(absl::StripAsciiWhitespace(*text)) : "";
}

std::optional<uint64_t> ReadCgroupNumber(const std::string& path) {
  uint64_t value;
  if (!absl::SimpleAtoi(ReadCgroupFile(path), &value)) return std::nullopt;
  return value;
}

std::optional<uint64_t> FindKey(const std::string& text, const char* key) {
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    std::pair<absl::string_view, absl::string_view> pair =
        absl::StrSplit(line, absl::MaxSplits(' ', 1));
    uint64_t value;
    if (pair.first == key && absl::SimpleAtoi(pair.second, &value)) {
      return value;
    }
  }
  return std::nullopt;
}

bool KeepsValue(const std::string& written, const std::string& read) {
  if (written == read) return true;
  if (absl::StrContains(written, ":")) return KeepsDevice(written, read);
  uint64_t want, have;
  if (absl::SimpleAtoi(written, &want) && absl::SimpleAtoi(read, &have)) {
    return have <= want && want - have < kMaxRounding && have > 0;
  }
  const std::set<uint32_t> numbers = ListNumbers(written);
  return !numbers.empty() && numbers == ListNumbers(read);
}

}  // namespace jail
