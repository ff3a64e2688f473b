// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/parent/dbus.h"

#include <gtest/gtest.h>

#include <string>

namespace jail {
namespace {

TEST(Dbus, WritesAndReadsBack) {
  DbusBody body;
  body.Byte(7);
  body.Uint32(0x01020304);
  body.String("unit");
  body.Signature("au");
  const size_t array = body.BeginArray(4);
  body.Uint32(9);
  body.EndArray(array, 4);
  EXPECT_EQ(body.bytes().substr(0, 8), std::string("\7\0\0\0\4\3\2\1", 8));
  DbusReader reader(body.bytes());
  EXPECT_EQ(reader.Byte(), 7);
  EXPECT_EQ(reader.Uint32(), 0x01020304u);
  EXPECT_EQ(reader.String(), "unit");
  EXPECT_EQ(reader.Signature(), "au");
  EXPECT_EQ(reader.Uint32(), 4u);  // the array's bytes
  EXPECT_EQ(reader.Uint32(), 9u);
  EXPECT_TRUE(reader.AtEnd());
}

TEST(Dbus, AnArrayOfStructsIsCountedFromItsFirst) {
  DbusBody body;
  const size_t array = body.BeginArray(8);
  body.Align(8);
  body.String("a");
  body.EndArray(array, 8);
  DbusReader reader(body.bytes());
  EXPECT_EQ(reader.Uint32(), 6u);  // not the padding before it
  DbusBody empty;
  empty.EndArray(empty.BeginArray(8), 8);
  EXPECT_EQ(DbusReader(empty.bytes()).Uint32(), 0u);
}

TEST(Dbus, WhatIsCutShortReadsAsNothing) {
  DbusReader reader(std::string("\xff\xff\xff\x7fx", 5));
  EXPECT_EQ(reader.String(), "");
  EXPECT_EQ(reader.Uint32(), 0u);
  EXPECT_TRUE(reader.AtEnd());
}

TEST(Dbus, NoBusIsAnErrorThatNamesIt) {
  const auto bus = DbusConnection::Open("/nonexistent/bus");
  ASSERT_FALSE(bus.ok());
  EXPECT_EQ(bus.status().message(),
            "connect /nonexistent/bus: ENOENT (No such file or directory)");
}

}  // namespace
}  // namespace jail
