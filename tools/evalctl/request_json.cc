// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/request_json.h"

#include "absl/strings/str_cat.h"
#include "tools/evalctl/strict_json.h"

namespace jail::eval {

bool ParseRequest(absl::string_view json, Request& request, Error& error) {
  error.set_kind(Error::BAD_REQUEST);
  if (json.size() > kMaxRequestBytes) {
    error.set_message(absl::StrCat("is ", json.size(), " bytes; the most is ",
                                   kMaxRequestBytes));
    return false;
  }
  JsonFault fault;
  if (ParseStrictJson(json, request, fault)) return true;
  error.set_place(fault.place);
  error.set_message(fault.message);
  return false;
}

}  // namespace jail::eval
