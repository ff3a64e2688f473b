// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "config/lexer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "config/quote.h"

namespace jail {

using google::protobuf::io::Tokenizer;

namespace {

// Does a string begin at `text` that crosses lines on purpose?  Protobuf's own
// parser wants "\n" there, but people write policies that way.  Where only the
// closing quote was forgotten, the string would end at the opening quote of the
// next one, and that one's first character would follow.
bool CrossesLines(absl::string_view text) {
  for (size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == text[0]) {
      return absl::StrContains(text.substr(0, i), '\n') &&
             (i + 1 == text.size() ||
              absl::StrContains(" \t\r\n,;}>]#", text[i + 1]));
    }
  }
  return false;
}

}  // namespace

std::string ShowToken(const Token& token) {
  if (token.kind == Token::Kind::kEnd) return "the end of the file";
  return token.kind == Token::Kind::kString ? Cut(token.text)
                                            : Quote(token.text);
}

Lexer::Lexer(absl::string_view text)
    : text_(text),
      stream_(text.data(), static_cast<int>(text.size())),
      tokenizer_(&stream_, this) {
  tokenizer_.set_comment_style(Tokenizer::SH_COMMENT_STYLE);
  tokenizer_.set_allow_f_after_float(true);
  Next();
}

Token Lexer::Take() {
  Token taken = std::move(current_);
  Next();
  return taken;
}

absl::string_view Lexer::RestOfLine(size_t offset) const {
  const size_t end = text_.find('\n', offset);
  return text_.substr(offset,
                      end == absl::string_view::npos ? end : end - offset);
}

Lexer::Place Lexer::Advance(Place from, int line, int visual_column) const {
  while (from.offset < text_.size() &&
         (from.line < line ||
          (from.line == line && from.visual_column < visual_column))) {
    const char c = text_[from.offset++];
    if (c == '\n') {
      ++from.line;
      from.visual_column = 0;
      from.line_start = from.offset;
    } else if (c == '\t') {
      from.visual_column += 8 - from.visual_column % 8;
    } else {
      ++from.visual_column;
    }
  }
  return from;
}

absl::string_view Lexer::AfterSpace(size_t offset) const {
  while (offset < text_.size()) {
    if (absl::ascii_isspace(text_[offset])) {
      ++offset;
    } else if (text_[offset] == '#') {
      offset += RestOfLine(offset).size();
    } else {
      break;
    }
  }
  return text_.substr(std::min(offset, text_.size()));
}

void Lexer::Next() {
  const absl::string_view coming = AfterSpace(current_.end);
  current_ = Token{};
  if (finished_) return;
  fault_ = Fault{};
  const bool is_string =
      !coming.empty() && (coming[0] == '"' || coming[0] == '\'');
  tokenizer_.set_allow_multiline_strings(is_string && CrossesLines(coming));
  tokenizer_.Next();
  const Tokenizer::Token& token = tokenizer_.current();
  const Place before = place_;
  place_ = Advance(place_, token.line, token.column);
  switch (token.type) {
    case Tokenizer::TYPE_IDENTIFIER:
      current_.kind = Token::Kind::kIdentifier;
      break;
    case Tokenizer::TYPE_INTEGER:
      current_.kind = Token::Kind::kInteger;
      break;
    case Tokenizer::TYPE_FLOAT:
      current_.kind = Token::Kind::kFloat;
      break;
    case Tokenizer::TYPE_STRING:
      current_.kind = Token::Kind::kString;
      break;
    case Tokenizer::TYPE_SYMBOL:
      current_.kind = Token::Kind::kSymbol;
      break;
    default:
      current_.kind = Token::Kind::kEnd;
      finished_ = true;
      break;
  }
  current_.text = token.text;
  current_.line = place_.line + 1;
  current_.column = static_cast<int>(place_.offset - place_.line_start) + 1;
  current_.begin = place_.offset;
  current_.end = place_.offset + token.text.size();
  if (fault_.found) {
    // A fault before the token is a character that was skipped.
    const Place place = Advance(before, fault_.line, fault_.column);
    current_.error = WordError(place);
    const bool inside = place.offset >= current_.begin;
    current_.error_line = inside ? current_.line : place.line + 1;
    current_.error_column =
        inside ? current_.column
               : static_cast<int>(place.offset - place.line_start) + 1;
  }
}

std::string Lexer::WordError(const Place& place) const {
  if (place.offset < current_.begin || current_.kind == Token::Kind::kEnd) {
    const unsigned char c =
        place.offset < text_.size() ? text_[place.offset] : 0;
    return absl::StrFormat("control character 0x%02x", c);
  }
  const absl::string_view rest = RestOfLine(current_.begin);
  switch (current_.kind) {
    case Token::Kind::kString: {
      const char quote = current_.text[0];
      if (current_.text.size() < 2 || current_.text.back() != quote ||
          absl::StrContains(fault_.message, "line boundaries")) {
        return absl::StrCat("the string ", ShowToken(current_),
                            " is not closed on its line");
      }
      return absl::StrCat("unknown escape in ", ShowToken(current_),
                          ": a backslash is written \\\\");
    }
    case Token::Kind::kInteger:
    case Token::Kind::kFloat: {
      const absl::string_view word =
          rest.substr(0, rest.find_first_of(" \t\r,;}>]#"));
      if (absl::StrContains(fault_.message, "octal")) {
        return absl::StrCat(Quote(word),
                            " begins with 0 and is no octal number");
      }
      return absl::StrCat(Quote(word), " is no number: write digits only");
    }
    default:
      for (absl::string_view quote : {"\u201c", "\u201d", "\u201e", "\u2018",
                                      "\u2019", "\u00ab", "\u00bb"}) {
        if (absl::StartsWith(rest, quote)) {
          return absl::StrCat("typographic quote ", quote, ": write \"");
        }
      }
      return absl::StrCat(
          "character outside a string that is not ASCII: ",
          Quote(rest.substr(0, rest.find_first_of(" \t\r,;:}>]#"))));
  }
}

void Lexer::AddError(int line, int column, const std::string& message) {
  if (!fault_.found) fault_ = {true, line, column, message};
}

}  // namespace jail
