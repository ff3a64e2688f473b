// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef CONFIG_OPTIONS_H_
#define CONFIG_OPTIONS_H_

#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "config/diagnostics.h"
#include "config/parse.h"

namespace jail {

// What one option of a command line is applied to.
struct OptionTarget {
  ParsedConfig& config;
  std::string written;  // as a person would type it: "-R /usr"
  Diagnostics& diagnostics;

  // Says that `field` now comes from this option.
  void Came(const std::string& field);
  // Adds "command line: -t 5x: <message>".
  void Fail(const std::string& message);
};

// How the value of an option reaches the config.  Member functions of the
// generated class, so that a wrong field or type does not compile.
using SetBool = void (config::JailConfig::*)(bool);
using SetInt32 = void (config::JailConfig::*)(int32_t);
using SetInt64 = void (config::JailConfig::*)(int64_t);
using SetUint32 = void (config::JailConfig::*)(uint32_t);
using SetUint64 = void (config::JailConfig::*)(uint64_t);
using MutableString = std::string* (config::JailConfig::*)();
// Repeated fields: each use of the option adds one.
struct AddString {
  MutableString add;
  int (config::JailConfig::*size)() const;
};
struct AddInt32 {
  SetInt32 add;
  int (config::JailConfig::*size)() const;
};
struct SetFalse {
  SetBool set;
};
struct SetRlimit {
  SetUint64 value;
  void (config::JailConfig::*type)(config::RLimit);
};
// For all that is not one plain field.
using SetSpecial = void (*)(const std::string& value, OptionTarget& target);
// Options of the launcher itself: ParseCommandLine keeps them in CommandLine.
struct SetNothing {};
using OptionSetter = std::variant<SetNothing, SetBool, SetFalse, SetInt32,
                                  SetInt64, SetUint32, SetUint64, MutableString,
                                  AddString, AddInt32, SetRlimit, SetSpecial>;

// Order of --help and of the manual.
enum class OptionGroup {
  kGeneral,
  kProgram,
  kFileSystem,
  kIds,
  kNamespaces,
  kLimits,
  kPrivileges,
  kNetwork,
  kCgroup,
  kLog,
};
inline constexpr int kOptionGroups = 10;
const char* GroupTitle(OptionGroup group);

enum class Repeat {
  kLast,  // given twice, the last one holds
  kAll,   // each one adds
};

enum class Whose {
  kNsjail,  // as nsjail has it: wins when an abbreviation fits several options
  kOurs,
};

// One option.  The parser, --help, the manual and the completions of the
// shells all come from the table of these.
struct OptionSpec {
  const char* name;  // without dashes
  char letter;       // of the short form, or 0
  // What the value is called: "FILE" and "DIR" are completed as such, and
  // "a|b|c" is a choice.  Null: a flag.  "[=a|b]": the value may be left out.
  const char* value;
  OptionGroup group;
  const char* help;   // no full stop
  const char* field;  // of proto/jail.proto, or "" for what is not a field
  OptionSetter setter;
  Repeat repeat = Repeat::kLast;
  Whose whose = Whose::kNsjail;

  bool is_flag() const { return value == nullptr; }
  bool is_value_optional() const { return value != nullptr && *value == '['; }
  // {"a", "b"} of "a|b" and "[=a|b]"; empty where any value goes.
  std::vector<std::string> Choices() const;
  // "--mode o|l|r|e", "--explain[=text|json]", "--rw".
  std::string LongForm() const;
};

std::span<const OptionSpec> AllOptions();

// By the long name, in full; null when there is none.
const OptionSpec* FindOption(const std::string& name);

}  // namespace jail

#endif  // CONFIG_OPTIONS_H_
