// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// evalctl run
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "jail/sys/errno_name.h"
#include "jail/sys/fd.h"
#include "jail/sys/printable.h"
#include "tools/evalctl/command_run_api.h"
#include "tools/evalctl/commands.h"
#include "tools/evalctl/engine.h"
#include "tools/evalctl/request_json.h"
#include "tools/evalctl/save_files.h"

namespace jail::eval {
namespace {

struct Options {
  std::string config;
  std::string profile;
  std::string save_files;
  ApiOptions api;
  bool pretty = false;
  bool has_code = false;
  std::string code;                // -c
  std::vector<std::string> words;  // the rest
};

int Complain(const std::string& what) {
  std::fprintf(stderr, "evalctl: %s\n", what.c_str());
  return kBadRequest;
}

Options OptionsOf(const CommandLine& line) {
  Options options;
  options.config = line.Value("--config", DefaultConfigPath());
  options.profile = line.Value("--profile");
  options.save_files = line.Value("--save-files");
  options.api = {line.Value("--api"), line.Value("--api-path"),
                 line.Has("--with-status")};
  options.pretty = line.Has("--pretty");
  options.has_code = line.Has("-c");
  options.code = line.Value("-c");
  options.words = line.operands;
  return options;
}

absl::StatusOr<std::string> ReadInput(const std::string& path) {
  if (path == "-") return ReadFd(0, "stdin", kMaxRequestBytes);
  return ReadFile(path, kMaxRequestBytes);
}

// The profile whose scripts end so; empty: none.
std::string ProfileOf(const Config& config, const std::string& script) {
  for (const Profile& profile : config.profiles()) {
    if (!profile.file_extension().empty() &&
        absl::EndsWith(script, profile.file_extension())) {
      return profile.name();
    }
  }
  return "";
}

// 0, or the exit status.  `error` has a kind when the request is at fault.
int MakeRequest(const Options& options, const Config& config, Request& request,
                Error& error) {
  if (options.has_code) {
    request.set_code(options.code);
    request.set_profile(options.profile);
    for (const std::string& word : options.words) request.add_args(word);
    return 0;
  }
  const std::string path = options.words.empty() ? "-" : options.words[0];
  const absl::StatusOr<std::string> text = ReadInput(path);
  if (!text.ok()) return Complain(std::string(text.status().message()));
  const bool is_script = path != "-" && !absl::EndsWith(path, ".json");
  if (!is_script) {
    if (options.words.size() > 1) {
      return Complain(options.words[1] + ": a request takes no arguments");
    }
    if (ParseRequest(*text, request, error)) {
      error.Clear();
      if (!options.profile.empty()) request.set_profile(options.profile);
    }
    return 0;
  }
  request.set_code(*text);
  request.set_profile(options.profile.empty() ? ProfileOf(config, path)
                                              : options.profile);
  if (request.profile().empty()) {
    return Complain(path +
                    ": no profile has this ending: name one by "
                    "--profile");
  }
  for (size_t i = 1; i < options.words.size(); ++i) {
    request.add_args(options.words[i]);
  }
  return 0;
}

// `--api`: the body as it is, whatever it holds.
int RunApi(const Options& options, Engine& engine) {
  if (options.words.size() > 1) {
    return Complain(options.words[1] + ": --api takes one file");
  }
  // GET: nothing is read.
  const bool has_body = !options.words.empty() || options.api.path.empty();
  absl::StatusOr<std::string> body = std::string();
  if (has_body)
    body = ReadInput(options.words.empty() ? "-" : options.words[0]);
  if (!body.ok()) return Complain(std::string(body.status().message()));
  return RunApiRequest(options.api, *std::move(body), engine);
}

int StatusOf(const Response& response) {
  if (!response.has_error()) return kServed;
  return response.error().kind() == Error::BAD_REQUEST ? kBadRequest
                                                       : kOurFault;
}

bool PrintLine(Body line) {
  line.AddText("\n");
  for (absl::string_view piece = line.Next(); !piece.empty();
       piece = line.Next()) {
    if (std::fwrite(piece.data(), 1, piece.size(), stdout) != piece.size()) {
      return false;
    }
  }
  return std::fflush(stdout) == 0;
}

}  // namespace

int RunRequest(const CommandLine& line) {
  const Options options = OptionsOf(line);
  std::vector<std::string> errors;
  const std::unique_ptr<Engine> engine =
      MakeEngine(options.config, errors, PlanProfiles::kAtFirstUse);
  for (const std::string& error : errors) Complain(error);
  if (engine == nullptr) return kOurFault;
  if (!options.api.api.empty()) return RunApi(options, *engine);

  Request request;
  Response response;
  Error error;
  if (const int status = MakeRequest(options, engine->config(), request, error);
      status != 0) {
    return status;
  }
  if (error.kind() != Error::KIND_UNSPECIFIED) {
    *response.mutable_error() = error;
  } else {
    response = engine->Run(request);
  }
  const int status = StatusOf(response);
  absl::Status saved;
  if (!options.save_files.empty() && !response.has_error()) {
    saved = SaveFiles(response, options.save_files);
  }
  if (!PrintLine(ResponseJson(std::move(response), options.pretty))) {
    Complain(absl::StrCat("stdout: ", DescribeErrno(errno)));
    return kOurFault;
  }
  if (!saved.ok()) {
    Complain(std::string(saved.message()));
    return kOurFault;
  }
  return status;
}

}  // namespace jail::eval
