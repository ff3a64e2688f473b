// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef CONFIG_TEXT_PARSER_H_
#define CONFIG_TEXT_PARSER_H_

#include <string>

#include "absl/strings/string_view.h"
#include "config/diagnostics.h"
#include "config/lexer.h"
#include "config/message_writer.h"
#include "config/parse.h"
#include "config/parse_context.h"
#include "config/schema.h"

namespace jail {

// Text protobuf to proto, in one walk over the tokens that knows the schema.
// Protobuf's own parser stops at the first fault; this one tells it and goes
// on, and notes where each field was written.  What it takes without a word,
// protobuf's parser takes too and reads the same (the fuzzer holds it to that).
class TextParser {
 public:
  TextParser(absl::string_view text, const std::string& file,
             ParsedConfig& config, Diagnostics& diagnostics);

  void Parse();

 private:
  // A message whose fields are being read.
  struct Frame {
    const Frame* outer = nullptr;
    MessageWriter* message = nullptr;
    std::string path;
    Token opening;         // the bracket
    int field_column = 0;  // of the field whose value it is
    char close = 0;        // '}' or '>'; 0 at the top
    int depth = 0;
    // Something could not be understood: then a missing field is no news.
    bool unsure = false;

    const MessageDescriptor& type() const { return message->type(); }
  };

  void ParseFields(Frame& frame);
  // False when the message has ended before the field that stands there.
  bool ParseField(Frame& frame);
  void ParseValues(Frame& frame, const FieldDescriptor& field,
                   const Token& name);
  void ParseList(Frame& frame, const FieldDescriptor& field, const Token& name);
  void ParseMessage(Frame& frame, const FieldDescriptor& field,
                    const std::string& path, int field_column);
  void ParseScalar(Frame& frame, const FieldDescriptor& field,
                   const std::string& path, bool in_list);
  std::string TakeUnquoted(const Token& first);

  // Is a "}" missing before `name`, by what it is and how it is indented?
  bool EndsBefore(const Frame& frame, const Token& name) const;
  bool ValueIsMissing(const Frame& frame, const Token& before) const;
  const FieldDescriptor* OnUnknownField(Frame& frame, const Token& name);
  void OnNoField(Frame& frame);
  void CheckRequired(const Frame& frame);
  // The value of the field `name`, as it stands in the text, when it is one
  // scalar.
  absl::string_view RawValue(const Token& name) const;

  bool TakeSymbol(char symbol);
  // Over one value, whatever it is.
  void SkipValue(const Frame& frame);
  void SkipBalanced(const Frame& frame);
  void SkipToNextField(const Frame& frame, int line);
  void SkipTo(size_t offset);

  // A fault of the grammar: one a line, since the first often causes the rest.
  void SyntaxError(Frame& frame, const Token& at, const std::string& path,
                   std::string message);
  bool ReportTokenError(Frame& frame, const Token& token,
                        const std::string& path);
  bool AtEnd() const { return lexer_.current().kind == Token::Kind::kEnd; }

  Lexer lexer_;
  ParseContext context_;
  int syntax_error_line_ = 0;
};

}  // namespace jail

#endif  // CONFIG_TEXT_PARSER_H_
