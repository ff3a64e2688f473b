// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// A request's workspace: a tmpfs that only this process can reach, and that is
// gone when the process is, however it ended.
#ifndef TOOLS_EVALCTL_WORKSPACE_H_
#define TOOLS_EVALCTL_WORKSPACE_H_

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "jail/sys/fd.h"

namespace jail::eval {

struct WorkspaceOptions {
  uint64_t bytes = 0;   // of file contents
  uint64_t inodes = 0;  // files, folders, links; the root is one
  uid_t uid = 0;        // whose the root is, as this process sees it
  gid_t gid = 0;
  mode_t mode = 0755;

  friend bool operator==(const WorkspaceOptions&,
                         const WorkspaceOptions&) = default;
};

class Keeper;

// Destroying it unmounts it, in the keeper's thread and soon: nobody waits. One
// thread at a time.
class Workspace {
 public:
  ~Workspace();
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  // Its root folder, open for openat(2) and getdents(2).
  int root() const { return root_.get(); }

  // A detached mount of it, for the jail of one command.
  absl::StatusOr<Fd> Detached();

 private:
  friend class Keeper;
  Workspace(Keeper& keeper, const WorkspaceOptions& options, std::string name)
      : keeper_(keeper), options_(options), name_(std::move(name)) {}

  // In the keeper's thread.
  absl::Status Mount();
  absl::StatusOr<Fd> Clone() const;

  Keeper& keeper_;
  const WorkspaceOptions options_;
  const std::string name_;  // in the keeper's staging folder
  Fd mount_, root_;
  Fd clone_;  // of mount_, for the first who asks
};

// Keeps the workspaces attached in a mount namespace of its own, which one
// thread of this process is in and nobody else: before kernel 6.15 only an
// attached mount can be cloned.
class Keeper {
 public:
  // To be called while this process has one thread.  Without CAP_SYS_ADMIN the
  // process first enters a user namespace of its own, with its ids mapped to
  // themselves.
  static absl::StatusOr<std::unique_ptr<Keeper>> Start();

  virtual ~Keeper() = default;

  // One is kept ready where the last two were alike.
  absl::StatusOr<std::unique_ptr<Workspace>> Make(
      const WorkspaceOptions& options);

 protected:
  friend class Workspace;
  // Runs `work` in the keeper's thread, whose current folder is the staging
  // tmpfs, after what was given before; and waits for it.
  virtual absl::Status Do(const std::function<absl::Status()>& work) = 0;
  // The same without waiting.
  virtual void Post(std::function<void()> work) = 0;
  // Before the end: none is kept ready from here on.
  void DropSpare();

 private:
  std::unique_ptr<Workspace> TakeSpare(const WorkspaceOptions& options);
  // In the keeper's thread.
  absl::StatusOr<std::unique_ptr<Workspace>> MakeHere(
      const WorkspaceOptions& options);
  void MakeSpare(const WorkspaceOptions& options);

  uint64_t number_ = 0;  // of the next workspace; the keeper's thread's
  std::mutex mutex_;     // of what follows
  WorkspaceOptions last_;
  bool is_repeated_ = false;  // the last two asked for the same
  bool is_ending_ = false;
  std::unique_ptr<Workspace> spare_;
};

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_WORKSPACE_H_
