// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "config/schema.h"

#include <algorithm>

namespace jail {

const EnumValueDescriptor* EnumDescriptor::FindValueByName(
    absl::string_view name) const {
  for (int i = 0; i < count_; ++i) {
    if (name == values_[i].name()) return &values_[i];
  }
  return nullptr;
}

const EnumValueDescriptor* EnumDescriptor::FindValueByNumber(int number) const {
  for (int i = 0; i < count_; ++i) {
    if (number == values_[i].number()) return &values_[i];
  }
  return nullptr;
}

const FieldDescriptor* MessageDescriptor::FindFieldByName(
    absl::string_view name) const {
  const uint16_t* const end = by_name_ + count_;
  const uint16_t* const found = std::lower_bound(
      by_name_, end, name, [this](uint16_t i, absl::string_view wanted) {
        return fields_[i].name() < wanted;
      });
  if (found == end || fields_[*found].name() != name) return nullptr;
  return &fields_[*found];
}

const FieldDescriptor* MessageDescriptor::FindFieldByCamelcaseName(
    absl::string_view name) const {
  const std::string_view wanted(name.data(), name.size());
  for (int i = 0; i < count_; ++i) {
    if (fields_[i].camelcase_name() == wanted) return &fields_[i];
  }
  return nullptr;
}

}  // namespace jail
