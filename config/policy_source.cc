// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "config/policy_source.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "jail/seccomp/policy_file.h"
#include "jail/seccomp/shipped.h"

namespace jail {

PolicySource PolicySource::FromStrings(const ValidateContext& context) {
  PolicySource source;
  source.name_ = "seccomp_string";
  for (int i = 0; i < context.proto.seccomp_string_size(); ++i) {
    source.parts_.push_back(
        {source.text_.size(), absl::StrCat("seccomp_string[", i, "]")});
    absl::StrAppend(&source.text_, context.proto.seccomp_string(i), "\n");
  }
  return source;
}

bool PolicySource::FromFile(ValidateContext& context, PolicySource& source) {
  source.name_ = context.proto.seccomp_policy_file();
  absl::StatusOr<std::string> text = seccomp::ReadPolicyFile(source.name_);
  if (!text.ok()) {
    std::string message(text.status().message());
    if (seccomp::FindShippedPolicy(source.name_) != nullptr) {
      const char* rest =
          source.name_ == seccomp::kDefaultPolicyName ? "ALLOW" : "KILL";
      absl::StrAppend(&message,
                      ": hint: a policy that comes with jail is used by its "
                      "name: seccomp_string: \"USE ",
                      source.name_, " DEFAULT ", rest, "\"");
    }
    context.Error("seccomp_policy_file", std::move(message));
    return false;
  }
  source.text_ = *std::move(text);
  source.load_ = seccomp::IncludeBeneath(source.name_);
  return true;
}

size_t PolicySource::OffsetOf(int line, int column) const {
  size_t start = 0;
  for (int at = 1; at < line; ++at) {
    const size_t end = text_.find('\n', start);
    if (end == std::string::npos) break;
    start = end + 1;
  }
  return std::min(start + static_cast<size_t>(std::max(column, 1) - 1),
                  text_.size());
}

const PolicySource::Part& PolicySource::PartAt(size_t offset) const {
  const auto after = std::upper_bound(
      parts_.begin(), parts_.end(), offset,
      [](size_t at, const Part& part) { return at < part.offset; });
  return *(after == parts_.begin() ? after : after - 1);
}

Origin PolicySource::Locate(const ValidateContext& context,
                            const std::string& file, int line, int column,
                            std::string& within) const {
  if (file != name_ || parts_.empty()) return {"", file, line, column};
  if (line == 0) return context.At(parts_[0].path);
  const size_t offset = OffsetOf(line, column);
  const Part& part = PartAt(offset);
  Origin origin = context.At(part.path);
  const TextPlaces* places = context.sources.FindText(part.path);
  if (places == nullptr) {
    // Of the command line, say: the text is before the reader's eyes.
    const auto begin = text_.begin() + static_cast<ptrdiff_t>(part.offset);
    const auto end = text_.begin() + static_cast<ptrdiff_t>(offset);
    const auto own_line = 1 + std::count(begin, end, '\n');
    within = absl::StrCat("policy:", own_line, ":", column, ": ");
    return origin;
  }
  const TextPlaces::Place place = places->Find(offset - part.offset);
  origin.line = place.line;
  origin.column = place.column;
  return origin;
}

std::string PolicySource::WithPlace(const ValidateContext& context,
                                    const std::string& file, int line,
                                    int column, const std::string& text) const {
  std::string within;
  Diagnostic place;
  place.severity = Diagnostic::Severity::kError;
  place.origin = Locate(context, file, line, column, within);
  if (place.origin.line > 0) place.origin.path.clear();
  place.message = absl::StrCat(within, text);
  return place.ToString();
}

void PolicySource::Error(ValidateContext& context, const std::string& file,
                         int line, int column,
                         const std::string& message) const {
  std::string within;
  Origin origin = Locate(context, file, line, column, within);
  context.diagnostics.Error(std::move(origin), absl::StrCat(within, message));
}

void PolicySource::Warning(ValidateContext& context, const std::string& file,
                           int line, int column,
                           const std::string& message) const {
  std::string within;
  Origin origin = Locate(context, file, line, column, within);
  context.diagnostics.Warning(std::move(origin), absl::StrCat(within, message));
}

}  // namespace jail
