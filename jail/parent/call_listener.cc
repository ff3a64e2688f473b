// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/parent/call_listener.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "jail/parent/remote_memory.h"
#include "jail/sys/blocked_signals.h"

namespace jail {
namespace {

constexpr size_t kMaxPath = 4095;  // PATH_MAX, without its end

// Linux 6.6, newer than our headers.
constexpr unsigned long kSetFlags =
    _IOW(SECCOMP_IOC_MAGIC, 4, uint64_t);  // SECCOMP_IOCTL_NOTIF_SET_FLAGS
constexpr unsigned long kSyncWakeUp = 1;

// A kernel that is newer than our headers may write more.
size_t NotificationSize() {
  seccomp_notif_sizes sizes{};
  size_t size = sizeof(seccomp_notif);
  if (syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &sizes) == 0) {
    size = std::max<size_t>(size, sizes.seccomp_notif);
  }
  return size;
}

// comm(5), or nothing.
std::string NameOfThread(pid_t thread) {
  Fd fd(open(absl::StrCat("/proc/", thread, "/comm").c_str(),
             O_RDONLY | O_CLOEXEC));
  char name[64];
  const ssize_t size =
      fd.valid() ? read(fd.get(), name, sizeof name) : ssize_t{0};
  if (size <= 0) return "";
  return {name, static_cast<size_t>(size - (name[size - 1] == '\n' ? 1 : 0))};
}

// What is known without a look at the jail.
Violation ViolationOf(const seccomp_notif& call,
                      const CallDescription& description) {
  Violation violation;
  violation.syscall = description.syscall;
  violation.number = static_cast<uint32_t>(call.data.nr);
  violation.arch = description.arch;
  violation.rule = description.rule;
  std::copy(std::begin(call.data.args), std::end(call.data.args),
            violation.args);
  violation.thread = static_cast<pid_t>(call.pid);
  for (const CallDescription::Argument& argument : description.arguments) {
    violation.argument_names.push_back(argument.name);
  }
  return violation;
}

}  // namespace

CallListener::CallListener(Fd listener, const CallWatch& watch)
    : watch_(watch), listener_(std::move(listener)) {}

CallListener::~CallListener() { Stop(); }

struct pollfd CallListener::PollItem() const {
  if (is_over_) return {-1, 0, 0};
  return {thread_ ? found_.get() : listener_.get(), POLLIN, 0};
}

CallListener::Found CallListener::Ready(short revents) {
  if (!thread_ && (revents & POLLIN) == 0) {  // POLLHUP
    is_over_ = true;
    return Found::kNothing;
  }
  if (!thread_ && Start() != 0) {
    // Too many threads or descriptors: then without what only it may do.
    Answer(false);
  }
  uint64_t count = 0;
  if (thread_ && read(found_.get(), &count, sizeof count) < 0) {
    return Found::kNothing;
  }
  const std::lock_guard lock(mutex_);
  if (!violation_) return Found::kNothing;
  return complete_ ? Found::kAll : Found::kViolation;
}

std::optional<Violation> CallListener::violation() {
  const std::lock_guard lock(mutex_);
  return violation_;
}

void CallListener::Stop() {
  if (!thread_) return;
  const uint64_t one = 1;
  const ssize_t ignored = write(stop_.get(), &one, sizeof one);
  static_cast<void>(ignored);
  pthread_join(*thread_, nullptr);
  thread_.reset();
  is_over_ = true;
}

