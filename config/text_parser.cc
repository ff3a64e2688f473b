// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "config/text_parser.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "config/scalar.h"
#include "config/suggest.h"

namespace jail {

using Kind = Token::Kind;

TextParser::TextParser(absl::string_view text, const std::string& file,
                       ParsedConfig& config, Diagnostics& diagnostics)
    : lexer_(text), context_(file, config, diagnostics) {}

void TextParser::Parse() {
  Frame top;
  MessageWriter message(JailConfigDescriptor());
  top.message = &message;
  ParseFields(top);
  context_.Finish(message);
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
    if (token.Closes()) {
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
    if ((value || lexer_.current().Opens()) && !ValueIsMissing(frame, name)) {
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
    if (AtEnd() || next.Closes() || next.begin == begin) break;
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
  MessageWriter message(*field.message_type());
  inner.message = &message;
  inner.path = path;
  inner.opening = lexer_.Take();
  inner.field_column = field_column;
  inner.close = inner.opening.Closer();
  inner.depth = frame.depth + 1;
  ParseFields(inner);
  frame.message->WriteMessage(field, message);
}

const FieldDescriptor* TextParser::OnUnknownField(Frame& frame,
                                                  const Token& name) {
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
    if (TakeSymbol(':') || lexer_.current().Opens()) SkipValue(frame);
    return;
  } else if (token.Opens()) {
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

}  // namespace jail
