// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef TOOLS_JAILCTL_FINDING_H_
#define TOOLS_JAILCTL_FINDING_H_

#include <string>
#include <vector>

namespace jail::jailctl {

// One thing that `jailctl doctor` looked at.
struct Finding {
  enum class State {
    kGood,     // there, and works
    kMissing,  // `fix` says what to do
    kNote,     // worth knowing, neither good nor bad
  };
  State state = State::kNote;
  std::string name;   // "user namespace, as root"
  std::string value;  // "works"; "EPERM (Operation not permitted)"
  std::string fix;    // one command, or one sentence; empty unless missing
};

struct Section {
  std::string title;  // "Namespaces"
  std::vector<Finding> findings;
};

// Whether one kind of caller can have a jail with every namespace.
struct Verdict {
  std::string who;  // "root", "an unprivileged user (uid 65534)"
  bool is_caller = false;
  bool can = false;
  std::string why;  // what was refused; empty when it can
  std::string fix;
  std::vector<std::string> lacks;  // of what only some configs ask for
};

struct Examination {
  std::string host;  // "Linux 6.18.44 x86_64"
  std::vector<Section> sections;
  std::vector<Verdict> verdicts;

  // Can the caller have a jail?
  bool Usable() const {
    for (const Verdict& verdict : verdicts) {
      if (verdict.is_caller) return verdict.can;
    }
    return false;
  }
};

}  // namespace jail::jailctl

#endif  // TOOLS_JAILCTL_FINDING_H_
