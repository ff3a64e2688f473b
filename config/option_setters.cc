// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "config/option_setters.h"

#include <algorithm>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "config/numbers.h"
#include "jail/sys/printable.h"

namespace jail {
namespace {

using config::IdMap;
using config::JailConfig;
using config::MountPt;

// Errors repeat values, which may be long, or not fit for a terminal.
constexpr size_t kMaxMessage = 300;

// nsjail's size of a tmpfs that -T makes: 4 MiB.
constexpr char kTmpfsOptions[] = "size=4194304";

template <typename T>
std::optional<T> NumberOrFail(const std::string& value, OptionTarget& target) {
  T number{};
  const std::string wrong = ReadNumber(value, number);
  if (wrong.empty()) return number;
  target.Fail(wrong);
  return std::nullopt;
}

// "a:b:c" in at most `parts` parts; the last one takes the colons that are
// left.  Parts that are missing are empty.
std::vector<std::string> Parts(const std::string& value, int parts) {
  std::vector<std::string> result =
      absl::StrSplit(value, absl::MaxSplits(':', parts - 1));
  result.resize(parts);
  return result;
}

std::string Indexed(const char* field, int index) {
  return absl::StrCat(field, "[", index, "]");
}

MountPt& NewMount(OptionTarget& target) {
  target.Came(Indexed("mount", target.config.proto.mount_size()));
  return *target.config.proto.add_mount();
}

void AddBindMount(const std::string& value, bool is_writable,
                  OptionTarget& target) {
  const std::vector<std::string> part = Parts(value, 3);
  if (part[0].empty()) {
    target.Fail("needs a source: src[:dst[:options]]");
    return;
  }
  MountPt& mount = NewMount(target);
  mount.set_src(part[0]);
  mount.set_dst(part[1].empty() ? part[0] : part[1]);
  if (!part[2].empty()) mount.set_options(part[2]);
  mount.set_is_bind(true);
  mount.set_rw(is_writable);
}

void FillIdMap(const std::string& value, bool use_newidmap, IdMap& map,
               OptionTarget& target) {
  const std::vector<std::string> part = Parts(value, 3);
  map.set_inside_id(part[0]);
  map.set_outside_id(part[1]);
  map.set_use_newidmap(use_newidmap);
  uint32_t count = 0;
  if (!part[2].empty()) {
    const std::string wrong = ReadNumber(part[2], count);
    if (!wrong.empty()) {
      target.Fail(absl::StrCat("count: ", wrong,
                               "; the form is inside[:outside[:count]]"));
    }
  }
  map.set_count(count == 0 ? 1 : count);
}

void AddUidMap(const std::string& value, bool use_newidmap,
               OptionTarget& target) {
  JailConfig& proto = target.config.proto;
  target.Came(Indexed("uidmap", proto.uidmap_size()));
  FillIdMap(value, use_newidmap, *proto.add_uidmap(), target);
}

void AddGidMap(const std::string& value, bool use_newidmap,
               OptionTarget& target) {
  JailConfig& proto = target.config.proto;
  target.Came(Indexed("gidmap", proto.gidmap_size()));
  FillIdMap(value, use_newidmap, *proto.add_gidmap(), target);
}

void SetLogLevel(config::LogLevel level, OptionTarget& target) {
  target.config.proto.set_log_level(level);
  target.Came("log_level");
}

// The words that stand for a limit that is not a number.
std::optional<config::RLimit> LimitWord(const std::string& value) {
  const std::string word = absl::AsciiStrToLower(value);
  if (word == "max" || word == "hard") return config::HARD;
  if (word == "def" || word == "soft") return config::SOFT;
  if (word == "inf") return config::INF;
  return std::nullopt;
}

void ApplyRlimit(const char* field, const SetRlimit& set,
                 const std::string& value, OptionTarget& target) {
  JailConfig& proto = target.config.proto;
  config::RLimit type = config::VALUE;
  if (const auto word = LimitWord(value)) {
    type = *word;
  } else {
    uint64_t number = 0;
    const std::string wrong = ReadNumber(value, number);
    if (!wrong.empty()) {
      target.Fail(absl::StrCat(wrong, ", nor hard (max), soft (def) or inf"));
      return;
    }
    (proto.*set.value)(number);
  }
  (proto.*set.type)(type);
  target.Came(field);
  target.Came(absl::StrCat(field, "_type"));
}

}  // namespace

void OptionTarget::Came(const std::string& field) {
  config.sources.Set(field, Origin{field, "command line: " + written});
}

void OptionTarget::Fail(const std::string& message) {
  diagnostics.Error(Origin{"", "command line: " + written},
                    Printable(message, kMaxMessage));
}

void ApplyOption(const OptionSpec& option, const std::string& value,
                 OptionTarget& target) {
  JailConfig& proto = target.config.proto;
  const auto apply = [&](const auto& set) {
    using Set = std::decay_t<decltype(set)>;
    if constexpr (std::is_same_v<Set, SetNothing>) {
      // ParseCommandLine has seen to it.
    } else if constexpr (std::is_same_v<Set, SetSpecial>) {
      set(value, target);
    } else if constexpr (std::is_same_v<Set, SetRlimit>) {
      ApplyRlimit(option.field, set, value, target);
    } else if constexpr (std::is_same_v<Set, AddString>) {
      target.Came(Indexed(option.field, (proto.*set.size)()));
      *(proto.*set.add)() = value;
    } else if constexpr (std::is_same_v<Set, AddInt32>) {
      const auto number = NumberOrFail<int32_t>(value, target);
      if (!number) return;
      target.Came(Indexed(option.field, (proto.*set.size)()));
      (proto.*set.add)(*number);
    } else {
      if constexpr (std::is_same_v<Set, SetBool>) {
        (proto.*set)(true);
      } else if constexpr (std::is_same_v<Set, SetFalse>) {
        (proto.*set.set)(false);
      } else if constexpr (std::is_same_v<Set, MutableString>) {
        *(proto.*set)() = value;
      } else {
        const auto put = [&]<typename T>(void (JailConfig::*setter)(T)) {
          const auto number = NumberOrFail<T>(value, target);
          if (number) (proto.*setter)(*number);
        };
        put(set);
      }
      target.Came(option.field);
    }
  };
  std::visit(apply, option.setter);
}

void SetMode(const std::string& value, OptionTarget& target) {
  JailConfig& proto = target.config.proto;
  // nsjail looks at the first letter only; "once" and "ONCE" are clear too.
  switch (absl::ascii_tolower(value.empty() ? '\0' : value[0])) {
    case 'o':
      proto.set_mode(config::ONCE);
      break;
    case 'l':
      proto.set_mode(config::LISTEN);
      break;
    case 'r':
      proto.set_mode(config::RERUN);
      break;
    case 'e':
      proto.set_mode(config::EXECVE);
      break;
    default:
      target.Fail(absl::StrCat("\"", value,
                               "\" is no mode: o (once), l (listen), r (rerun) "
                               "or e (execve)"));
      return;
  }
  target.Came("mode");
}

void SetPort(const std::string& value, OptionTarget& target) {
  const auto port = NumberOrFail<uint32_t>(value, target);
  if (!port) return;
  target.config.proto.set_port(*port);
  target.config.proto.set_mode(config::LISTEN);
  target.Came("port");
  target.Came("mode");
}

void SetExecFile(const std::string& value, OptionTarget& target) {
  target.config.proto.mutable_exec_bin()->set_path(value);
  target.Came("exec_bin.path");
}

void SetExecFd(const std::string&, OptionTarget& target) {
  target.config.proto.mutable_exec_bin()->set_exec_fd(true);
  target.Came("exec_bin.exec_fd");
}

void SetTimeLimit(const std::string& value, OptionTarget& target) {
  const auto seconds = NumberOrFail<uint32_t>(value, target);
  if (!seconds) return;
  target.config.proto.set_time_limit(*seconds);
  // A file's wall_time_ms would win over time_limit.
  target.config.proto.clear_wall_time_ms();
  target.Came("time_limit");
}

void AddReadOnlyBind(const std::string& value, OptionTarget& target) {
  AddBindMount(value, /*is_writable=*/false, target);
}

void AddBind(const std::string& value, OptionTarget& target) {
  AddBindMount(value, /*is_writable=*/true, target);
}

void AddTmpfs(const std::string& value, OptionTarget& target) {
  if (value.empty()) {
    target.Fail("needs a directory");
    return;
  }
  MountPt& mount = NewMount(target);
  mount.set_dst(value);
  mount.set_fstype("tmpfs");
  mount.set_options(kTmpfsOptions);
  mount.set_rw(true);
  mount.set_is_dir(true);
}

void AddMount(const std::string& value, OptionTarget& target) {
  const std::vector<std::string> part = Parts(value, 4);
  const std::string& dst = part[1].empty() ? part[0] : part[1];
  if (dst.empty() || part[2].empty()) {
    target.Fail(absl::StrCat("needs a ", dst.empty() ? "place" : "type",
                             ": src:dst:fstype[:options]"));
    return;
  }
  MountPt& mount = NewMount(target);
  if (!part[0].empty()) mount.set_src(part[0]);
  mount.set_dst(dst);
  mount.set_fstype(part[2]);
  if (!part[3].empty()) mount.set_options(part[3]);
  const std::vector<absl::string_view> words = absl::StrSplit(part[3], ',');
  mount.set_rw(std::find(words.begin(), words.end(), "ro") == words.end());
}

void AddSymlink(const std::string& value, OptionTarget& target) {
  const std::vector<std::string> part = Parts(value, 2);
  if (part[0].empty() || part[1].empty()) {
    target.Fail("needs a target and a place: target:dst");
    return;
  }
  MountPt& mount = NewMount(target);
  mount.set_src(part[0]);
  mount.set_dst(part[1]);
  mount.set_is_symlink(true);
}

void SetProc(const std::string& value, OptionTarget& target) {
  const std::string word = absl::AsciiStrToLower(value);
  JailConfig& proto = target.config.proto;
  if (word == "fresh") {
    proto.set_proc(config::FRESH);
  } else if (word == "subset_pid") {
    proto.set_proc(config::SUBSET_PID);
  } else if (word == "bind") {
    proto.set_proc(config::BIND);
  } else if (word == "none") {
    proto.set_proc(config::NONE);
  } else {
    target.Fail(absl::StrCat("\"", value,
                             "\" is none of fresh, subset_pid, bind, none"));
    return;
  }
  target.Came("proc");
}

void SetProcPath(const std::string& value, OptionTarget& target) {
  JailConfig& proto = target.config.proto;
  if (value.empty()) {  // nsjail's users say so that they want none
    DisableProc(value, target);
    return;
  }
  proto.set_proc_path(value);
  proto.set_mount_proc(true);
  // `proc` wins over mount_proc: a NONE of the file must not.
  if (proto.proc() == config::NONE) proto.clear_proc();
  target.Came("proc_path");
  target.Came("mount_proc");
}

void DisableProc(const std::string&, OptionTarget& target) {
  target.config.proto.set_mount_proc(false);
  target.config.proto.clear_proc();
  target.Came("mount_proc");
}

void AddUser(const std::string& value, OptionTarget& target) {
  AddUidMap(value, /*use_newidmap=*/false, target);
}

void AddGroup(const std::string& value, OptionTarget& target) {
  AddGidMap(value, /*use_newidmap=*/false, target);
}

void AddUidMapping(const std::string& value, OptionTarget& target) {
  AddUidMap(value, /*use_newidmap=*/true, target);
}

void AddGidMapping(const std::string& value, OptionTarget& target) {
  AddGidMap(value, /*use_newidmap=*/true, target);
}

void SetSeccompDefault(const std::string& value, OptionTarget& target) {
  const std::string word = absl::AsciiStrToLower(value);
  if (word == "none") {
    target.config.proto.set_seccomp_default(JailConfig::NONE);
  } else if (word == "deny_dangerous") {
    target.config.proto.set_seccomp_default(JailConfig::DENY_DANGEROUS);
  } else {
    target.Fail(
        absl::StrCat("\"", value, "\" is neither deny_dangerous nor none"));
    return;
  }
  target.Came("seccomp_default");
}

void SetPid1(const std::string& value, OptionTarget& target) {
  const std::string word = absl::AsciiStrToLower(value);
  if (word == "target") {
    target.config.proto.set_pid1(config::TARGET);
  } else if (word == "reaper") {
    target.config.proto.set_pid1(config::REAPER);
  } else {
    target.Fail(absl::StrCat("\"", value, "\" is neither target nor reaper"));
    return;
  }
  target.Came("pid1");
}

void SetOutputAction(const std::string& value, OptionTarget& target) {
  const std::string word = absl::AsciiStrToLower(value);
  if (word != "truncate" && word != "kill") {
    target.Fail(absl::StrCat("\"", value, "\" is neither truncate nor kill"));
    return;
  }
  target.config.proto.set_stdout_limit_action(
      word == "kill" ? config::KILL : config::TRUNCATE);
  target.Came("stdout_limit_action");
}

void SetUserNet(const std::string&, OptionTarget& target) {
  target.config.proto.mutable_user_net();
  target.Came("user_net");
}

void SetLogFile(const std::string& value, OptionTarget& target) {
  target.config.proto.set_log_file(value);
  target.config.proto.clear_log_fd();
  target.Came("log_file");
}

void SetLogFd(const std::string& value, OptionTarget& target) {
  const auto fd = NumberOrFail<int32_t>(value, target);
  if (!fd) return;
  target.config.proto.set_log_fd(*fd);
  target.config.proto.clear_log_file();
  target.Came("log_fd");
}

void SetVerbose(const std::string&, OptionTarget& target) {
  SetLogLevel(config::DEBUG, target);
}

void SetQuiet(const std::string&, OptionTarget& target) {
  SetLogLevel(config::WARNING, target);
}

void SetReallyQuiet(const std::string&, OptionTarget& target) {
  SetLogLevel(config::FATAL, target);
}

void CheckMountApi(const std::string& value, OptionTarget& target) {
  if (value != "new" && value != "old" && value != "auto") {
    target.Fail(absl::StrCat("\"", value, "\" is none of new, old, auto"));
  }
}

}  // namespace jail
