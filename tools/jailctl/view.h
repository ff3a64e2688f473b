// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// jailctl explain: what a program sees and may do in the jail of a config.
#ifndef TOOLS_JAILCTL_VIEW_H_
#define TOOLS_JAILCTL_VIEW_H_

#include <string>
#include <vector>

#include "jail/spec/spec.h"
#include "tools/jailctl/style.h"
#include "tools/jailctl/weakness.h"

namespace jail::jailctl {

// One line: "/usr" "the host's /usr, read-only".
struct Row {
  std::string name;
  std::string value;
  Origin origin;
};

struct Topic {
  std::string id;     // for JSON: "file_system"
  std::string title;  // for people: "File system"
  std::vector<Row> rows;
};

struct View {
  std::string name;  // of the jail
  std::vector<Topic> topics;
  std::vector<Weakness> weaknesses;  // worst first
};

View MakeView(const Spec& spec);

// For people, and as one JSON document.
std::string ViewText(const View& view, const Painter& paint);
std::string ViewJson(const View& view);

}  // namespace jail::jailctl

#endif  // TOOLS_JAILCTL_VIEW_H_
