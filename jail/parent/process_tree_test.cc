// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/parent/process_tree.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gtest/gtest.h"

namespace jail {
namespace {

TEST(ParseProcessStat, ReadsPastAnyName) {
  ProcessStat stat;
  ASSERT_TRUE(ParseProcessStat(
      "42 (a) R 1 (b)) S 7 42 9 0 -1 4194560 1 2 3 4 50 25 20 5 20 0 1 0 "
      "9001\n",
      stat));
  EXPECT_EQ(stat.pid, 42);
  EXPECT_EQ(stat.state, 'S');
  EXPECT_EQ(stat.parent, 7);
  EXPECT_EQ(stat.session, 9);
  EXPECT_EQ(stat.start_time, 9001u);
  EXPECT_EQ(stat.cpu.count(), 100 * 1000000 / sysconf(_SC_CLK_TCK));
}

TEST(ParseProcessStat, RefusesWhatIsCutShort) {
  ProcessStat stat;
  EXPECT_FALSE(ParseProcessStat("", stat));
  EXPECT_FALSE(ParseProcessStat("42 (a) S 7 42", stat));
}

TEST(ProcessTree, FindsAChildBehindItsParent) {
  const pid_t child = fork();
  if (child == 0) {
    for (;;) pause();
  }
  const std::vector<ProcessStat> tree = ReadProcessTree(getpid());
  kill(child, SIGKILL);
  EXPECT_EQ(waitpid(child, nullptr, 0), child);
  ASSERT_EQ(tree.size(), 2u);
  EXPECT_EQ(tree[0].pid, getpid());
  EXPECT_EQ(tree[1].pid, child);
}

TEST(ProcessTree, OfNobodyIsEmpty) {
  EXPECT_TRUE(ReadProcessTree(-7).empty());
  EXPECT_EQ(TreeCpuTime(-7).count(), 0);
}

}  // namespace
}  // namespace jail
