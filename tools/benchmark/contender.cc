// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/benchmark/contender.h"

#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "jail/sys/errno_name.h"
#include "tools/benchmark/oci.h"

namespace jail::benchmark {
namespace {

namespace fs = std::filesystem;

constexpr char kInside[] = "/bench";  // where Setting::programs stands inside
constexpr int kBinds = 10;

using Argv = std::vector<std::string>;

void Append(Argv& argv, const Argv& more) {
  argv.insert(argv.end(), more.begin(), more.end());
}

// The first of the usual places that has an executable `name`.
std::string FindProgram(const std::string& name) {
  for (const char* directory : {"/usr/local/bin", "/usr/bin", "/usr/sbin"}) {
    std::string path = absl::StrCat(directory, "/", name);
    if (access(path.c_str(), X_OK) == 0) return path;
  }
  return "";
}

std::string FirstLine(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

absl::Status WriteText(const std::string& path, const std::string& text) {
  std::ofstream file(path);
  file << text;
  file.close();
  if (!file) return absl::UnavailableError(absl::StrCat("cannot write ", path));
  return absl::OkStatus();
}

std::string ConfigText(const Setting& setting) {
  // The others do not change the priority: this one is the benchmark's own.
  std::string text =
      absl::StrCat("name: \"bench\"\nmount_proc: true\nnice_level: ",
                   getpriority(PRIO_PROCESS, 0), "\n");
  for (const Bind& bind : setting.binds) {
    absl::StrAppend(&text, "mount { src: \"", bind.source, "\" dst: \"",
                    bind.target,
                    "\" is_bind: true nosuid: true nodev: true }\n");
  }
  absl::StrAppend(&text,
                  "mount { dst: \"/tmp\" fstype: \"tmpfs\" rw: true }\n");
  return text;
}

Argv FloorArgv(const Setting& setting) {
  Argv argv = {setting.programs + "/floor"};
  for (const Bind& bind : setting.binds) {
    Append(argv, {"-b", absl::StrCat(bind.source, ":", bind.target.substr(1))});
  }
  return argv;
}

Argv BubblewrapArgv(const std::string& program, const Setting& setting) {
  // As process 1 the target costs no process of bubblewrap's own: its fastest
  // shape, and the same as jail's.
  Argv argv = {
      program,         "--unshare-user",    "--unshare-ipc",    "--unshare-pid",
      "--unshare-net", "--unshare-uts",     "--unshare-cgroup", "--as-pid-1",
      "--new-session", "--die-with-parent", "--cap-drop",       "ALL"};
  for (const Bind& bind : setting.binds) {
    Append(argv, {"--ro-bind", bind.source, bind.target});
  }
  Append(argv, {"--tmpfs", "/tmp", "--proc", "/proc", "--"});
  return argv;
}

// The workload that looks whether the isolation is there, run through the
// launcher; empty when it is.
std::string WhyNot(const Contender& contender, const Identity& identity) {
  struct Argument {
    Argv argv;
  } argument{contender.Launch(0)};
  absl::StatusOr<std::string> said = RunAs(
      identity,
      [](const void* pointer) -> absl::StatusOr<std::string> {
        absl::StatusOr<Output> output =
            Capture(static_cast<const Argument*>(pointer)->argv);
        if (!output.ok()) return output.status();
        if (output->exit_status == 0) return std::string();
        return absl::StrCat("exit status ", output->exit_status, ": ",
                            FirstLine(output->error));
      },
      &argument);
  return said.ok() ? *said : std::string(said.status().message());
}

std::string VersionOf(const std::string& program) {
  Argv argv = {"/bin/sh", "-c", "exec \"$0\" --version >&3", program};
  absl::StatusOr<Output> output = Capture(argv);
  if (!output.ok() || output->exit_status != 0) return "";
  return FirstLine(output->result);
}

}  // namespace

absl::StatusOr<Setting> MakeSetting(const std::string& programs,
                                    const std::string& jail) {
  Setting setting;
  setting.jail = jail;
  if (const char* nsjail = getenv("NSJAIL")) setting.nsjail = nsjail;
  std::string pattern = "/tmp/jail-bench.XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) {
    return ErrnoStatus(errno, "mkdtemp");
  }
  setting.directory = pattern;
  setting.programs = pattern + "/programs";
  std::error_code error;
  // A checkout may be closed to the unprivileged user: its programs are copied.
  fs::permissions(pattern, fs::perms(0755), error);
  fs::create_directory(setting.programs, error);
  for (const char* name : {"noop", "floor", "witness", "peak_rss"}) {
    fs::copy_file(absl::StrCat(programs, "/", name),
                  absl::StrCat(setting.programs, "/", name), error);
    if (error) {
      RemoveSetting(setting);
      return absl::NotFoundError(
          absl::StrCat(programs, "/", name, ": ", error.message()));
    }
  }
  if (access(jail.c_str(), X_OK) == 0) {
    setting.jail = setting.directory + "/jail";
    fs::copy_file(jail, setting.jail, error);
  }

