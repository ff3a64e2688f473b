// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/workspace.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/mount.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
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
  ~KeeperThread() override {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
  }

  absl::Status Start() {
    // Signals are for the other threads.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    thread_ = std::thread([this] { Loop(); });
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return Do(MakeStaging);
  }

 private:
  struct Job {
    const std::function<absl::Status()>* work;
    absl::Status status;
    bool done = false;
  };

  absl::Status Do(const std::function<absl::Status()>& work) override {
    Job job{&work, absl::OkStatus()};
    std::unique_lock<std::mutex> lock(mutex_);
    jobs_.push_back(&job);
    wake_.notify_all();
    finished_.wait(lock, [&] { return job.done; });
    return job.status;
  }

  uint64_t NextNumber() override { return number_++; }

  void Loop() {
    std::unique_lock<std::mutex> lock(mutex_);
    for (;;) {
      wake_.wait(lock, [&] { return stopping_ || !jobs_.empty(); });
      if (jobs_.empty()) return;
      Job* const job = jobs_.front();
      jobs_.pop_front();
      lock.unlock();
      absl::Status status = (*job->work)();
      lock.lock();
      job->status = std::move(status);
      job->done = true;
      finished_.notify_all();
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_, finished_;
  std::deque<Job*> jobs_;
  bool stopping_ = false;
  std::atomic<uint64_t> number_{0};
  std::thread thread_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Keeper>> Keeper::Start() {
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
  const std::string name = absl::StrCat(NextNumber());
  std::unique_ptr<Workspace> workspace(new Workspace(*this, name));
  absl::Status status = Do([&]() -> absl::Status {
    absl::StatusOr<Fd> mount = MakeTmpfs(options);
    if (!mount.ok()) return mount.status();
    if (mkdir(name.c_str(), 0700) != 0) {
      return ErrnoStatus(errno, "mkdir in the staging folder");
    }
    if (absl::Status attached = Attach(mount->get(), name.c_str());
        !attached.ok()) {
      rmdir(name.c_str());
      return attached;
    }
    workspace->mount_ = *std::move(mount);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  workspace->root_.Reset(
      openat(workspace->mount_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!workspace->root_.valid()) return ErrnoStatus(errno, "open workspace");
  if (fchmod(workspace->root_.get(), options.mode) != 0) {
    return ErrnoStatus(errno, "fchmod workspace");
  }
  return workspace;
}

absl::StatusOr<Fd> Workspace::Detached() {
  Fd clone;
  absl::Status status = keeper_.Do([&]() -> absl::Status {
    clone.Reset(static_cast<int>(
        syscall(SYS_open_tree, mount_.get(), "",
                OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH)));
    if (!clone.valid()) return ErrnoStatus(errno, "open_tree workspace");
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return clone;
}

Workspace::~Workspace() {
  root_.Reset();
  const bool is_attached = mount_.valid();
  mount_.Reset();
  if (!is_attached) return;
  // Nothing that could be done about a failure: it goes with the process.
  (void)keeper_.Do([&]() -> absl::Status {
    umount2(name_.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW);
    rmdir(name_.c_str());
    return absl::OkStatus();
  });
}

}  // namespace jail::eval
