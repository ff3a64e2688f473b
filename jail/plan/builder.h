// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// Writes the child's steps.  Each method is named after the system call that
// it adds; the plan_*.cc files read as the calls that will be made.
#ifndef JAIL_PLAN_BUILDER_H_
#define JAIL_PLAN_BUILDER_H_

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "jail/plan/plan.h"

namespace jail {

// From <sys/mount.h>, which can't be included beside <linux/mount.h>.
inline constexpr uint64_t kMntDetach = 2;

// The end of close_range(2) where all are meant.
inline constexpr uint64_t kLastDescriptor = ~uint32_t{0};

inline Arg Value(uint64_t value) { return {Arg::kValue, value}; }
inline Arg Pointer(uint64_t offset) { return {Arg::kPointer, offset}; }
inline Arg InSlot(Slot slot) {
  return {Arg::kSlot, static_cast<uint64_t>(slot)};
}
Arg AtFdcwd();

class PlanBuilder {
 public:
  explicit PlanBuilder(Plan& plan) : plan_(plan) {
    // Room for a usual jail: growing moves every step and note.
    plan_.child.reserve(256);
    plan_.notes.reserve(256);
    NameFixedSlots();
  }

  Plan& plan() { return plan_; }

  // The line of the configuration that the next steps are there for.
  void Because(const Origin& origin) { origin_ = origin; }

  // --- The arena: answers are offsets -------------------------------------

  // NUL-terminated; equal strings share their place.
  uint64_t PutString(absl::string_view text);
  uint64_t PutBytes(const void* bytes, size_t size, size_t alignment);
  template <typename T>
  uint64_t PutStruct(const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    return PutBytes(&value, sizeof value, alignof(T));
  }
  // Zeroes for the kernel to fill.
  uint64_t PutBuffer(size_t size, size_t alignment);
  // A null-terminated vector of char*, as execve(2) takes it.
  uint64_t PutStrings(const std::vector<std::string>& strings);
  // At Seal(), the pointer at `where` gets the address of `target`.
  void PointTo(uint64_t where, uint64_t target);

  // --- Slots and steps ------------------------------------------------------

  Slot NewSlot(std::string name);
  // Were there more than a Slot can count?  The plan is of no use then.
  bool HasTooManySlots() const { return too_many_slots_; }
  const std::string& NameOf(Slot slot) const { return plan_.slot_names[slot]; }

  // Index of the step that comes next.
  int Next() const { return static_cast<int>(plan_.child.size()); }

  // Any system call; what the methods below are made of.
  PlanBuilder& Call(int nr, std::initializer_list<Arg> args,
                    std::string object);

  // Said of the step that was added last.
  PlanBuilder& Into(Slot slot);
  PlanBuilder& Tolerate(std::initializer_list<int> errnos, int skip = 0);
  PlanBuilder& MustReturn(uint64_t value);
  PlanBuilder& MustFailWith(int error);
  PlanBuilder& MustFill(uint64_t buffer, uint64_t expected, uint32_t length);
  PlanBuilder& Why(std::string why);

  // Makes `step`, an earlier one that is a test, go on at `target` on `error`.
  void JumpOn(int step, int error, int target);

  // Files and descriptors.
  PlanBuilder& Close(Slot slot);
  PlanBuilder& OpenAt(Arg dir, const std::string& path, uint64_t flags,
                      uint64_t mode, Slot into);
  // Beneath `root`, as if it were "/", without magic links.
  PlanBuilder& OpenAt2InRoot(Slot root, const std::string& path, uint64_t flags,
                             Slot into);
  PlanBuilder& Write(Slot slot, absl::string_view data, std::string object);
  PlanBuilder& MkdirAt(Slot dir, const std::string& path, uint64_t mode,
                       std::string object);
  PlanBuilder& MakeFileAt(Slot dir, const std::string& path, uint64_t mode,
                          std::string object);
  PlanBuilder& SymlinkAt(const std::string& text, Slot dir,
                         const std::string& path, std::string object);
  PlanBuilder& DupFdAbove(Slot slot, int lowest, Slot into);
  // Fails with EBADF where nothing was put into the slot.
  PlanBuilder& TestSlot(Slot slot);
  PlanBuilder& Dup3(Slot slot, int fd);
  PlanBuilder& Fchdir(Slot slot, std::string object);
  PlanBuilder& Chdir(const std::string& path);
  PlanBuilder& Chroot(const std::string& path, std::string object);
  PlanBuilder& CloseRange(uint64_t first, uint64_t last, uint64_t flags,
                          std::string object);

  // One byte to, or from, the other end of kSlotSync: `peer`.
  PlanBuilder& SendByte(std::string peer);
  PlanBuilder& ReceiveByte(std::string peer);

  // Mounts.
  PlanBuilder& OpenTree(Arg dir, const std::string& path, uint64_t flags,
                        Slot into);
  PlanBuilder& FsOpen(const std::string& fstype, Slot into);
  PlanBuilder& FsConfigString(Slot context, const std::string& key,
                              const std::string& value);
  PlanBuilder& FsConfigFlag(Slot context, const std::string& key);
  PlanBuilder& FsConfigCreate(Slot context);
  PlanBuilder& FsMount(Slot context, uint64_t attributes, Slot into);
  // On the tree in `slot`; `flags` may hold AT_RECURSIVE.
  PlanBuilder& MountSetattr(Slot slot, uint64_t flags, uint64_t set,
                            uint64_t clear, std::string object);
  PlanBuilder& MoveMount(Slot tree, Arg dir, const std::string& path,
                         std::string object);
  PlanBuilder& Umount(const std::string& path, std::string object);

  // Processes.
  PlanBuilder& Prctl(int option, uint64_t a, uint64_t b, uint64_t c,
                     std::string object);
  PlanBuilder& Execve(const std::string& path, Arg argv, uint64_t envp,
                      std::string object);
  PlanBuilder& ExecveAt(Arg dir, const std::string& path, Arg argv,
                        uint64_t envp, uint64_t flags, std::string object);

  // Copies the arena to its final place.  Nothing can be added afterwards.
  void Seal();

 private:
  void NameFixedSlots();
  Step& last() { return plan_.child.back(); }

  Plan& plan_;
  Origin origin_;
  bool too_many_slots_ = false;
  std::string bytes_;
  std::map<std::string, uint64_t, std::less<>> strings_;
  std::vector<std::pair<uint64_t, uint64_t>> pointers_;
};

}  // namespace jail

#endif  // JAIL_PLAN_BUILDER_H_
