// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/dialects/quartermaster.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "proto/eval.pb.h"
#include "proto/evalctl.pb.h"
#include "tools/evalctl/dialects/dialect.h"
#include "tools/evalctl/dialects/fastapi.h"
#include "tools/evalctl/dialects/http_text.h"
#include "tools/evalctl/dialects/json.h"
#include "tools/evalctl/dialects/outcome.h"
#include "tools/evalctl/dialects/python_text.h"
#include "tools/evalctl/dialects/quartermaster_images.h"

namespace jail::eval {
namespace {

constexpr size_t kMaxCodeBytes = 1'048'576;  // and of all files together
// "/metadata" of the jail is a link to this folder of the workspace.
constexpr absl::string_view kMetadataFolder = ".metadata";
constexpr absl::string_view kMetadataFile =
    ".metadata/.quartermaster_metadata.json";

constexpr absl::string_view kNoPrebuilds =
    "Prebuilt images are not made here: an image is a profile of evalctl.cfg, "
    "which the operator writes.";
constexpr absl::string_view kNoNetwork =
    "allow_network: programs have no network here.";

struct Asked {
  std::string code;
  std::string image = "python";  // as ImageName gives it
  std::map<std::string, std::string> files;
  std::string entrypoint;
  std::map<std::string, std::string> environment;
  std::optional<uint64_t> wall_time_ms, memory_bytes, disk_bytes, cpu_weight;
  bool network = false;
  bool has_spec = false;  // of a prebuilt image
};

constexpr double kMaxSize = uint64_t{1} << 60;

// "256m" or "1.5g", as Docker has sizes; nothing: it isn't one.
std::optional<uint64_t> ParseSize(absl::string_view text) {
  std::string lower = absl::AsciiStrToLower(text);
  absl::string_view number = lower;
  if (number.size() > 1) absl::ConsumeSuffix(&number, "b");
  uint64_t unit = 1;
  for (const auto& [letter, factor] :
       {std::pair<absl::string_view, uint64_t>{"k", 1 << 10},
        {"m", 1 << 20},
        {"g", 1 << 30}}) {
    if (absl::ConsumeSuffix(&number, letter)) unit = factor;
  }
  double value = 0;
  if (number.empty() ||
      number.find_first_not_of("0123456789.") != absl::string_view::npos ||
      !absl::SimpleAtod(number, &value) || value * unit < 1 ||
      value * unit > kMaxSize) {
    return std::nullopt;
  }
  return static_cast<uint64_t>(value * unit);
}

// 1024 shares are what a container has that says nothing, as a weight of 100
// is.
uint64_t WeightOf(int64_t shares) {
  constexpr int64_t kDefaultShares = 1024, kDefaultWeight = 100,
                    kMaxWeight = 10000;
  const int64_t most = kMaxWeight * kDefaultShares / kDefaultWeight;
  const int64_t weight =
      std::clamp<int64_t>(shares, 0, most) * kDefaultWeight / kDefaultShares;
  return static_cast<uint64_t>(std::max<int64_t>(weight, 1));
}

void ReadSize(Fields& fields, const char* name, std::optional<uint64_t>& bytes,
              BodyFaults& faults) {
  const auto text = fields.String(name);
  if (!text || !faults.empty()) return;
  bytes = ParseSize(*text);
  if (bytes) return;
  faults.Add("value_error", fields.Place(name),
             "Value error, a size is a number with k, m or g: 256m", *text,
             {{"error", Json::object()}});
}

void CheckSpec(const Json& spec, const Json& place, BodyFaults& faults) {
  if (!spec.is_object()) {
    faults.Add(
        "model_attributes_type", place,
        "Input should be a valid dictionary or object to extract fields from",
        spec);
    return;
  }
  Fields members(spec, place, faults);
  members.RequiredString("base_image");
  members.RequiredString("setup_script");
}

Asked ReadAsked(const Json& body, BodyFaults& faults) {
  Asked asked;
  Fields fields(body, {"body"}, faults);
  asked.code = fields.RequiredString("code");
  if (body.contains("image")) {
    asked.image = ImageName(fields.RequiredString("image"));
  }
  asked.files = fields.StringMap("files").value_or(asked.files);
  asked.entrypoint = fields.String("entrypoint").value_or("");
  const size_t before = faults.size();
  const auto timeout = fields.Integer("timeout");
  if (faults.size() > before) {
    // It is no number of seconds.
  } else if (timeout && *timeout <= 0) {
    faults.Add("greater_than", fields.Place("timeout"),
               "Input should be greater than 0", body["timeout"], {{"gt", 0}});
  } else if (timeout) {
    asked.wall_time_ms =
        std::min<uint64_t>(static_cast<uint64_t>(*timeout),
                           std::numeric_limits<uint64_t>::max() / 1000) *
        1000;
  }
  ReadSize(fields, "mem_limit", asked.memory_bytes, faults);
  ReadSize(fields, "disk_limit", asked.disk_bytes, faults);
  if (const auto shares = fields.Integer("cpu_shares")) {
    asked.cpu_weight = WeightOf(*shares);
  }
  asked.network = fields.Boolean("allow_network", false);
  asked.environment =
      fields.StringMap("environment").value_or(asked.environment);
  for (const char* name :
       {"ENCODED_CODE", "ENCODED_FILES", "CUSTOM_ENTRYPOINT"}) {
    if (!asked.environment.contains(name)) continue;
    faults.Add("value_error", fields.Place("environment"),
               absl::StrCat("Value error, Environment variable '", name,
                            "' is reserved and cannot be set."),
               body["environment"], {{"error", Json::object()}});
    break;
  }
  if (body.contains("prebuild_spec") && !body["prebuild_spec"].is_null()) {
    asked.has_spec = true;
    CheckSpec(body["prebuild_spec"], fields.Place("prebuild_spec"), faults);
  }
  return asked;
}

// More than the profile allows is the client's fault, and not cut down.
void CheckLimits(const Asked& asked, const Profile& profile, const Json& body,
                 BodyFaults& faults) {
  const auto check = [&](const char* name, std::optional<uint64_t> value,
                         bool limited, uint64_t most, uint64_t unit) {
    if (!value || !limited || *value <= most) return;
    faults.Add(
        "less_than_equal", Json::array({"body", name}),
        absl::StrCat("Input should be less than or equal to ", most / unit),
        body[name], {{"le", most / unit}});
  };
  const Limits& max = profile.max_limits();
  check("timeout", asked.wall_time_ms, max.has_wall_time_ms(),
        max.wall_time_ms(), 1000);
  check("mem_limit", asked.memory_bytes, max.has_memory_bytes(),
        max.memory_bytes(), 1);
  check("disk_limit", asked.disk_bytes, max.has_workspace_bytes(),
        max.workspace_bytes(), 1);
}

// Without "." and empty parts; nothing for what quartermaster refuses.
std::optional<std::string> CleanName(absl::string_view name) {
  if (absl::StartsWith(name, "/") || absl::StrContains(name, "..") ||
      absl::StrContains(name, '\0')) {
    return std::nullopt;
  }
  std::vector<absl::string_view> parts;
  for (absl::string_view part : absl::StrSplit(name, '/', absl::SkipEmpty())) {
    if (part != ".") parts.push_back(part);
  }
  if (parts.empty()) return std::nullopt;
  return absl::StrJoin(parts, "/");
}

// What is refused after the schema, in quartermaster's order.
std::optional<HttpReply> Refusal(const Asked& asked) {
  if (asked.code.empty() && asked.entrypoint.empty()) {
    return Detail(400, "Either code or entrypoint must be provided.");
  }
  size_t bytes = asked.code.size();
  for (const auto& [name, text] : asked.files) bytes += text.size();
  if (bytes > kMaxCodeBytes) {
    return Detail(413, "Code size exceeds the limit.");
  }
  for (const auto& [name, text] : asked.files) {
    if (!CleanName(name)) {
      return Detail(400, absl::StrCat("Invalid filename: ", name));
    }
  }
  return std::nullopt;
}

HttpReply NoImage(const Asked& asked) {
  if (absl::StartsWith(asked.image, "prebuilt-")) {
    if (asked.has_spec) {
      return Detail(503,
                    absl::StrCat("Prebuilt image '", asked.image,
                                 "' could not be rebuilt: ", kNoPrebuilds));
    }
    return Detail(404, absl::StrCat("Image '", asked.image,
                                    "' not found. Build it with: make "
                                    "build-runtime lang=",
                                    asked.image));
  }
  return Detail(404, absl::StrCat("Image 'code-runner-", asked.image,
                                  "' not found. Build it with: make "
                                  "build-runtime lang=",
                                  asked.image));
}

// The module for metadata, then the code, then the files: later ones replace.
Request MakeRequest(const Asked& asked, const Profile& profile) {
  std::map<std::string, std::string> files;
  const Sdk sdk = FindSdk(asked.image);
  if (!sdk.file.empty()) files[std::string(sdk.file)] = std::string(sdk.text);
  if (!asked.code.empty()) files[profile.main_file()] = asked.code;
  for (const auto& [name, text] : asked.files) files[*CleanName(name)] = text;
  files[absl::StrCat(kMetadataFolder, "/.keep")] = "";

  Request request;
  request.set_profile(profile.name());
  for (const auto& [name, text] : files) {
    File& file = *request.add_files();
    file.set_path(name);
    file.set_text(text);
  }
  if (!asked.entrypoint.empty()) {
    Command& command = *request.add_commands();
    for (const char* word : {"/bin/sh", "-c"}) command.add_argv(word);
    command.add_argv(asked.entrypoint);
  } else {
    for (const RunnerCommand& runner : profile.runner()) {
      Command& command = *request.add_commands();
      *command.mutable_argv() = runner.argv();
      *command.mutable_limits() = runner.limits();
      command.set_stop_on_failure(true);
    }
  }
  for (const auto& [name, text] : asked.environment) {
    (*request.mutable_environment())[name] = text;
  }
  Limits& limits = *request.mutable_limits();
  if (asked.wall_time_ms) limits.set_wall_time_ms(*asked.wall_time_ms);
  if (asked.memory_bytes) limits.set_memory_bytes(*asked.memory_bytes);
  if (asked.cpu_weight) limits.set_cpu_weight(*asked.cpu_weight);
  if (asked.disk_bytes) limits.set_workspace_bytes(*asked.disk_bytes);
  request.mutable_collect()->add_patterns(std::string(kMetadataFile));
  return request;
}

// What the program wrote for set_metadata(); null for what is no object.
Json Metadata(const Response& response) {
  for (const CollectedFile& file : response.files()) {
    if (file.path() != kMetadataFile) continue;
    JsonFault fault;
    const auto value =
        ParseJson(file.has_text() ? file.text() : file.base64(), fault);
    if (value && value->is_object()) return *value;
  }
  return nullptr;
}

HttpReply Told(Response& response) {
  std::string out;
  std::string err;
  int code = 0;
  const auto add = [](Output& output, std::string& text) {
    std::string bytes = Bytes(std::move(output));
    if (text.empty()) {
      text = std::move(bytes);
    } else {
      text += bytes;
    }
  };
  for (CommandResult& result : *response.mutable_commands()) {
    add(*result.mutable_stdout(), out);
    add(*result.mutable_stderr(), err);
    code = TimedOut(result) ? -1 : ShellStatus(result);
  }
  for (std::string* text : {&out, &err}) {
    if (!FindUtf8Fault(*text)) continue;
    text->clear();
    code = -1;
  }
  const double seconds =
      static_cast<double>(response.timing().total_us()) / 1e6;
  HttpReply reply;
  reply.body = "{\"stdout\":\"";
  reply.rest.AddEscaped(std::move(out));
  reply.rest.AddText("\",\"stderr\":\"");
  reply.rest.AddEscaped(std::move(err));
  reply.rest.AddText(absl::StrCat(
      "\",\"exit_code\":", code,
      ",\"execution_time\":", PythonRepr(std::round(seconds * 1e4) / 1e4),
      ",\"metadata\":", DumpCompact(Metadata(response)), "}"));
  AddOutcome(response, reply);
  return reply;
}

HttpReply Run(const HttpRequest& request, Engine& engine, int cancel_fd) {
  BodyFaults faults;
  const std::optional<Json> body = ReadObject(request, faults);
  if (!body) return faults.Reply();
  const Asked asked = ReadAsked(*body, faults);
  if (!faults.empty()) return faults.Reply();
  if (auto refusal = Refusal(asked)) return *std::move(refusal);
  const Profile* profile = FindImage(engine.config(), asked.image);
  if (profile == nullptr) return NoImage(asked);
  if (asked.network) return Detail(501, kNoNetwork);
  CheckLimits(asked, *profile, *body, faults);
  if (!faults.empty()) return faults.Reply();
  Response response = engine.Run(MakeRequest(asked, *profile), cancel_fd);
  return response.has_error() ? EngineFault(response.error()) : Told(response);
}

constexpr absl::string_view kPrefix = "prebuilt-";
constexpr absl::string_view kOfOnePrebuild = "/prebuilds/";

bool IsPrebuild(absl::string_view path) {
  if (path == "/prebuild" || path == "/prebuilds") return true;
  return absl::ConsumePrefix(&path, kOfOnePrebuild) && !path.empty() &&
         !absl::StrContains(path, '/');
}

HttpReply NotAllowed(absl::string_view allowed) {
  HttpReply reply = Detail(405, "Method Not Allowed");
  reply.headers.emplace_back("Allow", allowed);
  return reply;
}

// Of a service that makes none, to a request that is right.
HttpReply MakePrebuild(const HttpRequest& request) {
  BodyFaults faults;
  const std::optional<Json> body = ReadObject(request, faults);
  if (!body) return faults.Reply();
  Fields fields(*body, {"body"}, faults);
  const auto refuse = [&](const char* name, absl::string_view what) {
    faults.Add("value_error", fields.Place(name),
               absl::StrCat("Value error, ", what), (*body)[name],
               {{"error", Json::object()}});
  };
  const size_t count = faults.size();
  const std::string tag = fields.RequiredString("tag");
  if (faults.size() == count) {
    absl::string_view bare = absl::StripAsciiWhitespace(tag);
    if (bare.empty()) {
      refuse("tag", "Tag cannot be empty.");
    } else {
      absl::ConsumePrefix(&bare, kPrefix);
      const bool is_name = std::all_of(bare.begin(), bare.end(), [](char c) {
        return absl::ascii_isalnum(c) || absl::StrContains("-_.", c) ||
               !absl::ascii_isascii(c);
      });
      if (!is_name) {
        refuse("tag",
               "Tag must contain only alphanumeric characters, hyphens, "
               "underscores, or dots.");
      }
    }
  }
  if (body->contains("base_image")) {
    const size_t before = faults.size();
    const std::string base = fields.RequiredString("base_image");
    if (faults.size() == before && absl::StartsWith(ImageName(base), kPrefix)) {
      refuse("base_image",
             absl::StrCat("Unsupported base image '", base,
                          "'. Supported: python, node, bun, go, deno, rust"));
    }
  }
  fields.RequiredString("setup_script");
  return faults.empty() ? Detail(501, kNoPrebuilds) : faults.Reply();
}

// "max_age_days" of the query: a whole number that is not negative, or absent.
HttpReply Cleanup(absl::string_view query) {
  constexpr absl::string_view kField = "max_age_days";
  BodyFaults faults;
  for (const auto& [name, value] : FormFields(query)) {
    int64_t days = 0;
    if (name != kField) continue;
    const Json place = Json::array({"query", std::string(kField)});
    if (!absl::SimpleAtoi(value, &days)) {
      faults.Add("int_parsing", place,
                 "Input should be a valid integer, unable to parse string as "
                 "an integer",
                 value);
    } else if (days < 0) {
      faults.Add("greater_than_equal", place,
                 "Input should be greater than or equal to 0", value,
                 {{"ge", 0}});
    }
  }
  return faults.empty() ? Detail(501, kNoPrebuilds) : faults.Reply();
}

HttpReply Prebuilds(const HttpRequest& request) {
  absl::string_view path = request.path;
  if (path == "/prebuild") {
    return request.method == "POST" ? MakePrebuild(request)
                                    : NotAllowed("POST");
  }
  if (path == "/prebuilds") {
    return request.method == "GET" ? Detail(501, kNoPrebuilds)
                                   : NotAllowed("GET");
  }
  absl::ConsumePrefix(&path, kOfOnePrebuild);
  if (path == "cleanup" && request.method == "POST") {
    return Cleanup(request.query);
  }
  if (request.method != "GET" && request.method != "DELETE") {
    return NotAllowed("GET");
  }
  // There is none.
  absl::ConsumePrefix(&path, kPrefix);
  return Detail(
      404, absl::StrCat("Prebuilt image '", kPrefix, path, "' not found."));
}

bool IsList(absl::string_view path) {
  return path == "/images" || path == "/runtimes";
}

}  // namespace

bool Quartermaster::Owns(absl::string_view path) const {
  return path == "/run" || path == "/health" || IsList(path) ||
         IsPrebuild(path);
}

// What is there, and not what anybody does with it: that service's clients ask
// for it before they have a key.
bool Quartermaster::IsOpen(absl::string_view method,
                           absl::string_view path) const {
  return method == "GET" && (path == "/health" || IsList(path));
}

HttpReply Quartermaster::Respond(const HttpRequest& request, Engine& engine,
                                 int cancel_fd) const {
  const std::string& path = request.path;
  if (IsPrebuild(path)) return Prebuilds(request);
  if (!Owns(path) && path != "/") return Detail(404, "Not Found");
  const char* method = path == "/run" ? "POST" : "GET";
  if (request.method != method) return NotAllowed(method);
  if (path == "/run") return Run(request, engine, cancel_fd);
  if (path == "/health") return Health(engine.config(), request.has_keys);
  if (IsList(path)) return ListImages(engine.config());
  return JsonReply(200, {{"message", "Code Runner is operational."}});
}

}  // namespace jail::eval
