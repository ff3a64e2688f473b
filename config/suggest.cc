// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "config/suggest.h"

#include <algorithm>
#include <set>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "config/field_aliases.h"
#include "config/quote.h"

namespace jail {
namespace {

// Longer words are no misspellings: comparing costs the product of lengths.
constexpr size_t kMaxWord = 256;

int MostEdits(size_t length) { return length <= 3 ? 1 : length <= 8 ? 2 : 3; }

const FieldDescriptor* NearestField(const MessageDescriptor& message,
                                    absl::string_view name) {
  std::vector<std::string> names;
  for (int i = 0; i < message.field_count(); ++i) {
    names.push_back(message.field(i)->name());
  }
  return message.FindFieldByName(ClosestName(name, names));
}

// Every message of the schema, from the outside in.
void Collect(const MessageDescriptor& message,
             std::vector<const MessageDescriptor*>& all) {
  if (std::find(all.begin(), all.end(), &message) != all.end()) return;
  all.push_back(&message);
  for (int i = 0; i < message.field_count(); ++i) {
    if (message.field(i)->message_type() != nullptr) {
      Collect(*message.field(i)->message_type(), all);
    }
  }
}

std::vector<const MessageDescriptor*> AllMessages() {
  std::vector<const MessageDescriptor*> all;
  Collect(JailConfigDescriptor(), all);
  return all;
}

bool LooksTrue(absl::string_view value) {
  return value == "true" || value == "True" || value == "t" || value == "1";
}
bool LooksFalse(absl::string_view value) {
  return value == "false" || value == "False" || value == "f" || value == "0";
}

// Puts the value that the user wrote into an alias's pattern: $S as a string,
// $V as it is, $N negated.
std::string FillIn(absl::string_view pattern, absl::string_view value) {
  std::string as_string = "\"...\"";
  if (!value.empty()) {
    const bool quoted = value[0] == '"' || value[0] == '\'';
    as_string = quoted ? EscapeText(value) : Quote(value);
  }
  const std::string negated = LooksTrue(value)    ? "false"
                              : LooksFalse(value) ? "true"
                                                  : "...";
  return absl::StrReplaceAll(pattern,
                             {{"$S", as_string},
                              {"$V", value.empty() ? "..." : EscapeText(value)},
                              {"$N", negated}});
}

// "unknown field; its fields are: ..." for messages that have few.
std::string FewFields(const MessageDescriptor& message) {
  if (message.field_count() > 8) return "unknown field";
  std::string text = absl::StrCat("unknown field; the fields of ",
                                  MessageName(message), " are");
  for (int i = 0; i < message.field_count(); ++i) {
    absl::StrAppend(&text, i == 0 ? " " : ", ", message.field(i)->name());
  }
  return text;
}

}  // namespace

int EditDistance(absl::string_view a, absl::string_view b) {
  if (a.size() > kMaxWord || b.size() > kMaxWord) {
    return static_cast<int>(std::max(a.size(), b.size()));
  }
  // Rows of the table of prefixes: the current one, and the two before.
  std::vector<int> before_last, last(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) last[j] = static_cast<int>(j);
  const auto same = [](char x, char y) {
    return absl::ascii_tolower(x) == absl::ascii_tolower(y);
  };
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = static_cast<int>(i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const int replace = last[j - 1] + (same(a[i - 1], b[j - 1]) ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replace});
      if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) &&
          same(a[i - 2], b[j - 1])) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
    before_last = last;
    last = row;
  }
  return last[b.size()];
}

std::string ClosestName(absl::string_view name,
                        const std::vector<std::string>& candidates) {
  std::string closest;
  int fewest = MostEdits(name.size()) + 1;
  for (const std::string& candidate : candidates) {
    const int edits = EditDistance(name, candidate);
    // "rw" is not a misspelling of "src": most of the word must stay.
    if (edits * 2 >= static_cast<int>(candidate.size())) continue;
    if (edits < fewest) {
      fewest = edits;
      closest = candidate;
    }
  }
  return closest;
}

std::string DidYouMean(absl::string_view word,
                       const std::vector<std::string>& known) {
  const std::string closest = ClosestName(word, known);
  if (closest.empty()) return "";
  return absl::StrCat("; did you mean ", Quote(closest), "?");
}

std::string MessageName(const MessageDescriptor& message) {
  if (&message == &JailConfigDescriptor()) return "the config itself";
  std::string name;
  for (const MessageDescriptor* outer : AllMessages()) {
    for (int i = 0; i < outer->field_count(); ++i) {
      if (outer->field(i)->message_type() == &message) {
        absl::StrAppend(&name, name.empty() ? "" : " and ",
                        outer->field(i)->name());
      }
    }
  }
  return name.empty() ? message.name() : name;
}

std::string NearestEnumValue(const EnumDescriptor& type,
                             absl::string_view text) {
  std::vector<std::string> names;
  for (int i = 0; i < type.value_count(); ++i) {
    names.push_back(type.value(i)->name());
  }
  return ClosestName(text, names);
}

FieldAdvice AdviseOnField(const MessageDescriptor& message,
                          absl::string_view name, absl::string_view value) {
  FieldAdvice advice;
  if (const absl::string_view pattern = FindFieldAlias(message.name(), name);
      !pattern.empty()) {
    advice.text =
        absl::StrCat("unknown field; ",
                     absl::StartsWith(pattern, "!")
                         ? FillIn(pattern.substr(1), value)
                         : absl::StrCat("write ", FillIn(pattern, value)));
    return advice;
  }
  const FieldDescriptor* near = NearestField(message, name);
  const bool one_edit =
      near != nullptr && EditDistance(name, near->name()) <= 1;
  if (!one_edit) {
    for (const MessageDescriptor* other : AllMessages()) {
      if (other->FindFieldByName(std::string(name)) == nullptr) continue;
      advice.text = absl::StrCat("is a field of ", MessageName(*other),
                                 ", not of ", MessageName(message));
      if (other == &JailConfigDescriptor()) {
        absl::StrAppend(&advice.text, ": is a \"}\" missing before it?");
      }
      return advice;
    }
  }
  if (near != nullptr) {
    advice.text =
        absl::StrCat("unknown field; did you mean ", near->name(), "?");
    advice.meant = near;
    return advice;
  }
  // What would be wrong here could be right, or nearly, further out.
  if (const absl::string_view pattern = FindFieldAlias("JailConfig", name);
      !pattern.empty() && !absl::StartsWith(pattern, "!")) {
    advice.text =
        absl::StrCat("unknown field; outside of ", MessageName(message),
                     ", write ", FillIn(pattern, value));
    return advice;
  }
  advice.text = FewFields(message);
  return advice;
}

}  // namespace jail
