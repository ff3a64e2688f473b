// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/seccomp/oci.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "jail/seccomp/evaluate.h"
#include "jail/seccomp/syscalls.h"

namespace jail::seccomp {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kAllowRead[] =
    R"({"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [
        {"names": ["read"], "action": "SCMP_ACT_ALLOW")";

ProfileHost Host(std::set<std::string> capabilities = {}) {
  return {Arch::kX86_64, std::move(capabilities), 6, 1};
}

OciProfile ProfileOf(const std::string& text, const ProfileHost& host) {
  PolicyErrors errors;
  auto profile = ReadOciProfile(text, "p", host, errors);
  EXPECT_EQ(errors.ToString(), "") << text;
  EXPECT_TRUE(profile && IsValid(profile->filter));
  return profile.value_or(OciProfile());
}

seccomp_data CallOf(const char* name, const std::vector<uint64_t>& args = {},
                    Arch arch = Arch::kX86_64) {
  seccomp_data data{};
  data.arch = AuditArch(arch);
  data.nr = static_cast<int>(SyscallNumber(arch, name).value());
  std::copy(args.begin(), args.end(), data.args);
  return data;
}

uint32_t ReturnOf(const Program& filter, const seccomp_data& call) {
  const auto outcome = Run(filter, call);
  EXPECT_TRUE(outcome);
  return outcome ? outcome->value : 0;
}

std::string DecisionOf(const OciProfile& profile, const seccomp_data& call) {
  return ReturnName(ReturnOf(profile.filter, call));
}

std::string ContainerProfile() {
  std::ifstream file(JAIL_SOURCE_DIR
                     "/jail/seccomp/testdata/container_profile.json");
  return {std::istreambuf_iterator<char>(file), {}};
}

// libseccomp knows "nice" and "umount" as calls that x86_64 has not; libc and
// the kernel have others by these names, which a profile that lists them does
// not allow.
TEST(Oci, NamesOfLibcAreNone) {
  const OciProfile profile = ProfileOf(R"({
      "defaultAction": "SCMP_ACT_ERRNO", "syscalls": [
        {"names": ["nice", "umount", "fstat"], "action": "SCMP_ACT_ALLOW"}]})",
                                       Host());
  for (const char* call : {"setpriority", "umount2", "fstat"}) {
    const seccomp_data data = CallOf(call, {});
    EXPECT_EQ(Evaluate(profile.policy, data).action.ReturnValue(),
              ReturnOf(profile.filter, data))
        << call;
  }
  EXPECT_EQ(DecisionOf(profile, CallOf("setpriority")), "ERRNO(EPERM)");
  EXPECT_EQ(DecisionOf(profile, CallOf("fstat")), "ALLOW");
}

TEST(Oci, ActionsAndTheirErrnos) {
  const OciProfile profile = ProfileOf(R"({
      "defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 38, "syscalls": [
        {"names": ["read"], "action": "SCMP_ACT_ALLOW"},
        {"name": "write", "action": "SCMP_ACT_ERRNO"},
        {"names": ["open"], "action": "SCMP_ACT_ERRNO", "errnoRet": 13},
        {"names": ["stat"], "action": "SCMP_ACT_ERRNO", "errno": "ENOENT"},
        {"names": ["close"], "action": "SCMP_ACT_KILL"},
        {"names": ["mmap"], "action": "SCMP_ACT_KILL_PROCESS"},
        {"names": ["brk"], "action": "SCMP_ACT_TRAP"},
        {"names": ["dup"], "action": "SCMP_ACT_LOG"},
        {"names": ["pipe"], "action": "SCMP_ACT_TRACE", "errnoRet": 7}]})",
                                       Host());
  for (const auto& [call, action] :
       std::vector<std::pair<const char*, const char*>>{
           {"read", "ALLOW"},
           {"write", "ERRNO(EPERM)"},
           {"open", "ERRNO(EACCES)"},
           {"stat", "ERRNO(ENOENT)"},
           {"close", "KILL_THREAD"},
           {"mmap", "KILL_PROCESS"},
           {"brk", "TRAP(0)"},
           {"dup", "LOG"},
           {"pipe", "TRACE(7)"},
           {"ptrace", "ERRNO(ENOSYS)"}}) {
    EXPECT_EQ(DecisionOf(profile, CallOf(call)), action) << call;
  }
  // Both ABIs that the profile does not name.
  EXPECT_EQ(DecisionOf(profile, CallOf("read", {}, Arch::kX86)), "KILL_THREAD");
  seccomp_data x32 = CallOf("read");
  x32.nr |= static_cast<int>(kX32Bit);
  EXPECT_EQ(DecisionOf(profile, x32), "KILL_THREAD");
}

