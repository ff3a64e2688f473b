// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/request_plan.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <map>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "jail/sys/printable.h"
#include "tools/evalctl/function_runner.h"
#include "tools/evalctl/paths.h"
#include "tools/evalctl/words.h"

namespace jail::eval {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Reflection;

constexpr mode_t kDefaultMode = 0644;
constexpr uint32_t kMaxMode = 0777;
constexpr size_t kMaxShownBytes = 100;

// With less no jail can be made, and the fault is the request's and not ours:
// the jail's own processes, descriptors and memory count.
uint64_t LeastOf(const FieldDescriptor& limit) {
  switch (limit.number()) {
    case Limits::kMemoryBytesFieldNumber:
      return 1 << 20;
    case Limits::kPidsFieldNumber:
      return 2;
    case Limits::kOpenFilesFieldNumber:
      return 5;
    default:
      return 1;
  }
}

class Planner {
 public:
  Planner(const Request& request, const LoadedProfile& profile,
          RequestPlan& plan, Error& error)
      : request_(request), profile_(profile), plan_(plan), error_(error) {}

  bool Plan() {
    limits_ = profile_.config.default_limits();
    return CheckForm() && ApplyLimits(request_.limits(), "/limits", limits_) &&
           PlanFiles() && PlanCommands() && PlanCollect();
  }

 private:
  template <typename... Parts>
  bool Fail(std::string place, const Parts&... what) {
    error_.set_kind(Error::BAD_REQUEST);
    error_.set_place(std::move(place));
    error_.set_message(absl::StrCat(what...));
    return false;
  }

  bool CheckForm() {
    if (request_.has_code() == (request_.commands_size() > 0)) {
      return Fail("", request_.has_code()
                          ? "has code and commands: it takes one of them"
                          : "has nothing to run: neither code nor commands");
    }
    const Profile& config = profile_.config;
    if (request_.has_code() && config.main_file().empty()) {
      return Fail("/code", "profile ", config.name(),
                  " runs commands only: it has no main_file");
    }
    if (request_.has_entry()) {
      if (!request_.has_code()) return Fail("/entry", "needs code");
      if (config.function_runner().empty()) {
        return Fail("/entry", "profile ", config.name(), " calls no functions");
      }
      if (request_.entry().empty()) return Fail("/entry", "is empty");
    } else if (request_.has_input_json()) {
      return Fail("/input", "needs entry, the function that takes it");
    }
    if (request_.args_size() > 0 && !request_.has_code()) {
      return Fail("/args", "are those of code");
    }
    if (!request_.has_code() &&
        (request_.has_stdin_text() || !request_.stdin().empty())) {
      return Fail(request_.has_stdin_text() ? "/stdin_text" : "/stdin",
                  "is that of code: each command has its own");
    }
    if (request_.commands_size() > static_cast<int>(kMaxCommands)) {
      return Fail("/commands", "are ", request_.commands_size(),
                  "; the most is ", kMaxCommands);
    }
    return true;
  }

  // ------------------------------------------------------------------ limits

  // Every field of Limits: unset ones stay, none may exceed the profile's
  // maximum.  Without one, the default is the maximum.
  bool ApplyLimits(const Limits& asked, const std::string& place,
                   Limits& limits) {
    const Limits& maxima = profile_.config.max_limits();
    const Limits& defaults = profile_.config.default_limits();
    const Reflection& reflect = *asked.GetReflection();
    std::vector<const FieldDescriptor*> fields;
    reflect.ListFields(asked, &fields);
    for (const FieldDescriptor* field : fields) {
      const std::string at =
          absl::StrCat(place, "/", JsonPointerToken(field->name()));
      const uint64_t value = reflect.GetUInt64(asked, field);
      const bool has_max = reflect.HasField(maxima, field);
      uint64_t max = reflect.GetUInt64(has_max ? maxima : defaults, field);
      if (!has_max && field->number() == Limits::kWorkspaceBytesFieldNumber) {
        max = profile_.config.workspace_bytes();
      } else if (!has_max && !reflect.HasField(defaults, field)) {
        return Fail(at, "profile ", profile_.config.name(),
                    " does not let it be set");
      }
      if (value == 0) return Fail(at, "cannot be 0");
      if (value < LeastOf(*field)) {
        return Fail(at, "is ", value, "; the least is ", LeastOf(*field));
      }
      if (value > max) {
        return Fail(at, "is ", value, "; the profile's maximum is ", max);
      }
      reflect.SetUInt64(&limits, field, value);
    }
    return true;
  }

