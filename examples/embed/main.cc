// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// Runs a command in a jail from within a program of your own:
//
//   embed /usr/bin/id
#include <cstdio>
#include <string>
#include <vector>

#include "jail/launcher.h"

constexpr char kConfig[] = R"(
  name: "embed"
  time_limit: 5
  mount { src: "/usr" dst: "/usr" is_bind: true }
  mount { src: "usr/lib" dst: "/lib" is_symlink: true }
  mount { src: "usr/lib64" dst: "/lib64" is_symlink: true }
)";

int main(int argc, char** argv) {
  std::vector<std::string> errors;
  std::vector<std::string> command(argv + 1, argv + argc);
  auto launcher = jail::Launcher::Make(
      {.text = kConfig, .name = "embed.cfg", .command = command}, errors);
  for (const std::string& error : errors) {
    std::fprintf(stderr, "embed: %s\n", error.c_str());
  }
  if (launcher == nullptr) return 255;

  jail::Result result;
  auto running = launcher->Launch({}, result);
  if (running != nullptr) result = running->Wait();
  if (result.outcome == jail::Outcome::kSetupFailed) {
    std::fprintf(stderr, "embed: %s\n", result.error.c_str());
  } else {
    std::fprintf(stderr, "embed: status %d after %lld us, %llu bytes\n",
                 result.exit_status,
                 static_cast<long long>(result.wall_time.count()),
                 static_cast<unsigned long long>(result.max_rss_bytes));
  }
  return result.exit_status;
}
