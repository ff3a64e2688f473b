// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef CONFIG_JSON_PARSER_H_
#define CONFIG_JSON_PARSER_H_

#include <string>

#include "absl/strings/string_view.h"
#include "config/diagnostics.h"
#include "config/lexer.h"
#include "config/message_writer.h"
#include "config/parse.h"
#include "config/parse_context.h"
#include "config/scalar.h"
#include "config/schema.h"

namespace jail {

// JSON to proto by Protobuf's JSON mapping: names as in the schema or in
// lowerCamelCase, enums by name or number, 64-bit integers as numbers or
// strings, bytes in base64, null for what is not set.  Protobuf's own parser
// gives one error, without a place; this one tells every fault of the schema
// with line and column, up to the first fault of the grammar.
class JsonParser {
 public:
  JsonParser(absl::string_view text, const std::string& file,
             ParsedConfig& config, Diagnostics& diagnostics);

  void Parse();

 private:
  // The current token is "{".
  void ParseObject(MessageWriter& message, const std::string& path, int depth);
  void ParseMember(MessageWriter& message, const std::string& path, int depth,
                   bool& unsure);
  void ParseArray(MessageWriter& message, const FieldDescriptor& field,
                  const std::string& field_path, int depth);
  // `place` is where the value counts as written.
  void ParseValue(MessageWriter& message, const FieldDescriptor& field,
                  const std::string& path, const Token& place, int depth);
  void ParseScalar(MessageWriter& message, const FieldDescriptor& field,
                   const std::string& path);
  void SkipValue(int depth);

  Token Take();
  bool TakeSymbol(char symbol);
  bool Expect(char symbol, const char* after);
  bool TooDeep(int depth);
  void SyntaxError(const Token& at, const std::string& message);
  bool stopped() const { return context_.stopped(); }

  Lexer lexer_;
  ParseContext context_;
};

}  // namespace jail

#endif  // CONFIG_JSON_PARSER_H_
