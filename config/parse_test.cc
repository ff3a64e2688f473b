// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "config/parse.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "config/units.h"

namespace jail {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string Testdata(const std::string& name) {
  return absl::StrCat(JAIL_SOURCE_DIR "/config/testdata/", name);
}

std::string ReadTestdata(const std::string& name) {
  const absl::StatusOr<std::string> text = ReadConfigFile(Testdata(name));
  EXPECT_TRUE(text.ok()) << text.status();
  return text.value_or("");
}

struct Parsed {
  ParsedConfig config;
  std::vector<std::string> lines;
};

Parsed Parse(const std::string& text, const std::string& file = "a.cfg",
             ConfigFormat format = ConfigFormat::kDetect) {
  Diagnostics diagnostics;
  Parsed parsed;
  parsed.config = ParseConfig(text, file, format, diagnostics);
  // Validate() calls it, for what the command line says as well.
  CheckUnits(parsed.config, diagnostics);
  for (const Diagnostic& d : diagnostics.Sorted()) {
    parsed.lines.push_back(d.ToString());
  }
  return parsed;
}

// ------------------------------------------------- what is wrong, by line

// testdata/X.cfg and the exact lines that are told of it, X.expected.
class Diagnosed : public testing::TestWithParam<const char*> {};

TEST_P(Diagnosed, LineForLine) {
  const std::string file = GetParam();
  std::string told;
  for (const std::string& line : Parse(ReadTestdata(file), file).lines) {
    absl::StrAppend(&told, line, "\n");
  }
  const std::string expected = file.substr(0, file.rfind('.')) + ".expected";
  EXPECT_EQ(told, ReadTestdata(expected));
}

INSTANTIATE_TEST_SUITE_P(Testdata, Diagnosed,
                         testing::Values("mistakes.cfg", "unclosed.cfg",
                                         "lists.cfg", "units.cfg",
                                         "wrong_json.json"));

// ------------------------------------------------------------ what is right

class Accepted : public testing::TestWithParam<const char*> {};

// Our walk reads what protobuf's own parser reads.
TEST_P(Accepted, AsProtobufReadsIt) {
  const std::string text = ReadTestdata(GetParam());
  const Parsed parsed = Parse(text);
  EXPECT_THAT(parsed.lines, IsEmpty());
  config::JailConfig theirs;
  if (std::string(GetParam()).ends_with(".json")) {
    ASSERT_TRUE(
        google::protobuf::util::JsonStringToMessage(text, &theirs).ok());
  } else {
    ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &theirs));
  }
  EXPECT_EQ(parsed.config.proto.DebugString(), theirs.DebugString());
  EXPECT_NE(theirs.DebugString(), "");
}

INSTANTIATE_TEST_SUITE_P(Testdata, Accepted,
                         testing::Values("snekbox.cfg", "codebox.cfg",
                                         "syntax.cfg", "right_units.cfg",
                                         "shapes.json"));

TEST(ParseConfig, SnekboxShape) {
  const config::JailConfig proto =
      Parse(ReadTestdata("snekbox.cfg")).config.proto;
  EXPECT_EQ(proto.mode(), config::ONCE);
  EXPECT_EQ(proto.cwd(), "/home");
  EXPECT_EQ(proto.time_limit(), 6u);
  EXPECT_EQ(proto.rlimit_as(), 700u);
  EXPECT_EQ(proto.rlimit_fsize_type(), config::INF);
  EXPECT_EQ(proto.envar_size(), 12);
  EXPECT_EQ(proto.envar(11), "HOME=/home");
  ASSERT_EQ(proto.mount_size(), 9);
  EXPECT_FALSE(proto.mount(2).mandatory());
  EXPECT_TRUE(proto.mount(1).mandatory());
  EXPECT_EQ(proto.mount(8).fstype(), "tmpfs");
  EXPECT_EQ(proto.mount(8).options(), "size=40m");
  EXPECT_TRUE(proto.mount(8).rw());
  EXPECT_EQ(proto.uidmap(0).inside_id(), "65534");
  EXPECT_EQ(proto.uidmap(0).count(), 1u);
  EXPECT_FALSE(proto.mount_proc());
  EXPECT_EQ(proto.cgroup_mem_max(), 73400320u);
  EXPECT_EQ(proto.cgroup_mem_swap_max(), 0);
  EXPECT_EQ(proto.cgroup_pids_max(), 15u);
  EXPECT_TRUE(proto.iface_no_lo());
  // What it leaves to nsjail's defaults.
  EXPECT_EQ(proto.rlimit_nofile(), 32u);
  EXPECT_EQ(proto.rlimit_cpu(), 600u);
  EXPECT_EQ(proto.nice_level(), 19);
}