int CallListener::Start() {
  found_.Reset(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  stop_.Reset(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!found_.valid() || !stop_.valid()) return errno;
  // Who calls and who answers take turns: half the time, where it is known.
  ioctl(listener_.get(), kSetFlags, kSyncWakeUp);
  const BlockedSignals blocked;
  pthread_t thread;
  const int error = pthread_create(&thread, nullptr, &RunThread, this);
  if (error == 0) thread_ = thread;
  return error;
}

void* CallListener::RunThread(void* self) {
  static_cast<CallListener*>(self)->Work();
  return nullptr;
}

void CallListener::Work() {
  for (;;) {
    struct pollfd items[] = {{listener_.get(), POLLIN, 0},
                             {stop_.get(), POLLIN, 0}};
    if (poll(items, 2, -1) < 0) continue;  // ENOMEM: again
    if (items[1].revents != 0) return;
    if ((items[0].revents & POLLIN) == 0) return;  // POLLHUP: nobody is left
    if (!Answer(true)) return;
  }
}

bool CallListener::Answer(bool may_read) {
  buffer_.assign(buffer_.empty() ? NotificationSize() : buffer_.size(), '\0');
  if (ioctl(listener_.get(), SECCOMP_IOCTL_NOTIF_RECV, buffer_.data()) != 0) {
    // ENOENT: a signal has taken it back, or the thread is gone.  If it is made
    // again, it comes again.
    return errno == EINTR || errno == ENOENT;
  }
  seccomp_notif call;
  std::memcpy(&call, buffer_.data(), sizeof call);
  CallJudgement judgement;
  if (watch_.violations) judgement = watch_.judge(call.data);
  if (judgement.error) {
    Deny(call, judgement, may_read);
    return true;
  }
  if (watch_.accesses && !judgement.kills) {
    Record(call, watch_.describe(call.data).syscall);
    return true;
  }
  Tell(call, may_read);
  return false;
}

// Nothing is decided here: by the time that the kernel reads the memory, it may
// hold another path.  What may be done was decided by filter and mounts.
void CallListener::Record(const seccomp_notif& call,
                          const std::string& syscall) {
  const RecordedCall* const shape = FindRecordedCall(syscall);
  const Accesses accesses =
      shape == nullptr ? std::nullopt : LookAtAccess(call, *shape);
  seccomp_notif_resp answer{};
  answer.id = call.id;
  answer.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
  // ENOENT: a signal has taken it back.  What was read may have been another
  // thread's, and if the call is made again, it comes again.
  if (ioctl(listener_.get(), SECCOMP_IOCTL_NOTIF_SEND, &answer) != 0) return;
  if (first_execs_.size() < most_first_execs_ &&
      (syscall == "execve" || syscall == "execveat")) {
    first_execs_.emplace_back(syscall, accesses);
    return;
  }
  most_first_execs_ = 0;
  Count(syscall, accesses);
}

void CallListener::Count(const std::string& syscall, const Accesses& accesses) {
  if (!accesses) return recorder_.CountUnreadable();
  for (const Access& access : *accesses) recorder_.Count(syscall, access);
}

AccessRecord CallListener::accesses() {
  for (size_t i = launch_execs_; i < first_execs_.size(); ++i) {
    Count(first_execs_[i].first, first_execs_[i].second);
  }
  return recorder_.Record();
}

// The memory is read for the record alone: the filter has decided by the
// registers.
void CallListener::Deny(const seccomp_notif& call,
                        const CallJudgement& judgement, bool may_read) {
  std::optional<Violation> first;
  if (denied_calls_.IsNew(call.data, judgement)) {
    const CallDescription description = watch_.describe(call.data);
    first = ViolationOf(call, description);
    if (may_read && !AddParticulars(call, description, *first)) return;
  }
  seccomp_notif_resp answer{};
  answer.id = call.id;
  answer.error = -*judgement.error;
  // ENOENT: a signal has taken it back, so that it failed with EINTR or is made
  // again.
  if (ioctl(listener_.get(), SECCOMP_IOCTL_NOTIF_SEND, &answer) != 0) return;
  if (first) {
    denied_calls_.Add(call.data, judgement, *std::move(first));
  } else {
    denied_calls_.Count(call.data, judgement);
  }
}

// There is no answer: the jail ends.  First what is certain, then what may take
// time.
void CallListener::Tell(const seccomp_notif& call, bool may_read) {
  const CallDescription description = watch_.describe(call.data);
  Violation violation = ViolationOf(call, description);
  if (may_read) {
    Publish(violation, false);
    AddParticulars(call, description, violation);
  }
  Publish(violation, true);
}

bool CallListener::AddParticulars(const seccomp_notif& call,
                                  const CallDescription& description,
                                  Violation& violation) const {
  std::string program = NameOfThread(violation.thread);
  std::vector<Violation::String> strings;
  for (size_t i = 0; i < description.arguments.size(); ++i) {
    if (!description.arguments[i].is_path || violation.args[i] == 0) continue;
    const auto text =
        ReadRemoteString(violation.thread, violation.args[i], kMaxPath);
    if (text) strings.push_back({static_cast<uint32_t>(i), *text});
  }
  // If it does not wait any more, its number may be another thread's by now.
  if (!IsWaiting(call.id)) return false;
  violation.program = std::move(program);
  violation.strings = std::move(strings);
  return true;
}

bool CallListener::IsWaiting(uint64_t id) const {
  return ioctl(listener_.get(), SECCOMP_IOCTL_NOTIF_ID_VALID, &id) == 0;
}

void CallListener::Publish(const Violation& violation, bool complete) {
  {
    const std::lock_guard lock(mutex_);
    violation_ = violation;
    complete_ = complete;
  }
  const uint64_t one = 1;
  if (!found_.valid()) return;
  const ssize_t ignored = write(found_.get(), &one, sizeof one);
  static_cast<void>(ignored);
}

}  // namespace jail
