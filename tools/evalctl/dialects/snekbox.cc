// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/dialects/snekbox.h"

#include <algorithm>
#include <csignal>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "proto/eval.pb.h"
#include "proto/evalctl.pb.h"
#include "tools/evalctl/dialects/dialect.h"
#include "tools/evalctl/dialects/http_text.h"
#include "tools/evalctl/dialects/json.h"
#include "tools/evalctl/dialects/outcome.h"
#include "tools/evalctl/dialects/python_text.h"
#include "tools/evalctl/dialects/snekbox_request.h"
#include "tools/evalctl/paths.h"

namespace jail::eval {
namespace {

constexpr absl::string_view kProfile = "snekbox";
constexpr absl::string_view kDefaultExecutable =
    "/snekbin/python/default/bin/python";
constexpr absl::string_view kHome = "/home";

// Of stdout and stderr together.
constexpr size_t kMaxCharacters = 1'000'000;
// MAX_ARG_STRLEN of the kernel, without the NUL; execve(2).
constexpr size_t kMaxArgument = 131'071;
// All arguments; the kernel's bound is a quarter of RLIMIT_STACK.
constexpr size_t kMaxArguments = 1 << 20;

HttpReply Fault(const SnekboxFault& fault) {
  Json body = {{"title", fault.title}};
  if (!fault.description.empty()) body["description"] = fault.description;
  HttpReply reply;
  reply.status = fault.status;
  reply.body = DumpSpaced(body);
  return reply;
}

// As Falcon has faults for those who would rather have XML.
HttpReply AsXml(HttpReply reply) {
  JsonFault ignored;
  const Json members = ParseJson(reply.body, ignored).value_or(Json::object());
  reply.content_type = "application/xml";
  reply.body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><error>";
  for (const auto& [name, text] : members.items()) {
    absl::StrAppend(
        &reply.body, "<", name, ">",
        absl::StrReplaceAll(text.get_ref<const std::string&>(),
                            {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}}),
        "</", name, ">");
  }
  reply.body += "</error>";
  return reply;
}

// `files` are the items of a list.  They are long, and encoded while they are
// sent.
HttpReply Result(std::string output, Json code, Body files) {
  HttpReply reply;
  reply.body = "{\"stdout\": \"";
  reply.rest.AddEscaped(std::move(output));
  reply.rest.AddText(
      absl::StrCat("\", \"returncode\": ", code.dump(), ", \"files\": ["));
  reply.rest.Add(std::move(files));
  reply.rest.AddText("]}");
  return reply;
}

// The service's own failure in the program's place.
HttpReply NoResult(std::string why) {
  return Result(std::move(why), nullptr, {});
}

// The body, which is JSON or, as Falcon takes it too, a form whose fields are
// put into `made`; nothing: it is neither.
std::optional<absl::string_view> TakeBody(const HttpRequest& request,
                                          std::string& made) {
  const std::string type = MediaType(request.content_type);
  if (type.empty() || type == "application/json" ||
      IsJsonAsForm(type, request.body)) {
    return request.body;
  }
  if (type != "application/x-www-form-urlencoded") return std::nullopt;
  std::map<std::string, Json> fields;
  for (auto& [name, value] : FormFields(request.body)) {
    Json& field = fields[name];
    if (field.is_string()) field = Json::array({field});
    if (field.is_array()) {
      field.push_back(std::move(value));
    } else {
      field = std::move(value);
    }
  }
  made = DumpCompact(fields);
  return made;
}

size_t Slashes(absl::string_view path) {
  return static_cast<size_t>(std::count(path.begin(), path.end(), '/'));
}

// What would go wrong when the files are written one after the other; empty:
// nothing that can be known before.
std::string WriteFault(const std::vector<SnekboxFile>& files) {
  std::set<std::string, std::less<>> written;
  std::set<std::string, std::less<>> folders = {""};
  for (const SnekboxFile& file : files) {
    const auto fault = [&](absl::string_view type) {
      return absl::StrCat(type, ": Failed to create file '", file.given, "'.");
    };
    if (file.path.size() > kMaxPathBytes ||
        Slashes(file.path) >= kMaxPathDepth) {
      return fault("OSError");
    }
    for (absl::string_view name : absl::StrSplit(file.path, '/')) {
      if (name.size() > kMaxNameBytes) return fault("OSError");
    }
    for (size_t slash = file.path.find('/'); slash != std::string::npos;
         slash = file.path.find('/', slash + 1)) {
      const std::string parent = file.path.substr(0, slash);
      if (written.contains(parent)) {
        return fault(file.path.find('/', slash + 1) == std::string::npos
                         ? "FileExistsError"
                         : "NotADirectoryError");
      }
      folders.insert(parent);
    }
    if (folders.contains(file.path)) return fault("IsADirectoryError");
    written.insert(file.path);
  }
  return "";
}

// Of equal paths the last content stays.
void AddFiles(const std::vector<SnekboxFile>& files, Request& request) {
  std::set<std::string, std::less<>> seen;
  for (auto file = files.rbegin(); file != files.rend(); ++file) {
    if (!seen.insert(file->path).second) continue;
    File& added = *request.add_files();
    added.set_path(file->path);
    added.set_base64(file->content);
    added.set_mode(0777);
  }
  std::reverse(request.mutable_files()->begin(),
               request.mutable_files()->end());
}

// Code that execve(2) would not take as an argument goes by a file; a hidden
// one, which doesn't come back.
void PassCodeByFile(std::string& code, Request& request) {
  std::string name = ".input";
  const auto taken = [&] {
    return std::any_of(
        request.files().begin(), request.files().end(), [&](const File& file) {
          return file.path() == name ||
                 absl::StartsWith(file.path(), absl::StrCat(name, "/"));
        });
  };
  while (taken()) name += '_';
  File& file = *request.add_files();
  file.set_path(name);
  file.set_base64(std::move(code));
  code = absl::StrCat("exec(compile(open('", kHome, "/", name,
                      "', encoding='utf-8', newline='').read(), '<string>', "
                      "'exec'))");
}

// Which of the profile's interpreters is meant.  The host is not asked: what
// is no interpreter is answered from what every Linux has.
bool ChooseExecutable(const Profile& profile, absl::string_view asked,
                      std::string& path, std::string& fault) {
  const auto& known = profile.executables();
  if (asked.empty()) {
    path = known.empty() ? std::string(kDefaultExecutable) : known[0];
    return true;
  }
  absl::string_view trimmed = asked;
  while (trimmed.size() > 1 && absl::ConsumeSuffix(&trimmed, "/")) {
  }
  fault = "executable_path does not exist";
  for (absl::string_view folder :
       {"/", "/bin", "/dev", "/etc", "/home", "/lib", "/proc", "/root", "/sbin",
        "/tmp", "/usr", "/usr/bin", "/usr/lib", "/usr/local", "/var"}) {
    if (trimmed == folder) fault = "executable_path is not a file";
  }
  for (absl::string_view file : {"/etc/group", "/etc/hostname", "/etc/hosts",
                                 "/etc/ld.so.cache", "/etc/passwd"}) {
    if (asked == file) fault = "executable_path is not executable";
  }
  for (const std::string& executable : known) {
    if (asked == executable) {
      path = executable;
      return true;
    }
    if (absl::StartsWith(executable, absl::StrCat(trimmed, "/"))) {
      fault = "executable_path is not a file";
    }
  }
  return false;
}

// Why nothing is collected; empty: it is.
std::string CollectFault(const Response& response) {
  for (const CollectedFile& file : response.files()) {
    switch (file.left_out()) {
      case CollectedFile::OUT_OF_TIME:
        return "TimeoutError: Exceeded time limit while parsing attachments";
      case CollectedFile::TOO_DEEP:
        return "FileParsingError: Exceeded directory depth limit while parsing "
               "attachments";
      case CollectedFile::BAD_NAME:
        return "FileParsingError: invalid bytes in filename while parsing "
               "attachments";
      case CollectedFile::UNREADABLE:
        return "FileParsingError: Unknown error while parsing attachments";
      default:
        break;  // over a limit, or nothing that is returned at all
    }
  }
  return "";
}

// A file of several names comes back under each, and counts for each: with
// more than `most` bytes of content in all the list ends, as the service's
// does.
Body Collected(Response& response, uint64_t most) {
  // The names of a file that come after its first.
  std::map<std::string, uint64_t> names;
  for (const CollectedFile& file : response.files()) {
    if (!file.same_as().empty()) ++names[file.same_as()];
  }
  std::map<std::string, std::string> contents;
  Body body;
  uint64_t sum = 0;
  absl::string_view separator;
  for (CollectedFile& file : *response.mutable_files()) {
    if (file.left_out() != CollectedFile::LEFT_OUT_UNSPECIFIED) continue;
    std::string content;
    if (!file.same_as().empty()) {
      content = contents[file.same_as()];
    } else {
      content = std::move(file.has_text() ? *file.mutable_text()
                                          : *file.mutable_base64());
      if (names.contains(file.path())) contents[file.path()] = content;
    }
    if (content.size() > most - sum) break;
    sum += content.size();
    std::string head =
        DumpSpaced({{"path", file.path()}, {"size", content.size()}});
    head.pop_back();
    body.AddText(absl::StrCat(separator, head, ", \"content\": \""));
    body.AddBase64(std::move(content));
    body.AddText("\"}");
    separator = ", ";
  }
  return body;
}

HttpReply Reply(Response& response, const Profile& profile) {
  CommandResult& result = *response.mutable_commands(0);
  std::string bytes = Bytes(std::move(*result.mutable_stdout()));
  const size_t cut = OffsetOfCharacter(bytes, kMaxCharacters);
  const bool is_cut = cut < bytes.size();
  bytes.resize(cut);
  if (FindUtf8Fault(bytes)) {
    return NoResult("UnicodeDecodeError: invalid Unicode in output pipe");
  }
  std::string fault = CollectFault(response);
  if (!fault.empty()) return NoResult(std::move(fault));
  const int status = is_cut ? 128 + SIGTERM : ShellStatus(result);
  return Result(UniversalNewlines(std::move(bytes)), status,
                Collected(response, profile.collect().max_bytes()));
}

HttpReply EngineFault(const Error& error,
                      const std::vector<SnekboxFile>& files) {
  if (error.kind() == Error::BAD_REQUEST) {
    // It did not fit into the memory file system.
    size_t index = 0;
    const std::vector<std::string> place = absl::StrSplit(error.place(), '/');
    if (place.size() > 2 && place[1] == "files" &&
        absl::SimpleAtoi(place[2], &index) && index < files.size()) {
      return NoResult(absl::StrCat("OSError: Failed to create file '",
                                   files[index].given, "'."));
    }
    // "write NAME: the workspace is full"
    absl::string_view name = error.message();
    if (error.place() == "/files" &&
        absl::ConsumeSuffix(&name, ": the workspace is full")) {
      name.remove_prefix(std::min(name.find(' ') + 1, name.size()));
      return NoResult(
          absl::StrCat("OSError: Failed to create file '", name, "'."));
    }
    return Fault({400, "Request data failed validation", ErrorText(error)});
  }
  const int status = ErrorStatus(error);
  return Fault({status,
                status == 429   ? "429 Too Many Requests"
                : status == 503 ? "503 Service Unavailable"
                                : "500 Internal Server Error",
                ErrorText(error)});
}

HttpReply Evaluate(const SnekboxRequest& asked, Engine& engine, int cancel_fd) {
  const Profile* profile = FindProfile(engine.config(), kProfile);
  if (profile == nullptr) {
    return Fault({500, "500 Internal Server Error",
                  "evalctl has no profile \"snekbox\""});
  }
  Request request;
  request.set_profile(std::string(kProfile));
  request.set_merge_output(true);
  Command& command = *request.add_commands();
  std::string fault;
  if (!ChooseExecutable(*profile, asked.executable, *command.add_argv(),
                        fault)) {
    return Fault({400, fault, ""});
  }
  fault = WriteFault(asked.files);
  if (!fault.empty()) return NoResult(fault);
  AddFiles(asked.files, request);

  size_t total = 0;
  for (const std::string& arg : asked.args) {
    if (absl::StrContains(arg, '\0')) {
      return NoResult("ValueError: embedded null byte");
    }
    std::string& added = *command.add_argv();
    added = arg;
    if (arg.size() > kMaxArgument && command.argv_size() == 3 &&
        command.argv(1) == "-c") {
      PassCodeByFile(added, request);
    }
    total += added.size() + 1;
    if (added.size() > kMaxArgument || total > kMaxArguments) {
      return Fault({400, "Request data failed validation",
                    absl::StrCat("args are longer than ", kMaxArgument,
                                 " bytes each or ", kMaxArguments,
                                 " in all; send the text as a file")});
    }
  }
  Response response = engine.Run(request, cancel_fd);
  if (response.has_error()) return EngineFault(response.error(), asked.files);
  if (response.commands().empty()) {
    return Fault({500, "500 Internal Server Error", "no command ran"});
  }
  // One of the profile's that this machine does not have.
  const std::string& exec_errno = response.commands(0).exec_errno();
  if (!asked.executable.empty() && !exec_errno.empty()) {
    return Fault({400,
                  exec_errno == "EACCES" ? "executable_path is not executable"
                                         : "executable_path does not exist",
                  ""});
  }
  HttpReply reply = Reply(response, *profile);
  AddOutcome(response, reply);
  return reply;
}

HttpReply Respond(const HttpRequest& request, Engine& engine, int cancel_fd) {
  if (request.method == "OPTIONS") {
    HttpReply reply;
    reply.headers.emplace_back("Allow", "POST");
    return reply;
  }
  if (request.method != "POST") {
    HttpReply reply = Fault({405, "405 Method Not Allowed", ""});
    reply.headers.emplace_back("Allow", "POST, OPTIONS");
    if (request.method == "HEAD") reply.body.clear();
    return reply;
  }
  std::string made;
  const auto body = TakeBody(request, made);
  if (!body) {
    return Fault(
        {415, "415 Unsupported Media Type",
         absl::StrCat(request.content_type, " is an unsupported media type.")});
  }
  SnekboxRequest asked;
  SnekboxFault fault;
  if (!ParseSnekbox(*body, asked, fault)) return Fault(fault);
  return Evaluate(asked, engine, cancel_fd);
}

}  // namespace

HttpReply Snekbox::Answer(const HttpRequest& request, Engine& engine,
                          int cancel_fd) const {
  HttpReply reply = Owns(request.path) ? Respond(request, engine, cancel_fd)
                                       : Fault({404, "404 Not Found", ""});
  const bool is_fault = reply.status >= 400 && !reply.body.empty();
  if (!is_fault || !PrefersXml(request.Header("Accept"))) return reply;
  return AsXml(std::move(reply));
}

}  // namespace jail::eval
