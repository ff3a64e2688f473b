// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "config/diagnostics.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace jail {
namespace {

// "command line: --cap CAP_FOO" names the field of "cap[0]".
bool IsNamedByOption(const Origin& origin) {
  const std::string field = origin.path.substr(0, origin.path.find('['));
  absl::string_view option = origin.file;
  return absl::ConsumePrefix(&option, "command line: --") &&
         absl::ConsumePrefix(&option, field) &&
         (option.empty() || option[0] == ' ' || option[0] == '=');
}

}  // namespace

std::string Diagnostic::ToString() const {
  std::string out;
  if (!origin.file.empty()) absl::StrAppend(&out, origin.file, ":");
  if (origin.line > 0) absl::StrAppend(&out, origin.line, ":");
  if (origin.line > 0 && origin.column > 0) {
    absl::StrAppend(&out, origin.column, ":");
  }
  if (!out.empty()) out += ' ';
  if (severity == Severity::kWarning) out += "warning: ";
  if (!origin.path.empty() && !IsNamedByOption(origin))
    absl::StrAppend(&out, origin.path, ": ");
  return out + message;
}

void Diagnostics::Error(Origin origin, std::string message) {
  ++errors_;
  all_.push_back(
      {Diagnostic::Severity::kError, std::move(origin), std::move(message)});
}

void Diagnostics::Warning(Origin origin, std::string message) {
  all_.push_back(
      {Diagnostic::Severity::kWarning, std::move(origin), std::move(message)});
}

bool Diagnostics::HasError(const std::string& path) const {
  return std::any_of(all_.begin(), all_.end(), [&](const Diagnostic& d) {
    return d.severity == Diagnostic::Severity::kError && d.origin.path == path;
  });
}

std::vector<Diagnostic> Diagnostics::Sorted() const {
  std::vector<Diagnostic> sorted = all_;
  const auto key = [](const Diagnostic& d) {
    return std::tuple(d.origin.line == 0, absl::string_view(d.origin.file),
                      d.origin.line, d.origin.column);
  };
  std::stable_sort(sorted.begin(), sorted.end(),
                   [&](const Diagnostic& a, const Diagnostic& b) {
                     return key(a) < key(b);
                   });
  return sorted;
}

}  // namespace jail
