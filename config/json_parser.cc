// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "config/json_parser.h"

#include <google/protobuf/io/tokenizer.h>

#include <cmath>
#include <cstdint>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "config/json_string.h"
#include "config/quote.h"
#include "config/suggest.h"

namespace jail {
namespace {

using Kind = Token::Kind;

// "-12" as a scalar; false when it is not that.
bool DigitsToInteger(absl::string_view text, Scalar& value) {
  const bool negative = absl::StartsWith(text, "-");
  const absl::string_view digits = text.substr(negative ? 1 : 0);
  if (digits.empty() || digits.size() > 20 ||
      digits.find_first_not_of("0123456789") != absl::string_view::npos ||
      (digits.size() > 1 && digits[0] == '0')) {
    return false;
  }
  value = {Scalar::Kind::kInteger, negative, std::string(digits)};
  return true;
}

// Shapes that JSON has in place of the text format's.
std::string Adapt(const FieldDescriptor& field, Scalar& value) {
  if (value.kind == Scalar::Kind::kString) {
    if (field.type() == FieldDescriptor::Type::kBytes) {
      std::string bytes;
      if (!absl::Base64Unescape(value.text, &bytes) &&
          !absl::WebSafeBase64Unescape(value.text, &bytes)) {
        return absl::StrCat("takes base64 in JSON, not ", Quote(value.text));
      }
      value.text = std::move(bytes);
    } else if (field.is_integer()) {
      DigitsToInteger(value.text, value);
    } else if (field.enum_type() != nullptr) {
      value.kind = Scalar::Kind::kIdentifier;
    }
  } else if (value.kind == Scalar::Kind::kFloat && field.is_integer()) {
    // 1e3 and 5.0 are whole; above 2^53 a double can't tell.
    double number = 0;
    if (absl::SimpleAtod(value.text, &number) && number == std::floor(number) &&
        number <= 9007199254740992.0) {
      value.kind = Scalar::Kind::kInteger;
      value.text = absl::StrCat(static_cast<uint64_t>(number));
    }
  } else if (field.type() == FieldDescriptor::Type::kBool &&
             value.text != "true" && value.text != "false") {
    return absl::StrCat("takes true or false, not ", Quote(value.text));
  }
  return "";
}

}  // namespace

JsonParser::JsonParser(absl::string_view text, const std::string& file,
                       ParsedConfig& config, Diagnostics& diagnostics)
    : lexer_(text), context_(file, config, diagnostics) {}

void JsonParser::Parse() {
  if (!lexer_.current().Is('{')) {
    return SyntaxError(lexer_.current(),
                       absl::StrCat("a JSON config is one object: it begins "
                                    "with \"{\", not with ",
                                    ShowToken(lexer_.current())));
  }
  MessageWriter message(JailConfigDescriptor());
  ParseObject(message, "", 1);
  context_.Finish(message);
  if (!stopped() && lexer_.current().kind != Kind::kEnd) {
    SyntaxError(lexer_.current(), absl::StrCat(ShowToken(lexer_.current()),
                                               " after the end of the config"));
  }
}

void JsonParser::ParseObject(MessageWriter& message, const std::string& path,
                             int depth) {
  if (TooDeep(depth)) return;
  Take();
  bool unsure = false;
  if (!TakeSymbol('}')) {
    do {
      ParseMember(message, path, depth, unsure);
      if (stopped()) return;
    } while (TakeSymbol(','));
    if (!Expect('}', "a value, \",\" or")) return;
  }
  if (unsure) return;
  const MessageDescriptor& type = message.type();
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    const std::string field_path = JoinPath(path, field.name());
    if (!field.is_required() || context_.IsPlaced(field_path)) continue;
    const Origin place = context_.config().sources.Find(path);
    context_.Error(place.line, place.column, field_path,
                   "is missing; it is required");
  }
}

