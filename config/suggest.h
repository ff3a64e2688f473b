// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef CONFIG_SUGGEST_H_
#define CONFIG_SUGGEST_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "config/schema.h"

namespace jail {

// The candidate that `name` is most likely a misspelling of; the first one of
// several, empty when none is near.
std::string ClosestName(absl::string_view name,
                        const std::vector<std::string>& candidates);

// "; did you mean \"tmpfs\"?" for the known word that is nearest to `word`, or
// nothing when none is near.
std::string DidYouMean(absl::string_view word,
                       const std::vector<std::string>& known);

// What to tell the writer of a field that its message does not have.
struct FieldAdvice {
  std::string text;  // "unknown field; did you mean is_bind?"
  // The field of the same message that was meant, when there is little doubt:
  // parsing goes on with it, to find more faults.
  const FieldDescriptor* meant = nullptr;
};

// `value` is what follows the name, as it was written; empty when that is not
// one scalar.
FieldAdvice AdviseOnField(const MessageDescriptor& message,
                          absl::string_view name, absl::string_view value);

// The value of `type` that `text` is a misspelling of; empty when none is near.
std::string NearestEnumValue(const EnumDescriptor& type,
                             absl::string_view text);

// Edits (insert, delete, replace, swap two neighbours) between two words,
// without regard to case; of words over 256 bytes, the longer one's length.
int EditDistance(absl::string_view a, absl::string_view b);

// How people call a message: "mount", "exec_bin", "the config itself".
std::string MessageName(const MessageDescriptor& message);

}  // namespace jail

#endif  // CONFIG_SUGGEST_H_
