// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_PARENT_REMOTE_MEMORY_H_
#define JAIL_PARENT_REMOTE_MEMORY_H_

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace jail {

// Up to `size` bytes of another thread's memory; fewer where it ends, and none
// where it can't be read.  process_vm_readv(2)
std::string ReadRemote(pid_t thread, uint64_t address, size_t size);

// The string there, cut at `most` bytes; nothing where it can't be read.
std::optional<std::string> ReadRemoteString(pid_t thread, uint64_t address,
                                            size_t most);

}  // namespace jail

#endif  // JAIL_PARENT_REMOTE_MEMORY_H_
