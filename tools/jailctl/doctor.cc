// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/jailctl/doctor.h"

#include <sys/utsname.h>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "jail/sys/fd.h"

namespace jail::jailctl {

std::string ReadLine(const std::string& path, const std::string& missing) {
  constexpr size_t kMaxLine = 4096;
  absl::StatusOr<std::string> text = ReadFile(path, kMaxLine);
  if (!text.ok()) return missing;
  absl::StripTrailingAsciiWhitespace(&*text);
  return text->substr(0, text->find('\n'));
}

Finding FromAttempt(const std::string& name, const Attempt& attempt,
                    const std::string& fix) {
  return {attempt.ok() ? Finding::State::kGood : Finding::State::kMissing, name,
          attempt.ToString(), attempt.ok() ? "" : fix};
}

Examination Examine() {
  Examination examination;
  struct utsname host;
  uname(&host);
  examination.host =
      absl::StrCat(host.sysname, " ", host.release, " ", host.machine);
  const std::vector<Who> everyone = Everyone();
  examination.sections = {ExamineKernel(),         ExamineNamespaces(everyone),
                          ExamineSysctls(),        ExamineMounts(everyone),
                          ExamineIds(everyone),    ExamineCgroups(everyone),
                          ExamineProcess(everyone)};
  for (const Who& who : everyone) {
    examination.verdicts.push_back(Judge(who));
  }
  return examination;
}

}  // namespace jail::jailctl
