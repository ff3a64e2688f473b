// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/seccomp/oci.h"

#include <linux/seccomp.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <map>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "jail/seccomp/constants.h"
#include "jail/seccomp/oci_filter.h"
#include "jail/seccomp/oci_json.h"
#include "jail/seccomp/syscalls.h"
#include "jail/sys/printable.h"

namespace jail::seccomp {
namespace {

constexpr size_t kShown = 60;              // bytes of a value, in an error
constexpr uint16_t kDefaultErrno = EPERM;  // as in the runtimes
constexpr size_t kMaxArguments = 6, kMaxComparisons = 64;  // of one entry

std::string Quoted(const std::string& text) {
  return absl::StrCat("\"", Printable(text, kShown), "\"");
}

struct NamedAction {
  const char* name;
  Verdict verdict;
};
constexpr NamedAction kActions[] = {
    {"SCMP_ACT_ALLOW", Verdict::kAllow},
    {"SCMP_ACT_ERRNO", Verdict::kErrno},
    {"SCMP_ACT_KILL", Verdict::kKillThread},
    {"SCMP_ACT_KILL_PROCESS", Verdict::kKillProcess},
    {"SCMP_ACT_KILL_THREAD", Verdict::kKillThread},
    {"SCMP_ACT_LOG", Verdict::kLog},
    {"SCMP_ACT_TRACE", Verdict::kTrace},
    {"SCMP_ACT_TRAP", Verdict::kTrap},
};
constexpr char kNotify[] = "SCMP_ACT_NOTIFY";

struct NamedOperator {
  const char* name;
  ProfileArgument::Op op;
};
constexpr NamedOperator kOperators[] = {
    {"SCMP_CMP_NE", ProfileArgument::Op::kNe},
    {"SCMP_CMP_LT", ProfileArgument::Op::kLt},
    {"SCMP_CMP_LE", ProfileArgument::Op::kLe},
    {"SCMP_CMP_EQ", ProfileArgument::Op::kEq},
    {"SCMP_CMP_GE", ProfileArgument::Op::kGe},
    {"SCMP_CMP_GT", ProfileArgument::Op::kGt},
    {"SCMP_CMP_MASKED_EQ", ProfileArgument::Op::kMaskedEq},
};

template <typename Table>
std::vector<std::string> NamesOf(const Table& table) {
  std::vector<std::string> names;
  for (const auto& item : table) names.emplace_back(item.name);
  return names;
}

class Reader {
 public:
  Reader(const std::string& name, const ProfileHost& host, PolicyErrors& errors)
      : name_(name), host_(host), errors_(errors), before_(errors.size()) {}

  std::optional<OciProfile> Run(absl::string_view text);

 private:
  bool failed() const { return errors_.size() > before_; }
  void Note(const std::string& pointer, const std::string& text) {
    AddNote(name_, pointer, text, profile_.notes);
  }
  std::optional<Action> ReadAction(JsonObject& object, const char* action_key,
                                   const char* number_key,
                                   const char* name_key);
  void ReadArchitectures(JsonObject& top);
  void ReadEntry(const Json& json, const std::string& pointer);
  // Whether "includes" and "excludes" let an entry count.
  bool Applies(JsonObject& entry, const std::string& pointer);
  bool AtLeastKernel(JsonObject& filter, bool& is_given);
  std::vector<ProfileArgument> ReadArguments(JsonObject& entry);
  std::optional<ProfileArgument> ReadArgument(const Json& json,
                                              const std::string& pointer);
  void AddCall(const std::string& call, const std::string& pointer,
               const Action& action,
               const std::vector<ProfileArgument>& arguments);
  // What Build() does with calls newer than the profile, as rules of ours.
  void AddNewerCalls();
  void AddRule(const std::string& call, int number, const std::string& pointer,
               const Action& action,
               const std::vector<ProfileArgument>& arguments);

