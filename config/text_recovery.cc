// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// How the parser goes on after a fault: what it leaves out, where it takes up
// again, and which of the faults it tells.
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "config/text_parser.h"

namespace jail {

using Kind = Token::Kind;

// Takes what someone wrote without quotes: a word; or the whole line, when the
// rest of it holds no other field.
std::string TextParser::TakeUnquoted(const Token& first) {
  const absl::string_view line = lexer_.RestOfLine(first.begin);
  absl::string_view raw = line.substr(0, line.find('#'));
  if (raw.find_first_of(":{}<>[]\"'") != absl::string_view::npos) {
    // "#" has no meaning inside a word, but a bracket or separator ends it.
    raw = line.substr(0, line.find_first_of(" \t\r,;}>]#"));
  }
  raw = absl::StripAsciiWhitespace(raw);
  while (!raw.empty() && (raw.back() == ',' || raw.back() == ';')) {
    raw.remove_suffix(1);
  }
  // At least the token itself, so that parsing moves on.
  if (raw.empty()) raw = line.substr(0, 1);
  SkipTo(first.begin + raw.size());
  return std::string(raw);
}

bool TextParser::EndsBefore(const Frame& frame, const Token& name) const {
  if (frame.close == 0 || name.line == frame.opening.line ||
      name.column > frame.field_column ||
      frame.type().FindFieldByName(name.text) != nullptr) {
    return false;
  }
  for (const Frame* outer = frame.outer; outer != nullptr;
       outer = outer->outer) {
    if (outer->type().FindFieldByName(name.text) != nullptr) return true;
  }
  return false;
}

// After "name:", does the next field follow, or the end of the message?
bool TextParser::ValueIsMissing(const Frame& frame, const Token& before) const {
  const Token& token = lexer_.current();
  if (token.kind == Kind::kEnd) return true;
  if (token.Closes() || token.Is(',') || token.Is(';')) return true;
  return token.kind == Kind::kIdentifier && token.line > before.line &&
         frame.type().FindFieldByName(token.text) != nullptr;
}

absl::string_view TextParser::RawValue(const Token& name) const {
  absl::string_view rest = lexer_.RestOfLine(name.end);
  rest = absl::StripLeadingAsciiWhitespace(rest);
  if (!rest.empty() && (rest[0] == ':' || rest[0] == '=')) {
    rest = absl::StripLeadingAsciiWhitespace(rest.substr(1));
  }
  if (rest.empty() || absl::StrContains("{<[}>]#", rest[0])) return "";
  if (rest[0] == '"' || rest[0] == '\'') {
    const size_t end = rest.find(rest[0], 1);
    if (end == absl::string_view::npos || end > 64) return "";
    return rest.substr(0, end + 1);
  }
  rest = rest.substr(0, rest.find_first_of(" \t\r,;}>]#"));
  return rest.size() > 64 ? "" : rest;
}

void TextParser::SkipValue(const Frame& frame) {
  const Token first = lexer_.current();
  if (first.Opens()) return SkipBalanced(frame);
  if (first.Closes() || AtEnd()) return;
  if (first.kind == Kind::kString) {
    while (lexer_.current().kind == Kind::kString) lexer_.Take();
    return;
  }
  TakeUnquoted(first);
}

// Over a bracket and what it encloses.
void TextParser::SkipBalanced(const Frame& frame) {
  std::string closers;
  do {
    const Token token = lexer_.current();
    if (AtEnd()) return;
    if (token.Opens()) {
      closers += token.Closer();
      if (frame.depth + static_cast<int>(closers.size()) > kMaxConfigNesting) {
        context_.Stop(token.line, token.column, frame.path,
                      absl::StrCat("is nested deeper than ", kMaxConfigNesting,
                                   ", the most that a config may be; the rest "
                                   "is not read"));
        return lexer_.Finish();
      }
    } else if (token.Closes()) {
      // One that closes nothing in here belongs to the message around.
      const size_t match = closers.rfind(token.text[0]);
      if (match == std::string::npos) return;
      closers.resize(match);
    }
    lexer_.Take();
  } while (!closers.empty());
}

// To the next line's first token, or to what closes the message.
void TextParser::SkipToNextField(const Frame& frame, int line) {
  while (!AtEnd() && lexer_.current().line == line &&
         !lexer_.current().Closes()) {
    if (lexer_.current().Opens()) {
      SkipBalanced(frame);
    } else {
      lexer_.Take();
    }
  }
}

void TextParser::SkipTo(size_t offset) {
  while (!AtEnd() && lexer_.current().begin < offset) lexer_.Take();
}

void TextParser::SyntaxError(Frame& frame, const Token& at,
                             const std::string& path, std::string message) {
  frame.unsure = true;
  if (at.line == syntax_error_line_) return;
  syntax_error_line_ = at.line;
  context_.Error(at.line, at.column, path, std::move(message));
}

bool TextParser::ReportTokenError(Frame& frame, const Token& token,
                                  const std::string& path) {
  if (token.error.empty()) return false;
  frame.unsure = true;
  if (token.error_line != syntax_error_line_) {
    syntax_error_line_ = token.error_line;
    context_.Error(token.error_line, token.error_column, path, token.error);
  }
  return true;
}

}  // namespace jail
