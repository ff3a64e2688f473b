// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "config/parse_context.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace jail {

std::string JoinPath(const std::string& outer, const std::string& name) {
  return outer.empty() ? name : absl::StrCat(outer, ".", name);
}

void ParseContext::Error(int line, int column, const std::string& path,
                         std::string message) {
  if (stopped_) return;
  diagnostics_.Error({path, file_, line, column}, std::move(message));
  Count(line, column);
}

void ParseContext::Warning(int line, int column, const std::string& path,
                           std::string message) {
  if (stopped_) return;
  diagnostics_.Warning({path, file_, line, column}, std::move(message));
  Count(line, column);
}

void ParseContext::Count(int line, int column) {
  if (++told_ == kMaxConfigErrors) {
    Stop(line, column, "",
         absl::StrCat("there are ", kMaxConfigErrors,
                      " errors up to here; the rest is not read"));
  }
}

void ParseContext::Stop(int line, int column, const std::string& path,
                        std::string message) {
  if (stopped_) return;
  stopped_ = true;
  diagnostics_.Error({path, file_, line, column}, std::move(message));
}

void ParseContext::Finish(const MessageWriter& message) {
  if (!config_.proto.ParsePartialFromString(message.bytes())) {
    diagnostics_.Error({"", file_, 0, 0},
                       "a fault of jail itself: what was read is no message");
  }
}

void ParseContext::Place(const std::string& path, int line, int column) {
  config_.sources.Set(path, {path, file_, line, column});
}

bool ParseContext::IsText(const FieldDescriptor& field) {
  return absl::string_view(field.name()) == "seccomp_string";
}

std::string ParseContext::ItemPath(const MessageWriter& message,
                                   const FieldDescriptor& field,
                                   const std::string& field_path) {
  if (!field.is_repeated()) return field_path;
  return absl::StrCat(field_path, "[", message.FieldSize(field), "]");
}

bool ParseContext::HasRoom(const MessageWriter& message,
                           const FieldDescriptor& field,
                           const std::string& field_path, int line,
                           int column) {
  if (!field.is_repeated() || message.FieldSize(field) < kMaxRepeatedItems) {
    return true;
  }
  if (full_.insert(field_path).second) {
    Error(line, column, field_path,
          absl::StrCat("has more than ", kMaxRepeatedItems,
                       " items, the most that a config may have"));
  }
  return false;
}

}  // namespace jail
