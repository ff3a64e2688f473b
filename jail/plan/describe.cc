// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/plan/describe.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <linux/prctl.h>
#include <net/if.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include <cstring>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "jail/plan/syscall_table.h"
#include "jail/sys/capability.h"
#include "jail/sys/errno_name.h"
#include "jail/sys/printable.h"

namespace jail {
namespace {

constexpr size_t kColumns = 100;
constexpr size_t kMaxShownBytes = 60;  // of one string

std::string JoinFlags(uint64_t value, const Names& names) {
  std::vector<std::string> parts;
  for (const NamedValue& named : names) {
    if (named.value != 0 && (value & named.value) == named.value) {
      parts.push_back(named.name);
      value &= ~named.value;
    }
  }
  if (value != 0 || parts.empty()) {
    parts.push_back(value == 0 ? "0" : absl::StrCat("0x", absl::Hex(value)));
  }
  return absl::StrJoin(parts, "|");
}

std::string NameOne(uint64_t value, const Names& names) {
  for (const NamedValue& named : names) {
    if (named.value == value) return named.name;
  }
  return absl::StrCat(value);
}

std::string Signal(uint64_t number) {
  const char* name = sigabbrev_np(static_cast<int>(number));
  return name != nullptr ? absl::StrCat("SIG", name) : absl::StrCat(number);
}

std::string Quote(absl::string_view text) {
  return absl::StrCat("\"", Printable(text, kMaxShownBytes), "\"");
}

std::string FdName(const Plan& plan, Slot slot) {
  return absl::StrCat("fd ", slot, " ",
                      Quote(plan.slot_names[static_cast<size_t>(slot)]));
}

template <typename T>
T Load(const Plan& plan, uint64_t offset) {
  T value;
  std::memcpy(&value, plan.arena.data() + offset, sizeof value);
  return value;
}

std::string CapSets(const Plan& plan, uint64_t offset) {
  uint64_t permitted = 0;
  for (int i = 0; i < 2; ++i) {
    const auto word = Load<__user_cap_data_struct>(
        plan, offset + i * sizeof(__user_cap_data_struct));
    permitted |= static_cast<uint64_t>(word.permitted) << (32 * i);
  }
  std::vector<std::string> names;
  for (int capability = 0; capability < 64; ++capability) {
    if (permitted & (uint64_t{1} << capability)) {
      names.push_back(CapabilityName(capability));
    }
  }
  return names.empty() ? "none" : absl::StrJoin(names, "|");
}

std::string Strings(const Plan& plan, uint64_t offset) {
  std::vector<std::string> strings;
  for (;; offset += sizeof(char*)) {
    const auto* text = Load<const char*>(plan, offset);
    if (text == nullptr) break;
    strings.push_back(Quote(text));
  }
  return absl::StrCat("[", absl::StrJoin(strings, ", "), "]");
}

std::string DescribeMountAttr(const mount_attr& attr, const Names& names) {
  if (attr.propagation == MS_PRIVATE) return "private";
  if (attr.attr_clr == 0) return JoinFlags(attr.attr_set, names);
  return absl::StrCat("clear ", JoinFlags(attr.attr_clr, names));
}

std::string Limit(uint64_t value) {
  return value == RLIM_INFINITY ? "infinity" : absl::StrCat(value);
}

std::string DescribeArg(const Plan& plan, const Step& step, int index,
                        const ArgShape& shape) {
  const Arg& arg = step.args[index];
  if (arg.kind == Arg::kSlot) {
    return FdName(plan, static_cast<Slot>(arg.value));
  }
  if (arg.kind == Arg::kLifeline) return "lifeline";
  if (arg.kind == Arg::kLauncher) return "id of the launching thread";
  if (arg.kind == Arg::kGivenArgv) return "arguments given at the start";
  const bool is_null = arg.kind == Arg::kValue;
  switch (shape.kind) {
    case ArgShape::kNumber:
      return absl::StrCat(arg.value);
    case ArgShape::kSigned:
      return absl::StrCat(static_cast<int64_t>(arg.value));
    case ArgShape::kOctal:
      return absl::StrFormat("%04o", arg.value);
    case ArgShape::kHex:
      return absl::StrCat("0x", absl::Hex(arg.value));
    case ArgShape::kFd:
      return static_cast<int64_t>(arg.value) == AT_FDCWD
                 ? "AT_FDCWD"
                 : absl::StrCat(arg.value);
    case ArgShape::kString:
      return is_null ? "NULL" : Quote(plan.arena.data() + arg.value);
    case ArgShape::kBytes:
      return Quote({plan.arena.data() + arg.value,
                    static_cast<size_t>(step.args[index + 1].value)});
    case ArgShape::kFlags:
      return JoinFlags(arg.value, *shape.names);
    case ArgShape::kEnum:
      return NameOne(arg.value, *shape.names);
    case ArgShape::kDirOrFile:
      return absl::StrFormat("S_IFREG|%04o", arg.value & 07777);
    case ArgShape::kCapability:
      return CapabilityName(static_cast<int>(arg.value));
    case ArgShape::kSignal:
      return Signal(arg.value);
    case ArgShape::kStrings:
      return Strings(plan, arg.value);
    case ArgShape::kBuffer:
      return "buffer";
    case ArgShape::kOpenHow:
      return absl::StrCat(
          JoinFlags(Load<open_how>(plan, arg.value).flags, *shape.names),
          ", IN_ROOT|NO_MAGICLINKS");
    case ArgShape::kMountAttr:
      return DescribeMountAttr(Load<mount_attr>(plan, arg.value), *shape.names);
    case ArgShape::kLimit: {
      const auto limit = Load<rlimit64>(plan, arg.value);
      return absl::StrCat("{", Limit(limit.rlim_cur), ", ",
                          Limit(limit.rlim_max), "}");
    }
    case ArgShape::kCapSets:
      return CapSets(plan, arg.value);
    case ArgShape::kProgram:
      return absl::StrCat(Load<sock_fprog>(plan, arg.value).len,
                          " instructions");
    case ArgShape::kRequest:
      return Quote(Load<ifreq>(plan, arg.value).ifr_name);
    case ArgShape::kHidden:
      break;
  }
  return "";
}

// What must hold of the result, or where it goes.
std::string DescribeResult(const Plan& plan, const Step& step) {
  std::string text;
  if (step.result != kNoSlot) {
    absl::StrAppend(&text, " = ", FdName(plan, step.result));
  }
  switch (step.check.kind) {
    case Check::kNone:
      break;
    case Check::kEquals:
      absl::StrAppend(&text, " must be ", step.check.value);
      break;
    case Check::kErrno:
      absl::StrAppend(&text, " must fail with ",
                      ErrnoName(static_cast<int>(step.check.value)));
      break;
    case Check::kBytes:
      absl::StrAppend(&text, " must match");
      break;
    case Check::kFork:
      absl::StrAppend(&text, "; process 1 goes on at ", step.check.value);
      break;
  }
  return text;
}

std::string DescribeTolerated(const Step& step, int number) {
  if (step.tolerated_count == 0) return "";
  std::vector<std::string> names;
  for (int i = 0; i < step.tolerated_count; ++i) {
    names.push_back(ErrnoName(step.tolerated[i]));
  }
  std::string text = absl::StrCat("; ", absl::StrJoin(names, ", "), " is fine");
  if (step.skip != 0) {
    absl::StrAppend(&text, ", go on at ", number + 1 + step.skip);
  }
  return text;
}

// ---------------------------------------------------------- the parent's side

struct ParentLine {
  std::string operation;
  std::string text;
};

std::string OneLine(const std::string& map) {
  std::string text = map;
  if (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

ParentLine DescribeParentOp(const ParentOp& op) {
  switch (op.kind) {
    case ParentOp::Kind::kDenySetgroups:
    case ParentOp::Kind::kWriteUidMap:
    case ParentOp::Kind::kWriteGidMap:
    case ParentOp::Kind::kWriteOomScoreAdj:
      return {"write", absl::StrCat("write(", Quote(op.object), ", ",
                                    Quote(OneLine(op.text)), ")")};
    case ParentOp::Kind::kRaiseHardLimit:
      return {"prlimit64",
              absl::StrCat("raise the hard limit of ", op.object, " to ",
                           op.value == RLIM_INFINITY ? "infinity"
                                                     : absl::StrCat(op.value))};
    case ParentOp::Kind::kRaisePriority:
      return {"setpriority",
              absl::StrCat("setpriority(PRIO_PROCESS, PID, ", op.object, ")")};
    case ParentOp::Kind::kRunIdMapHelper:
      return {"execve", absl::StrJoin(op.argv, " ")};
    case ParentOp::Kind::kMoveInterface:
      return {"RTM_SETLINK", absl::StrCat("move interface ", op.text)};
    case ParentOp::Kind::kAddMacvlan:
      return {"RTM_NEWLINK", absl::StrCat("add macvlan ", op.object)};
  }
  return {};
}

// ----------------------------------------------------------------------- text

constexpr int kNumberWidth = 7;
const std::string kIndent(kNumberWidth + 12, ' ');

// Breaks a long line after a comma or "|".
std::string Wrap(const std::string& line) {
  std::string wrapped, rest = line;
  while (rest.size() > kColumns) {
    const size_t from = wrapped.empty() ? 0 : kIndent.size();
    size_t at = rest.find_last_of(",|", kColumns - 1);
    if (at == std::string::npos || at <= from) break;
    absl::StrAppend(&wrapped, rest.substr(0, at + 1), "\n");
    rest = absl::StrCat(kIndent,
                        absl::StripLeadingAsciiWhitespace(rest.substr(at + 1)));
  }
  return wrapped + rest;
}

// "prctl(PR_CAPBSET_DROP, CAP_CHOWN)" and the 40 like it take one line.
int EndOfRun(const Plan& plan, int first) {
  const auto is_drop = [&](int i) {
    const Step& step = plan.child[i];
    return step.nr == SYS_prctl && step.args[0].value == PR_CAPBSET_DROP;
  };
  int end = first + 1;
  while (is_drop(first) && end < static_cast<int>(plan.child.size()) &&
         is_drop(end)) {
    ++end;
  }
  return end;
}

class TextWriter {
 public:
  // A heading for each change of the reason.
  void Because(const Origin& origin) {
    const std::string heading = origin.path.empty()
                                    ? "# always"
                                    : absl::StrCat("# ", origin.ToString());
    if (heading == heading_) return;
    heading_ = heading;
    absl::StrAppend(&text_, heading, "\n");
  }

  void Line(const std::string& number, const char* side,
            const std::string& call, const std::string& why) {
    const std::string line =
        Wrap(absl::StrFormat("%*s %-6s %s", kNumberWidth, number, side, call));
    const size_t width = line.size() - (line.rfind('\n') + 1);  // npos + 1: 0
    absl::StrAppend(&text_, line);
    if (!why.empty()) {
      const bool fits = width + why.size() + 4 <= kColumns;
      absl::StrAppend(&text_, fits ? "  " : "\n" + kIndent, "# ", why);
    }
    text_.push_back('\n');
  }

  std::string Take() { return std::move(text_); }

 private:
  std::string text_, heading_;
};

void WriteParentOps(const Plan& plan, TextWriter& out) {
  for (size_t i = 0; i < plan.parent.size(); ++i) {
    const ParentOp& op = plan.parent[i];
    out.Because(op.origin);
    out.Line(absl::StrCat("P", i), "parent", DescribeParentOp(op).text, "");
  }
}

// ----------------------------------------------------------------------- JSON

std::string Json(absl::string_view text) { return JsonString(text); }

std::string JsonList(const std::vector<std::string>& texts) {
  std::vector<std::string> quoted;
  for (const std::string& text : texts) quoted.push_back(Json(text));
  return absl::StrCat("[", absl::StrJoin(quoted, ", "), "]");
}

std::string JsonOrigin(const Origin& origin) {
  return absl::StrCat("\"config_path\": ", Json(origin.path),
                      ", \"file\": ", Json(origin.file),
                      ", \"line\": ", origin.line);
}

std::string JsonParentOp(const ParentOp& op) {
  const ParentLine line = DescribeParentOp(op);
  return absl::StrCat("    {\"operation\": ", Json(line.operation),
                      ", \"text\": ", Json(line.text),
                      ", \"object\": ", Json(op.object), ", ",
                      JsonOrigin(op.origin), "}");
}

std::string JsonStep(const Plan& plan, int number) {
  const Step& step = plan.child[number];
  const StepNote& note = plan.notes[number];
  std::vector<std::string> tolerated;
  for (int i = 0; i < step.tolerated_count; ++i) {
    tolerated.push_back(ErrnoName(step.tolerated[i]));
  }
  return absl::StrCat("    {\"number\": ", number,
                      ", \"operation\": ", Json(SyscallName(step.nr)),
                      ", \"text\": ", Json(DescribeStep(plan, number)),
                      ", \"object\": ", Json(note.object),
                      ", \"why\": ", Json(note.why),
                      ", \"tolerated\": ", JsonList(tolerated), ", ",
                      JsonOrigin(note.origin), "}");
}

std::string JsonMount(const PlannedMount& mount) {
  return absl::StrCat("    {\"target\": ", Json(mount.target),
                      ", \"source\": ", Json(mount.source),
                      ", \"fstype\": ", Json(mount.fstype),
                      ", \"flags\": ", JsonList(mount.flags),
                      ", \"skipped\": ", mount.skipped ? "true" : "false",
                      ", \"first_step\": ", mount.first_step,
                      ", \"last_step\": ", mount.last_step, ", ",
                      JsonOrigin(mount.origin), "}");
}

}  // namespace

std::string SyscallName(int nr) {
  const char* name = FindSyscallName(nr);
  return name != nullptr ? name : absl::StrCat("syscall ", nr);
}

std::string DescribeStep(const Plan& plan, int number) {
  const Step& step = plan.child[number];
  uint64_t values[6];
  for (int i = 0; i < 6; ++i) values[i] = step.args[i].value;
  const SyscallShape* shape = FindShape(step.nr, values);
  std::vector<std::string> args;
  for (size_t i = 0; shape != nullptr && i < shape->args.size(); ++i) {
    if (shape->args[i].kind == ArgShape::kHidden) continue;
    args.push_back(
        DescribeArg(plan, step, static_cast<int>(i), shape->args[i]));
  }
  return absl::StrCat(SyscallName(step.nr), "(", absl::StrJoin(args, ", "), ")",
                      DescribeResult(plan, step),
                      DescribeTolerated(step, number));
}

std::string DescribeText(const Plan& plan) {
  TextWriter out;
  if (plan.cgroup) {
    for (const CgroupLine& line : DescribeCgroup(*plan.cgroup)) {
      out.Because(line.origin);
      out.Line("", "parent", line.text, "");
    }
  }
  if (!plan.in_place) {
    out.Because({});
    out.Line(
        "", "parent",
        absl::StrCat("clone3(", JoinFlags(plan.clone_flags, kCloneFlags), ")"),
        "");
  }
  for (int i = 0; i < static_cast<int>(plan.child.size()); ++i) {
    if (i == plan.sync_step) WriteParentOps(plan, out);
    const StepNote& note = plan.notes[i];
    out.Because(note.origin);
    const bool is_reaper = plan.reaper_step >= 0 && i >= plan.reaper_step;
    const int end = EndOfRun(plan, i);
    if (end - i > 2) {
      out.Line(absl::StrCat(i, "-", end - 1), "child",
               absl::StrCat(DescribeStep(plan, i), " to ",
                            plan.notes[end - 1].object),
               note.why);
      i = end - 1;
      continue;
    }
    out.Line(absl::StrCat(i), is_reaper ? "reaper" : "child",
             DescribeStep(plan, i), note.why);
  }
  std::string text = out.Take();
  for (const PlannedMount& mount : plan.mounts) {
    if (!mount.skipped) continue;
    absl::StrAppend(&text, "# ", mount.origin.ToString(),
                    ": left out: ", mount.source, " does not exist\n");
  }
  for (const std::string& warning : plan.warnings) {
    absl::StrAppend(&text, "# warning: ", warning, "\n");
  }
  return text;
}

std::string DescribeJson(const Plan& plan) {
  std::vector<std::string> cgroup, parent, child, mounts, namespaces;
  if (plan.cgroup) {
    for (const CgroupLine& line : DescribeCgroup(*plan.cgroup)) {
      cgroup.push_back(absl::StrCat("    {\"text\": ", Json(line.text), ", ",
                                    JsonOrigin(line.origin), "}"));
    }
  }
  for (const ParentOp& op : plan.parent) parent.push_back(JsonParentOp(op));
  for (int i = 0; i < static_cast<int>(plan.child.size()); ++i) {
    child.push_back(JsonStep(plan, i));
  }
  for (const PlannedMount& mount : plan.mounts) {
    mounts.push_back(JsonMount(mount));
  }
  for (const NamedValue& flag : kCloneFlags) {
    if (plan.clone_flags & flag.value && flag.value > 0xff) {
      namespaces.push_back(flag.name);
    }
  }
  const auto block = [](const char* name,
                        const std::vector<std::string>& items) {
    return absl::StrCat("  \"", name, "\": [\n", absl::StrJoin(items, ",\n"),
                        "\n  ],\n");
  };
  return absl::StrCat("{\n  \"clone_flags\": ", JsonList(namespaces),
                      ",\n  \"in_place\": ", plan.in_place ? "true" : "false",
                      ",\n  \"sync_step\": ", plan.sync_step,
                      ",\n  \"exec_step\": ", plan.exec_step,
                      ",\n  \"reaper_step\": ", plan.reaper_step, ",\n",
                      block("cgroup", cgroup), block("parent", parent),
                      block("child", child), block("mounts", mounts),
                      "  \"warnings\": ", JsonList(plan.warnings), "\n}\n");
}

}  // namespace jail