  // ------------------------------------------------------------------- files

  bool PlanFiles() {
    plan_.workspace_bytes = limits_.has_workspace_bytes()
                                ? limits_.workspace_bytes()
                                : profile_.config.workspace_bytes();
    if (request_.files_size() > static_cast<int>(kMaxUploadedFiles)) {
      return Fail("/files", "are ", request_.files_size(), "; the most is ",
                  kMaxUploadedFiles);
    }
    if (request_.has_code() &&
        !AddFile({profile_.config.main_file(), request_.code(), kDefaultMode},
                 "/code")) {
      return false;
    }
    for (int i = 0; i < request_.files_size(); ++i) {
      const File& file = request_.files(i);
      const std::string place = absl::StrCat("/files/", i);
      if (file.has_text() && file.has_base64()) {
        return Fail(place, "has text and base64: it takes one of them");
      }
      if (file.has_mode() && file.mode() > kMaxMode) {
        return Fail(place + "/mode", "is more than 0777");
      }
      const absl::Status status = CheckPath(file.path());
      if (!status.ok()) {
        return Fail(place + "/path", std::string(status.message()), ": ",
                    Printable(file.path(), kMaxShownBytes));
      }
      const mode_t mode = file.has_mode() ? file.mode() : kDefaultMode;
      if (!AddFile({file.path(),
                    file.has_base64() ? file.base64() : file.text(), mode},
                   place)) {
        return false;
      }
    }
    return CheckFolders();
  }

  bool AddFile(Upload upload, const std::string& place) {
    if (upload.content.size() > plan_.workspace_bytes) {
      return Fail(place, "is ", upload.content.size(),
                  " bytes; the workspace takes ", plan_.workspace_bytes);
    }
    const absl::string_view path = upload.path;
    if (!plan_.uploads.emplace(path, upload).second) {
      return Fail(place, "is there twice: ", Printable(path, kMaxShownBytes));
    }
    places_[path] = place;
    return true;
  }

  // A path that is a file cannot be a folder, too.
  bool CheckFolders() {
    for (const auto& [path, upload] : plan_.uploads) {
      for (size_t slash = path.find('/'); slash != absl::string_view::npos;
           slash = path.find('/', slash + 1)) {
        const absl::string_view folder = path.substr(0, slash);
        if (!plan_.uploads.contains(folder)) continue;
        return Fail(places_[path] + "/path", Printable(folder, kMaxShownBytes),
                    " is a file already");
      }
    }
    return true;
  }

  // ---------------------------------------------------------------- commands

  bool PlanCommands() {
    for (int i = 0; i < request_.commands_size(); ++i) {
      if (!PlanCommand(request_.commands(i), absl::StrCat("/commands/", i))) {
        return false;
      }
    }
    return !request_.has_code() || PlanRunner();
  }

