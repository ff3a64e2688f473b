// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// jailctl policy dump: a filter, instruction by instruction.
#ifndef TOOLS_JAILCTL_POLICY_DUMP_H_
#define TOOLS_JAILCTL_POLICY_DUMP_H_

#include <string>

#include "tools/jailctl/policy/loaded_policy.h"
#include "tools/jailctl/style.h"

namespace jail::jailctl {

// Disassembled, with comments behind ";".
std::string DumpAssembly(const LoadedPolicy& loaded, const Painter& paint);
// An array of struct sock_filter to compile.
std::string DumpC(const LoadedPolicy& loaded);
// The bytes that seccomp(2) takes.
std::string DumpRaw(const LoadedPolicy& loaded);
std::string DumpJson(const LoadedPolicy& loaded);

}  // namespace jail::jailctl

#endif  // TOOLS_JAILCTL_POLICY_DUMP_H_
