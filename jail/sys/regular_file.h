// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_SYS_REGULAR_FILE_H_
#define JAIL_SYS_REGULAR_FILE_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "jail/sys/fd.h"

namespace jail {

// Open a file for ReadRegular() with these flags: the open of a FIFO would
// wait for a writer, that of a terminal could make it the controlling one.
extern const int kOpenRegular;

// The whole of a regular file, which somebody else may have named: no FIFO
// that nobody writes to, no device without an end.  `what` it is, "a config",
// and `name` are for errors.  More than `limit` bytes are an error.
absl::StatusOr<std::string> ReadRegular(const Fd& fd, const std::string& name,
                                        const char* what, size_t limit);

// The same of what the caller names on purpose: a regular file, or one of our
// own descriptors, as /dev/stdin or by `<(...)` of a shell: a pipe is read to
// its end, too.
absl::StatusOr<std::string> ReadGivenFile(const std::string& path,
                                          const char* what, size_t limit);

}  // namespace jail

#endif  // JAIL_SYS_REGULAR_FILE_H_
