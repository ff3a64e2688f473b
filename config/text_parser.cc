// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "config/text_parser.h"

#include <google/protobuf/io/tokenizer.h>

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "config/quote.h"
#include "config/scalar.h"
#include "config/submessage.h"
#include "config/suggest.h"
#include "config/units.h"

namespace jail {
namespace {

using Kind = Token::Kind;

bool Opens(const Token& token) {
  return token.Is('{') || token.Is('<') || token.Is('[');
}
bool Closes(const Token& token) {
  return token.Is('}') || token.Is('>') || token.Is(']');
}
char CloserOf(char opener) {
  return opener == '{' ? '}' : opener == '<' ? '>' : ']';
}

}  // namespace

TextParser::TextParser(absl::string_view text, const std::string& file,
                       ParsedConfig& config, Diagnostics& diagnostics)
    : lexer_(text), context_(file, config, diagnostics) {}

void TextParser::Parse() {
  Frame top;
  top.message = &context_.config().proto;
  ParseFields(top);
}

void TextParser::ParseFields(Frame& frame) {
  while (!context_.stopped()) {
    const Token& token = lexer_.current();
    if (token.kind == Kind::kEnd) {
      ReportTokenError(frame, token, frame.path);
      if (frame.close != 0) {
        context_.Error(
            frame.opening.line, frame.opening.column, frame.path,
            absl::StrCat("is not closed: \"", std::string(1, frame.close),
                         "\" is missing"));
      }
      return;
    }
    if (frame.close != 0 && token.Is(frame.close)) {
      lexer_.Take();
      CheckRequired(frame);
      return;
    }
    if (Closes(token)) {
      if (frame.close == 0) {
        SyntaxError(frame, token, frame.path,
                    absl::StrCat(ShowToken(token), " closes nothing"));
        lexer_.Take();
        continue;
      }
      SyntaxError(frame, token, frame.path,
                  absl::StrCat(ShowToken(token), " where \"",
                               std::string(1, frame.close),
                               "\" should close what line ", frame.opening.line,
                               " opens"));
      if (!token.Is(']')) lexer_.Take();
      return;
    }
    if (token.kind != Kind::kIdentifier) {
      OnNoField(frame);
    } else if (!ParseField(frame)) {
      return;
    }
  }
}

bool TextParser::ParseField(Frame& frame) {
  if (EndsBefore(frame, lexer_.current())) {
    context_.Error(
        frame.opening.line, frame.opening.column, frame.path,
        absl::StrCat("is not closed: \"", std::string(1, frame.close),
                     "\" is missing before line ", lexer_.current().line));
    return false;
  }
  // RawValue() needs the name's place, not the tokens.
  const Token name = lexer_.Take();
  ReportTokenError(frame, name, frame.path);
  const FieldDescriptor* field = frame.type().FindFieldByName(name.text);
  if (field == nullptr) {
    if (lexer_.current().Is('.')) {
      SyntaxError(frame, name, frame.path, "a field's name has no dots");
      SkipToNextField(frame, name.line);
      return true;
    }
    field = OnUnknownField(frame, name);
  }
  if (field == nullptr) {
    const bool value = TakeSymbol(':') || TakeSymbol('=');
    if ((value || Opens(lexer_.current())) && !ValueIsMissing(frame, name)) {
      SkipValue(frame);
    } else {
      SkipToNextField(frame, name.line);
    }
  } else {
    ParseValues(frame, *field, name);
  }
  if (!TakeSymbol(',')) TakeSymbol(';');
  return true;
}

void TextParser::ParseValues(Frame& frame, const FieldDescriptor& field,
                             const Token& name) {
  const std::string path = JoinPath(frame.path, field.name());
  const bool is_message = field.message_type() != nullptr;
  bool colon = TakeSymbol(':');
  if (!colon && lexer_.current().Is('=')) {
    SyntaxError(frame, lexer_.current(), path,
                "its value comes after \":\", not after \"=\"");
    lexer_.Take();
    colon = true;
  }
  if (ValueIsMissing(frame, name)) {
    context_.Error(
        name.line, name.column, path,
        absl::StrCat("has no value; it takes ", WhatFieldTakes(field)));
    frame.unsure = true;
    return;
  }
  if (!colon && !is_message && !lexer_.current().Is('{') &&
      !lexer_.current().Is('<')) {
    SyntaxError(frame, name, path, "\":\" is missing between it and its value");
  }
  if (lexer_.current().Is('[')) {
    if (field.is_repeated()) {
      ParseList(frame, field, name);
    } else {
      context_.Error(lexer_.current().line, lexer_.current().column, path,
                     "takes one value, not a list");
      SkipValue(frame);
    }
    return;
  }
  if (!field.is_repeated() && context_.IsPlaced(path)) {
    context_.Error(
        name.line, name.column, path,
        absl::StrCat("is given twice: first in line ", context_.LineOf(path)));
    SkipValue(frame);
    return;
  }
  if (!context_.HasRoom(*frame.message, field, path, name.line, name.column)) {
    SkipValue(frame);
    return;
  }
  const std::string item = ParseContext::ItemPath(*frame.message, field, path);
  context_.Place(item, name.line, name.column);
  if (is_message) {
    ParseMessage(frame, field, item, name.column);
  } else {
    ParseScalar(frame, field, item, /*in_list=*/false);
  }
}

void TextParser::ParseList(Frame& frame, const FieldDescriptor& field,
                           const Token& name) {
  const Token opening = lexer_.Take();
  const std::string path = JoinPath(frame.path, field.name());
  if (TakeSymbol(']')) return;
  while (!context_.stopped()) {
    const Token& first = lexer_.current();
    if (AtEnd() || ValueIsMissing(frame, opening)) break;
    const size_t begin = first.begin;
    if (first.Is('[')) {
      context_.Error(first.line, first.column, path,
                     "a list has no lists in it");
      SkipValue(frame);
    } else if (!context_.HasRoom(*frame.message, field, path, first.line,
                                 first.column)) {
      SkipValue(frame);
    } else {
      const std::string item =
          ParseContext::ItemPath(*frame.message, field, path);
      context_.Place(item, first.line, first.column);
      if (field.message_type() != nullptr) {
        ParseMessage(frame, field, item, name.column);
      } else {
        ParseScalar(frame, field, item, /*in_list=*/true);
      }
    }
    if (TakeSymbol(',')) {
      if (!lexer_.current().Is(']')) continue;
      SyntaxError(frame, lexer_.current(), path,
                  "a list has no comma after its last item");
    }
    if (TakeSymbol(']')) return;
    const Token& next = lexer_.current();
    if (AtEnd() || Closes(next) || next.begin == begin) break;
    // The next item, or the next field?
    if (next.kind == Kind::kIdentifier &&
        frame.type().FindFieldByName(next.text) != nullptr) {
      break;
    }
    SyntaxError(frame, next, path,
                "\",\" is missing between the items of a list");
  }
  context_.Error(opening.line, opening.column, path,
                 "the list is not closed: \"]\" is missing");
  frame.unsure = true;
}

void TextParser::ParseMessage(Frame& frame, const FieldDescriptor& field,
                              const std::string& path, int field_column) {
  const Token& token = lexer_.current();
  if (!token.Is('{') && !token.Is('<')) {
    if (!ReportTokenError(frame, token, path)) {
      context_.Error(token.line, token.column, path,
                     absl::StrCat("takes ", WhatFieldTakes(field), ", not ",
                                  ShowToken(token)));
    }
    frame.unsure = true;
    SkipValue(frame);
    return;
  }
  Frame inner;
  inner.outer = &frame;
  inner.message = MakeSubmessage(*frame.message, field);
  inner.path = path;
  inner.opening = lexer_.Take();
  inner.field_column = field_column;
  inner.close = CloserOf(inner.opening.text[0]);
  inner.depth = frame.depth + 1;
  ParseFields(inner);
}

void TextParser::ParseScalar(Frame& frame, const FieldDescriptor& field,
                             const std::string& path, bool in_list) {
  const Token first = lexer_.current();
  if (Opens(first) || first.Is(':')) {
    context_.Error(first.line, first.column, path,
                   absl::StrCat("takes ", WhatFieldTakes(field), ", not ",
                                ShowToken(first)));
    if (first.Is(':')) lexer_.Take();
    SkipValue(frame);
    return;
  }
  Scalar value;
  const bool number =
      first.kind == Kind::kInteger || first.kind == Kind::kFloat;
  bool sound = number || !ReportTokenError(frame, first, path);
  if (first.kind == Kind::kString) {
    value.kind = Scalar::Kind::kString;
    while (lexer_.current().kind == Kind::kString) {
      const Token part = lexer_.Take();
      if (in_list && part.begin != first.begin) {
        context_.Warning(part.line, part.column, path,
                         "joins the string before it: is a \",\" missing?");
      }
      if (!part.error.empty()) {
        if (part.begin != first.begin) ReportTokenError(frame, part, path);
        sound = false;
        continue;
      }
      google::protobuf::io::Tokenizer::ParseStringAppend(part.text,
                                                         &value.text);
    }
  } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING ||
             first.kind == Kind::kSymbol) {
    if (!first.Is('-') || field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      const std::string raw = TakeUnquoted(first);
      if (!sound) return;
      context_.Error(
          first.line, first.column, path,
          field.cpp_type() == FieldDescriptor::CPPTYPE_STRING
              ? absl::StrCat("strings need quotes: write ", Quote(raw))
              : absl::StrCat("takes ", WhatFieldTakes(field), ", not ",
                             Quote(raw)));
      return;
    }
    lexer_.Take();
    value.negative = true;
  }
  if (value.kind != Scalar::Kind::kString) {
    const Token word = lexer_.current();
    switch (word.kind) {
      case Kind::kInteger:
        value.kind = Scalar::Kind::kInteger;
        break;
      case Kind::kFloat:
        value.kind = Scalar::Kind::kFloat;
        break;
      case Kind::kIdentifier:
        value.kind = Scalar::Kind::kIdentifier;
        break;
      default:
        context_.Error(
            first.line, first.column, path,
            absl::StrCat("takes ", WhatFieldTakes(field), ", not \"-\""));
        return;
    }
    if (!word.error.empty()) {
      Token told = word;
      if (const std::string unit = UnitOf(field); !unit.empty()) {
        absl::StrAppend(&told.error, " (the unit is ", unit, ")");
      }
      ReportTokenError(frame, told, path);
      TakeUnquoted(word);
      return;
    }
    value.text = word.text;
    lexer_.Take();
    if (lexer_.current().Is('.') || lexer_.current().Is('/')) {
      if (lexer_.current().begin == word.end) {
        SyntaxError(frame, word, path,
                    absl::StrCat("takes ", WhatFieldTakes(field), ", not ",
                                 ShowToken(word)));
        SkipToNextField(frame, word.line);
        return;
      }
    }
  }
  if (!sound) return;
  if (std::string wrong = WriteScalar(value, field, *frame.message);
      !wrong.empty()) {
    context_.Error(first.line, first.column, path, std::move(wrong));
  }
}

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
  if (Closes(token) || token.Is(',') || token.Is(';')) return true;
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

