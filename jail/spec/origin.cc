// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/spec/origin.h"

namespace jail {

std::string Origin::ToString() const {
  if (file.empty()) return path + " (default)";
  if (line == 0) return path + " (" + file + ")";
  return path + " (" + file + ":" + std::to_string(line) + ")";
}

}  // namespace jail