TEST(ParseConfig, CodeboxShape) {
  const config::JailConfig proto =
      Parse(ReadTestdata("codebox.cfg")).config.proto;
  EXPECT_EQ(proto.mode(), config::ONCE);
  EXPECT_EQ(proto.time_limit(), 600u);
  EXPECT_EQ(proto.hostname(), "codebox");
  EXPECT_EQ(proto.rlimit_as(), 4096u);
  EXPECT_EQ(proto.rlimit_fsize(), 5u);
  EXPECT_TRUE(proto.mount_proc());
  ASSERT_EQ(proto.mount_size(), 10);
  EXPECT_EQ(proto.mount(0).dst(), "/etc/");
  EXPECT_EQ(proto.mount(7).src(), "/dev/null");
  EXPECT_TRUE(proto.mount(9).noexec());
  EXPECT_TRUE(proto.mount(9).nodev());
  EXPECT_TRUE(proto.mount(9).nosuid());
  EXPECT_EQ(proto.envar_size(), 5);
}

TEST(ParseConfig, ReadsEveryExample) {
  int examples = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(JAIL_SOURCE_DIR "/examples")) {
    if (entry.path().extension() != ".cfg") continue;
    const absl::StatusOr<std::string> text =
        ReadConfigFile(entry.path().string());
    ASSERT_TRUE(text.ok()) << text.status();
    // evalctl.cfg is of another kind.
    if (!absl::StrContains(*text, "# proto-message: jail.config.JailConfig")) {
      continue;
    }
    ++examples;
    EXPECT_THAT(Parse(*text, entry.path().filename()).lines, IsEmpty());
  }
  EXPECT_GE(examples, 8);
}

TEST(ParseConfig, AnEmptyConfigIsOne) {
  EXPECT_THAT(Parse("").lines, IsEmpty());
  EXPECT_THAT(Parse("# nothing\n").lines, IsEmpty());
  EXPECT_THAT(Parse(" {}\n").lines, IsEmpty());
  EXPECT_THAT(Parse("\xef\xbb\xbfmode: ONCE").lines, IsEmpty());
}

// -------------------------------------------------------------- source map

std::string Where(const ParsedConfig& config, const std::string& path) {
  const Origin origin = config.sources.Find(path);
  return absl::StrCat(origin.path, "@", origin.file, ":", origin.line, ":",
                      origin.column);
}

TEST(ParseConfig, KnowsWhereEachFieldWasWritten) {
  const Parsed parsed = Parse(
      "name: \"x\"\n"
      "\tcwd: \"/\"\n"
      "mount { dst: \"/a\" }\n"
      "mount: [ { dst: \"/b\"\n"
      "    rw: true },\n"
      "  < dst: \"/c\" > ]\n"
      "exec_bin {\n"
      "  path: \"/bin/sh\"\n"
      "  arg: [ \"-c\",\n"
      "         \"id\" ]\n"
      "}\n");
  EXPECT_THAT(parsed.lines, IsEmpty());
  EXPECT_EQ(Where(parsed.config, "name"), "name@a.cfg:1:1");
  EXPECT_EQ(Where(parsed.config, "cwd"), "cwd@a.cfg:2:2");
  EXPECT_EQ(Where(parsed.config, "mount[0]"), "mount[0]@a.cfg:3:1");
  EXPECT_EQ(Where(parsed.config, "mount[0].dst"), "mount[0].dst@a.cfg:3:9");
  EXPECT_EQ(Where(parsed.config, "mount[1]"), "mount[1]@a.cfg:4:10");
  EXPECT_EQ(Where(parsed.config, "mount[1].rw"), "mount[1].rw@a.cfg:5:5");
  EXPECT_EQ(Where(parsed.config, "mount[1].src"), "mount[1].src@a.cfg:4:10");
  EXPECT_EQ(Where(parsed.config, "mount[2].dst"), "mount[2].dst@a.cfg:6:5");
  EXPECT_EQ(Where(parsed.config, "exec_bin.arg[1]"),
            "exec_bin.arg[1]@a.cfg:10:10");
  EXPECT_EQ(Where(parsed.config, "hostname"), "hostname@:0:0");
}