const google::protobuf::FieldDescriptor* TextParser::OnUnknownField(
    Frame& frame, const Token& name) {
  const FieldAdvice advice =
      AdviseOnField(frame.type(), name.text, RawValue(name));
  context_.Error(name.line, name.column,
                 JoinPath(frame.path, name.text.substr(0, 64)), advice.text);
  frame.unsure = true;
  return advice.meant;
}

// Something stands where the name of a field should.
void TextParser::OnNoField(Frame& frame) {
  const Token token = lexer_.current();
  const absl::string_view rest = lexer_.RestOfLine(token.begin);
  frame.unsure = true;
  if (!token.error.empty()) {
    ReportTokenError(frame, token, frame.path);
  } else if (absl::StartsWith(rest, "//") || absl::StartsWith(rest, "/*")) {
    SyntaxError(frame, token, frame.path, "comments begin with \"#\"");
    if (absl::StartsWith(rest, "/*")) {
      const size_t end = lexer_.text().find("*/", token.begin + 2);
      if (end != absl::string_view::npos) return SkipTo(end + 2);
    }
  } else if (token.Is('[')) {
    SyntaxError(frame, token, frame.path, "extensions are not known here");
    SkipBalanced(frame);
    if (TakeSymbol(':') || Opens(lexer_.current())) SkipValue(frame);
    return;
  } else if (Opens(token)) {
    SyntaxError(frame, token, frame.path,
                absl::StrCat("the name of a field is missing before ",
                             ShowToken(token)));
    return SkipBalanced(frame);
  } else if (token.kind == Kind::kString) {
    SyntaxError(frame, token, frame.path,
                absl::StrCat(ShowToken(token),
                             " where the name of a field should stand; names "
                             "are written without quotes"));
    lexer_.Take();
    if (TakeSymbol(':')) SkipValue(frame);
    if (!TakeSymbol(',')) TakeSymbol(';');
    return;
  } else {
    SyntaxError(frame, token, frame.path,
                absl::StrCat(ShowToken(token),
                             " where the name of a field should stand"));
  }
  // The rest of its line, or just the symbol when more may follow on the line.
  const int line = token.line;
  lexer_.Take();
  if (!token.Is(',') && !token.Is(';')) SkipToNextField(frame, line);
}

