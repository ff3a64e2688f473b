// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include <vector>

#include "tools/evalctl/dialects/dialect.h"
#include "tools/evalctl/dialects/snekbox.h"

namespace jail::eval {

const std::vector<const Dialect*>& Dialects() {
  static const Snekbox snekbox;
  static const std::vector<const Dialect*> dialects = {&snekbox};
  return dialects;
}

}  // namespace jail::eval
