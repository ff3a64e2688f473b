// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// Objects of a profile, read field by field, each fault with its JSON pointer.
#ifndef JAIL_SECCOMP_OCI_JSON_H_
#define JAIL_SECCOMP_OCI_JSON_H_

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "jail/seccomp/policy_error.h"

namespace jail::seccomp {

using Json = nlohmann::json;

// Parses; refuses duplicate keys and too much depth.
std::optional<Json> ParseProfileJson(absl::string_view text,
                                     const std::string& name,
                                     PolicyErrors& errors);

// What is taken with a remark, "name: pointer: text": once where only the place
// differs, and at most kMaxProfileNotes.
constexpr size_t kMaxProfileNotes = 20;
void AddNote(const std::string& name, const std::string& pointer,
             const std::string& text, std::vector<std::string>& notes);

// An object at a place of the document.  What is null counts as left out, as
// in the runtimes.
class JsonObject {
 public:
  // Refuses what is no object, and members that look like a misspelt one of
  // `known`.  Others are left out with a note, as the runtimes leave them out
  // without one.
  JsonObject(const Json& json, std::string pointer, const std::string& name,
             const std::vector<std::string>& known, PolicyErrors& errors,
             std::vector<std::string>& notes);

  bool Has(const char* key) const { return Find(key) != nullptr; }
  std::optional<std::string> String(const char* key);
  std::optional<uint64_t> Number(const char* key, uint64_t most);
  // Empty when it is left out.
  std::vector<std::string> Strings(const char* key);
  // The members of an array; null when it is left out.
  const Json* Array(const char* key);
  const Json* Find(const char* key) const;

  std::string PointerTo(absl::string_view key) const;
  void Error(absl::string_view key, const std::string& message);
  void ErrorHere(const std::string& message);

  const std::string& pointer() const { return pointer_; }
  bool ok() const { return ok_; }

 private:
  const Json* json_ = nullptr;  // null: no object
  std::string pointer_;
  const std::string& name_;
  PolicyErrors& errors_;
  bool ok_ = true;
};

}  // namespace jail::seccomp

#endif  // JAIL_SECCOMP_OCI_JSON_H_
