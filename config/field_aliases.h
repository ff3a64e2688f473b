// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef CONFIG_FIELD_ALIASES_H_
#define CONFIG_FIELD_ALIASES_H_

#include "absl/strings/string_view.h"

namespace jail {

// What to write in `message` ("JailConfig", "MountPt", ...) instead of the
// field `name` that people expect there: a command-line name, another tool's
// word.  $S stands for the value as a string, $V for the value as it is, $N
// for its negation.  A pattern that begins with "!" is a sentence rather than
// a field.  Empty: none known.
absl::string_view FindFieldAlias(absl::string_view message,
                                 absl::string_view name);

}  // namespace jail

#endif  // CONFIG_FIELD_ALIASES_H_