TEST(ParseConfig, KnowsWhereEachFieldOfJsonWasWritten) {
  const Parsed parsed = Parse(
      "{\"mount\": [\n"
      "  {\"dst\": \"/a\"},\n"
      "  {\"dst\": \"/b\",\n"
      "   \"isBind\": true}],\n"
      " \"envar\": [\"A\", \"B\"]}\n",
      "a.json");
  EXPECT_THAT(parsed.lines, IsEmpty());
  EXPECT_EQ(Where(parsed.config, "mount[0]"), "mount[0]@a.json:2:3");
  EXPECT_EQ(Where(parsed.config, "mount[1].is_bind"),
            "mount[1].is_bind@a.json:4:4");
  EXPECT_EQ(Where(parsed.config, "envar[1]"), "envar[1]@a.json:5:17");
}

// ------------------------------------------------------------------ limits

TEST(ParseConfigLimits, Bytes) {
  std::string text(kMaxConfigBytes, '#');
  EXPECT_THAT(Parse(text).lines, IsEmpty());
  text += '#';
  EXPECT_THAT(Parse(text).lines,
              ElementsAre("a.cfg: is larger than 1048576 bytes, the most that "
                          "a config may have"));
}

std::string Times(const std::string& text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

TEST(ParseConfigLimits, Nesting) {
  EXPECT_THAT(Parse("x " + Times("{", 32) + Times("}", 32)).lines,
              ElementsAre("a.cfg:1:1: x: unknown field"));
  EXPECT_THAT(Parse("x " + Times("{", 33) + Times("}", 33)).lines,
              ElementsAre("a.cfg:1:1: x: unknown field",
                          "a.cfg:1:35: is nested deeper than 32, the most "
                          "that a config may be; the rest is not read"));
  EXPECT_THAT(Parse("{\"x\": " + Times("[", 31) + Times("]", 31) + "}").lines,
              ElementsAre("a.cfg:1:2: x: unknown field"));
  EXPECT_THAT(Parse("{\"x\": " + Times("[", 500'000)).lines,
              ElementsAre("a.cfg:1:2: x: unknown field",
                          "a.cfg:1:39: is nested deeper than 32, the most "
                          "that a config may be; the rest is not read"));
}

TEST(ParseConfigLimits, RepeatedItems) {
  const std::string ten_thousand = Times("envar: \"A\"\n", kMaxRepeatedItems);
  Parsed parsed = Parse(ten_thousand);
  EXPECT_THAT(parsed.lines, IsEmpty());
  EXPECT_EQ(parsed.config.proto.envar_size(), kMaxRepeatedItems);
  parsed = Parse(ten_thousand + "envar: \"B\"\nenvar: \"C\"\nmode: 9\n");
  EXPECT_THAT(parsed.lines,
              ElementsAre("a.cfg:10001:1: envar: has more than 10000 items, "
                          "the most that a config may have",
                          HasSubstr("a.cfg:10003:7: mode: takes one of")));
  EXPECT_EQ(parsed.config.proto.envar_size(), kMaxRepeatedItems);

  parsed = Parse("{\"pass_fd\": [" + Times("3,", kMaxRepeatedItems) + "3]}");
  EXPECT_THAT(parsed.lines,
              ElementsAre("a.cfg:1:20014: pass_fd: has more than 10000 items, "
                          "the most that a config may have"));
}

TEST(ParseConfigLimits, Errors) {
  const Parsed parsed = Parse(Times("x: 1\n", 200'000));
  ASSERT_EQ(parsed.lines.size(), kMaxConfigErrors + 1u);
  EXPECT_EQ(parsed.lines.back(),
            "a.cfg:100:1: there are 100 errors up to here; the rest is not "
            "read");
}

// ------------------------------------------------------- text and its bytes

TEST(ParseConfig, TellsBytesThatAreNoText) {
  EXPECT_THAT(Parse(std::string("mode: ONCE\nname: \"a\0b\"", 22)).lines,
              ElementsAre("a.cfg:2:9: is no text: there is a NUL byte here"));
  EXPECT_THAT(Parse("name: \"a\\0b\"").lines,
              ElementsAre("a.cfg:1:7: name: has a NUL byte in it: "
                          "\"a\\x00b\""));
  EXPECT_THAT(Parse("name: \"a\\377\"").lines,
              ElementsAre("a.cfg:1:7: name: is not UTF-8: \"a\\xff\""));
  EXPECT_THAT(Parse("name: \"\xc0\xaf\"").lines,
              ElementsAre("a.cfg:1:7: name: is not UTF-8: \"\\xc0\\xaf\""));
  EXPECT_THAT(Parse("{\"name\": \"a\\u0000\"}").lines,
              ElementsAre("a.cfg:1:10: name: has a NUL byte in it: "
                          "\"a\\x00\""));
  // bytes may hold any.
  EXPECT_THAT(Parse("mount { dst: \"/a\" src_content: \"\\0\\377\" }").lines,
              IsEmpty());
}

TEST(ParseConfig, StringsMayCrossLines) {
  Parsed parsed = Parse(
      "description: \"one\n  # two\nthree\"  # why\n"
      "envar: 'A=\n\n' mode: 9\n");
  EXPECT_THAT(parsed.config.proto.description(),
              ElementsAre("one\n  # two\nthree"));
  EXPECT_THAT(parsed.config.proto.envar(), ElementsAre("A=\n\n"));
  // Places are counted on.
  EXPECT_THAT(parsed.lines,
              ElementsAre(HasSubstr("a.cfg:6:9: mode: takes one of")));

  EXPECT_THAT(Parse("cap: [\"a\n\", \"b\n\"]; description: \"\\\"\n\"").lines,
              IsEmpty());
}

TEST(ParseConfig, TellsAStringThatWasNotClosedFromOneThatCrossesLines) {
  for (const char* next :
       {"hostname: \"x\"", "mount { src: \"/lib\" dst: \"/lib\" }", "port: 1",
        "# say \"hello\"", "seccomp_string: \"{ ALLOW }\""}) {
    EXPECT_THAT(Parse(absl::StrCat("cwd: \"/home\n", next, "\n")).lines,
                ElementsAre("a.cfg:1:6: cwd: the string \"/home is not closed "
                            "on its line"))
        << next;
  }
}

TEST(ParseConfig, NothingOfTheUserReachesTheTerminalRaw) {
  EXPECT_THAT(
      Parse("mode: \"\\033[31m\xc2\x9b\xe2\x80\xae\"").lines,
      ElementsAre("a.cfg:1:7: mode: takes one of LISTEN, ONCE, RERUN, EXECVE, "
                  "not \"\\x1b[31m\\u009b\\xe2\\x80\\xae\""));
  EXPECT_THAT(Parse("\x1b[31m mode: ONCE").lines,
              ElementsAre("a.cfg:1:1: control character 0x1b"));
}

// -------------------------------------------------------------------- JSON

TEST(ParseConfig, TheFormatCanBeForced) {
  EXPECT_THAT(Parse("{\"mode\": \"ONCE\"}", "a", ConfigFormat::kText).lines,
              ElementsAre("a:1:1: the name of a field is missing before "
                          "\"{\""));
  EXPECT_THAT(Parse("mode: ONCE", "a", ConfigFormat::kJson).lines,
              ElementsAre("a:1:1: a JSON config is one object: it begins with "
                          "\"{\", not with \"mode\""));
}

TEST(ParseConfig, TellsTheFirstFaultOfJsonGrammar) {
  const auto first = [](const std::string& json) {
    const Parsed parsed = Parse(json, "a", ConfigFormat::kJson);
    return parsed.lines.size() == 1 ? parsed.lines[0]
                                    : absl::StrCat(parsed.lines.size());
  };
  EXPECT_EQ(first("{\"mode\": \"ONCE\",}"),
            "a:1:17: JSON has no comma after the last item");
  EXPECT_EQ(first("{\"envar\": [\"A\",]}"),
            "a:1:16: JSON has no comma after the last item");
  EXPECT_EQ(first("{mode: 1}"),
            "a:1:2: a field's name in double quotes should stand here, not "
            "\"mode\"");
  EXPECT_EQ(first("{\"mode\" 1}"),
            "a:1:9: after a field's name, \":\" should stand here, not \"1\"");
  EXPECT_EQ(first("{\"mode\": 1"),
            "a:1:11: after a value, \",\" or \"}\" should stand here, not the "
            "end of the file");
  EXPECT_EQ(first("{\"name\": 'x'}"),
            "a:1:10: JSON strings are written in double quotes");
  EXPECT_EQ(first("{\"name\": \"\\x41\"}"),
            "a:1:10: unknown escape in \"\\x41\": a backslash is written "
            "\\\\");
  EXPECT_EQ(first("{\"name\": \"\\ud800\"}"),
            "a:1:10: unknown escape in \"\\ud800\": a backslash is written "
            "\\\\");
  EXPECT_EQ(first("{\"name\": \"x\n}"),
            "a:1:10: the string \"x is not closed on its line");
  EXPECT_EQ(first("{\"name\": \"x\n\"}"),
            "a:1:10: a control character in \"x\\n\": write it as an escape");
  EXPECT_EQ(first("{\"port\": 0x1f}"), "a:1:10: \"0x1f\" is no JSON number");
  EXPECT_EQ(first("{\"port\": True}"),
            "a:1:10: \"True\" is no JSON value; strings need double quotes");
  EXPECT_EQ(first("{} # done"), "a:1:10: JSON has no comments");
  EXPECT_EQ(first("{} {}"), "a:1:4: \"{\" after the end of the config");
}

// ------------------------------------------------------------------- files

class ReadConfigFileTest : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/jail_parse_test.XXXXXX";
    ASSERT_NE(mkdtemp(name), nullptr);
    directory_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }
  std::string directory_;
};

TEST_F(ReadConfigFileTest, TakesRegularFilesOnly) {
  EXPECT_EQ(ReadConfigFile(directory_).status().message(),
            directory_ +
                ": is a directory; a config is read from a regular "
                "file only");
  const std::string fifo = directory_ + "/fifo";
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  EXPECT_EQ(ReadConfigFile(fifo).status().message(),
            fifo +
                ": is a FIFO or pipe; a config is read from a regular file "
                "only");
  EXPECT_EQ(ReadConfigFile("/dev/null").status().message(),
            "/dev/null: is a character device; a config is read from a "
            "regular file only");
  EXPECT_EQ(ReadConfigFile(directory_ + "/none").status().message(),
            absl::StrCat("open ", directory_,
                         "/none: ENOENT (No such file or directory)"));
}

TEST_F(ReadConfigFileTest, CapsTheSize) {
  const std::string file = directory_ + "/large.cfg";
  std::ofstream(file) << std::string(kMaxConfigBytes, '#');
  const absl::StatusOr<std::string> text = ReadConfigFile(file);
  ASSERT_TRUE(text.ok()) << text.status();
  EXPECT_EQ(text->size(), kMaxConfigBytes);
  std::ofstream(file, std::ios::app) << "#";
  EXPECT_EQ(ReadConfigFile(file).status().message(),
            file +
                ": is larger than 1048576 bytes, the most that a config "
                "may have");
}

}  // namespace
}  // namespace jail
