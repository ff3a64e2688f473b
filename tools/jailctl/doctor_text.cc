// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/jailctl/doctor_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace jail::jailctl {
namespace {

const char* Name(Finding::State state) {
  switch (state) {
    case Finding::State::kGood:
      return "ok";
    case Finding::State::kMissing:
      return "missing";
    case Finding::State::kNote:
      return "note";
  }
  return "";
}

std::string Mark(Finding::State state, const Painter& paint) {
  switch (state) {
    case Finding::State::kGood:
      return paint(Style::kGood, "ok     ");
    case Finding::State::kMissing:
      return paint(Style::kBad, "missing");
    case Finding::State::kNote:
      return paint(Style::kDim, "note   ");
  }
  return "";
}

}  // namespace

std::string DoctorText(const Examination& examination, const Painter& paint) {
  constexpr int kIndent = 10;  // of a name
  std::string text = absl::StrCat(examination.host, "\n");
  for (const Section& section : examination.sections) {
    absl::StrAppend(&text, "\n", paint(Style::kBold, section.title), "\n");
    size_t width = 0;
    for (const Finding& finding : section.findings) {
      width = std::max(width, finding.name.size());
    }
    for (const Finding& finding : section.findings) {
      const int column = kIndent + static_cast<int>(width) + 2;
      absl::StrAppend(&text, "  ", Mark(finding.state, paint), " ",
                      finding.name,
                      std::string(width - finding.name.size() + 2, ' '),
                      Wrap(finding.value, column), "\n");
      if (!finding.fix.empty()) {
        absl::StrAppend(&text, "          ", paint(Style::kWarn, "fix:"), " ",
                        Wrap(finding.fix, kIndent + 5), "\n");
      }
    }
  }
  absl::StrAppend(&text, "\n", paint(Style::kBold, "Verdict"), "\n");
  for (const Verdict& verdict : examination.verdicts) {
    if (verdict.can) {
      std::string sentence =
          absl::StrCat("As ", verdict.who, ", jail can isolate fully");
      if (!verdict.lacks.empty()) {
        absl::StrAppend(&sentence, ", but has no ",
                        absl::StrJoin(verdict.lacks, ", "));
      }
      absl::StrAppend(&text, "  ", paint(Style::kGood, "yes"), "     ",
                      Wrap(sentence + ".", kIndent), "\n");
      continue;
    }
    absl::StrAppend(
        &text, "  ", paint(Style::kBad, "no"), "      ",
        Wrap(absl::StrCat("As ", verdict.who,
                          ", jail cannot make a jail with every namespace: ",
                          verdict.why),
             kIndent),
        "\n          ", paint(Style::kWarn, "fix:"), " ",
        Wrap(verdict.fix, kIndent + 5), "\n");
  }
  return text;
}

std::string DoctorJson(const Examination& examination) {
  nlohmann::ordered_json json;
  json["host"] = examination.host;
  json["usable"] = examination.Usable();
  json["verdicts"] = nlohmann::ordered_json::array();
  for (const Verdict& verdict : examination.verdicts) {
    json["verdicts"].push_back({{"who", verdict.who},
                                {"is_caller", verdict.is_caller},
                                {"can", verdict.can},
                                {"why", verdict.why},
                                {"fix", verdict.fix},
                                {"lacks", verdict.lacks}});
  }
  json["sections"] = nlohmann::ordered_json::array();
  for (const Section& section : examination.sections) {
    nlohmann::ordered_json findings = nlohmann::ordered_json::array();
    for (const Finding& finding : section.findings) {
      findings.push_back({{"state", Name(finding.state)},
                          {"name", finding.name},
                          {"value", finding.value},
                          {"fix", finding.fix}});
    }
    json["sections"].push_back(
        {{"title", section.title}, {"findings", findings}});
  }
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) +
         "\n";
}

}  // namespace jail::jailctl