  const std::string& name_;
  const ProfileHost& host_;
  PolicyErrors& errors_;
  const size_t before_;
  std::optional<OciFilter> filter_;
  OciProfile profile_;
  std::vector<std::string> unknown_;
  size_t rules_ = 0;
};

std::optional<Action> Reader::ReadAction(JsonObject& object,
                                         const char* action_key,
                                         const char* number_key,
                                         const char* name_key) {
  const std::optional<std::string> name = object.String(action_key);
  if (!name) {
    if (!object.Has(action_key)) object.Error(action_key, "is missing");
    return std::nullopt;
  }
  const auto* const known = std::find_if(
      std::begin(kActions), std::end(kActions),
      [&](const NamedAction& action) { return action.name == *name; });
  if (known == std::end(kActions)) {
    object.Error(action_key,
                 *name == kNotify
                     ? "SCMP_ACT_NOTIFY asks an agent, and a jail has none"
                     : absl::StrCat("there is no action ", Quoted(*name),
                                    DidYouMean(*name, NamesOf(kActions))));
    return std::nullopt;
  }
  Action action;
  action.verdict = known->verdict;
  const bool takes_number =
      action.verdict == Verdict::kErrno || action.verdict == Verdict::kTrace;
  const std::optional<uint64_t> number = object.Number(
      number_key,
      action.verdict == Verdict::kErrno ? kMaxErrno : kMaxReturnData);
  const std::optional<std::string> error = object.String(name_key);
  if (takes_number) action.data = kDefaultErrno;
  if (error) {
    const std::optional<uint64_t> value = error->empty() || (*error)[0] != 'E'
                                              ? std::nullopt
                                              : NamedConstant(*error);
    if (!value || *value > kMaxErrno) {
      object.Error(name_key, absl::StrCat("there is no errno ", Quoted(*error),
                                          DidYouMean(*error, ConstantNames())));
    } else if (number && *number != *value) {
      object.Error(name_key, absl::StrCat("is ", *value, ", but ", number_key,
                                          " is ", *number));
    } else {
      action.data = static_cast<uint16_t>(*value);
    }
  }
  if (number) action.data = static_cast<uint16_t>(*number);
  for (const char* key : {number_key, name_key}) {
    if (object.Has(key) && !takes_number) {
      Note(object.PointerTo(key),
           absl::StrCat("does not count: ", *name, " takes no errno"));
    }
  }
  return action;
}

void Reader::ReadArchitectures(JsonObject& top) {
  const Json* const list = top.Array("architectures");
  const Json* const map = top.Array("archMap");
  if (list != nullptr && map != nullptr && !list->empty() && !map->empty()) {
    top.Error("archMap", "stands beside architectures: only one may");
    return;
  }
  // Names, and where each stands.
  std::vector<std::pair<std::string, std::string>> archs;
  const std::vector<std::string> listed = top.Strings("architectures");
  for (size_t i = 0; i < listed.size(); ++i) {
    archs.emplace_back(listed[i], absl::StrCat("/architectures/", i));
  }
  bool is_found = map == nullptr || map->empty();
  if (map != nullptr) {
    for (size_t i = 0; i < map->size(); ++i) {
      const std::string pointer = absl::StrCat("/archMap/", i);
      JsonObject entry((*map)[i], pointer, name_,
                       {"architecture", "subArchitectures"}, errors_,
                       profile_.notes);
      const std::optional<std::string> arch = entry.String("architecture");
      const std::vector<std::string> others = entry.Strings("subArchitectures");
      if (is_found || arch != ScmpArch(host_.arch)) continue;
      is_found = true;
      archs.emplace_back(*arch, pointer + "/architecture");
      for (size_t j = 0; j < others.size(); ++j) {
        archs.emplace_back(others[j],
                           absl::StrCat(pointer, "/subArchitectures/", j));
      }
    }
  }
  if (!is_found) {
    Note("/archMap", absl::StrCat("does not name ", ScmpArch(host_.arch)));
  }
  std::vector<Arch> known = {host_.arch};
  for (const auto& [arch, pointer] : archs) {
    if (const absl::Status status = filter_->AddArch(arch); !status.ok()) {
      errors_.Add({name_, 0, 0,
                   absl::StrCat(pointer, ": ", Quoted(arch), ": ",
                                std::string(status.message()))});
      continue;
    }
    for (const Arch other : kArchs) {
      if (ScmpArch(other) == arch &&
          std::find(known.begin(), known.end(), other) == known.end()) {
        known.push_back(other);
      }
    }
  }
  for (const Arch arch : known) profile_.policy.archs.push_back({arch, {}});
}

bool Reader::AtLeastKernel(JsonObject& filter, bool& is_given) {
  const std::optional<std::string> text = filter.String("minKernel");
  is_given = text && !text->empty();
  if (!is_given) return true;
  int major = 0, minor = 0, end = 0;
  if (text->size() > 20 ||
      std::sscanf(text->c_str(), "%4d.%4d%n", &major, &minor, &end) != 2 ||
      static_cast<size_t>(end) != text->size() || major < 0 || minor < 0) {
    filter.Error("minKernel", absl::StrCat("is no version such as \"4.8\": ",
                                           Quoted(*text)));
    return true;
  }
  return host_.kernel >= KernelVersion{major, minor};
}

bool Reader::Applies(JsonObject& entry, const std::string& pointer) {
  const std::vector<std::string> keys = {"arches", "caps", "minKernel"};
  const auto has = [](const std::vector<std::string>& list,
                      const std::string& item) {
    return std::find(list.begin(), list.end(), item) != list.end();
  };
  const std::string arch = GoArch(host_.arch);
  bool applies = true;
  if (const Json* json = entry.Find("excludes")) {
    JsonObject excludes(*json, pointer + "/excludes", name_, keys, errors_,
                        profile_.notes);
    if (has(excludes.Strings("arches"), arch)) applies = false;
    for (const std::string& cap : excludes.Strings("caps")) {
      if (host_.capabilities.contains(cap)) applies = false;
    }
    bool is_given = false;
    if (AtLeastKernel(excludes, is_given) && is_given) applies = false;
  }
  if (const Json* json = entry.Find("includes")) {
    JsonObject includes(*json, pointer + "/includes", name_, keys, errors_,
                        profile_.notes);
    const std::vector<std::string> archs = includes.Strings("arches");
    if (!archs.empty() && !has(archs, arch)) applies = false;
    for (const std::string& cap : includes.Strings("caps")) {
      if (!host_.capabilities.contains(cap)) applies = false;
    }
    bool is_given = false;
    if (!AtLeastKernel(includes, is_given)) applies = false;
  }
  return applies;
}

std::optional<ProfileArgument> Reader::ReadArgument(
    const Json& json, const std::string& pointer) {
  JsonObject object(json, pointer, name_,
                    {"index", "value", "valueTwo", "op", "comment"}, errors_,
                    profile_.notes);
  ProfileArgument argument;
  const auto index = object.Number("index", kMaxArguments - 1);
  if (!index && !object.Has("index")) object.Error("index", "is missing");
  const auto op = object.String("op");
  if (!op && !object.Has("op")) object.Error("op", "is missing");
  if (op) {
    const auto* const known = std::find_if(
        std::begin(kOperators), std::end(kOperators),
        [&](const NamedOperator& candidate) { return candidate.name == *op; });
    if (known == std::end(kOperators)) {
      object.Error("op", absl::StrCat("there is no operator ", Quoted(*op),
                                      DidYouMean(*op, NamesOf(kOperators))));
    } else {
      argument.op = known->op;
    }
  }
  argument.index = static_cast<uint32_t>(index.value_or(0));
  argument.value = object.Number("value", ~uint64_t{0}).value_or(0);
  argument.value_two = object.Number("valueTwo", ~uint64_t{0}).value_or(0);
  if (!object.Has("value") && object.ok()) {
    Note(pointer, "value is missing, which is 0 for the container runtimes");
  }
  if (!object.ok()) return std::nullopt;
  return argument;
}

std::vector<ProfileArgument> Reader::ReadArguments(JsonObject& entry) {
  std::vector<ProfileArgument> arguments;
  const Json* list = entry.Array("args");
  if (list == nullptr) return arguments;
  if (list->size() > kMaxComparisons) {
    entry.Error("args", absl::StrCat("has ", list->size(),
                                     " items; the most is ", kMaxComparisons));
    return arguments;
  }
  for (size_t i = 0; i < list->size(); ++i) {
    const auto argument =
        ReadArgument((*list)[i], absl::StrCat(entry.pointer(), "/args/", i));
    if (argument) arguments.push_back(*argument);
  }
  return arguments;
}

void Reader::AddRule(const std::string& call, int number,
                     const std::string& pointer, const Action& action,
                     const std::vector<ProfileArgument>& arguments) {
  if (++rules_ > kMaxProfileRules) {
    if (rules_ == kMaxProfileRules + 1) {
      errors_.Add({name_, 0, 0,
                   absl::StrCat(pointer, ": the profile has more than ",
                                kMaxProfileRules, " rules, the most")});
    }
    return;
  }
  const absl::Status status =
      filter_->AddRule(action.ReturnValue(), number, arguments);
  if (!status.ok()) {
    errors_.Add({name_, 0, 0,
                 absl::StrCat(pointer, ": ", Quoted(call), ": ",
                              std::string(status.message()))});
    return;
  }
  // The same as a rule of ours, to say which entry decided.
  Place place;
  place.file = static_cast<int>(profile_.policy.names.size()) - 1;
  for (ArchRules& arch : profile_.policy.archs) {
    const auto known = CommonNumber(arch.arch, call);
    if (!known) continue;
    std::shared_ptr<const Expr> condition;
    if (!arguments.empty()) {
      Expr all;
      all.op = Expr::Op::kAnd;
      for (const ProfileArgument& argument : arguments) {
        all.children.push_back(ConditionOf(argument, arch.arch));
      }
      condition = std::make_shared<const Expr>(
          all.children.size() == 1 ? all.children[0] : all);
    }
    arch.rules.push_back({*known, *known, call, action, place, condition});
  }
}

void Reader::AddCall(const std::string& call, const std::string& pointer,
                     const Action& action,
                     const std::vector<ProfileArgument>& arguments) {
  const std::optional<int> number = OciFilter::Number(call);
  if (!number) {
    unknown_.push_back(Printable(call, kShown));
    return;
  }
  std::set<uint32_t> indexes;
  for (const ProfileArgument& argument : arguments) {
    indexes.insert(argument.index);
  }
  if (indexes.size() == arguments.size()) {
    AddRule(call, *number, pointer, action, arguments);
    return;
  }
  // libseccomp takes one comparison of each argument; the runtimes then make
  // each a rule, so that one of them is enough.
  for (const ProfileArgument& argument : arguments) {
    AddRule(call, *number, pointer, action, {argument});
  }
}

void Reader::ReadEntry(const Json& json, const std::string& pointer) {
  JsonObject entry(json, pointer, name_,
                   {"name", "names", "action", "args", "errnoRet", "errno",
                    "comment", "includes", "excludes"},
                   errors_, profile_.notes);
  if (!entry.ok() && !json.is_object()) return;
  const auto action = ReadAction(entry, "action", "errnoRet", "errno");
  const std::vector<ProfileArgument> arguments = ReadArguments(entry);
  std::vector<std::string> calls = entry.Strings("names");
  if (const auto call = entry.String("name"); call && !call->empty()) {
    if (!calls.empty()) {
      entry.Error("name", "stands beside names: only one may");
    }
    calls.push_back(*call);
  }
  if (calls.empty() && entry.ok()) Note(pointer, "names no syscall");
  const bool applies = Applies(entry, pointer);
  if (failed() || !action || !applies) return;
  for (const std::string& call : calls) filter_->Names(call);
  // The runtimes leave out what would be done anyway; libseccomp refuses it.
  if (action->ReturnValue() == profile_.policy.default_action.ReturnValue()) {
    return;
  }
  profile_.policy.names.push_back(absl::StrCat(name_, ": ", pointer));
  for (const std::string& call : calls) {
    AddCall(call, pointer, *action, arguments);
  }
}

void Reader::AddNewerCalls() {
  profile_.policy.names.push_back(name_ +
                                  ": calls newer than all that it names");
  Place place;
  place.file = static_cast<int>(profile_.policy.names.size()) - 1;
  for (ArchRules& arch : profile_.policy.archs) {
    const auto last = filter_->LastNumber(arch.arch);
    if (!last) continue;
    arch.rules.push_back({*last + 1,
                          kX32Bit - 1,
                          absl::StrCat("SYSCALL[", *last + 1, "..]"),
                          {Verdict::kErrno, ENOSYS},
                          place,
                          nullptr});
  }
}

std::optional<OciProfile> Reader::Run(absl::string_view text) {
  const std::optional<Json> json = ParseProfileJson(text, name_, errors_);
  if (!json) return std::nullopt;
  if (json->is_object() && json->contains("ociVersion") &&
      !json->contains("defaultAction")) {
    errors_.Add({name_, 0, 0,
                 "/ociVersion: this is the config of a whole container: its "
                 "profile is what stands at /linux/seccomp"});
    return std::nullopt;
  }
  profile_.policy.names.push_back(name_);
  JsonObject top(
      *json, "", name_,
      {"defaultAction", "defaultErrnoRet", "defaultErrno", "architectures",
       "archMap", "flags", "listenerPath", "listenerMetadata", "syscalls"},
      errors_, profile_.notes);
  if (!json->is_object()) return std::nullopt;
  const auto action =
      ReadAction(top, "defaultAction", "defaultErrnoRet", "defaultErrno");
  for (const char* key : {"listenerPath", "listenerMetadata"}) {
    if (top.Has(key)) {
      Note(top.PointerTo(key), "does not count: a jail has no agent");
    }
  }
  for (const std::string& flag : top.Strings("flags")) {
    Note("/flags", absl::StrCat(Printable(flag, kShown),
                                " does not count: the jail's config says how "
                                "the filter is installed"));
  }
  profile_.policy.default_action = action.value_or(Action());
  filter_.emplace(profile_.policy.default_action.ReturnValue(), host_.arch);
  ReadArchitectures(top);
  if (const Json* entries = top.Array("syscalls")) {
    for (size_t i = 0; i < entries->size() && !errors_.full(); ++i) {
      ReadEntry((*entries)[i], absl::StrCat("/syscalls/", i));
    }
  }
  if (failed()) return std::nullopt;
  AddNewerCalls();
  if (!unknown_.empty()) {
    profile_.notes.push_back(
        absl::StrCat(name_,
                     ": unknown to libseccomp, and left out as the "
                     "container runtimes do: ",
                     absl::StrJoin(unknown_, ", ")));
  }
  absl::StatusOr<Program> filter = filter_->Build();
  if (!filter.ok()) {
    errors_.Add({name_, 0, 0, std::string(filter.status().message())});
    return std::nullopt;
  }
  if (filter->size() > kMaxInstructions) {
    errors_.Add({name_, 0, 0,
                 absl::StrCat("the filter has ", filter->size(),
                              " instructions; the kernel takes at most ",
                              kMaxInstructions)});
    return std::nullopt;
  }
  profile_.filter = *std::move(filter);
  return std::move(profile_);
}

}  // namespace

ProfileHost ProfileHost::Current() {
  ProfileHost host;
  if (const absl::StatusOr<KernelVersion> kernel = RunningKernel();
      kernel.ok()) {
    host.kernel = *kernel;
  }
  return host;
}

std::optional<OciProfile> ReadOciProfile(absl::string_view text,
                                         const std::string& name,
                                         const ProfileHost& host,
                                         PolicyErrors& errors) {
  return Reader(name, host, errors).Run(text);
}

}  // namespace jail::seccomp
