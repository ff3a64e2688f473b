// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/report/stats.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"

namespace jail {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

struct Line {
  std::string what;
  std::string value;
  std::string unit;
};

Line Duration(std::string what, uint64_t microseconds) {
  const auto value = static_cast<double>(microseconds);
  if (microseconds >= 1'000'000) {
    return {std::move(what), absl::StrFormat("%.3f", value / 1e6), "s"};
  }
  return {std::move(what), absl::StrFormat("%.3f", value / 1e3), "ms"};
}

Line Size(std::string what, uint64_t bytes) {
  static constexpr const char* kUnits[] = {"KiB", "MiB", "GiB", "TiB"};
  if (bytes < 1024) return {std::move(what), absl::StrCat(bytes), "bytes"};
  double value = static_cast<double>(bytes) / 1024;
  size_t i = 0;
  while (value >= 1024 && i + 1 < std::size(kUnits)) {
    value /= 1024;
    ++i;
  }
  return {std::move(what), absl::StrFormat("%.1f", value), kUnits[i]};
}

void AddLines(const Message& message, const std::string& prefix,
              std::vector<Line>& lines) {
  const auto& reflection = *message.GetReflection();
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = message.GetDescriptor()->field(i);
    if (field->is_repeated()) continue;
    if (field->has_presence() && !reflection.HasField(message, field)) continue;
    const std::string words = absl::StrReplaceAll(field->name(), {{"_", " "}});
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      AddLines(reflection.GetMessage(message, field),
               absl::StrCat(prefix, words, " "), lines);
      continue;
    }
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_UINT64) continue;
    const uint64_t value = reflection.GetUInt64(message, field);
    absl::string_view what = words;
    if (absl::ConsumeSuffix(&what, " us")) {
      lines.push_back(Duration(absl::StrCat(prefix, what), value));
    } else if (absl::ConsumeSuffix(&what, " bytes")) {
      lines.push_back(Size(absl::StrCat(prefix, what), value));
    } else {
      lines.push_back({absl::StrCat(prefix, what), absl::StrCat(value), ""});
    }
  }
}

}  // namespace

std::string StatsText(const report::Report& report) {
  std::string text = absl::StrCat("usage of pid ", report.pid(), ": ",
                                  report::Outcome_Name(report.outcome()),
                                  ", status ", report.exit_status(), "\n");
  std::vector<Line> lines;
  if (report.has_usage()) AddLines(report.usage(), "", lines);
  AddLines(report.timing(), "launch: ", lines);
  for (const report::DeniedCall& call : report.denied_calls()) {
    const std::string name = call.syscall().empty()
                                 ? absl::StrCat("SYSCALL[", call.number(), "]")
                                 : call.syscall();
    lines.push_back({absl::StrCat("denied: ", name, " ", call.errno_name()),
                     absl::StrCat(call.count()), "calls"});
  }
  size_t widest_what = 0, widest_value = 0;
  for (const Line& line : lines) {
    widest_what = std::max(widest_what, line.what.size());
    widest_value = std::max(widest_value, line.value.size());
  }
  for (const Line& line : lines) {
    std::string row = absl::StrFormat(
        "  %-*s  %*s %s", static_cast<int>(widest_what), line.what,
        static_cast<int>(widest_value), line.value, line.unit);
    absl::StripTrailingAsciiWhitespace(&row);
    absl::StrAppend(&text, row, "\n");
  }
  return text;
}

}  // namespace jail