void JsonParser::ParseMember(MessageWriter& message, const std::string& path,
                             int depth, bool& unsure) {
  const Token name = Take();
  if (stopped()) return;
  if (name.kind != Kind::kString) {
    return SyntaxError(
        name, name.Is('}') ? "JSON has no comma after the last item"
                           : absl::StrCat("a field's name in double quotes "
                                          "should stand here, not ",
                                          ShowToken(name)));
  }
  std::string key;
  if (std::string wrong = DecodeJsonString(name.text, key); !wrong.empty()) {
    return SyntaxError(name, wrong);
  }
  if (!Expect(':', "a field's name,")) return;

  const MessageDescriptor& type = message.type();
  const FieldDescriptor* field = type.FindFieldByName(key);
  if (field == nullptr) field = type.FindFieldByCamelcaseName(key);
  if (field == nullptr) {
    const Token& value = lexer_.current();
    const bool scalar = value.kind != Kind::kSymbol;
    const FieldAdvice advice = AdviseOnField(
        type, key,
        scalar && value.text.size() <= 64 ? value.text : std::string());
    context_.Error(name.line, name.column,
                   JoinPath(path, EscapeText(key.substr(0, 64))), advice.text);
    unsure = true;
    field = advice.meant;
  }
  if (field == nullptr) return SkipValue(depth + 1);

  const std::string field_path = JoinPath(path, field->name());
  if (lexer_.current().kind == Kind::kIdentifier &&
      lexer_.current().text == "null") {
    Take();
    return;
  }
  if (field->is_repeated()) {
    if (lexer_.current().Is('[')) {
      return ParseArray(message, *field, field_path, depth + 1);
    }
    context_.Error(
        lexer_.current().line, lexer_.current().column, field_path,
        absl::StrCat("takes a list: [ ", ShowToken(lexer_.current()), " ]"));
    unsure = true;
    return SkipValue(depth + 1);
  }
  if (context_.IsPlaced(field_path)) {
    context_.Error(name.line, name.column, field_path,
                   absl::StrCat("is given twice: first in line ",
                                context_.LineOf(field_path)));
    return SkipValue(depth + 1);
  }
  ParseValue(message, *field, field_path, name, depth + 1);
}

void JsonParser::ParseArray(MessageWriter& message,
                            const FieldDescriptor& field,
                            const std::string& field_path, int depth) {
  if (TooDeep(depth)) return;
  Take();
  if (TakeSymbol(']')) return;
  do {
    const Token item = lexer_.current();
    if (item.Is(']')) {
      return SyntaxError(item, "JSON has no comma after the last item");
    }
    if (context_.HasRoom(message, field, field_path, item.line, item.column)) {
      ParseValue(message, field,
                 ParseContext::ItemPath(message, field, field_path), item,
                 depth + 1);
    } else {
      SkipValue(depth + 1);
    }
    if (stopped()) return;
  } while (TakeSymbol(','));
  Expect(']', "an item, \",\" or");
}

void JsonParser::ParseValue(MessageWriter& message,
                            const FieldDescriptor& field,
                            const std::string& path, const Token& place,
                            int depth) {
  context_.Place(path, place.line, place.column);
  const Token& token = lexer_.current();
  const bool is_message = field.message_type() != nullptr;
  if (is_message && token.Is('{')) {
    MessageWriter inner(*field.message_type());
    ParseObject(inner, path, depth);
    return message.WriteMessage(field, inner);
  }
  if (is_message || token.Is('{') || token.Is('[')) {
    context_.Error(
        token.line, token.column, path,
        absl::StrCat("takes ",
                     is_message ? "an object: { ... }" : WhatFieldTakes(field),
                     ", not ", ShowToken(token)));
    return SkipValue(depth);
  }
  ParseScalar(message, field, path);
}

