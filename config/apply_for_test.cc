// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "config/apply_for_test.h"

#include <google/protobuf/text_format.h>
#include <google/protobuf/util/message_differencer.h>

namespace jail {
namespace {

std::vector<std::string> Texts(const Diagnostics& diagnostics) {
  std::vector<std::string> texts;
  for (const Diagnostic& d : diagnostics.Sorted())
    texts.push_back(d.ToString());
  return texts;
}

}  // namespace

Applied Apply(const std::vector<std::string>& args, const std::string& file) {
  Applied result;
  Diagnostics diagnostics;
  result.line = ParseCommandLine(args, diagnostics);
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      file, &result.config.proto));
  ApplyCommandLine(result.line, result.config, diagnostics);
  result.errors = Texts(diagnostics);
  return result;
}

::testing::AssertionResult IsConfig(const config::JailConfig& proto,
                                    const std::string& text) {
  config::JailConfig expected;
  if (!google::protobuf::TextFormat::ParseFromString(text, &expected)) {
    return ::testing::AssertionFailure() << "no config: " << text;
  }
  if (google::protobuf::util::MessageDifferencer::Equals(proto, expected)) {
    return ::testing::AssertionSuccess();
  }
  return ::testing::AssertionFailure() << "is " << proto.ShortDebugString();
}

}  // namespace jail
