// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef CONFIG_LEXER_H_
#define CONFIG_LEXER_H_

#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace jail {

// A token of a configuration, and its place.
struct Token {
  enum class Kind { kEnd, kIdentifier, kInteger, kFloat, kString, kSymbol };
  Kind kind = Kind::kEnd;
  std::string text;  // as written: strings with quotes and escapes
  int line = 1;      // from 1
  int column = 1;    // from 1, in bytes
  size_t begin = 0;  // offsets in the text
  size_t end = 0;

  // What is wrong with the token itself, and where; empty when nothing is.
  std::string error;
  int error_line = 0;
  int error_column = 0;

  bool Is(char symbol) const {
    return kind == Kind::kSymbol && text[0] == symbol;
  }
  bool Opens() const { return Is('{') || Is('<') || Is('['); }
  bool Closes() const { return Is('}') || Is('>') || Is(']'); }
  // The bracket that closes what this one opens.
  char Closer() const { return Is('{') ? '}' : Is('<') ? '>' : ']'; }
};

// A token for an error text: "}" in quotes, a string as it stands.
std::string ShowToken(const Token& token);

// Cuts text into tokens.  Protobuf's tokenizer does the work, so the grammar
// is that of text protobuf; this adds byte offsets, byte columns (it counts a
// tab as up to 8) and errors in our words.
class Lexer final : private google::protobuf::io::ErrorCollector {
 public:
  // `text` must outlive the lexer, and be below 2 GiB.
  explicit Lexer(absl::string_view text);

  absl::string_view text() const { return text_; }
  const Token& current() const { return current_; }
  // Returns the current token and moves on to the next.
  Token Take();
  // Moves to the end.
  void Finish() {
    current_ = Token{};
    finished_ = true;
  }
  // From `offset` to the end of its line.
  absl::string_view RestOfLine(size_t offset) const;

 private:
  struct Place {
    size_t line_start = 0;
    size_t offset = 0;
    int line = 0;           // from 0
    int visual_column = 0;  // as the tokenizer counts
  };
  // The place of a tokenizer's line and column at or after `from`.
  Place Advance(Place from, int line, int visual_column) const;
  // From the first byte at or after `offset` that is no space or comment.
  absl::string_view AfterSpace(size_t offset) const;
  void Next();
  std::string WordError(const Place& place) const;
  void AddError(int line, int column, const std::string& message) override;

  const absl::string_view text_;
  google::protobuf::io::ArrayInputStream stream_;
  google::protobuf::io::Tokenizer tokenizer_;
  bool finished_ = false;
  Token current_;
  Place place_;  // of current_

  // The first fault that the tokenizer found on its way to the current token.
  struct Fault {
    bool found = false;
    int line = 0;
    int column = 0;
    std::string message;
  } fault_;
};

}  // namespace jail

#endif  // CONFIG_LEXER_H_
