// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// The program, its arguments and its environment.
#include <limits.h>

#include <algorithm>
#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "config/path_rules.h"
#include "config/validate_context.h"

namespace jail {
namespace {

// execve(2): one string, its NUL included (MAX_ARG_STRLEN), and all of them
// together under the usual stack limit of 8 MiB.
constexpr size_t kMaxStringBytes = 128 * 1024;
constexpr size_t kMaxArgumentsBytes = 2 * 1024 * 1024;
constexpr char kDefaultPath[] = "/usr/local/bin:/usr/bin:/bin";

// Reports a string that execve(2) would not take.
bool CheckString(ValidateContext& context, const std::string& path,
                 const std::string& text) {
  if (text.find('\0') != std::string::npos) {
    context.Error(path, absl::StrCat("holds a NUL byte: ", Quoted(text)));
    return false;
  }
  if (text.size() >= kMaxStringBytes) {
    context.Error(path, absl::StrCat("is ", text.size(),
                                     " bytes long; the kernel takes at most ",
                                     kMaxStringBytes - 1));
    return false;
  }
  return true;
}

// Variables in the order in which they were first set.
class Environment {
 public:
  void Set(const std::string& entry) {
    const std::string name = entry.substr(0, entry.find('='));
    const auto [at, is_new] = index_.emplace(name, entries_.size());
    if (is_new) {
      entries_.push_back(entry);
    } else {
      entries_[at->second] = entry;
    }
  }
  std::vector<std::string> Take() { return std::move(entries_); }

 private:
  std::vector<std::string> entries_;
  std::map<std::string, size_t> index_;
};

void ValidateEnvironment(ValidateContext& context) {
  const config::JailConfig& proto = context.proto;
  Environment environment;
  if (proto.keep_env()) {
    for (const std::string& entry : context.caller.environment) {
      // Without a name or "=" it is no variable (environ(7)).
      const size_t equals = entry.find('=');
      if (equals == 0 || equals == std::string::npos) continue;
      environment.Set(entry);
    }
  }
  for (int i = 0; i < proto.envar_size(); ++i) {
    const std::string& entry = proto.envar(i);
    const std::string path = absl::StrCat("envar[", i, "]");
    if (entry.empty() || entry[0] == '=') {
      context.Error(path, absl::StrCat("has no name: ", Quoted(entry)));
      continue;
    }
    if (!CheckString(context, path, entry)) continue;
    if (absl::StrContains(entry, "=")) {
      environment.Set(entry);
    } else if (const std::optional<std::string> value =
                   context.CallersVariable(entry)) {
      environment.Set(absl::StrCat(entry, "=", *value));
    } else {
      context.Warning(path,
                      absl::StrCat("is left out: no variable ", Quoted(entry),
                                   " in your environment"));
    }
  }
  context.spec.process.environment = environment.Take();
}

// The directories of the jail's own PATH.
std::vector<std::string> SearchDirectories(ValidateContext& context) {
  std::string path = kDefaultPath;
  Origin origin = context.At("envar");
  for (const std::string& entry : context.spec.process.environment) {
    if (absl::StartsWith(entry, "PATH=")) path = entry.substr(5);
  }
  std::vector<std::string> directories;
  for (absl::string_view part : absl::StrSplit(path, ':')) {
    if (part.empty() || part[0] != '/') {
      context.Warning("envar",
                      absl::StrCat("PATH: ", Quoted(std::string(part)),
                                   " is not searched: it is not absolute"));
      continue;
    }
    absl::StatusOr<std::string> clean =
        CleanOutsidePath(std::string(part), "/");
    if (!clean.ok()) {
      context.Error("envar", absl::StrCat("PATH: ", Quoted(std::string(part)),
                                          " ", clean.status().message()));
      continue;
    }
    if (std::find(directories.begin(), directories.end(), *clean) ==
        directories.end()) {
      directories.push_back(*std::move(clean));
    }
  }
  return directories;
}

}  // namespace

void ValidateCommand(ValidateContext& context) {
  const config::JailConfig& proto = context.proto;
  ValidateEnvironment(context);
  Process& process = context.spec.process;
  Command& command = process.command;
  const config::Exe& exe = proto.exec_bin();
  command.origin = context.At("exec_bin");
  // The command of the command line stands over a file's exec_bin.
  if (Origin path = context.At("exec_bin.path"); !path.file.empty()) {
    command.origin = {"exec_bin", path.file, path.line, path.column};
  }
  if (exe.path().empty()) {
    if (context.diagnostics.HasError("exec_bin.path")) return;  // is missing
    context.Error("exec_bin",
                  "no program to run: write it after \"--\" on the command "
                  "line, or set exec_bin { path: \"...\" }");
    return;
  }
  command.file = exe.path();
  CheckString(context, "exec_bin.path", exe.path());
  if (exe.path().size() >= PATH_MAX) {
    context.Error("exec_bin.path",
                  absl::StrCat("is ", exe.path().size(),
                               " bytes long; the most is ", PATH_MAX - 1));
  }
  command.argv.push_back(exe.has_arg0() ? exe.arg0() : exe.path());
  if (exe.has_arg0()) CheckString(context, "exec_bin.arg0", exe.arg0());
  for (int i = 0; i < exe.arg_size(); ++i) {
    CheckString(context, absl::StrCat("exec_bin.arg[", i, "]"), exe.arg(i));
    command.argv.push_back(exe.arg(i));
  }
  command.by_fd = exe.exec_fd();
  if (command.by_fd) {
    // Opened outside: a path of the host.
    absl::StatusOr<std::string> file =
        CleanOutsidePath(exe.path(), context.caller.working_directory);
    if (file.ok()) command.file = *std::move(file);
  } else if (!absl::StrContains(exe.path(), "/")) {
    command.search = SearchDirectories(context);
    if (command.search.empty()) {
      context.Error("exec_bin.path",
                    absl::StrCat("cannot be looked up: the jail's PATH has no "
                                 "directory: ",
                                 Quoted(exe.path())));
    }
  }
  size_t total = 0;
  // Each string comes with its NUL and a pointer.
  for (const auto* list : {&command.argv, &process.environment}) {
    for (const std::string& text : *list) {
      total += text.size() + 1 + sizeof(char*);
    }
  }
  if (total > kMaxArgumentsBytes) {
    context.Error("exec_bin",
                  absl::StrCat("arguments and environment are ", total,
                               " bytes; the most is ", kMaxArgumentsBytes));
  }
}

}  // namespace jail