void JsonParser::ParseScalar(MessageWriter& message,
                             const FieldDescriptor& field,
                             const std::string& path) {
  const Token first = lexer_.current();
  Scalar value;
  value.negative = TakeSymbol('-');
  const Token token = Take();
  if (stopped()) return;
  switch (token.kind) {
    case Kind::kString:
      value.kind = Scalar::Kind::kString;
      if (std::string wrong = DecodeJsonString(token.text, value.text);
          !wrong.empty()) {
        return SyntaxError(token, wrong);
      }
      if (ParseContext::IsText(field)) {
        TextPlaces places;
        places.Add(token.text, {token.line, token.column}, 0);
        context_.PlaceText(path, std::move(places));
      }
      break;
    case Kind::kInteger:
    case Kind::kFloat:
      value.kind = token.kind == Kind::kInteger ? Scalar::Kind::kInteger
                                                : Scalar::Kind::kFloat;
      value.text = token.text;
      // The tokenizer's grammar is wider: 0x1f, 017, 1.5f, ".5", "5.".
      if ((token.text.size() > 1 && token.text[0] == '0' &&
           token.text[1] != '.' && token.text[1] != 'e' &&
           token.text[1] != 'E') ||
          token.text[0] == '.' || token.text.back() == '.' ||
          token.text.back() == 'f' || token.text.back() == 'F') {
        return SyntaxError(
            token, absl::StrCat(ShowToken(token), " is no JSON number"));
      }
      break;
    case Kind::kIdentifier:
      if (token.text == "true" || token.text == "false") {
        value.text = token.text;
        break;
      }
      if (token.text == "null") {
        context_.Error(token.line, token.column, path, "a list has no null");
        return;
      }
      return SyntaxError(token, absl::StrCat(ShowToken(token),
                                             " is no JSON value; strings need "
                                             "double quotes"));
    default:
      return SyntaxError(token, absl::StrCat("a value should stand here, not ",
                                             ShowToken(token)));
  }
  if (value.negative && token.kind != Kind::kInteger &&
      token.kind != Kind::kFloat) {
    return SyntaxError(first, "\"-\" stands before a number only");
  }
  std::string wrong = Adapt(field, value);
  if (wrong.empty()) wrong = WriteScalar(value, field, message);
  if (!wrong.empty()) {
    context_.Error(first.line, first.column, path, std::move(wrong));
  }
}

void JsonParser::SkipValue(int depth) {
  const Token first = Take();
  if (stopped()) return;
  if (first.Is('{') || first.Is('[')) {
    if (TooDeep(depth)) return;
    const bool object = first.Is('{');
    const char close = object ? '}' : ']';
    if (TakeSymbol(close)) return;
    do {
      if (object) {
        const Token name = Take();
        if (stopped()) return;
        if (name.kind != Kind::kString) {
          return SyntaxError(name, absl::StrCat("a field's name in double "
                                                "quotes should stand here, "
                                                "not ",
                                                ShowToken(name)));
        }
        if (!Expect(':', "a field's name,")) return;
      }
      SkipValue(depth + 1);
      if (stopped()) return;
    } while (TakeSymbol(','));
    Expect(close, "an item, \",\" or");
    return;
  }
  const Token value = first.Is('-') ? Take() : first;
  if (value.kind == Kind::kSymbol || value.kind == Kind::kEnd) {
    SyntaxError(value, absl::StrCat("a value should stand here, not ",
                                    ShowToken(value)));
  }
}

Token JsonParser::Take() {
  Token token = lexer_.Take();
  // Whether a string is sound, DecodeJsonString() says.
  if (!token.error.empty() && token.kind != Kind::kString) {
    context_.Stop(token.error_line, token.error_column, "", token.error);
  }
  // The tokenizer skips comments, which JSON does not have.
  const absl::string_view gap =
      lexer_.text().substr(token.end, lexer_.current().begin > token.end
                                          ? lexer_.current().begin - token.end
                                          : 0);
  if (absl::StrContains(gap, '#')) {
    SyntaxError(lexer_.current(), "JSON has no comments");
  }
  return token;
}

bool JsonParser::TakeSymbol(char symbol) {
  if (!lexer_.current().Is(symbol)) return false;
  Take();
  return true;
}

bool JsonParser::Expect(char symbol, const char* after) {
  if (TakeSymbol(symbol)) return !stopped();
  SyntaxError(
      lexer_.current(),
      absl::StrCat("after ", after, " \"", std::string(1, symbol),
                   "\" should stand here, not ", ShowToken(lexer_.current())));
  return false;
}

bool JsonParser::TooDeep(int depth) {
  if (depth <= kMaxConfigNesting) return false;
  context_.Stop(lexer_.current().line, lexer_.current().column, "",
                absl::StrCat("is nested deeper than ", kMaxConfigNesting,
                             ", the most that a config may be; the rest is "
                             "not read"));
  return true;
}

void JsonParser::SyntaxError(const Token& at, const std::string& message) {
  context_.Stop(at.line, at.column, "", message);
}

}  // namespace jail
