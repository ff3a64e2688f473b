// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/workspace.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "jail/sys/blocked_signals.h"
#include "jail/sys/errno_name.h"

namespace jail::eval {
namespace {

constexpr uint64_t kStagingBytes = 1 << 20;
constexpr uint64_t kStagingInodes = 65536;

// ----------------------------------------- user namespace

bool HasSysAdmin() {
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2] = {};
  return syscall(SYS_capget, &header, data) == 0 &&
         (data[0].effective >> CAP_SYS_ADMIN & 1) != 0;
}

// So that this process may mount, in namespaces of its own.  The ids stay what
// they were.
absl::Status EnterUserNamespace() {
  const uid_t uid = geteuid();
  const gid_t gid = getegid();
  if (unshare(CLONE_NEWUSER) != 0) {
    return ErrnoStatus(errno, "unshare CLONE_NEWUSER (for the workspace)");
  }
  absl::Status status = WriteFile("/proc/self/setgroups", "deny");
  if (status.ok()) {
    status = WriteFile("/proc/self/uid_map", absl::StrCat(uid, " ", uid, " 1"));
  }
  if (status.ok()) {
    status = WriteFile("/proc/self/gid_map", absl::StrCat(gid, " ", gid, " 1"));
  }
  return status;
}

// In the threads that launch jails: with all of the new namespace's
// capabilities they would be taken for root, and without any they could not
// read a file whose mode its program set to 0.
absl::Status KeepFileCapabilities() {
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2] = {};
  data[0].effective = data[0].permitted =
      1U << CAP_DAC_OVERRIDE | 1U << CAP_DAC_READ_SEARCH;
  if (syscall(SYS_capset, &header, data) != 0) {
    return ErrnoStatus(errno, "capset");
  }
  return absl::OkStatus();
}

// ------------------------------------------------- mounts

absl::Status Set(int context, const char* key, const std::string& value) {
  if (syscall(SYS_fsconfig, context, FSCONFIG_SET_STRING, key, value.c_str(),
              0) != 0) {
    return ErrnoStatus(errno, absl::StrCat("fsconfig ", key, "=", value));
  }
  return absl::OkStatus();
}

absl::StatusOr<Fd> MakeTmpfs(const WorkspaceOptions& options) {
  Fd context(static_cast<int>(syscall(SYS_fsopen, "tmpfs", FSOPEN_CLOEXEC)));
  if (!context.valid()) return ErrnoStatus(errno, "fsopen tmpfs");
  const std::pair<const char*, std::string> settings[] = {
      {"size", absl::StrCat(options.bytes)},
      {"nr_inodes", absl::StrCat(options.inodes)},
      {"uid", absl::StrCat(options.uid)},
      {"gid", absl::StrCat(options.gid)}};
  for (const auto& [key, value] : settings) {
    absl::Status status = Set(context.get(), key, value);
    if (!status.ok()) return status;
  }
  if (syscall(SYS_fsconfig, context.get(), FSCONFIG_CMD_CREATE, nullptr,
              nullptr, 0) != 0) {
    return ErrnoStatus(errno, "fsconfig create tmpfs");
  }
  Fd mount(static_cast<int>(syscall(SYS_fsmount, context.get(), FSMOUNT_CLOEXEC,
                                    MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV)));
  if (!mount.valid()) return ErrnoStatus(errno, "fsmount tmpfs");
  return mount;
}

absl::Status Attach(int mount, const char* path) {
  if (syscall(SYS_move_mount, mount, "", AT_FDCWD, path,
              MOVE_MOUNT_F_EMPTY_PATH) != 0) {
    return ErrnoStatus(errno, absl::StrCat("move_mount ", path));
  }
  return absl::OkStatus();
}

absl::Status SetPropagation(uint64_t propagation) {
  mount_attr attr{};
  attr.propagation = propagation;
  if (syscall(SYS_mount_setattr, AT_FDCWD, "/", AT_RECURSIVE, &attr,
              sizeof attr) != 0) {
    return ErrnoStatus(errno, "mount_setattr /");
  }
  return absl::OkStatus();
}

// Leaves this thread in a mount namespace that holds the staging tmpfs and
// nothing else, so that no file system of the host is kept busy by it.
absl::Status MakeStaging() {
  if (unshare(CLONE_FS | CLONE_NEWNS) != 0) {
    return ErrnoStatus(errno, "unshare CLONE_NEWNS (for the workspace)");
  }
  absl::Status status = SetPropagation(MS_SLAVE);
  if (!status.ok()) return status;
  absl::StatusOr<Fd> staging = MakeTmpfs({.bytes = kStagingBytes,
                                          .inodes = kStagingInodes,
                                          .uid = geteuid(),
                                          .gid = getegid()});
  if (!staging.ok()) return staging.status();
  status = Attach(staging->get(), "/");
  if (!status.ok()) return status;
  if (fchdir(staging->get()) != 0) return ErrnoStatus(errno, "fchdir staging");
  if (syscall(SYS_pivot_root, ".", ".") == 0) {
    // The old root came to lie upon the staging folder.
    if (umount2(".", MNT_DETACH) != 0) {
      return ErrnoStatus(errno, "umount2 (the host's root)");
    }
    return absl::OkStatus();
  }
  // In an initramfs, or in a chroot: the host's mounts stay beneath, and what
  // is unmounted there is unmounted here, too.
  if (errno != EINVAL) return ErrnoStatus(errno, "pivot_root staging");
  return absl::OkStatus();
}

// ------------------------------------------------- thread

