// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// jailctl doctor: what this host offers a jail, and how to get what it lacks.
#ifndef TOOLS_JAILCTL_DOCTOR_H_
#define TOOLS_JAILCTL_DOCTOR_H_

#include <string>
#include <vector>

#include "tools/jailctl/attempt.h"
#include "tools/jailctl/finding.h"

namespace jail::jailctl {

// Looks at everything.  Leaves nothing behind.
Examination Examine();

// The parts of it.
Section ExamineKernel();  // doctor_kernel.cc
Section ExamineProcess(const std::vector<Who>& everyone);
Section ExamineSysctls();  // doctor_sysctl.cc
Section ExamineNamespaces(
    const std::vector<Who>& everyone);                     // doctor_namespaces
Section ExamineMounts(const std::vector<Who>& everyone);   // doctor_mounts.cc
Section ExamineCgroups(const std::vector<Who>& everyone);  // doctor_cgroups.cc
Section ExamineIds(const std::vector<Who>& everyone);      // doctor_ids.cc
Verdict Judge(const Who& who);                             // doctor_mounts.cc

// What lets `who` make the namespace ("user", "net"), which gave `error`.
std::string NamespaceFix(const std::string& name, int error, const Who& who);

// The one line of a small file, without its end; `missing` where it cannot be
// read.
std::string ReadLine(const std::string& path, const std::string& missing);

Finding FromAttempt(const std::string& name, const Attempt& attempt,
                    const std::string& fix);

}  // namespace jail::jailctl

#endif  // TOOLS_JAILCTL_DOCTOR_H_
