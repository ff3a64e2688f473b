// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// What snekbox takes, in values; and its words for what it does not take.
#ifndef TOOLS_EVALCTL_DIALECTS_SNEKBOX_REQUEST_H_
#define TOOLS_EVALCTL_DIALECTS_SNEKBOX_REQUEST_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "tools/evalctl/dialects/json.h"

namespace jail::eval {

struct SnekboxFault {
  int status = 400;
  std::string title;
  std::string description;  // empty: the answer has none
};

struct SnekboxFile {
  std::string given;  // the path as the client wrote it
  std::string path;   // clean; empty: the home directory itself
  std::string content;
};

struct SnekboxRequest {
  std::vector<std::string> args;
  std::vector<SnekboxFile> files;  // in order; a later one may replace another
  std::string executable;          // empty: the default
};

// False: `fault` says why.
bool ParseSnekbox(absl::string_view body, SnekboxRequest& request,
                  SnekboxFault& fault);

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_DIALECTS_SNEKBOX_REQUEST_H_