class KeeperThread final : public Keeper {
 public:
  // What was given is done: no workspace stays mounted.
  ~KeeperThread() override {
    DropSpare();
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable()) thread_.join();
  }

  absl::Status Start() {
    {
      const BlockedSignals blocked;
      thread_ = std::thread([this] { Loop(); });
    }
    return Do(MakeStaging);
  }

 private:
  absl::Status Do(const std::function<absl::Status()>& work) override {
    const auto task =
        std::make_shared<std::packaged_task<absl::Status()>>(work);
    Post([task] { (*task)(); });
    return task->get_future().get();
  }

  void Post(std::function<void()> work) override {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      jobs_.push_back(std::move(work));
    }
    wake_.notify_one();
  }

  void Loop() {
    std::unique_lock<std::mutex> lock(mutex_);
    for (;;) {
      wake_.wait(lock, [&] { return stopping_ || !jobs_.empty(); });
      if (jobs_.empty()) return;
      const std::function<void()> job = std::move(jobs_.front());
      jobs_.pop_front();
      lock.unlock();
      job();
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> jobs_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace

// All files of a workspace are reached by it.
absl::Status CheckOpenat2() {
  struct open_how how {};
  how.flags = O_PATH | O_CLOEXEC;
  const Fd fd(
      static_cast<int>(syscall(SYS_openat2, AT_FDCWD, "/", &how, sizeof how)));
  if (fd.valid() || errno != ENOSYS) return absl::OkStatus();
  return ErrnoStatus(
      ENOSYS,
      "openat2 /: hint: a filter hides it; in a systemd unit take "
      "RestrictSUIDSGID= and DynamicUser= out");
}

absl::StatusOr<std::unique_ptr<Keeper>> Keeper::Start() {
  if (absl::Status status = CheckOpenat2(); !status.ok()) return status;
  const bool is_privileged = HasSysAdmin();
  absl::Status status = is_privileged ? absl::OkStatus() : EnterUserNamespace();
  if (!status.ok()) return status;
  auto keeper = std::make_unique<KeeperThread>();
  status = keeper->Start();
  // The keeper's thread has what it needs.
  if (status.ok() && !is_privileged) status = KeepFileCapabilities();
  if (!status.ok()) return status;
  return keeper;
}

absl::StatusOr<std::unique_ptr<Workspace>> Keeper::Make(
    const WorkspaceOptions& options) {
  if (std::unique_ptr<Workspace> spare = TakeSpare(options)) return spare;
  absl::StatusOr<std::unique_ptr<Workspace>> made;
  absl::Status status = Do([&] {
    made = MakeHere(options);
    return made.status();
  });
  if (!status.ok()) return status;
  return made;
}

std::unique_ptr<Workspace> Keeper::TakeSpare(const WorkspaceOptions& options) {
  const std::lock_guard<std::mutex> lock(mutex_);
  is_repeated_ = options == last_;
  last_ = options;
  if (spare_ == nullptr || spare_->options_ != options) return nullptr;
  return std::move(spare_);
}

void Keeper::MakeSpare(const WorkspaceOptions& options) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    const bool is_wanted = is_repeated_ && options == last_ && !is_ending_;
    if (!is_wanted || (spare_ != nullptr && spare_->options_ == options)) {
      return;
    }
  }
  // Without one the next request makes its own, and tells what is wrong.
  absl::StatusOr<std::unique_ptr<Workspace>> made = MakeHere(options);
  if (!made.ok()) return;
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!is_ending_) spare_.swap(*made);
}

void Keeper::DropSpare() {
  std::unique_ptr<Workspace> dropped;
  const std::lock_guard<std::mutex> lock(mutex_);
  is_ending_ = true;
  dropped = std::move(spare_);
}

absl::StatusOr<std::unique_ptr<Workspace>> Keeper::MakeHere(
    const WorkspaceOptions& options) {
  std::unique_ptr<Workspace> made(
      new Workspace(*this, options, absl::StrCat(number_++)));
  if (absl::Status status = made->Mount(); !status.ok()) return status;
  return made;
}

absl::Status Workspace::Mount() {
  absl::StatusOr<Fd> mount = MakeTmpfs(options_);
  if (!mount.ok()) return mount.status();
  if (mkdir(name_.c_str(), 0700) != 0) {
    return ErrnoStatus(errno, "mkdir in the staging folder");
  }
  if (absl::Status attached = Attach(mount->get(), name_.c_str());
      !attached.ok()) {
    rmdir(name_.c_str());
    return attached;
  }
  mount_ = *std::move(mount);
  root_.Reset(openat(mount_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!root_.valid()) return ErrnoStatus(errno, "open workspace");
  if (fchmod(root_.get(), options_.mode) != 0) {
    return ErrnoStatus(errno, "fchmod workspace");
  }
  absl::StatusOr<Fd> clone = Clone();
  if (!clone.ok()) return clone.status();
  clone_ = *std::move(clone);
  return absl::OkStatus();
}

absl::StatusOr<Fd> Workspace::Clone() const {
  Fd clone(static_cast<int>(
      syscall(SYS_open_tree, mount_.get(), "",
              OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH)));
  if (!clone.valid()) return ErrnoStatus(errno, "open_tree workspace");
  return clone;
}

absl::StatusOr<Fd> Workspace::Detached() {
  if (clone_.valid()) return std::move(clone_);
  absl::StatusOr<Fd> clone;
  absl::Status status = keeper_.Do([&] {
    clone = Clone();
    return clone.status();
  });
  if (!status.ok()) return status;
  return clone;
}

Workspace::~Workspace() {
  clone_.Reset();
  root_.Reset();
  if (!mount_.valid()) return;
  mount_.Reset();
  // Nothing that could be done about a failure: it goes with the process.
  // Before the next workspace is made: what lies in the old ones is bounded.
  keeper_.Post([&keeper = keeper_, name = name_, options = options_] {
    umount2(name.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW);
    rmdir(name.c_str());
    keeper.MakeSpare(options);
  });
}

}  // namespace jail::eval
