// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/plan/builder.h"

#include <gtest/gtest.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstring>

namespace jail {
namespace {

TEST(PlanBuilderTest, EqualStringsShareTheirPlace) {
  Plan plan;
  PlanBuilder b(plan);
  const uint64_t first = b.PutString("/usr");
  EXPECT_EQ(b.PutString("/usr"), first);
  EXPECT_NE(b.PutString("/us"), first);
}

TEST(PlanBuilderTest, StructsAreAligned) {
  Plan plan;
  PlanBuilder b(plan);
  b.PutString("x");
  EXPECT_EQ(b.PutStruct(uint64_t{1}) % 8, 0u);
  b.PutString("yy");
  EXPECT_EQ(b.PutStruct(uint32_t{1}) % 4, 0u);
  b.Seal();
  EXPECT_EQ(reinterpret_cast<uintptr_t>(plan.arena.data()) % 8, 0u);
}

TEST(PlanBuilderTest, VectorsPointIntoTheArenaAfterAMove) {
  Plan plan;
  PlanBuilder b(plan);
  const uint64_t argv = b.PutStrings({"sh", "-c"});
  b.Seal();
  const Plan moved = std::move(plan);
  const char* pointers[3];
  std::memcpy(pointers, moved.arena.data() + argv, sizeof pointers);
  EXPECT_STREQ(pointers[0], "sh");
  EXPECT_STREQ(pointers[1], "-c");
  EXPECT_EQ(pointers[2], nullptr);
  EXPECT_GE(pointers[0], moved.arena.data());
  EXPECT_LT(pointers[0], moved.arena.data() + moved.arena.size());
}

TEST(PlanBuilderTest, ContentWithNulStaysWhole) {
  Plan plan;
  PlanBuilder b(plan);
  const Slot file = b.NewSlot("file");
  b.Write(file, absl::string_view("a\0b", 3), "/file");
  b.Seal();
  const Step& step = plan.child[0];
  EXPECT_EQ(step.args[2].value, 3u);
  EXPECT_EQ(std::memcmp(plan.arena.data() + step.args[1].value, "a\0b", 3), 0);
  EXPECT_EQ(step.check.kind, Check::kEquals);
  EXPECT_EQ(step.check.value, 3u);
}

TEST(PlanBuilderTest, AJumpSkipsUpToItsTarget) {
  Plan plan;
  PlanBuilder b(plan);
  const Slot slot = b.NewSlot("tree");
  b.TestSlot(slot);
  b.Chdir("/a").Chdir("/b");
  b.JumpOn(0, EBADF, b.Next());
  b.Chdir("/c");
  EXPECT_EQ(plan.child[0].skip, 2);
  EXPECT_EQ(plan.child[0].tolerated[0], EBADF);
}

TEST(PlanBuilderTest, NotesGoWithTheirSteps) {
  Plan plan;
  PlanBuilder b(plan);
  b.Because({"cwd", "x.cfg", 3, 1});
  b.Chdir("/a").Why("because");
  ASSERT_EQ(plan.notes.size(), 1u);
  EXPECT_EQ(plan.notes[0].object, "/a");
  EXPECT_EQ(plan.notes[0].why, "because");
  EXPECT_EQ(plan.notes[0].origin.line, 3);
}

}  // namespace
}  // namespace jail