TEST(Oci, ComparesArguments) {
  const auto decide = [](const char* op, uint64_t value, uint64_t two,
                         uint64_t given) {
    const OciProfile profile = ProfileOf(
        std::string(kAllowRead) + R"(, "args": [{"index": 1, "value": )" +
            std::to_string(value) + R"(, "valueTwo": )" + std::to_string(two) +
            R"(, "op": "SCMP_CMP_)" + op + "\"}]}]}",
        Host());
    const seccomp_data call = CallOf("read", {0, given});
    // Our rules say the same.
    EXPECT_EQ(Evaluate(profile.policy, call).action.ReturnValue(),
              ReturnOf(profile.filter, call))
        << op << " " << value << " " << two << " " << given;
    return DecisionOf(profile, call) == "ALLOW";
  };
  constexpr uint64_t kBig = 0x100000005;
  for (const uint64_t value : {uint64_t{0}, uint64_t{5}, kBig, ~uint64_t{0}}) {
    for (const uint64_t given :
         {uint64_t{0}, uint64_t{4}, uint64_t{5}, uint64_t{6}, kBig - 1, kBig,
          kBig + 1, ~uint64_t{0}}) {
      EXPECT_EQ(decide("EQ", value, 0, given), given == value);
      EXPECT_EQ(decide("NE", value, 0, given), given != value);
      EXPECT_EQ(decide("LT", value, 0, given), given < value);
      EXPECT_EQ(decide("LE", value, 0, given), given <= value);
      EXPECT_EQ(decide("GT", value, 0, given), given > value);
      EXPECT_EQ(decide("GE", value, 0, given), given >= value);
      EXPECT_EQ(decide("MASKED_EQ", 0xf, value & 0xf, given),
                (given & 0xf) == (value & 0xf));
    }
  }
}

// As a public profile has it: libseccomp masks both sides.
TEST(Oci, AMaskHoldsForWhatIsLeft) {
  const OciProfile profile = ProfileOf(
      R"({"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [
          {"names": ["socket"], "action": "SCMP_ACT_ALLOW", "args": [
           {"index": 0, "op": "SCMP_CMP_EQ", "value": 2},
           {"index": 1, "op": "SCMP_CMP_MASKED_EQ", "value": 1,
            "valueTwo": 4294443007}]}]})",
      Host());
  for (const uint64_t type : {0, 1, 2, 3}) {
    EXPECT_EQ(DecisionOf(profile, CallOf("socket", {2, type})),
              (type & 1) != 0 ? "ALLOW" : "ERRNO(EPERM)");
  }
}

TEST(Oci, TwoComparisonsOfOneArgumentAreAlternatives) {
  const OciProfile profile =
      ProfileOf(std::string(kAllowRead) +
                    R"(, "args": [{"index": 0, "value": 3, "op": "SCMP_CMP_EQ"},
                        {"index": 0, "value": 5, "op": "SCMP_CMP_EQ"}]}]})",
                Host());
  EXPECT_EQ(DecisionOf(profile, CallOf("read", {3})), "ALLOW");
  EXPECT_EQ(DecisionOf(profile, CallOf("read", {5})), "ALLOW");
  EXPECT_EQ(DecisionOf(profile, CallOf("read", {4})), "ERRNO(EPERM)");
}

