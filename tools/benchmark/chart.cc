// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/benchmark/chart.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace jail::benchmark {
namespace {

// All lengths are SVG user units.
constexpr int kPanelsAcross = 2;
constexpr int kPanelWidth = 460;
constexpr int kLabelWidth = 84;
constexpr int kValueWidth = 70;
constexpr int kBarHeight = 14;
constexpr int kBarPitch = 20;
constexpr int kTitleHeight = 34;
constexpr int kGap = 20;

const char* Colour(const std::string& contender) {
  if (contender == "jail") return "#1b6ac9";
  if (contender == "bare" || contender == "floor") return "#9aa4b0";
  return "#d9a441";
}

// One panel with its upper left corner at the origin; `scale` is units a ms.
std::string Panel(const Row& row) {
  double longest = 0;
  for (const Sample& sample : row.samples) {
    longest = std::max(longest, sample.MedianMs());
  }
  const double room = kPanelWidth - kLabelWidth - kValueWidth - kGap;
  const double scale = longest > 0 ? room / longest : 0;
  std::string text = absl::StrFormat(
      "<text x=\"0\" y=\"16\" class=\"title\">%s, %s, %s</text>\n",
      row.workload, row.identity,
      row.at_a_time == 1 ? std::string("one after the other")
                         : absl::StrCat(row.at_a_time, " at a time"));
  int y = kTitleHeight;
  for (const Sample& sample : row.samples) {
    if (sample.times.empty()) continue;
    const double median = sample.MedianMs();
    const double p99 = sample.PercentileMs(99);
    const double end = kLabelWidth + median * scale;
    // A whisker longer than the panel is cut at its edge.
    const double whisker =
        std::min<double>(kLabelWidth + p99 * scale, kLabelWidth + room + 8);
    absl::StrAppendFormat(
        &text,
        "<text x=\"%d\" y=\"%d\" class=\"name\">%s</text>"
        "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>"
        "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>"
        "<text x=\"%.1f\" y=\"%d\">%.2f ms</text>\n",
        kLabelWidth - 6, y + 11, sample.contender.name, kLabelWidth, y,
        median * scale, kBarHeight, Colour(sample.contender.name), end, whisker,
        y + kBarHeight / 2, y + kBarHeight / 2, whisker + 5, y + 11, median);
    y += kBarPitch;
  }
  return text;
}

int PanelHeight(const Row& row) {
  return kTitleHeight + kGap + kBarPitch * static_cast<int>(row.samples.size());
}

}  // namespace

std::string ChartSvg(const std::vector<Row>& rows) {
  std::string panels;
  int y = kGap, line_height = 0;
  for (size_t i = 0; i < rows.size(); i++) {
    const int column = i % kPanelsAcross;
    if (column == 0) {
      y += line_height;
      line_height = 0;
    }
    absl::StrAppendFormat(&panels,
                          "<g transform=\"translate(%d %d)\">\n%s</g>\n",
                          kGap + column * kPanelWidth, y, Panel(rows[i]));
    line_height = std::max(line_height, PanelHeight(rows[i]));
  }
  y += line_height;
  const int width = kGap + kPanelsAcross * kPanelWidth;
  return absl::StrFormat(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
      "width=\"%d\" height=\"%d\">\n"
      "<style>text{font:12px sans-serif;fill:#222}.title{font-weight:bold}"
      ".name{text-anchor:end}line{stroke:#444;stroke-width:1.5}</style>\n"
      "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n%s"
      "<text x=\"%d\" y=\"%d\">Bar: median of the whole process; whisker: 99th "
      "percentile. Each panel has its own scale.</text>\n</svg>\n",
      width, y + kGap, width, y + kGap, panels, kGap, y + 8);
}

}  // namespace jail::benchmark
