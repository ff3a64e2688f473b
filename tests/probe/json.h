// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_PROBE_JSON_H_
#define TESTS_PROBE_JSON_H_

#include <cstdio>
#include <string>
#include <vector>

namespace jail::probe {

// A JSON text that grows: values are put in order, commas are its business.
class Json {
 public:
  void Begin(char bracket) {
    Comma();
    text_ += bracket;
    fresh_ = true;
  }
  void End(char bracket) {
    text_ += bracket;
    fresh_ = false;
  }
  Json& Key(const std::string& key) {
    Comma();
    Quote(key);
    text_ += ':';
    fresh_ = true;
    return *this;
  }
  void Number(long long value) {
    Comma();
    text_ += std::to_string(value);
  }
  void Unsigned(unsigned long long value) {
    Comma();
    text_ += std::to_string(value);
  }
  void Bool(bool value) {
    Comma();
    text_ += value ? "true" : "false";
  }
  void String(const std::string& value) {
    Comma();
    Quote(value);
  }
  void Strings(const std::vector<std::string>& values) {
    Begin('[');
    for (const std::string& value : values) String(value);
    End(']');
  }
  void Numbers(const std::vector<long long>& values) {
    Begin('[');
    for (long long value : values) Number(value);
    End(']');
  }
  const std::string& text() const { return text_; }

 private:
  void Comma() {
    if (!fresh_) text_ += ',';
    fresh_ = false;
  }
  // Bytes above 127 are written as Latin-1 code points, one for each byte.
  void Quote(const std::string& value) {
    text_ += '"';
    for (unsigned char c : value) {
      if (c == '"' || c == '\\') {
        text_ += '\\';
        text_ += static_cast<char>(c);
      } else if (c < 0x20 || c >= 0x7f) {
        char escape[8];
        std::snprintf(escape, sizeof escape, "\\u%04x", c);
        text_ += escape;
      } else {
        text_ += static_cast<char>(c);
      }
    }
    text_ += '"';
  }

  std::string text_;
  bool fresh_ = true;
};

}  // namespace jail::probe

#endif  // TESTS_PROBE_JSON_H_
