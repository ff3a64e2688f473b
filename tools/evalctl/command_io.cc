// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/command_io.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <utility>

#include "jail/sys/errno_name.h"

namespace jail::eval {
namespace {

// A file that holds `data` and that nobody can change.
absl::StatusOr<Fd> MakeStdin(absl::string_view data) {
  if (data.empty()) return Open("/dev/null", O_RDONLY);
  Fd file(memfd_create("stdin", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!file.valid()) return ErrnoStatus(errno, "memfd_create stdin");
  while (!data.empty()) {
    const ssize_t n = write(file.get(), data.data(), data.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return ErrnoStatus(errno, "write stdin");
    data.remove_prefix(static_cast<size_t>(n));
  }
  if (lseek(file.get(), 0, SEEK_SET) != 0 ||
      fcntl(file.get(), F_ADD_SEALS,
            F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) != 0) {
    return ErrnoStatus(errno, "F_ADD_SEALS stdin");
  }
  return file;
}

struct Pair {
  Fd ours, theirs;
};

absl::StatusOr<Pair> MakePipe() {
  int fds[2];
  if (pipe2(fds, O_CLOEXEC) != 0) return ErrnoStatus(errno, "pipe2");
  Pair pair{Fd(fds[0]), Fd(fds[1])};
  if (fcntl(fds[0], F_SETFL, O_NONBLOCK) != 0) {
    return ErrnoStatus(errno, "fcntl O_NONBLOCK");
  }
  return pair;
}

absl::StatusOr<Pair> MakeChannel() {
  int fds[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0) {
    return ErrnoStatus(errno, "socketpair");
  }
  Pair pair{Fd(fds[0]), Fd(fds[1])};
  if (fcntl(fds[0], F_SETFL, O_NONBLOCK) != 0) {
    return ErrnoStatus(errno, "fcntl O_NONBLOCK");
  }
  return pair;
}

}  // namespace

absl::StatusOr<std::unique_ptr<CommandIo>> CommandIo::Make(
    const IoShape& shape, absl::string_view stdin_data, Workspace& workspace) {
  std::unique_ptr<CommandIo> io(new CommandIo);
  if (absl::Status status = io->Open(shape, stdin_data, workspace);
      !status.ok()) {
    return status;
  }
  return io;
}

absl::Status CommandIo::Open(const IoShape& shape, absl::string_view stdin_data,
                             Workspace& workspace) {
  absl::StatusOr<Fd> stdin_file = MakeStdin(stdin_data);
  if (!stdin_file.ok()) return stdin_file.status();
  Keep(*std::move(stdin_file), streams_.stdin_fd);
  const uint64_t limit = shape.output_bytes;
  absl::StatusOr<Pair> out = MakePipe();
  if (!out.ok()) return out.status();
  Keep(std::move(out->theirs), streams_.stdout_fd);
  reader_.Add(std::move(out->ours), limit);
  streams_.stderr_fd = streams_.stdout_fd;
  if (!shape.merge_output) {
    absl::StatusOr<Pair> err = MakePipe();
    if (!err.ok()) return err.status();
    Keep(std::move(err->theirs), streams_.stderr_fd);
    stderr_ = static_cast<int>(reader_.Add(std::move(err->ours), limit));
  }
  if (shape.has_channel) {
    absl::StatusOr<Pair> channel = MakeChannel();
    if (!channel.ok()) return channel.status();
    Keep(std::move(channel->theirs), streams_.channel_fd);
    channel_ = static_cast<int>(reader_.Add(std::move(channel->ours), limit));
  }
  absl::StatusOr<Fd> mount = workspace.Detached();
  if (!mount.ok()) return mount.status();
  streams_.mounts.push_back(-1);
  Keep(*std::move(mount), streams_.mounts[0]);
  return absl::OkStatus();
}

void CommandIo::Keep(Fd fd, int& number) {
  number = fd.get();
  theirs_.push_back(std::move(fd));
}

}  // namespace jail::eval
