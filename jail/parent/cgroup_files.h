// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// The files of a cgroup directory.  They answer by errno, and what they answer
// is to be read back.
#ifndef JAIL_PARENT_CGROUP_FILES_H_
#define JAIL_PARENT_CGROUP_FILES_H_

#include <cstdint>
#include <optional>
#include <string>

namespace jail {

// One write(2): 0, or its errno.
int WriteCgroupFile(const std::string& path, const std::string& value);

// Without the white space around it; empty where it can't be read.
std::string ReadCgroupFile(const std::string& path);

std::optional<uint64_t> ReadCgroupNumber(const std::string& path);

// The value of `key` in a text of "key value" lines.
std::optional<uint64_t> FindKey(const std::string& text, const char* key);

// Whether a file that says `read` keeps what was `written` to it.  The kernel
// rounds byte counts down to pages, writes lists of numbers its own way, and
// lists all devices in one file.
bool KeepsValue(const std::string& written, const std::string& read);

}  // namespace jail

#endif  // JAIL_PARENT_CGROUP_FILES_H_
