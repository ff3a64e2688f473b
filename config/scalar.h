// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef CONFIG_SCALAR_H_
#define CONFIG_SCALAR_H_

#include <string>

#include "config/message_writer.h"
#include "config/schema.h"

namespace jail {

// A value that is no message, as it was written, whatever the syntax.
struct Scalar {
  enum class Kind { kString, kInteger, kFloat, kIdentifier };
  Kind kind = Kind::kIdentifier;
  bool negative = false;
  std::string text;  // digits, identifier, or the string's content
};

// Sets (or, when it is repeated, adds to) `field` of `message`.  Returns what
// is wrong with the value, and leaves the message alone then; empty: done.
std::string WriteScalar(const Scalar& value, const FieldDescriptor& field,
                        MessageWriter& message);

// "a string", "true or false", "a whole number", "one of VALUE, SOFT".
std::string WhatFieldTakes(const FieldDescriptor& field);

}  // namespace jail

#endif  // CONFIG_SCALAR_H_
