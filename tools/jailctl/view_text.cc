// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "jail/sys/printable.h"
#include "tools/jailctl/view.h"

namespace jail::jailctl {
namespace {

using Json = nlohmann::ordered_json;

// Longest value that is shown whole.
constexpr size_t kMaxShown = 600;
// Names wider than this do not move the column of the values.
constexpr size_t kMaxNameColumn = 24;

Style StyleOf(Severity severity) {
  switch (severity) {
    case Severity::kSevere:
    case Severity::kHigh:
      return Style::kBad;
    case Severity::kMedium:
      return Style::kWarn;
    case Severity::kLow:
    case Severity::kNote:
      return Style::kDim;
  }
  return Style::kDim;
}

// "  snek.cfg:41", or nothing for what nobody wrote.
std::string Where(const Origin& origin) {
  if (origin.file.empty()) return "";
  return origin.line == 0 ? origin.file
                          : absl::StrCat(origin.file, ":", origin.line);
}

Json OriginJson(const Origin& origin) {
  Json json = {{"field", ToUtf8(origin.path)}};
  if (!origin.file.empty()) json["file"] = ToUtf8(origin.file);
  if (origin.line > 0) json["line"] = origin.line;
  return json;
}

}  // namespace

std::string ViewText(const View& view, const Painter& paint) {
  std::string text;
  if (!view.name.empty()) {
    absl::StrAppend(&text, paint(Style::kBold, Printable(view.name, kMaxShown)),
                    "\n\n");
  }
  for (const Topic& topic : view.topics) {
    absl::StrAppend(&text, paint(Style::kBold, topic.title), "\n");
    size_t width = 0;
    for (const Row& row : topic.rows) {
      if (row.name.size() <= kMaxNameColumn) {
        width = std::max(width, row.name.size());
      }
    }
    for (const Row& row : topic.rows) {
      const std::string name = Printable(row.name, kMaxShown);
      const size_t pad = name.size() < width ? width - name.size() : 0;
      const int column = static_cast<int>(2 + width + 2);
      absl::StrAppend(&text, "  ", name, std::string(pad + 2, ' '),
                      Wrap(Printable(row.value, kMaxShown), column), "\n");
    }
    absl::StrAppend(&text, "\n");
  }
  absl::StrAppend(&text, paint(Style::kBold, "What is weak, worst first"),
                  "\n");
  if (view.weaknesses.empty()) absl::StrAppend(&text, "  nothing\n");
  for (const Weakness& weakness : view.weaknesses) {
    constexpr int kColumn = 10;
    const std::string severity = SeverityName(weakness.severity);
    std::string what = Printable(weakness.what, kMaxShown);
    if (const std::string where = Where(weakness.origin); !where.empty()) {
      absl::StrAppend(&what, " (", Printable(where, kMaxShown), ")");
    }
    absl::StrAppend(&text, "  ", paint(StyleOf(weakness.severity), severity),
                    std::string(kColumn - 2 - severity.size(), ' '),
                    Wrap(what, kColumn), "\n          ",
                    paint(Style::kDim, "change:"), " ",
                    Wrap(weakness.fix, kColumn + 8), "\n");
  }
  return text;
}

std::string ViewJson(const View& view) {
  Json json;
  json["name"] = ToUtf8(view.name);
  for (const Topic& topic : view.topics) {
    Json rows = Json::array();
    for (const Row& row : topic.rows) {
      Json item = {{"name", ToUtf8(row.name)}, {"value", ToUtf8(row.value)}};
      if (!row.origin.path.empty()) item["origin"] = OriginJson(row.origin);
      rows.push_back(item);
    }
    json[topic.id] = rows;
  }
  json["weaknesses"] = Json::array();
  for (const Weakness& weakness : view.weaknesses) {
    json["weaknesses"].push_back({{"severity", SeverityName(weakness.severity)},
                                  {"what", ToUtf8(weakness.what)},
                                  {"change", ToUtf8(weakness.fix)},
                                  {"origin", OriginJson(weakness.origin)}});
  }
  return json.dump(2) + "\n";
}

}  // namespace jail::jailctl
