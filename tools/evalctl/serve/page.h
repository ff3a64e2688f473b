// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef TOOLS_EVALCTL_SERVE_PAGE_H_
#define TOOLS_EVALCTL_SERVE_PAGE_H_

#include "absl/strings/string_view.h"

namespace jail::eval {

// A file of tools/evalctl/serve/page/, as the build put it into the binary.
struct PageFile {
  absl::string_view path;  // "/page.js"
  absl::string_view content_type;
  absl::string_view body;
};

// Null: none is at `path`.
const PageFile* FindPageFile(absl::string_view path);

// Nothing from elsewhere; pictures that a program drew come as blob: URLs.
inline constexpr absl::string_view kPagePolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src blob: data:; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'";

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_SERVE_PAGE_H_
