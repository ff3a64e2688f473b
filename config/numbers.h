// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef CONFIG_NUMBERS_H_
#define CONFIG_NUMBERS_H_

#include <cstdint>
#include <string>

namespace jail {

// The whole of `text` as a number of `T` (int32_t, int64_t, uint32_t or
// uint64_t): decimal, 0x hexadecimal or 0 octal; no spaces, and a sign only
// where T has one.  Returns "" and sets `number`, or says what is wrong:
// "\"12x\" is no number".
template <typename T>
std::string ReadNumber(const std::string& text, T& number);

extern template std::string ReadNumber(const std::string&, int32_t&);
extern template std::string ReadNumber(const std::string&, int64_t&);
extern template std::string ReadNumber(const std::string&, uint32_t&);
extern template std::string ReadNumber(const std::string&, uint64_t&);

}  // namespace jail

#endif  // CONFIG_NUMBERS_H_