TEST(Oci, ComparisonsOfSeveralArgumentsMustAllHold) {
  const OciProfile profile =
      ProfileOf(std::string(kAllowRead) +
                    R"(, "args": [{"index": 0, "value": 3, "op": "SCMP_CMP_EQ"},
                        {"index": 2, "value": 5, "op": "SCMP_CMP_LE"}]}]})",
                Host());
  EXPECT_EQ(DecisionOf(profile, CallOf("read", {3, 0, 5})), "ALLOW");
  EXPECT_EQ(DecisionOf(profile, CallOf("read", {3, 0, 6})), "ERRNO(EPERM)");
  EXPECT_EQ(DecisionOf(profile, CallOf("read", {2, 0, 5})), "ERRNO(EPERM)");
}

TEST(Oci, IncludesAndExcludes) {
  const auto counts = [](const std::string& member, const ProfileHost& host) {
    return DecisionOf(
               ProfileOf(std::string(kAllowRead) + ", " + member + "}]}", host),
               CallOf("read")) == "ALLOW";
  };
  const std::string caps = R"({"caps": ["CAP_KILL", "CAP_CHOWN"]})";
  EXPECT_FALSE(counts("\"includes\": " + caps, Host({"CAP_KILL"})));
  EXPECT_TRUE(counts("\"includes\": " + caps, Host({"CAP_KILL", "CAP_CHOWN"})));
  EXPECT_TRUE(counts("\"excludes\": " + caps, Host()));
  EXPECT_FALSE(counts("\"excludes\": " + caps, Host({"CAP_CHOWN"})));
  EXPECT_TRUE(counts(R"("includes": {"arches": ["amd64"]})", Host()));
  EXPECT_FALSE(counts(R"("includes": {"arches": ["arm64", "x86"]})", Host()));
  EXPECT_FALSE(counts(R"("excludes": {"arches": ["amd64"]})", Host()));
  EXPECT_TRUE(counts(R"("includes": {"minKernel": "4.8"})", Host()));
  EXPECT_TRUE(counts(R"("includes": {"minKernel": "6.1"})", Host()));
  EXPECT_FALSE(counts(R"("includes": {"minKernel": "6.2"})", Host()));
  EXPECT_FALSE(counts(R"("excludes": {"minKernel": "5.20"})", Host()));
  EXPECT_TRUE(counts(R"("excludes": {}, "includes": {})", Host()));
}

TEST(Oci, UnknownNamesAreLeftOutAndNoted) {
  const OciProfile profile = ProfileOf(
      R"({"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [
          {"names": ["read", "reed", "writ"], "action": "SCMP_ACT_ALLOW"}]})",
      Host());
  EXPECT_THAT(profile.notes, ElementsAre(HasSubstr("reed, writ")));
  EXPECT_EQ(DecisionOf(profile, CallOf("read")), "ALLOW");
}

