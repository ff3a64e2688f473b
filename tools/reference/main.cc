// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// Writes the manuals and the completions of the shells into a folder that is
// laid out like /usr/share:
//
//   jail-reference DESCRIPTOR_SET VERSION FOLDER
//
// DESCRIPTOR_SET is what `protoc --include_source_info` makes of
// proto/jail.proto: compiled code has no comments.
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "tools/reference/eval_pages.h"
#include "tools/reference/manual.h"
#include "tools/reference/shell.h"

namespace {

bool Write(const std::filesystem::path& path, const std::string& text) {
  std::error_code ignored;  // a folder that is missing shows below
  std::filesystem::create_directories(path.parent_path(), ignored);
  std::ofstream file(path);
  file << text;
  file.close();
  if (!file)
    std::fprintf(stderr, "jail-reference: %s: can't be written\n",
                 path.c_str());
  return !file.fail();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr,
                 "usage: jail-reference DESCRIPTOR_SET VERSION FOLDER\n");
    return 2;
  }
  const std::string version = argv[2];
  const std::filesystem::path share = argv[3];

  google::protobuf::FileDescriptorSet set;
  std::ifstream input(argv[1], std::ios::binary);
  google::protobuf::DescriptorPool pool;
  const google::protobuf::FileDescriptor* file = nullptr;
  if (set.ParseFromIstream(&input) && set.file_size() == 1) {
    file = pool.BuildFile(set.file(0));
  }
  if (file == nullptr || file->FindMessageTypeByName("JailConfig") == nullptr) {
    std::fprintf(stderr, "jail-reference: %s: does not declare JailConfig\n",
                 argv[1]);
    return 1;
  }
  const bool is_written =
      Write(share / "man/man1/jail.1", jail::JailManual(version)) &&
      Write(share / "man/man5/jail.cfg.5",
            jail::ConfigManual(*file, version)) &&
      Write(share / "bash-completion/completions/jail",
            jail::BashCompletion()) &&
      Write(share / "zsh/site-functions/_jail", jail::ZshCompletion()) &&
      Write(share / "fish/vendor_completions.d/jail.fish",
            jail::FishCompletion()) &&
      Write(share / "man/man1/evalctl.1", jail::eval::EvalManual(version)) &&
      Write(share / "bash-completion/completions/evalctl",
            jail::eval::EvalBashCompletion()) &&
      Write(share / "zsh/site-functions/_evalctl",
            jail::eval::EvalZshCompletion()) &&
      Write(share / "fish/vendor_completions.d/evalctl.fish",
            jail::eval::EvalFishCompletion());
  return is_written ? 0 : 1;
}
