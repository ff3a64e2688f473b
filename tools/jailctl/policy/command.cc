// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/jailctl/policy/command.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "jail/seccomp/policy_error.h"
#include "jail/seccomp/syscalls.h"
#include "jail/sys/errno_name.h"
#include "jail/sys/fd.h"
#include "jail/sys/printable.h"
#include "tools/jailctl/policy/diff.h"
#include "tools/jailctl/policy/dump.h"
#include "tools/jailctl/policy/explain.h"
#include "tools/jailctl/policy/learn.h"
#include "tools/jailctl/policy/loaded_policy.h"
#include "tools/jailctl/policy/value_names.h"
#include "tools/jailctl/style.h"

namespace jail::jailctl {

const char kPolicyHelp[] =
    R"(usage: jailctl policy check [--json] [--arch A[,A]...] FILE...
       jailctl policy dump FILE [--format=asm|c|raw|json] [--arch A[,A]...]
       jailctl policy eval [--json] FILE SYSCALL [ARG]... [--arch A]
       jailctl policy diff [--json] A B [--arch A[,A]...]
       jailctl policy explain [--json] FILE [--arch A]
       jailctl policy learn [--config CONFIG] [--runs N] [--output FILE] --
               COMMAND [ARG]...

FILE is a Kafel policy, a seccomp profile of Docker or podman (JSON), a jail
config (*.cfg), the name of a shipped policy (default_deny_dangerous), or - for
standard input.

check    is each policy right?  Prints every error as file:line:column
dump     the filter, instruction by instruction, with the rules it came from
eval     what happens to one call, and the rule that decides; an ARG is a
         number, or constants: AF_UNIX, 'O_RDWR|O_CREAT'
diff     which calls two policies decide differently, with an example each
explain  what is allowed by group, what of that is dangerous, worst first, and
         what it needs of the kernel
learn    runs the command, in the config's jail when one is given, and writes a
         policy that allows the calls it made, children and threads included

Architectures: x86_64, x86, aarch64, arm; this machine's when none is given.

Exit status: 0 all well, 1 not (diff: they differ), 2 a wrong command line
(diff: or a policy that can't be read).
)";

namespace {

using seccomp::Arch;

constexpr size_t kShown = 100;  // bytes of a word, in an error

struct Words {
  std::vector<std::string> operands;
  std::vector<Arch> archs = {seccomp::NativeArch()};
  std::string format = "asm";
  bool json = false;
};

CommandResult Usage(const std::string& what) {
  return {"", absl::StrCat("jailctl: ", what, "\n", kPolicyHelp), 2};
}

std::string Lines(const std::vector<std::string>& errors) {
  std::string text;
  for (const std::string& error : errors) {
    absl::StrAppend(&text, "jailctl: ", error, "\n");
  }
  return text;
}

// Empty, or what is wrong.
std::string ParseArchs(const std::string& list, std::vector<Arch>& archs) {
  archs.clear();
  for (const absl::string_view name : absl::StrSplit(list, ',')) {
    const std::optional<Arch> arch = seccomp::ArchOf(name);
    if (!arch) {
      return absl::StrCat("there is no architecture \"",
                          Printable(name, kShown), "\"",
                          seccomp::DidYouMean(name, seccomp::ArchNames()));
    }
    archs.push_back(*arch);
  }
  return "";
}

// Options may stand anywhere; a negative number is an operand.
std::string ParseWords(const std::vector<std::string>& args, Words& words) {
  bool only_operands = false;
  for (size_t i = 1; i < args.size(); ++i) {
    const std::string& arg = args[i];
    const bool is_option = !only_operands && arg.size() > 1 && arg[0] == '-' &&
                           (arg[1] < '0' || arg[1] > '9');
    if (!is_option) {
      words.operands.push_back(arg);
      continue;
    }
    const size_t equals = arg.find('=');
    const std::string name = arg.substr(0, equals);
    const auto value = [&]() -> std::optional<std::string> {
      if (equals != std::string::npos) return arg.substr(equals + 1);
      if (i + 1 < args.size()) return args[++i];
      return std::nullopt;
    };
    if (arg == "--") {
      only_operands = true;
    } else if (arg == "--json") {
      words.json = true;
      words.format = "json";
    } else if (name == "--arch" || name == "--format") {
      const std::optional<std::string> given = value();
      if (!given) return absl::StrCat(name, " wants a value");
      if (name == "--format") {
        words.format = *given;
      } else if (std::string wrong = ParseArchs(*given, words.archs);
                 !wrong.empty()) {
        return wrong;
      }
    } else {
      return absl::StrCat("unknown option ", Printable(arg, kShown));
    }
  }
  return "";
}

// Empty, or what went wrong.
std::string WriteWhole(const std::string& path, const std::string& text) {
  absl::StatusOr<Fd> file = Open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
  if (!file.ok()) return std::string(file.status().message());
  size_t done = 0;
  while (done < text.size()) {
    const ssize_t wrote =
        write(file->get(), text.data() + done, text.size() - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) {
      return absl::StrCat(path, ": write: ", DescribeErrno(errno));
    }
    done += static_cast<size_t>(wrote);
  }
  return "";
}

CommandResult Check(const Words& words) {
  CommandResult result;
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (const std::string& file : words.operands) {
    std::vector<std::string> errors;
    const auto loaded = LoadPolicy(file, words.archs, errors);
    if (!loaded) result.status = 1;
    nlohmann::ordered_json item = {{"policy", ToUtf8(file)},
                                   {"ok", loaded.has_value()}};
    item["errors"] = nlohmann::ordered_json::array();
    for (const std::string& error : errors) {
      item["errors"].push_back(ToUtf8(error));
    }
    item["notes"] = nlohmann::ordered_json::array();
    if (loaded) {
      item["instructions"] = loaded->filter.size();
      for (const std::string& note : loaded->notes) {
        item["notes"].push_back(ToUtf8(note));
        absl::StrAppend(&result.err, "jailctl: note: ", note, "\n");
      }
    }
    json.push_back(item);
    absl::StrAppend(&result.err, Lines(errors));
    if (loaded) {
      absl::StrAppend(&result.out, file, ": ok, ", loaded->filter.size(),
                      " instructions\n");
    }
  }
  if (words.json) return {json.dump(2) + "\n", "", result.status};
  return result;
}

CommandResult Dump(const Words& words, bool colour) {
  const std::map<std::string, std::function<std::string(const LoadedPolicy&)>>
      formats = {{"asm",
                  [&](const LoadedPolicy& loaded) {
                    return DumpAssembly(loaded, Painter(colour));
                  }},
                 {"c", DumpC},
                 {"raw", DumpRaw},
                 {"json", DumpJson}};
  const auto format = formats.find(words.format);
  if (format == formats.end()) {
    return Usage(absl::StrCat("--format is asm, c, raw or json, not \"",
                              Printable(words.format, kShown), "\""));
  }
  std::vector<std::string> errors;
  const auto loaded = LoadPolicy(words.operands[0], words.archs, errors);
  if (!loaded) return {"", Lines(errors), 1};
  return {format->second(*loaded), "", 0};
}

CommandResult Eval(const Words& words, bool colour) {
  constexpr size_t kMostArguments = 6;
  const Arch arch = words.archs[0];
  if (words.archs.size() > 1) return Usage("eval takes one architecture");
  if (words.operands.size() > 2 + kMostArguments) {
    return Usage("a syscall has at most 6 arguments");
  }
  const auto number = ParseCall(arch, words.operands[1]);
  if (!number.ok()) {
    return {"", Lines({std::string(number.status().message())}), 1};
  }
  seccomp_data call{};
  call.arch = seccomp::AuditArch(arch);
  call.nr = static_cast<int>(*number);
  std::vector<std::string> errors, shown;
  const std::string name = CallName(arch, *number);
  nlohmann::ordered_json arguments = nlohmann::ordered_json::array();
  for (size_t i = 2; i < words.operands.size(); ++i) {
    const auto value = ParseValue(words.operands[i]);
    if (!value.ok()) {
      errors.push_back(
          absl::StrCat("argument ", i - 1, ": ", value.status().message()));
      continue;
    }
    call.args[i - 2] = *value;
    arguments.push_back(*value);
    shown.push_back(NameValue(name, static_cast<int>(i) - 2, *value));
  }
  if (!errors.empty()) return {"", Lines(errors), 1};
  const auto loaded = LoadPolicy(words.operands[0], {arch}, errors);
  if (!loaded) return {"", Lines(errors), 1};
  const Ruling ruling = Decide(*loaded, call);
  const auto outcome = seccomp::Run(loaded->filter, call);
  const bool by_bitmap =
      seccomp::AllowedByBitmap(loaded->filter, arch, *number);
  const std::string action = seccomp::ReturnName(ruling.value);
  if (words.json) {
    nlohmann::ordered_json json = {
        {"policy", ToUtf8(loaded->name)},
        {"syscall", name},
        {"number", *number},
        {"arch", seccomp::ArchName(arch)},
        {"args", arguments},
        {"action", action},
        {"by", ToUtf8(ruling.reason)},
        {"instructions", outcome ? outcome->instructions : 0},
        {"by_bitmap", by_bitmap}};
    return {json.dump(2) + "\n", "", 0};
  }
  const Painter paint(colour);
  const bool is_allowed = IsAllowed(ruling.value);
  return {
      absl::StrCat(
          name, "(", absl::StrJoin(shown, ", "),
          "): ", paint(is_allowed ? Style::kGood : Style::kBad, action),
          ", by ", Printable(ruling.reason, 4 * kShown),
          by_bitmap ? "; the kernel's bitmap, no instruction is run"
                    : absl::StrCat("; ", outcome ? outcome->instructions : 0,
                                   " instructions"),
          "\n"),
      "", 0};
}

CommandResult Compare(const Words& words, bool colour) {
  std::vector<std::string> errors;
  const auto first = LoadPolicy(words.operands[0], words.archs, errors);
  const auto second = LoadPolicy(words.operands[1], words.archs, errors);
  if (!first || !second) return {"", Lines(errors), 2};
  const DiffResult result = Diff(*first, *second, words.archs);
  return {words.json ? DiffJson(*first, *second, result)
                     : DiffText(*first, *second, result, Painter(colour)),
          "", result.differences.empty() ? 0 : 1};
}

// Writes the policy where it was asked for.
CommandResult Learn(const std::vector<std::string>& args) {
  LearnRequest request;
  for (size_t i = 1; i < args.size(); ++i) {
    if (args[i] == "--") {
      request.command.assign(args.begin() + static_cast<ptrdiff_t>(i) + 1,
                             args.end());
      break;
    }
    const size_t equals = args[i].find('=');
    const std::string name = args[i].substr(0, equals);
    if (name != "--config" && name != "--runs" && name != "--output") {
      return Usage(absl::StrCat(
          args[i][0] == '-' ? "unknown option " : "learn wants -- before ",
          Printable(args[i], kShown)));
    }
    if (equals == std::string::npos && i + 1 >= args.size()) {
      return Usage(absl::StrCat(name, " wants a value"));
    }
    const std::string value =
        equals == std::string::npos ? args[++i] : args[i].substr(equals + 1);
    if (name == "--config") {
      request.config = value;
    } else if (name == "--output") {
      request.output = value;
    } else if (!absl::SimpleAtoi(value, &request.runs) || request.runs < 1 ||
               request.runs > LearnRequest::kMaxRuns) {
      return Usage(absl::StrCat("--runs is a number from 1 to ",
                                LearnRequest::kMaxRuns));
    }
  }
  if (request.command.empty() && request.config.empty()) {
    return Usage("learn wants a command behind --");
  }
  LearnResult learned = jailctl::Learn(request);
  CommandResult result;
  for (const std::string& note : learned.notes) {
    absl::StrAppend(&result.err, "jailctl: note: ", note, "\n");
  }
  absl::StrAppend(&result.err, Lines(learned.errors));
  if (learned.policy.empty()) {
    result.status = 1;
  } else if (request.output.empty()) {
    result.out = learned.policy;
  } else if (std::string error = WriteWhole(request.output, learned.policy);
             !error.empty()) {
    absl::StrAppend(&result.err, Lines({error}));
    result.status = 1;
  }
  return result;
}

// Empty where the kernel does not say.
std::string AvailableActions() {
  constexpr size_t kMostBytes = 4096;
  const auto text = ReadFile(kActionsFile, kMostBytes);
  return text.ok() ? std::string(absl::StripTrailingAsciiWhitespace(*text))
                   : "";
}

CommandResult Explain(const Words& words, bool colour) {
  if (words.archs.size() > 1) return Usage("explain takes one architecture");
  std::vector<std::string> errors;
  const auto loaded = LoadPolicy(words.operands[0], words.archs, errors);
  if (!loaded) return {"", Lines(errors), 1};
  const PolicyView view =
      ExplainPolicy(*loaded, words.archs[0], AvailableActions());
  return {
      words.json ? PolicyViewJson(view) : PolicyViewText(view, Painter(colour)),
      "", 0};
}

}  // namespace

CommandResult PolicyCommand(const std::vector<std::string>& args, bool colour) {
  if (args.empty()) return Usage("policy: what is to be done?");
  const std::string& verb = args[0];
  if (verb == "--help" || verb == "-h") return {kPolicyHelp, "", 0};
  if (verb == "learn") return Learn(args);
  if (verb == kLearnChildVerb) {
    const std::string error = LearnChild({args.begin() + 1, args.end()});
    return {"", error.empty() ? "" : Lines({error}), 127};
  }
  Words words;
  if (std::string wrong = ParseWords(args, words); !wrong.empty()) {
    return Usage(wrong);
  }
  const size_t count = words.operands.size();
  if (verb != "dump" && words.format != (words.json ? "json" : "asm")) {
    return Usage("only dump takes --format");
  }
  if (verb == "check") {
    return count == 0 ? Usage("which policy?") : Check(words);
  }
  if (verb == "dump") {
    return count != 1 ? Usage("dump takes one policy") : Dump(words, colour);
  }
  if (verb == "eval") {
    return count < 2 ? Usage("eval takes a policy and a syscall")
                     : Eval(words, colour);
  }
  if (verb == "diff") {
    return count != 2 ? Usage("diff takes two policies")
                      : Compare(words, colour);
  }
  if (verb == "explain") {
    return count != 1 ? Usage("explain takes one policy")
                      : Explain(words, colour);
  }
  return Usage(absl::StrCat(
      "unknown command policy ", Printable(verb, kShown),
      seccomp::DidYouMean(
          verb, {"check", "dump", "eval", "diff", "explain", "learn"})));
}

}  // namespace jail::jailctl
