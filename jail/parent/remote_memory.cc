// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/parent/remote_memory.h"

#include <sys/uio.h>

#include <algorithm>

namespace jail {
namespace {

// What the smallest page is everywhere: a read within it succeeds or fails as a
// whole.
constexpr uint64_t kPage = 4096;

}  // namespace

std::string ReadRemote(pid_t thread, uint64_t address, size_t size) {
  std::string bytes;
  if (thread <= 0) return bytes;
  while (bytes.size() < size) {
    const uint64_t from = address + bytes.size();
    const size_t part =
        std::min<uint64_t>(size - bytes.size(), kPage - from % kPage);
    char buffer[kPage];
    const iovec local{buffer, part};
    const iovec remote{reinterpret_cast<void*>(from), part};
    const ssize_t n = process_vm_readv(thread, &local, 1, &remote, 1, 0);
    if (n <= 0) break;
    bytes.append(buffer, static_cast<size_t>(n));
  }
  return bytes;
}

std::optional<std::string> ReadRemoteString(pid_t thread, uint64_t address,
                                            size_t most) {
  std::string text;
  while (text.size() < most) {
    const uint64_t from = address + text.size();
    const std::string part = ReadRemote(
        thread, from,
        std::min<uint64_t>(most - text.size(), kPage - from % kPage));
    if (part.empty()) break;
    const size_t end = part.find('\0');
    text.append(part, 0, end);
    if (end != std::string::npos) return text;
  }
  if (text.empty()) return std::nullopt;
  return text;
}

}  // namespace jail
