// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a configuration.  Beside not crashing, the parser must
//  - read what it takes without error exactly as protobuf's parsers read it
//    (which take no string that crosses lines),
//  - tell each fault in one line that is safe to print, with a place that is
//    in the file.
#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "config/parse.h"
#include "config/quote.h"

namespace {

[[noreturn]] void Fail(const std::string& what, const std::string& text) {
  std::fprintf(stderr, "%s\n--- for ---\n%s\n", what.c_str(), text.c_str());
  std::abort();
}

void CheckLines(const jail::Diagnostics& diagnostics, const std::string& text) {
  const int lines =
      1 + static_cast<int>(std::count(text.begin(), text.end(), '\n'));
  for (const jail::Diagnostic& d : diagnostics.Sorted()) {
    const std::string line = d.ToString();
    if (d.message.empty() || jail::EscapeText(line) != line) {
      Fail("not safe to print: " + jail::EscapeText(line), text);
    }
    if (line.size() > 1000) Fail("a long line: " + line, text);
    if (d.origin.line < 0 || d.origin.line > lines) {
      Fail("a line that the file does not have: " + line, text);
    }
  }
}

// Remembers the first fault that protobuf finds.
class FirstFault : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int, int, const std::string& message) override {
    if (text_.empty()) text_ = message;
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

void CheckAgainstProtobuf(const jail::config::JailConfig& ours, bool json,
                          const std::string& text) {
  jail::config::JailConfig theirs;
  FirstFault fault;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&fault);
  const bool taken =
      json ? google::protobuf::util::JsonStringToMessage(text, &theirs).ok()
           : parser.ParseFromString(text, &theirs);
  if (fault.text().find("cross line boundaries") != std::string::npos) return;
  if (!taken) Fail("protobuf refuses what we take", text);
  if (ours.SerializeAsString() != theirs.SerializeAsString()) {
    Fail("read as\n" + ours.DebugString() + "by protobuf as\n" +
             theirs.DebugString(),
         text);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static google::protobuf::LogSilencer* const silence =
      new google::protobuf::LogSilencer;
  static_cast<void>(silence);
  const std::string text(reinterpret_cast<const char*>(data), size);
  const size_t first = text.find_first_not_of(" \t\r\n");
  const bool json = first != std::string::npos && text[first] == '{';
  jail::Diagnostics diagnostics;
  const jail::ParsedConfig config = jail::ParseConfig(
      text, "fuzz.cfg", jail::ConfigFormat::kDetect, diagnostics);
  CheckLines(diagnostics, text);
  // Protobuf's parsers do not know the mark.
  const bool marked = text.substr(0, 3) == "\xef\xbb\xbf";
  if (diagnostics.ok() && !marked) {
    CheckAgainstProtobuf(config.proto, json, text);
  }
  return 0;
}
