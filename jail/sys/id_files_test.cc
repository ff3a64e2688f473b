// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "jail/sys/passwd.h"
#include "jail/sys/subid.h"

namespace jail {
namespace {

std::string WriteTestFile(const std::string& text) {
  std::string path = testing::TempDir() + "/id_files_test_XXXXXX";
  FILE* file = fdopen(mkstemp(path.data()), "w");
  EXPECT_NE(file, nullptr);
  if (file == nullptr) return path;
  EXPECT_EQ(fwrite(text.data(), 1, text.size(), file), text.size());
  EXPECT_EQ(fclose(file), 0);
  return path;
}

TEST(Passwd, ReadsPasswdAndGroup) {
  const std::string path = WriteTestFile(
      "root:x:0:0:root:/root:/bin/sh\n"
      "# a:b:1:\n"
      "nis:x:+:1::\n"
      ":x:5:\n"
      "short:x:6\n"
      "big:x:4294967296:\n"
      "staff:x:50:ann,bob");
  const auto found = ReadNamedIds(path);
  EXPECT_EQ(unlink(path.c_str()), 0);
  ASSERT_TRUE(found.ok()) << found.status();
  ASSERT_EQ(found->size(), 2u);
  EXPECT_EQ((*found)[0].name, "root");
  EXPECT_EQ((*found)[1].name, "staff");
  EXPECT_EQ((*found)[1].id, 50u);
  EXPECT_FALSE(ReadNamedIds("/nonexistent").ok());
}

TEST(Subid, RangesByNameAndNumber) {
  const std::string path = WriteTestFile(
      "ann:100:10\n"
      "1000:110:5\n"
      "bob:115:100\n"
      "ann:nonsense:1\n"
      "ann:1\n");
  const auto ranges = ReadSubids(path);
  EXPECT_EQ(unlink(path.c_str()), 0);
  ASSERT_TRUE(ranges.ok()) << ranges.status();
  EXPECT_EQ(ranges->size(), 3u);
  EXPECT_TRUE(SubidsGrant(*ranges, "ann", 1000, 100, 10));
  EXPECT_TRUE(SubidsGrant(*ranges, "ann", 1000, 105, 10));   // two that touch
  EXPECT_FALSE(SubidsGrant(*ranges, "ann", 1000, 105, 11));  // bob's
  EXPECT_FALSE(SubidsGrant(*ranges, "ann", 1000, 99, 2));
  EXPECT_FALSE(SubidsGrant(*ranges, "", 1001, 100, 1));
  EXPECT_TRUE(SubidsGrant(*ranges, "", 1000, 110, 5));
  EXPECT_FALSE(SubidsGrant(*ranges, "", 1000, 110, 6));
}

}  // namespace
}  // namespace jail
