// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// What quartermaster calls images, and its answers about them.
#ifndef TOOLS_EVALCTL_DIALECTS_QUARTERMASTER_IMAGES_H_
#define TOOLS_EVALCTL_DIALECTS_QUARTERMASTER_IMAGES_H_

#include <string>

#include "absl/strings/string_view.h"
#include "proto/evalctl.pb.h"
#include "tools/evalctl/dialects/dialect.h"
#include "tools/evalctl/dialects/json.h"

namespace jail::eval {

// "python" for "python" and "code-runner-python"; "prebuilt-x" for what is no
// runtime.
std::string ImageName(absl::string_view image);

// Its profile; nullptr when there is none, or what it needs is not installed.
const Profile* FindImage(const Config& config, absl::string_view name);

// The module that sends metadata: its file's name and text.  Empty: none.
struct Sdk {
  absl::string_view file;
  absl::string_view text;
};
Sdk FindSdk(absl::string_view image);

HttpReply ListImages(const Config& config);
HttpReply Health(const Config& config, bool has_keys);

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_DIALECTS_QUARTERMASTER_IMAGES_H_
