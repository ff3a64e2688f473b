// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/plan/builder.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <cstring>
#include <limits>

#include "absl/strings/str_cat.h"

namespace jail {
// new char[] aligns the arena enough for every struct of the kernel's.
static_assert(__STDCPP_DEFAULT_NEW_ALIGNMENT__ >= 8);

Arg AtFdcwd() { return Value(static_cast<uint64_t>(int64_t{AT_FDCWD})); }

// ------------------------------------------------------------------- arena

uint64_t PlanBuilder::PutString(absl::string_view text) {
  const auto found = strings_.find(std::string(text));
  if (found != strings_.end()) return found->second;
  const uint64_t offset = bytes_.size();
  bytes_.append(text.data(), text.size());
  bytes_.push_back('\0');
  strings_.emplace(std::string(text), offset);
  return offset;
}

uint64_t PlanBuilder::PutBytes(const void* bytes, size_t size,
                               size_t alignment) {
  const uint64_t offset = PutBuffer(size, alignment);
  if (size != 0) std::memcpy(&bytes_[offset], bytes, size);
  return offset;
}

uint64_t PlanBuilder::PutBuffer(size_t size, size_t alignment) {
  while (bytes_.size() % alignment != 0) bytes_.push_back('\0');
  const uint64_t offset = bytes_.size();
  bytes_.append(size, '\0');
  return offset;
}

uint64_t PlanBuilder::PutStrings(const std::vector<std::string>& strings) {
  std::vector<uint64_t> targets;
  for (const std::string& text : strings) targets.push_back(PutString(text));
  const uint64_t offset =
      PutBuffer((strings.size() + 1) * sizeof(char*), alignof(char*));
  for (size_t i = 0; i < targets.size(); ++i) {
    PointTo(offset + i * sizeof(char*), targets[i]);
  }
  return offset;
}

void PlanBuilder::PointTo(uint64_t where, uint64_t target) {
  pointers_.emplace_back(where, target);
}

void PlanBuilder::Seal() {
  Arena& arena = plan_.arena;
  arena.size_ = bytes_.size();
  arena.bytes_ = std::make_unique<char[]>(bytes_.size());
  std::memcpy(arena.bytes_.get(), bytes_.data(), bytes_.size());
  for (const auto& [where, target] : pointers_) {
    const char* address = arena.data() + target;
    std::memcpy(arena.data() + where, &address, sizeof address);
  }
}

// ---------------------------------------------------------- slots and steps

void PlanBuilder::NameFixedSlots() {
  plan_.slot_names = {"stdin",     "stdout",  "stderr", "sync",
                      "sync peer", "program", "reaper", "report"};
  plan_.slot_count = kFirstFreeSlot;
}

Slot PlanBuilder::NewSlot(std::string name) {
  if (plan_.slot_count > std::numeric_limits<Slot>::max()) {
    too_many_slots_ = true;
    return kFirstFreeSlot;
  }
  plan_.slot_names.push_back(std::move(name));
  return static_cast<Slot>(plan_.slot_count++);
}

PlanBuilder& PlanBuilder::Call(int nr, std::initializer_list<Arg> args,
                               std::string object) {
  Step step;
  step.nr = nr;
  for (const Arg& arg : args) step.args[step.arg_count++] = arg;
  for (int16_t& error : step.tolerated) error = 0;
  plan_.child.push_back(step);
  plan_.notes.push_back({std::move(object), "", origin_});
  return *this;
}

PlanBuilder& PlanBuilder::Into(Slot slot) {
  last().result = slot;
  return *this;
}

PlanBuilder& PlanBuilder::Tolerate(std::initializer_list<int> errnos,
                                   int skip) {
  for (int error : errnos) {
    last().tolerated[last().tolerated_count++] = static_cast<int16_t>(error);
  }
  last().skip = static_cast<uint16_t>(skip);
  return *this;
}

PlanBuilder& PlanBuilder::MustReturn(uint64_t value) {
  last().check = {Check::kEquals, 0, value, 0};
  return *this;
}

PlanBuilder& PlanBuilder::MustFailWith(int error) {
  last().check = {Check::kErrno, 0, static_cast<uint64_t>(error), 0};
  return *this;
}

PlanBuilder& PlanBuilder::MustFill(uint64_t buffer, uint64_t expected,
                                   uint32_t length) {
  last().check = {Check::kBytes, length, buffer, expected};
  return *this;
}

PlanBuilder& PlanBuilder::Why(std::string why) {
  plan_.notes.back().why = std::move(why);
  return *this;
}

void PlanBuilder::JumpOn(int step, int error, int target) {
  Step& test = plan_.child[step];
  test.tolerated[test.tolerated_count++] = static_cast<int16_t>(error);
  test.skip = static_cast<uint16_t>(target - step - 1);
}

// ---------------------------------------------------- files and descriptors

PlanBuilder& PlanBuilder::Close(Slot slot) {
  return Call(SYS_close, {InSlot(slot)}, NameOf(slot));
}

PlanBuilder& PlanBuilder::OpenAt(Arg dir, const std::string& path,
                                 uint64_t flags, uint64_t mode, Slot into) {
  return Call(SYS_openat,
              {dir, Pointer(PutString(path)), Value(flags | O_CLOEXEC),
               Value(mode)},
              path)
      .Into(into);
}

PlanBuilder& PlanBuilder::OpenAt2InRoot(Slot root, const std::string& path,
                                        uint64_t flags, Slot into) {
  open_how how{};
  how.flags = flags | O_CLOEXEC;
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  return Call(SYS_openat2,
              {InSlot(root), Pointer(PutString(path)), Pointer(PutStruct(how)),
               Value(sizeof how)},
              path)
      .Into(into);
}

PlanBuilder& PlanBuilder::Write(Slot slot, absl::string_view data,
                                std::string object) {
  return Call(SYS_write,
              {InSlot(slot), Pointer(PutBytes(data.data(), data.size(), 1)),
               Value(data.size())},
              std::move(object))
      .MustReturn(data.size());
}

PlanBuilder& PlanBuilder::MkdirAt(Slot dir, const std::string& path,
                                  uint64_t mode, std::string object) {
  return Call(SYS_mkdirat, {InSlot(dir), Pointer(PutString(path)), Value(mode)},
              std::move(object));
}

PlanBuilder& PlanBuilder::MakeFileAt(Slot dir, const std::string& path,
                                     uint64_t mode, std::string object) {
  return Call(
      SYS_mknodat,
      {InSlot(dir), Pointer(PutString(path)), Value(S_IFREG | mode), Value(0)},
      std::move(object));
}

PlanBuilder& PlanBuilder::SymlinkAt(const std::string& text, Slot dir,
                                    const std::string& path,
                                    std::string object) {
  return Call(SYS_symlinkat,
              {Pointer(PutString(text)), InSlot(dir), Pointer(PutString(path))},
              std::move(object));
}

PlanBuilder& PlanBuilder::DupFdAbove(Slot slot, int lowest, Slot into) {
  return Call(SYS_fcntl,
              {InSlot(slot), Value(F_DUPFD_CLOEXEC),
               Value(static_cast<uint64_t>(lowest))},
              NameOf(slot))
      .Into(into);
}

PlanBuilder& PlanBuilder::TestSlot(Slot slot) {
  return Call(SYS_fcntl, {InSlot(slot), Value(F_GETFD)}, NameOf(slot));
}

PlanBuilder& PlanBuilder::Dup3(Slot slot, int fd) {
  return Call(SYS_dup3,
              {InSlot(slot), Value(static_cast<uint64_t>(fd)), Value(0)},
              NameOf(slot));
}

PlanBuilder& PlanBuilder::Fchdir(Slot slot, std::string object) {
  return Call(SYS_fchdir, {InSlot(slot)}, std::move(object));
}

PlanBuilder& PlanBuilder::Chdir(const std::string& path) {
  return Call(SYS_chdir, {Pointer(PutString(path))}, path);
}

PlanBuilder& PlanBuilder::Chroot(const std::string& path, std::string object) {
  return Call(SYS_chroot, {Pointer(PutString(path))}, std::move(object));
}

PlanBuilder& PlanBuilder::CloseRange(uint64_t first, uint64_t last_fd,
                                     uint64_t flags, std::string object) {
  return Call(SYS_close_range, {Value(first), Value(last_fd), Value(flags)},
              std::move(object));
}

PlanBuilder& PlanBuilder::SendByte(std::string peer) {
  return Call(SYS_sendto,
              {InSlot(kSlotSync), Pointer(PutBuffer(1, 1)), Value(1),
               Value(MSG_NOSIGNAL), Value(0), Value(0)},
              std::move(peer))
      .MustReturn(1);
}

PlanBuilder& PlanBuilder::ReceiveByte(std::string peer) {
  return Call(SYS_recvfrom,
              {InSlot(kSlotSync), Pointer(PutBuffer(1, 1)), Value(1), Value(0),
               Value(0), Value(0)},
              std::move(peer))
      .MustReturn(1);
}

// ------------------------------------------------------------------- mounts

PlanBuilder& PlanBuilder::OpenTree(Arg dir, const std::string& path,
                                   uint64_t flags, Slot into) {
  return Call(SYS_open_tree,
              {dir, Pointer(PutString(path)),
               Value(flags | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC)},
              path)
      .Into(into);
}

PlanBuilder& PlanBuilder::FsOpen(const std::string& fstype, Slot into) {
  return Call(SYS_fsopen, {Pointer(PutString(fstype)), Value(FSOPEN_CLOEXEC)},
              fstype)
      .Into(into);
}

PlanBuilder& PlanBuilder::FsConfigString(Slot context, const std::string& key,
                                         const std::string& value) {
  return Call(SYS_fsconfig,
              {InSlot(context), Value(FSCONFIG_SET_STRING),
               Pointer(PutString(key)), Pointer(PutString(value)), Value(0)},
              absl::StrCat(key, "=", value));
}

PlanBuilder& PlanBuilder::FsConfigFlag(Slot context, const std::string& key) {
  return Call(SYS_fsconfig,
              {InSlot(context), Value(FSCONFIG_SET_FLAG),
               Pointer(PutString(key)), Value(0), Value(0)},
              key);
}

PlanBuilder& PlanBuilder::FsConfigCreate(Slot context) {
  return Call(SYS_fsconfig,
              {InSlot(context), Value(FSCONFIG_CMD_CREATE), Value(0), Value(0),
               Value(0)},
              NameOf(context));
}

PlanBuilder& PlanBuilder::FsMount(Slot context, uint64_t attributes,
                                  Slot into) {
  return Call(SYS_fsmount,
              {InSlot(context), Value(FSMOUNT_CLOEXEC), Value(attributes)},
              NameOf(context))
      .Into(into);
}

PlanBuilder& PlanBuilder::MountSetattr(Slot slot, uint64_t flags, uint64_t set,
                                       uint64_t clear, std::string object) {
  mount_attr attr{};
  attr.attr_set = set;
  attr.attr_clr = clear;
  return Call(
      SYS_mount_setattr,
      {InSlot(slot), Pointer(PutString("")), Value(flags | AT_EMPTY_PATH),
       Pointer(PutStruct(attr)), Value(sizeof attr)},
      std::move(object));
}

PlanBuilder& PlanBuilder::MoveMount(Slot tree, Arg dir, const std::string& path,
                                    std::string object) {
  uint64_t flags = MOVE_MOUNT_F_EMPTY_PATH;
  if (path.empty()) flags |= MOVE_MOUNT_T_EMPTY_PATH;
  return Call(SYS_move_mount,
              {InSlot(tree), Pointer(PutString("")), dir,
               Pointer(PutString(path)), Value(flags)},
              std::move(object));
}

PlanBuilder& PlanBuilder::Umount(const std::string& path, std::string object) {
  return Call(SYS_umount2, {Pointer(PutString(path)), Value(kMntDetach)},
              std::move(object));
}

// ---------------------------------------------------------------- processes

PlanBuilder& PlanBuilder::Prctl(int option, uint64_t a, uint64_t b, uint64_t c,
                                std::string object) {
  return Call(SYS_prctl,
              {Value(static_cast<uint64_t>(option)), Value(a), Value(b),
               Value(c), Value(0)},
              std::move(object));
}

PlanBuilder& PlanBuilder::Execve(const std::string& path, Arg argv,
                                 uint64_t envp, std::string object) {
  return Call(SYS_execve, {Pointer(PutString(path)), argv, Pointer(envp)},
              std::move(object));
}

PlanBuilder& PlanBuilder::ExecveAt(Arg dir, const std::string& path, Arg argv,
                                   uint64_t envp, uint64_t flags,
                                   std::string object) {
  return Call(
      SYS_execveat,
      {dir, Pointer(PutString(path)), argv, Pointer(envp), Value(flags)},
      std::move(object));
}

}  // namespace jail
