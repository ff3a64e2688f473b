// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// One value of text protobuf that is no message.
#include <google/protobuf/io/tokenizer.h>

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "config/quote.h"
#include "config/scalar.h"
#include "config/text_parser.h"
#include "config/text_places.h"
#include "config/units.h"

namespace jail {

using Kind = Token::Kind;

void TextParser::ParseScalar(Frame& frame, const FieldDescriptor& field,
                             const std::string& path, bool in_list) {
  const Token first = lexer_.current();
  if (first.Opens() || first.Is(':')) {
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
    TextPlaces places;
    const bool is_text = ParseContext::IsText(field);
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
      if (is_text) {
        places.Add(part.text, {part.line, part.column}, value.text.size());
      }
      google::protobuf::io::Tokenizer::ParseStringAppend(part.text,
                                                         &value.text);
    }
    if (is_text) context_.PlaceText(path, std::move(places));
  } else if (field.is_text() || first.kind == Kind::kSymbol) {
    if (!first.Is('-') || field.is_text()) {
      const std::string raw = TakeUnquoted(first);
      if (!sound) return;
      context_.Error(
          first.line, first.column, path,
          field.is_text()
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

}  // namespace jail
