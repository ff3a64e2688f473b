// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// libseccomp's filter of a profile: the only place that builds one with it.
#ifndef JAIL_SECCOMP_OCI_FILTER_H_
#define JAIL_SECCOMP_OCI_FILTER_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "jail/seccomp/ast.h"
#include "jail/seccomp/bpf.h"

namespace jail::seccomp {

// One comparison of an entry's "args".
struct ProfileArgument {
  enum class Op { kNe, kLt, kLe, kEq, kGe, kGt, kMaskedEq };
  uint32_t index = 0;
  Op op = Op::kEq;
  uint64_t value = 0;  // of kMaskedEq: the mask
  uint64_t value_two =
      0;  // of kMaskedEq: what is left; the mask holds here, too
};

// The same as a condition of ours.  As libseccomp does, 64 bits are compared,
// and on an architecture of 32 bits the lower half.
Expr ConditionOf(const ProfileArgument& argument, Arch arch);

// "SCMP_ARCH_X86_64"
std::string ScmpArch(Arch arch);

// "amd64": the OCI specification's name, and the runtimes' GOARCH.
std::string GoArch(Arch arch);

class OciFilter {
 public:
  // `action` (SECCOMP_RET_*) is for calls that no rule matches.
  OciFilter(uint32_t action, Arch arch);
  ~OciFilter();
  OciFilter(const OciFilter&) = delete;
  OciFilter& operator=(const OciFilter&) = delete;

  // "SCMP_ARCH_X86"
  absl::Status AddArch(const std::string& name);
  // Calls with a larger number than all that are named, on the architectures
  // that were added by name, will fail with ENOSYS: to an allow-list they are
  // newer than itself, and programs fall back as on an older kernel.  runc does
  // so; the numbers of x32 are left out.
  void Names(const std::string& call);
  // The largest number so far, where there is one.
  std::optional<uint32_t> LastNumber(Arch arch) const;
  // libseccomp's number, of the machine that this runs on: negative for calls
  // that it has not.  Nothing when libseccomp does not know the name.
  static std::optional<int> Number(const std::string& call);
  // All arguments must match.  `number` is translated to each architecture.
  absl::Status AddRule(uint32_t action, int number,
                       const std::vector<ProfileArgument>& arguments);
  absl::StatusOr<Program> Build();

 private:
  void* context_;
  absl::Status status_;
  bool answers_newer_;
  std::map<Arch, uint32_t> last_;  // 0: nothing is named yet
};

}  // namespace jail::seccomp

#endif  // JAIL_SECCOMP_OCI_FILTER_H_