// What a runtime does with the test's profile, in the fewest words: another
// reader, which knows no errors.
// `last`: the largest numbers that it names.
Program BuiltByHand(const nlohmann::json& profile, bool is_admin,
                    std::map<Arch, uint32_t>& last) {
  const scmp_filter_ctx context = seccomp_init(SCMP_ACT_ERRNO(1));
  seccomp_attr_set(context, SCMP_FLTATR_CTL_OPTIMIZE, 2);
  EXPECT_EQ(seccomp_arch_add(context, SCMP_ARCH_X86), 0);
  EXPECT_EQ(seccomp_arch_add(context, SCMP_ARCH_X32), 0);
  for (const auto& entry : profile["syscalls"]) {
    const auto includes = entry.value("includes", nlohmann::json::object());
    const auto excludes = entry.value("excludes", nlohmann::json::object());
    const auto names_admin = [](const nlohmann::json& filter) {
      return filter.value("caps", nlohmann::json::array()) ==
             nlohmann::json::array({"CAP_SYS_ADMIN"});
    };
    if (includes.contains("caps") && !(is_admin && names_admin(includes))) {
      continue;
    }
    if (is_admin && names_admin(excludes)) continue;
    const uint32_t action = entry["action"] == "SCMP_ACT_ALLOW"
                                ? SCMP_ACT_ALLOW
                                : SCMP_ACT_ERRNO(38);
    std::vector<scmp_arg_cmp> comparisons;
    for (const auto& arg : entry.value("args", nlohmann::json::array())) {
      const std::string op = arg["op"];
      comparisons.push_back({arg["index"].get<unsigned>(),
                             op == "SCMP_CMP_NE"   ? SCMP_CMP_NE
                             : op == "SCMP_CMP_EQ" ? SCMP_CMP_EQ
                                                   : SCMP_CMP_MASKED_EQ,
                             arg["value"].get<uint64_t>(),
                             arg.value("valueTwo", uint64_t{0})});
    }
    for (const std::string name : entry["names"]) {
      const int number = seccomp_syscall_resolve_name(name.c_str());
      if (number == __NR_SCMP_ERROR) continue;
      for (const Arch arch : {Arch::kX86_64, Arch::kX86}) {
        last[arch] = static_cast<uint32_t>(std::max(
            static_cast<int>(last[arch]),
            seccomp_syscall_resolve_name_arch(AuditArch(arch), name.c_str())));
      }
      EXPECT_EQ(
          seccomp_rule_add_array(context, action, number,
                                 static_cast<unsigned>(comparisons.size()),
                                 comparisons.data()),
          0)
          << name;
    }
  }
  const int fd = memfd_create("filter", MFD_CLOEXEC);
  EXPECT_EQ(seccomp_export_bpf(context, fd), 0);
  seccomp_release(context);
  Program program(static_cast<size_t>(lseek(fd, 0, SEEK_END)) /
                  sizeof(sock_filter));
  EXPECT_EQ(pread(fd, program.data(), program.size() * sizeof(sock_filter), 0),
            static_cast<ssize_t>(program.size() * sizeof(sock_filter)));
  close(fd);
  return program;
}

TEST(Oci, AProfileLikeThoseOfContainersDecidesAsInARuntime) {
  const std::string text = ContainerProfile();
  const auto json = nlohmann::json::parse(text);
  for (const bool is_admin : {false, true}) {
    const OciProfile profile =
        ProfileOf(text, is_admin ? Host({"CAP_SYS_ADMIN"}) : Host());
    std::map<Arch, uint32_t> last;
    const Program built = BuiltByHand(json, is_admin, last);
    ASSERT_GT(last[Arch::kX86], 400u);
    for (const uint32_t bit : {uint32_t{0}, kX32Bit}) {
      for (const Arch arch : {Arch::kX86_64, Arch::kX86, Arch::kArm}) {
        for (uint32_t number = 0; number < 600; ++number) {
          for (const uint64_t arg :
               {uint64_t{0}, uint64_t{8}, uint64_t{40}, uint64_t{0x10000000},
                uint64_t{0x20000}, uint64_t{0xffffffff}, ~uint64_t{0}}) {
            seccomp_data call{};
            call.arch = AuditArch(arch);
            call.nr = static_cast<int>(number | bit);
            call.args[0] = arg;
            const uint32_t value = ReturnOf(profile.filter, call);
            const bool is_newer =
                bit == 0 && arch != Arch::kArm && number > last[arch];
            ASSERT_EQ(value, is_newer ? SECCOMP_RET_ERRNO | ENOSYS
                                      : ReturnOf(built, call))
                << ArchName(arch) << " " << number << " " << arg;
            // Under i386's socketcall(2) and ipc(2), which libseccomp opens for
            // the calls inside, our rules do not look.
            const bool is_multiplexed =
                arch == Arch::kX86 && (number == 102 || number == 117);
            if (bit == 0 && arch != Arch::kArm && !is_multiplexed) {
              // And our rules name an entry that says so.
              ASSERT_EQ(Evaluate(profile.policy, call).action.ReturnValue(),
                        value)
                  << ArchName(arch) << " " << number << " " << arg;
            }
          }
        }
      }
    }
  }
}

