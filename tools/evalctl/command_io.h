// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef TOOLS_EVALCTL_COMMAND_IO_H_
#define TOOLS_EVALCTL_COMMAND_IO_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "jail/launcher.h"
#include "jail/sys/fd.h"
#include "tools/evalctl/output.h"
#include "tools/evalctl/workspace.h"

namespace jail::eval {

// Which streams a command has.
struct IoShape {
  bool merge_output = false;  // one stream for stdout and stderr
  bool has_channel = false;   // of a function call
  uint64_t output_bytes = 0;  // the most of each

  friend bool operator==(const IoShape&, const IoShape&) = default;
};

// The descriptors of one command: what its jail gets, and what is read of it.
class CommandIo {
 public:
  // With a clone of the workspace's mount, and with `stdin_data` as a file that
  // nobody can change; empty: /dev/null.
  static absl::StatusOr<std::unique_ptr<CommandIo>> Make(
      const IoShape& shape, absl::string_view stdin_data, Workspace& workspace);

  // For the launch; and closed after it.
  const Streams& streams() const { return streams_; }
  void CloseTheirs() { theirs_.clear(); }

  OutputReader& reader() { return reader_; }
  OutputReader::Stream& out() { return reader_.stream(0); }
  OutputReader::Stream* err() { return StreamOf(stderr_); }  // null: merged
  OutputReader::Stream* channel() { return StreamOf(channel_); }
  bool IsChannel(size_t stream) const {
    return channel_ >= 0 && stream == static_cast<size_t>(channel_);
  }

 private:
  CommandIo() = default;
  absl::Status Open(const IoShape& shape, absl::string_view stdin_data,
                    Workspace& workspace);
  void Keep(Fd fd, int& number);
  OutputReader::Stream* StreamOf(int number) {
    return number < 0 ? nullptr : &reader_.stream(static_cast<size_t>(number));
  }

  OutputReader reader_;
  Streams streams_;
  std::vector<Fd> theirs_;  // until the jail has them
  int stderr_ = -1, channel_ = -1;
};

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_COMMAND_IO_H_
