// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/benchmark/oci.h"

#include <errno.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "jail/sys/errno_name.h"

namespace jail::benchmark {
namespace {

namespace fs = std::filesystem;

// The paths and arguments here are ours: none needs escaping.
std::string Quoted(const std::string& text) {
  return absl::StrCat("\"", text, "\"");
}

std::string ConfigJson(const Setting& setting, const Workload& workload,
                       const Identity& identity) {
  std::vector<std::string> args, mounts, namespaces;
  for (const std::string& arg : workload.inside) args.push_back(Quoted(arg));
  for (const Bind& bind : setting.binds) {
    mounts.push_back(
        absl::StrCat(R"({"destination":)", Quoted(bind.target),
                     R"(,"type":"bind","source":)", Quoted(bind.source),
                     R"(,"options":["rbind","ro","nosuid","nodev"]})"));
  }
  mounts.push_back(R"({"destination":"/tmp","type":"tmpfs","source":"tmpfs",)"
                   R"("options":["nosuid","nodev"]})");
  mounts.push_back(R"({"destination":"/proc","type":"proc","source":"proc"})");
  for (const char* name :
       {"user", "mount", "pid", "network", "ipc", "uts", "cgroup"}) {
    namespaces.push_back(absl::StrCat(R"({"type":")", name, R"("})"));
  }
  auto map = [](uint32_t outside) {
    return absl::StrCat(R"([{"containerID":0,"hostID":)", outside,
                        R"(,"size":1}])");
  };
  return absl::StrCat(
      R"({"ociVersion":"1.0.0","process":{"terminal":false,)",
      R"("user":{"uid":0,"gid":0},"cwd":"/","noNewPrivileges":true,)",
      R"("env":["PATH=/usr/bin"],"args":[)", absl::StrJoin(args, ","),
      R"(]},"root":{"path":"rootfs","readonly":true},"hostname":"bench",)",
      R"("mounts":[)", absl::StrJoin(mounts, ","), R"(],"linux":{)",
      R"("uidMappings":)", map(identity.uid), R"(,"gidMappings":)",
      map(identity.gid), R"(,"namespaces":[)", absl::StrJoin(namespaces, ","),
      "]}}\n");
}

// A directory with config.json, state and an empty root file system that has
// the targets of the mounts.
absl::Status MakeBundle(const std::string& bundle, const Setting& setting,
                        const Workload& workload, const Identity& identity) {
  // crun makes the devices that the OCI specification promises: it wants /dev.
  std::vector<std::string> directories = {"/state", "/rootfs/tmp",
                                          "/rootfs/proc", "/rootfs/dev"};
  for (const Bind& bind : setting.binds) {
    directories.push_back("/rootfs" + bind.target);
  }
  std::error_code error;
  for (const std::string& directory : directories) {
    fs::create_directories(bundle + directory, error);
  }
  std::ofstream file(bundle + "/config.json");
  file << ConfigJson(setting, workload, identity);
  file.close();
  if (error || !file) {
    return absl::UnavailableError(absl::StrCat("cannot make ", bundle));
  }
  if (geteuid() != 0) return absl::OkStatus();
  for (const char* path : {"", "/rootfs", "/rootfs/dev", "/state"}) {
    if (chown((bundle + path).c_str(), identity.uid, identity.gid) != 0) {
      return ErrnoStatus(errno, absl::StrCat("chown ", bundle, path));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Contender> OciContender(const std::string& name,
                                       const std::string& program,
                                       const Setting& setting,
                                       const Workload& workload,
                                       const Identity& identity) {
  const std::string bundles = absl::StrCat(
      setting.directory, "/", name, "-", identity.uid, "-", workload.name, "-");
  for (int slot = 0; slot < kSlots; slot++) {
    absl::Status made =
        MakeBundle(absl::StrCat(bundles, slot), setting, workload, identity);
    if (!made.ok()) return made;
  }
  const std::string bundle = bundles + kSlotMark;
  Contender contender{.name = name};
  contender.argv = {
      program, "--root", bundle + "/state",
      // crun would ask systemd, or write to cgroups that the others leave
      // alone.  runc knows no such option; in rootless mode it goes on without
      // cgroups where it may not make them.
      name == "crun" ? "--cgroup-manager=disabled" : "--rootless=true", "run",
      "--bundle", bundle, kIdMark};
  return contender;
}

}  // namespace jail::benchmark