TEST(Oci, SomeDecisionsOfThatProfile) {
  const OciProfile plain = ProfileOf(ContainerProfile(), Host());
  const OciProfile admin =
      ProfileOf(ContainerProfile(), Host({"CAP_SYS_ADMIN"}));
  EXPECT_EQ(DecisionOf(plain, CallOf("openat")), "ALLOW");
  EXPECT_EQ(DecisionOf(plain, CallOf("openat", {}, Arch::kX86)), "ALLOW");
  EXPECT_EQ(DecisionOf(plain, CallOf("mount")), "ERRNO(EPERM)");
  EXPECT_EQ(DecisionOf(admin, CallOf("mount")), "ALLOW");
  EXPECT_EQ(DecisionOf(plain, CallOf("clone", {0x11})), "ALLOW");
  EXPECT_EQ(DecisionOf(plain, CallOf("clone", {0x10000011})), "ERRNO(EPERM)");
  EXPECT_EQ(DecisionOf(admin, CallOf("clone", {0x10000011})), "ALLOW");
  EXPECT_EQ(DecisionOf(plain, CallOf("clone3")), "ERRNO(ENOSYS)");
  EXPECT_EQ(DecisionOf(plain, CallOf("socket", {40})), "ERRNO(EPERM)");
  EXPECT_EQ(DecisionOf(plain, CallOf("socket", {1})), "ALLOW");
  EXPECT_THAT(plain.notes, ElementsAre(HasSubstr("jail_makes_this_one_up")));
}

// As in runc: what an old profile can't have known is not there.
TEST(Oci, CallsNewerThanTheProfile) {
  const auto decision = [](const std::string& action, const std::string& archs,
                           uint32_t number, Arch arch = Arch::kX86_64) {
    const OciProfile profile = ProfileOf(
        R"({"defaultAction": ")" + action + "\", " + archs +
            R"("syscalls": [{"names": ["read", "statx", "nothing_at_all"],
                             "action": "SCMP_ACT_ALLOW"},
                            {"names": ["rseq"], "action": "SCMP_ACT_ERRNO"},
                            {"names": ["clone3"], "action": "SCMP_ACT_ALLOW",
                             "includes": {"caps": ["CAP_SYS_ADMIN"]}}]})",
        Host());
    seccomp_data call{};
    call.arch = AuditArch(arch);
    call.nr = static_cast<int>(number);
    const uint32_t value = ReturnOf(profile.filter, call);
    EXPECT_EQ(Evaluate(profile.policy, call).action.ReturnValue(), value);
    return ReturnName(value);
  };
  const std::string both =
      R"("architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"], )";
  const std::string map =
      R"("archMap": [{"architecture": "SCMP_ARCH_X86_64"}], )";
  for (const char* action : {"SCMP_ACT_ERRNO", "SCMP_ACT_KILL_PROCESS"}) {
    const std::string other = action == std::string("SCMP_ACT_ERRNO")
                                  ? "ERRNO(EPERM)"
                                  : "KILL_PROCESS";
    for (const std::string& archs : {both, map}) {
      EXPECT_EQ(decision(action, archs, 333), other);           // io_pgetevents
      EXPECT_EQ(decision(action, archs, 334), "ERRNO(EPERM)");  // rseq
      EXPECT_EQ(decision(action, archs, 335), "ERRNO(ENOSYS)");
      EXPECT_EQ(decision(action, archs, 435), "ERRNO(ENOSYS)");
      EXPECT_EQ(decision(action, archs, 0x3fffffff), "ERRNO(ENOSYS)");
    }
    EXPECT_EQ(decision(action, both, 387, Arch::kX86), "ERRNO(ENOSYS)");
    EXPECT_EQ(decision(action, both, 385, Arch::kX86), other);
    // The profile does not say which architecture it is for.
    EXPECT_EQ(decision(action, "", 435), other);
  }
  for (const char* action : {"ALLOW", "LOG", "TRACE"}) {
    const std::string name = std::string("SCMP_ACT_") + action;
    EXPECT_EQ(decision(name, both, 435),
              action == std::string("TRACE") ? "TRACE(1)" : action);
  }
}

TEST(Oci, TheHostIsThisMachine) {
  const ProfileHost host = ProfileHost::Current();
  EXPECT_GE(host.kernel.major, 5);
  EXPECT_EQ(host.arch, NativeArch());
}

}  // namespace
}  // namespace jail::seccomp
