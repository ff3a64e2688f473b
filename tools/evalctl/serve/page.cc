// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/serve/page.h"

namespace jail::eval {
namespace {

constexpr PageFile kFiles[] = {
#include "tools/evalctl/serve/page_files.inc"
};

}  // namespace

const PageFile* FindPageFile(absl::string_view path) {
  for (const PageFile& file : kFiles) {
    if (file.path == path) return &file;
  }
  return nullptr;
}

}  // namespace jail::eval