  bool PlanCommand(const Command& from, const std::string& place) {
    PlannedCommand command;
    command.place = place;
    if (from.argv().empty() != from.has_line()) {
      return Fail(place, "takes either argv or line");
    }
    if (from.has_line()) {
      absl::StatusOr<std::vector<std::string>> words = SplitWords(from.line());
      if (!words.ok()) {
        return Fail(place + "/line", std::string(words.status().message()));
      }
      command.argv = *std::move(words);
    } else {
      command.argv.assign(from.argv().begin(), from.argv().end());
    }
    if (!TakeStdin(from, place, command)) return false;
    command.cwd = profile_.cwd;
    if (from.has_cwd() && !TakeCwd(from.cwd(), place + "/cwd", command)) {
      return false;
    }
    command.limits = limits_;
    command.stop_on_failure = from.stop_on_failure();
    if (from.limits().has_workspace_bytes()) {
      return Fail(place + "/limits/workspace_bytes",
                  "is the request's: its commands share the workspace");
    }
    if (!ApplyLimits(from.limits(), place + "/limits", command.limits)) {
      return false;
    }
    return MakeEnvironment(&from, place, command) && Add(std::move(command));
  }

  template <typename Message>
  bool TakeStdin(const Message& from, const std::string& place,
                 PlannedCommand& command) {
    if (from.has_stdin_text() && !from.stdin().empty()) {
      return Fail(place + "/stdin", "contradicts stdin_text");
    }
    command.stdin_data =
        from.has_stdin_text() ? from.stdin_text() : from.stdin();
    return true;
  }

  // Whether it is there, the command's launch will tell.
  bool TakeCwd(const std::string& cwd, const std::string& place,
               PlannedCommand& command) {
    absl::string_view relative = cwd;
    const bool is_absolute = absl::ConsumePrefix(&relative, "/");
    if (cwd == "/" || cwd == ".") {
      command.cwd = is_absolute ? "/" : profile_.config.workspace();
      return true;
    }
    const absl::Status status = CheckPath(relative);
    if (!status.ok()) return Fail(place, std::string(status.message()));
    command.cwd =
        is_absolute ? cwd : absl::StrCat(profile_.config.workspace(), "/", cwd);
    return true;
  }

  // The profile's runner: all but the last build.
  bool PlanRunner() {
    const auto& runner = profile_.config.runner();
    for (int i = 0; i < runner.size(); ++i) {
      const bool is_last = i + 1 == runner.size();
      PlannedCommand command;
      command.is_runner = true;
      command.stop_on_failure = true;
      command.cwd = profile_.cwd;
      command.argv.assign(runner[i].argv().begin(), runner[i].argv().end());
      command.limits = limits_;
      if (!is_last) command.limits = profile_.config.default_limits();
      command.limits.MergeFrom(runner[i].limits());
      if (is_last && !TakeStdin(request_, "", command)) return false;
      if (is_last && request_.has_entry()) {
        command.is_call = true;
        command.shown_argv = {command.argv.front(),
                              profile_.config.main_file()};
        command.argv =
            FunctionCallArgv(command.argv.front(), profile_.config.main_file(),
                             request_.entry(), request_.has_input_json());
      }
      if (is_last) {
        for (std::vector<std::string>* argv :
             {&command.argv, &command.shown_argv}) {
          if (argv->empty()) continue;  // nothing else is shown
          argv->insert(argv->end(), request_.args().begin(),
                       request_.args().end());
        }
      }
      if (!MakeEnvironment(nullptr, "", command)) return false;
      if (!Add(std::move(command))) return false;
    }
    return true;
  }

  bool Add(PlannedCommand command) {
    for (const std::string& arg : command.argv) {
      if (arg.find('\0') != std::string::npos) {
        return Fail(command.is_runner ? "/args" : command.place + "/argv",
                    "holds a NUL");
      }
    }
    if (command.argv.front().empty()) {
      return Fail(command.place + "/argv/0", "is empty");
    }
    plan_.commands.push_back(std::move(command));
    return true;
  }

  // ------------------------------------------------------------- environment

