// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "config/parse.h"
#include "jail/seccomp/compile.h"
#include "jail/seccomp/oci.h"
#include "jail/seccomp/policy_error.h"
#include "jail/seccomp/policy_file.h"
#include "jail/seccomp/shipped.h"
#include "jail/sys/errno_name.h"
#include "jail/sys/fd.h"
#include "tools/jailctl/policy/loaded_policy.h"

namespace jail::jailctl {
namespace {

using seccomp::kMaxPolicyBytes;

// Of a policy, a profile or a config; a pipe too, for `<(command)`.
absl::StatusOr<std::string> ReadAll(const std::string& path) {
  const bool is_stdin = path == "-";
  Fd file;
  if (!is_stdin) {
    file = Fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
    if (file.get() < 0) return ErrnoStatus(errno, absl::StrCat(path, ": open"));
  }
  const int fd = is_stdin ? STDIN_FILENO : file.get();
  std::string text;
  char buffer[16384];
  while (true) {
    const ssize_t got = read(fd, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return ErrnoStatus(errno, absl::StrCat(path, ": read"));
    if (got == 0) return text;
    text.append(buffer, static_cast<size_t>(got));
    if (text.size() > kMaxPolicyBytes) {
      return absl::ResourceExhaustedError(absl::StrCat(
          path, ": is larger than ", kMaxPolicyBytes, " bytes, the most"));
    }
  }
}

std::optional<LoadedPolicy> LoadKafel(const std::string& text,
                                      const std::string& name,
                                      const std::vector<seccomp::Arch>& archs,
                                      std::vector<std::string>& errors) {
  seccomp::PolicyErrors found;
  auto policy = seccomp::ReadPolicy(text, name, archs,
                                    seccomp::IncludeBeneath(name), found);
  std::optional<seccomp::Program> filter;
  if (policy) filter = seccomp::Compile(*policy, found);
  for (const seccomp::PolicyError& error : found.list()) {
    errors.push_back(error.ToString());
  }
  if (!filter || !found.empty()) return std::nullopt;
  std::vector<std::string> notes;
  for (const seccomp::PolicyError& note : policy->notes) {
    notes.push_back(note.ToString());
  }
  return LoadedPolicy{name, *std::move(policy), *std::move(filter),
                      std::move(notes), false};
}

std::optional<LoadedPolicy> LoadOci(const std::string& text,
                                    const std::string& name,
                                    const std::vector<seccomp::Arch>& archs,
                                    std::vector<std::string>& errors) {
  seccomp::PolicyErrors found;
  seccomp::ProfileHost host = seccomp::ProfileHost::Current();
  // The profile itself says which others count.
  host.arch = archs[0];
  auto profile = seccomp::ReadOciProfile(text, name, host, found);
  for (const seccomp::PolicyError& error : found.list()) {
    errors.push_back(error.ToString());
  }
  if (!profile) return std::nullopt;
  return LoadedPolicy{name, std::move(profile->policy),
                      std::move(profile->filter), std::move(profile->notes),
                      true};
}

// The seccomp_strings of a config as one text, and the way back to its lines.
class ConfigText {
 public:
  explicit ConfigText(const ParsedConfig& config) : config_(config) {
    for (int i = 0; i < config.proto.seccomp_string_size(); ++i) {
      starts_.push_back(text_.size());
      absl::StrAppend(&text_, config.proto.seccomp_string(i), "\n");
    }
  }

  const std::string& text() const { return text_; }

  // A place of the text becomes one of the config.
  void Map(int& line, int& column) const {
    size_t offset = 0;
    for (int at = 1; at < line; ++at) {
      offset = std::min(text_.find('\n', offset), text_.size() - 1) + 1;
    }
    offset = std::min(offset + static_cast<size_t>(std::max(column, 1) - 1),
                      text_.size());
    size_t part = 0;
    while (part + 1 < starts_.size() && starts_[part + 1] <= offset) ++part;
    const std::string path = absl::StrCat("seccomp_string[", part, "]");
    if (const TextPlaces* places = config_.sources.FindText(path)) {
      const TextPlaces::Place place = places->Find(offset - starts_[part]);
      line = place.line;
      column = place.column;
    } else {
      line = config_.sources.Find(path).line;
      column = 0;
    }
  }

 private:
  const ParsedConfig& config_;
  std::string text_;
  std::vector<size_t> starts_;
};

// The filter is for these and for those that the config adds; what is wrong
// with its names, `jailctl check` says.
std::vector<seccomp::Arch> ArchsOf(const config::JailConfig& proto,
                                   std::vector<seccomp::Arch> archs) {
  if (archs != std::vector{seccomp::NativeArch()}) return archs;  // asked for
  for (const std::string& name : proto.seccomp_arch()) {
    const std::optional<seccomp::Arch> arch = seccomp::ArchOf(name);
    if (arch && std::find(archs.begin(), archs.end(), *arch) == archs.end()) {
      archs.push_back(*arch);
    }
  }
  return archs;
}

// The policy that stands in a config, or that it names.
std::optional<LoadedPolicy> LoadFromConfig(
    const std::string& text, const std::string& name,
    const std::vector<seccomp::Arch>& wanted,
    std::vector<std::string>& errors) {
  Diagnostics diagnostics;
  const ParsedConfig config =
      ParseConfig(text, name, ConfigFormat::kDetect, diagnostics);
  if (!diagnostics.ok()) {
    for (const Diagnostic& diagnostic : diagnostics.Sorted()) {
      errors.push_back(diagnostic.ToString());
    }
    return std::nullopt;
  }
  const config::JailConfig& proto = config.proto;
  const std::vector<seccomp::Arch> archs = ArchsOf(proto, wanted);
  if (!proto.seccomp_policy_file().empty()) {
    return LoadPolicy(proto.seccomp_policy_file(), archs, errors);
  }
  if (!proto.seccomp_oci_file().empty()) {
    return LoadPolicy(proto.seccomp_oci_file(), archs, errors);
  }
  if (proto.seccomp_string_size() == 0) {
    if (proto.seccomp_default() == config::JailConfig::NONE) {
      errors.push_back(
          absl::StrCat(name, ": names no policy, and seccomp_default is NONE"));
      return std::nullopt;
    }
    auto loaded =
        LoadPolicy(std::string(seccomp::kDefaultPolicyName), archs, errors);
    if (loaded) {
      loaded->notes.push_back(absl::StrCat(
          name, ": names no policy: this is the one in force then"));
    }
    return loaded;
  }
  const ConfigText policy_text(config);
  seccomp::PolicyErrors found;
  auto policy =
      seccomp::ReadPolicy(policy_text.text(), name, archs, nullptr, found);
  std::optional<seccomp::Program> filter;
  if (policy) filter = seccomp::Compile(*policy, found);
  for (seccomp::PolicyError error : found.list()) {
    if (error.file == name) policy_text.Map(error.line, error.column);
    errors.push_back(error.ToString());
  }
  if (!filter || !found.empty()) return std::nullopt;
  for (seccomp::ArchRules& arch : policy->archs) {
    for (seccomp::Rule& rule : arch.rules) {
      if (rule.place.file == 0) {
        policy_text.Map(rule.place.line, rule.place.column);
      }
    }
  }
  if (policy->default_place.line > 0) {
    policy_text.Map(policy->default_place.line, policy->default_place.column);
  }
  std::vector<std::string> notes;
  for (seccomp::PolicyError note : policy->notes) {
    if (note.file == name) policy_text.Map(note.line, note.column);
    notes.push_back(note.ToString());
  }
  return LoadedPolicy{name, *std::move(policy), *std::move(filter),
                      std::move(notes), false};
}

}  // namespace

std::optional<LoadedPolicy> LoadPolicy(const std::string& name,
                                       const std::vector<seccomp::Arch>& archs,
                                       std::vector<std::string>& errors) {
  if (seccomp::FindShippedPolicy(name) != nullptr) {
    // Alone, it says nothing of the calls that it does not name.
    return LoadKafel(name == seccomp::kDefaultPolicyName
                         ? std::string(seccomp::kDefaultPolicyText)
                         : absl::StrCat("USE ", name),
                     name, archs, errors);
  }
  absl::StatusOr<std::string> text = ReadAll(name);
  if (!text.ok()) {
    std::vector<std::string> shipped;
    for (const seccomp::ShippedPolicy& policy : seccomp::ShippedPolicies()) {
      shipped.emplace_back(policy.name);
    }
    errors.push_back(absl::StrCat(text.status().message(),
                                  seccomp::DidYouMean(name, shipped)));
    return std::nullopt;
  }
  if (absl::EndsWith(name, ".cfg")) {
    return LoadFromConfig(*text, name, archs, errors);
  }
  // No Kafel policy begins so.
  const size_t first = text->find_first_not_of(" \t\r\n");
  if (first != std::string::npos && (*text)[first] == '{') {
    return LoadOci(*text, name, archs, errors);
  }
  return LoadKafel(*text, name, archs, errors);
}

}  // namespace jail::jailctl
