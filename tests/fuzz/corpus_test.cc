// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// Runs a fuzz target over its seeds and over what it once found, in the
// ordinary build.
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

TEST(Fuzz, TakesItsSeeds) {
  int seeds = 0;
  std::istringstream folders(JAIL_SEEDS);
  for (std::string folder; std::getline(folders, folder, ':');) {
    for (const auto& entry : std::filesystem::directory_iterator(
             std::string(JAIL_SOURCE_DIR) + "/" + folder)) {
      if (!entry.is_regular_file()) continue;
      SCOPED_TRACE(entry.path());
      std::ifstream file(entry.path(), std::ios::binary);
      const std::string text(std::istreambuf_iterator<char>(file), {});
      EXPECT_EQ(LLVMFuzzerTestOneInput(
                    reinterpret_cast<const uint8_t*>(text.data()), text.size()),
                0);
      // Cut short at every place: what an editor saves half-way.
      for (size_t length = 0; length < text.size(); length += 7) {
        LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(text.data()),
                               length);
      }
      ++seeds;
    }
  }
  EXPECT_GE(seeds, 10);
}

}  // namespace