  setting.binds.push_back({setting.programs, kInside});
  for (const char* path :
       {"/usr", "/lib", "/lib64", "/bin", "/sbin", "/etc", "/opt", "/srv",
        "/home", "/media", "/boot", "/root", "/run", "/mnt"}) {
    if (setting.binds.size() == kBinds) break;
    if (fs::is_directory(path, error)) setting.binds.push_back({path, path});
  }
  if (setting.binds.size() != kBinds) {
    RemoveSetting(setting);
    return absl::NotFoundError("not enough directories to bind");
  }
  return setting;
}

void RemoveSetting(const Setting& setting) {
  std::error_code error;
  if (!setting.directory.empty()) fs::remove_all(setting.directory, error);
}

Workload NoOp(const Setting& setting) {
  return {
      "no-op", {setting.programs + "/noop"}, {absl::StrCat(kInside, "/noop")}};
}

Workload Python() {
  Argv argv = {"/usr/bin/python3", "-I", "-S", "-c", "pass"};
  return {"python3", argv, argv};
}

Workload Witness(const Setting& setting) {
  Workload workload{"witness",
                    {setting.programs + "/witness"},
                    {absl::StrCat(kInside, "/witness")}};
  for (const char* name :
       {"user", "mnt", "pid", "net", "ipc", "uts", "cgroup"}) {
    std::error_code error;
    fs::path link =
        fs::read_symlink(absl::StrCat("/proc/self/ns/", name), error);
    Append(workload.inside, {"-n", link.string()});
  }
  for (const Bind& bind : setting.binds) {
    Append(workload.inside, {"-r", bind.target});
  }
  return workload;
}

std::vector<std::string> Contender::Launch(int sequence) const {
  Argv launched;
  for (const std::string& arg : argv) {
    launched.push_back(absl::StrReplaceAll(
        arg, {{kIdMark, absl::StrCat("jail-bench-", getpid(), "-", sequence)},
              {kSlotMark, absl::StrCat(sequence % kSlots)}}));
  }
  return launched;
}

absl::StatusOr<std::vector<Contender>> MakeContenders(
    const Setting& setting, const Workload& workload,
    const Identity& identity) {
  std::vector<Contender> contenders;
  Contender bare{.name = "bare", .argv = workload.outside};
  contenders.push_back(bare);

  const std::string config = setting.directory + "/jail.cfg";
  absl::Status written = WriteText(config, ConfigText(setting));
  if (!written.ok()) return written;

  // How to run `inside` under each launcher.
  using Build = std::function<absl::StatusOr<Contender>(const Workload&)>;
  struct Entry {
    std::string name, program;
    Build build;
  };
  std::vector<Entry> entries;
  auto plain = [](const std::string& name, Argv argv) {
    return [name, argv](const Workload& target) -> absl::StatusOr<Contender> {
      Contender contender{.name = name, .argv = argv};
      Append(contender.argv, target.inside);
      return contender;
    };
  };
  entries.push_back({"floor", setting.programs + "/floor",
                     plain("floor", FloorArgv(setting))});
  entries.push_back({"jail", setting.jail,
                     plain("jail", {setting.jail, "--config", config, "--"})});
  const std::string bwrap = FindProgram("bwrap");
  entries.push_back({"bubblewrap", bwrap,
                     plain("bubblewrap", BubblewrapArgv(bwrap, setting))});
  for (const char* runtime : {"crun", "runc"}) {
    const std::string program = FindProgram(runtime);
    entries.push_back(
        {runtime, program, [&, program, runtime](const Workload& target) {
           return OciContender(runtime, program, setting, target, identity);
         }});
  }
  entries.push_back(
      {"nsjail", setting.nsjail,
       plain("nsjail", {setting.nsjail, "-Q", "--config", config, "--"})});

  for (const Entry& entry : entries) {
    if (entry.program.empty() || access(entry.program.c_str(), X_OK) != 0) {
      contenders.push_back(
          {.name = entry.name,
           .missing = entry.name == "nsjail" && entry.program.empty()
                          ? "NSJAIL names none"
                          : "not installed"});
      continue;
    }
    absl::StatusOr<Contender> witness = entry.build(Witness(setting));
    if (!witness.ok()) return witness.status();
    absl::StatusOr<Contender> contender = entry.build(workload);
    if (!contender.ok()) return contender.status();
    contender->missing = WhyNot(*witness, identity);
    if (entry.name != "floor") contender->version = VersionOf(entry.program);
    contenders.push_back(*std::move(contender));
  }
  return contenders;
}

}  // namespace jail::benchmark