  bool MakeEnvironment(const Command* command, const std::string& place,
                       PlannedCommand& planned) {
    std::map<std::string, std::string> variables;
    for (const std::string& entry : profile_.launchers->base().environment()) {
      const size_t equals = entry.find('=');
      variables[entry.substr(0, equals)] = entry.substr(equals + 1);
    }
    for (const auto& [name, value] : profile_.config.environment()) {
      variables[name] = value;
    }
    if (!MergeEnvironment(request_.environment(), "/environment", variables)) {
      return false;
    }
    if (command != nullptr &&
        !MergeEnvironment(command->environment(), place + "/environment",
                          variables)) {
      return false;
    }
    for (const auto& [name, value] : variables) {
      planned.environment.push_back(absl::StrCat(name, "=", value));
    }
    return true;
  }

  template <typename Map>
  bool MergeEnvironment(const Map& from, const std::string& place,
                        std::map<std::string, std::string>& variables) {
    if (from.size() > kMaxVariables) {
      return Fail(place, "has ", from.size(), " variables; the most is ",
                  kMaxVariables);
    }
    for (const auto& [name, value] : from) {
      const std::string at = absl::StrCat(place, "/", JsonPointerToken(name));
      if (name.empty() ||
          name.find_first_of(std::string("=\0", 2)) != std::string::npos) {
        return Fail(at,
                    "a variable's name is not empty, and has no \"=\" and "
                    "no NUL");
      }
      if (value.find('\0') != std::string::npos) {
        return Fail(at, "holds a NUL");
      }
      variables[name] = value;
    }
    return true;
  }

  // -------------------------------------------------------------- collection

  bool PlanCollect() {
    const Collect& from = request_.collect();
    CollectOptions& to = plan_.collect;
    to = profile_.collect;
    plan_.collects = !from.nothing() && (from.has_nothing() ||
                                         !profile_.config.collect().nothing());
    auto max_time = static_cast<uint64_t>(to.max_time.count());
    const bool fine = Lower("max_files", from.has_max_files(), from.max_files(),
                            to.max_files) &&
                      Lower("max_bytes", from.has_max_bytes(), from.max_bytes(),
                            to.max_bytes) &&
                      Lower("max_file_bytes", from.has_max_file_bytes(),
                            from.max_file_bytes(), to.max_file_bytes) &&
                      Lower("max_depth", from.has_max_depth(), from.max_depth(),
                            to.max_depth) &&
                      Lower("max_time_ms", from.has_max_time_ms(),
                            from.max_time_ms(), max_time);
    to.max_time = std::chrono::milliseconds(max_time);
    return fine && TakePatterns(from);
  }

  bool Lower(const char* field, bool is_set, uint64_t value, uint64_t& limit) {
    if (!is_set) return true;
    if (value > limit) {
      return Fail(absl::StrCat("/collect/", field), "is ", value,
                  "; the profile's maximum is ", limit);
    }
    limit = value;
    return true;
  }

  bool TakePatterns(const Collect& from) {
    if (request_.has_code()) plan_.collect.but = profile_.config.build_output();
    if (from.patterns().empty()) return true;
    plan_.collect.but.clear();
    if (from.patterns_size() > static_cast<int>(kMaxPatterns)) {
      return Fail("/collect/patterns", "are ", from.patterns_size(),
                  "; the most is ", kMaxPatterns);
    }
    plan_.collect.patterns.clear();
    for (int i = 0; i < from.patterns_size(); ++i) {
      absl::StatusOr<Glob> glob = Glob::Parse(from.patterns(i));
      if (!glob.ok()) {
        return Fail(absl::StrCat("/collect/patterns/", i),
                    std::string(glob.status().message()));
      }
      plan_.collect.patterns.push_back(*std::move(glob));
    }
    return true;
  }

  const Request& request_;
  const LoadedProfile& profile_;
  RequestPlan& plan_;
  Error& error_;
  Limits limits_;  // of the request
  std::map<absl::string_view, std::string> places_;
};

}  // namespace

bool PlanRequest(const Request& request, const LoadedProfile& profile,
                 RequestPlan& plan, Error& error) {
  return Planner(request, profile, plan, error).Plan();
}

}  // namespace jail::eval