void TextParser::CheckRequired(const Frame& frame) {
  if (frame.unsure) return;
  for (int i = 0; i < frame.type().field_count(); ++i) {
    const FieldDescriptor& field = *frame.type().field(i);
    if (!field.is_required()) continue;
    const std::string path = JoinPath(frame.path, field.name());
    if (context_.IsPlaced(path)) continue;
    const Origin place = context_.config().sources.Find(frame.path);
    context_.Error(place.line, place.column, path,
                   "is missing; it is required");
  }
}

bool TextParser::TakeSymbol(char symbol) {
  if (!lexer_.current().Is(symbol)) return false;
  lexer_.Take();
  return true;
}

void TextParser::SkipValue(const Frame& frame) {
  const Token first = lexer_.current();
  if (Opens(first)) return SkipBalanced(frame);
  if (Closes(first) || AtEnd()) return;
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
    if (Opens(token)) {
      closers += CloserOf(token.text[0]);
      if (frame.depth + static_cast<int>(closers.size()) > kMaxConfigNesting) {
        context_.Stop(token.line, token.column, frame.path,
                      absl::StrCat("is nested deeper than ", kMaxConfigNesting,
                                   ", the most that a config may be; the rest "
                                   "is not read"));
        return lexer_.Finish();
      }
    } else if (Closes(token)) {
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
         !Closes(lexer_.current())) {
    if (Opens(lexer_.current())) {
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
