// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/serve/api_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "jail/sys/fd.h"

namespace jail::eval {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

int StatusOf(const ApiKeys& keys, HttpHeaders headers) {
  HttpRequest request;
  request.headers = std::move(headers);
  const std::optional<HttpReply> reply = keys.Refusal(request);
  return reply ? reply->status : 200;
}

TEST(ApiKeysTest, WithoutKeysEverybodyMayAsk) {
  EXPECT_TRUE(ApiKeys().empty());
  EXPECT_EQ(StatusOf(ApiKeys(), {}), 200);
  EXPECT_EQ(StatusOf(ApiKeys(), {{"X-API-Key", "any"}}), 200);
}

TEST(ApiKeysTest, AnyKeyOrTheToken) {
  const ApiKeys keys({"first-key", "second-key"}, "the-token");
  EXPECT_EQ(StatusOf(keys, {{"X-API-Key", "first-key"}}), 200);
  EXPECT_EQ(StatusOf(keys, {{"x-api-key", "second-key"}}), 200);
  EXPECT_EQ(StatusOf(keys, {{"Authorization", "Bearer the-token"}}), 200);
  EXPECT_EQ(StatusOf(keys, {{"authorization", "bearer the-token"}}), 200);

  EXPECT_EQ(StatusOf(keys, {}), 401);
  EXPECT_EQ(StatusOf(keys, {{"X-API-Key", ""}}), 401);
  EXPECT_EQ(StatusOf(keys, {{"X-API-Key", "first-ke"}}), 403);
  EXPECT_EQ(StatusOf(keys, {{"X-API-Key", "first-key2"}}), 403);
  EXPECT_EQ(StatusOf(keys, {{"X-API-Key", "the-token"}}), 403);
  EXPECT_EQ(StatusOf(keys, {{"Authorization", "Bearer first-key"}}), 401);
  EXPECT_EQ(StatusOf(keys, {{"Authorization", "the-token"}}), 401);
  EXPECT_EQ(StatusOf(keys, {{"Authorization", "Bearer "}}), 401);
}

TEST(ApiKeysTest, AnEmptyTokenIsNoToken) {
  const ApiKeys keys({"first-key"}, "");
  EXPECT_EQ(StatusOf(keys, {{"Authorization", "Bearer "}}), 401);
  EXPECT_EQ(StatusOf(ApiKeys({}, "the-token"), {{"X-API-Key", ""}}), 401);
}

TEST(ApiKeysTest, SameKey) {
  EXPECT_TRUE(IsSameKey("abc", "abc"));
  EXPECT_FALSE(IsSameKey("abc", "abd"));
  EXPECT_FALSE(IsSameKey("abc", "ab"));
  EXPECT_FALSE(IsSameKey("abc", "abcd"));
  EXPECT_FALSE(IsSameKey("abc", ""));
  EXPECT_FALSE(IsSameKey(absl::string_view("ab\0", 3), "ab"));
}

class KeyFileTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::vector<std::string>> Read(const std::string& text) {
    char name[] = "/tmp/jail-test-keys-XXXXXX";
    const Fd fd(mkstemp(name));
    EXPECT_EQ(write(fd.get(), text.data(), text.size()),
              static_cast<ssize_t>(text.size()));
    auto keys = ReadKeyFile(name);
    unlink(name);
    return keys;
  }
};

TEST_F(KeyFileTest, AKeyALine) {
  auto keys = Read("# ours\nfirst-key\n\n second-key \r\n");
  ASSERT_TRUE(keys.ok()) << keys.status();
  EXPECT_THAT(*keys, ElementsAre("first-key", "second-key"));
}

TEST_F(KeyFileTest, FaultsNameTheLineAndNotTheKey) {
  auto keys = Read("first-key\nshort\n");
  ASSERT_FALSE(keys.ok());
  EXPECT_THAT(std::string(keys.status().message()),
              HasSubstr(":2: a key has at least 8"));
  EXPECT_EQ(std::string(keys.status().message()).find("short"),
            std::string::npos);
  EXPECT_FALSE(Read("two words and more\n").ok());
  EXPECT_FALSE(Read("").ok());
  EXPECT_FALSE(Read("# nothing\n").ok());
  EXPECT_FALSE(ReadKeyFile("/nowhere/keys").ok());
}

}  // namespace
}  // namespace jail::eval
