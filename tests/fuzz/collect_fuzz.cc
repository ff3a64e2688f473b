// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// A tree that a program could leave behind, built from any bytes, and
// collected. Beside not crashing, the collector must
//  - return nothing of what lies outside of the tree, by no kind of link,
//  - return what is there, byte by byte, in order and each path once,
//  - stay within every bound that it was given,
//  - make a response whose JSON another parser reads, and that has the size
//    that was said.
//
// The language: the first bytes are the options; then an operation is one
// byte, a name one more (see kNames), a number one or two.
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "jail/sys/fd.h"
#include "jail/sys/printable.h"
#include "tools/evalctl/collect.h"
#include "tools/evalctl/request_json.h"

namespace {

using jail::Fd;
using jail::eval::CollectedFile;
using jail::eval::CollectOptions;
using jail::eval::Response;
using jail::eval::Uploads;
namespace fs = std::filesystem;

constexpr char kSecret[] = "a secret of the host";
constexpr char kPublic[] = "public";
constexpr size_t kMaxOperations = 200;
// Beneath the collector's own bound, and above it.
constexpr size_t kMaxDepth = jail::eval::kMaxCollectDepth + 10;

// What a name byte means, and where links lead: the first are plain.
constexpr size_t kPlainNames = 8;
const std::string kNames[] = {"a",
                              "b",
                              "c.txt",
                              ".hidden",
                              "d",
                              "\xff\xfe",
                              "new\nline",
                              std::string(255, 'n'),
                              "..",
                              ".",
                              "../outside/secret",
                              "../../outside/secret",
                              "/",
                              "/proc/self/root",
                              "/proc/self/cwd/secret",
                              "a/b"};

[[noreturn]] void Fail(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::abort();
}

// The folder of this process: "tree", and "outside" with the secret.
class Place {
 public:
  Place() {
    const bool has_memory = access("/dev/shm", W_OK) == 0;
    path_ = has_memory ? "/dev/shm/jail-test-collect.XXXXXX"
                       : "/tmp/jail-test-collect.XXXXXX";
    if (mkdtemp(path_.data()) == nullptr) Fail("mkdtemp " + path_);
    fs::create_directory(path_ + "/outside");
    std::ofstream(path_ + "/outside/secret") << kSecret;
  }
  ~Place() {
    Clear();
    fs::remove_all(path_);
  }

  std::string tree() const { return path_ + "/tree"; }

  void Clear() {
    // Folders whose mode keeps us out, where we are not root.
    std::error_code ignored;
    if (geteuid() != 0 && fs::exists(tree())) Open(tree());
    fs::remove_all(tree(), ignored);
  }

 private:
  static void Open(const std::string& folder) {
    chmod(folder.c_str(), 0700);
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (!entry.is_symlink() && entry.is_directory()) Open(entry.path());
    }
  }

  std::string path_;
};

class Builder {
 public:
  Builder(const uint8_t* data, size_t size, const std::string& root)
      : data_(data), left_(size) {
    fs::create_directory(root);
    folders_.emplace_back(
        open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  }

  int root() const { return folders_.front().get(); }

  uint8_t Byte() {
    if (left_ == 0) return 0;
    --left_;
    return *data_++;
  }

  void Build() {
    for (size_t i = 0; i < kMaxOperations && left_ > 0; ++i) Do(Byte() % 12);
  }

 private:
  // What is made or changed has a plain name, so that nothing outside of the
  // tree ever is, whatever links lead to: the test runs as root, too.
  const char* Name() { return kNames[Byte() % kPlainNames].c_str(); }
  const char* Target() { return kNames[Byte() % std::size(kNames)].c_str(); }
  int here() const { return folders_.back().get(); }

  // What fails leaves the tree as it is.
  static void Try(int /*result*/) {}

  void Do(uint8_t operation) {
    if (operation == 5) {
      const char* const target = Target();
      return Try(symlinkat(target, here(), Name()));
    }
    const char* const name = Name();
    switch (operation) {
      case 0:
        return Enter(name);
      case 1:
        if (folders_.size() > 1) folders_.pop_back();
        return;
      case 2:
        return Write(name, Byte());
      case 3:
        return Write(name, Byte() * 1000);
      case 4: {  // sparse
        const Fd file = Create(name);
        return Try(ftruncate(file.get(), off_t{1} << (Byte() % 44)));
      }
      case 6:
        return Try(linkat(here(), name, here(), Name(), 0));
      case 7:
        return Try(mkfifoat(here(), name, 0600));
      case 8:
        return Try(mknodat(here(), name, S_IFSOCK | 0600, 0));
      case 9:
        return Try(fchmodat(here(), name, Byte() & 0777, AT_SYMLINK_NOFOLLOW));
      case 10:  // upon another
        return Try(renameat(here(), name, here(), Name()));
      case 11:  // deep
        for (uint8_t i = Byte() % 80; i > 0; --i) Enter("d");
        return;
    }
  }

  void Enter(const char* name) {
    if (folders_.size() >= kMaxDepth) return;
    Try(mkdirat(here(), name, 0700));
    Fd folder(
        openat(here(), name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    // Not out of the tree, and into no loop.
    const std::string text = name;
    if (folder.valid() && text.find("..") == std::string::npos && text != "." &&
        text[0] != '/') {
      folders_.push_back(std::move(folder));
    }
  }

  Fd Create(const std::string& name) {
    // By its own name: a path or a link could lead out.
    if (name.find('/') != std::string::npos) return Fd();
    return Fd(openat(here(), name.c_str(),
                     O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC,
                     0600));
  }

  void Write(const std::string& name, size_t size) {
    const Fd file = Create(name);
    if (!file.valid()) return;
    const std::string unit = size % 2 == 0 ? "\xff\x01" : "t\n";
    std::string data;
    while (data.size() < size) data += unit;
    [[maybe_unused]] const ssize_t written =
        write(file.get(), data.data(), size);
  }

  const uint8_t* data_;
  size_t left_;
  std::vector<Fd> folders_;
};

// What is there by that path, with links followed.
std::string ContentOf(int root, const std::string& path) {
  const Fd file(openat(root, path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  std::string content;
  char buffer[4096];
  ssize_t n;
  while ((n = read(file.get(), buffer, sizeof buffer)) > 0) {
    content.append(buffer, static_cast<size_t>(n));
  }
  return content;
}

size_t DepthOf(const std::string& path) {
  return static_cast<size_t>(std::count(path.begin(), path.end(), '/')) + 1;
}

class Checker {
 public:
  Checker(int root, const CollectOptions& options, const Uploads& uploads)
      : root_(root), options_(options), uploads_(uploads) {}

  void Check(const Response& response) {
    for (const CollectedFile& file : response.files()) {
      if (file.left_out() != CollectedFile::LEFT_OUT_UNSPECIFIED) {
        ++left_out_;
        if (file.has_text() || file.has_base64()) Fail("left out, and there");
        continue;
      }
      CheckFile(file);
    }
    if (taken_ > options_.max_files) Fail("more files than max_files");
    if (bytes_ > options_.max_bytes) Fail("more bytes than max_bytes");
    if (left_out_ > jail::eval::kMaxLeftOut) Fail("too many left out");
  }

 private:
  void CheckFile(const CollectedFile& file) {
    const std::string& path = file.path();
    // As CheckPath() would have it, but for the length: what is collected may
    // lie deeper than what can be uploaded.
    const std::string framed = "/" + path + "/";
    if (path.empty() || path.find('\0') != std::string::npos ||
        framed.find("//") != std::string::npos ||
        framed.find("/./") != std::string::npos ||
        framed.find("/../") != std::string::npos || !jail::IsUtf8(path)) {
      Fail("path " + path);
    }
    if (!last_.empty() && path <= last_) Fail("order: " + last_ + ", " + path);
    last_ = path;
    if (DepthOf(path) >
        std::min(options_.max_depth, jail::eval::kMaxCollectDepth)) {
      Fail("too deep: " + path);
    }
    ++taken_;
    if (!options_.patterns.empty() &&
        std::none_of(options_.patterns.begin(), options_.patterns.end(),
                     [&](const auto& glob) { return glob.Matches(path); })) {
      Fail("nobody asked for " + path);
    }
    if (!file.same_as().empty()) {
      if (file.has_text() || file.has_base64() || file.same_as() >= path) {
        Fail("same_as of " + path);
      }
      return;
    }
    const std::string& content = file.has_text() ? file.text() : file.base64();
    if (content.size() != file.size()) Fail("size of " + path);
    if (content.size() > options_.max_file_bytes) Fail("max_file_bytes");
    bytes_ += content.size();
    if (content.find(kSecret) != std::string::npos) Fail("the secret: " + path);
    if (content != ContentOf(root_, path)) Fail("other content: " + path);
    const auto upload = uploads_.find(path);
    if (file.is_new() != (upload == uploads_.end())) Fail("is_new: " + path);
    if (!file.is_new() && upload->second.content == content) {
      Fail("is as it was: " + path);
    }
  }

  const int root_;
  const CollectOptions& options_;
  const Uploads& uploads_;
  std::string last_;
  uint64_t taken_ = 0, left_out_ = 0, bytes_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static Place place;
  place.Clear();
  Builder builder(data, size, place.tree());
  CollectOptions options;
  options.max_files = builder.Byte() % 32;
  options.max_bytes = builder.Byte() * 1000;
  options.max_file_bytes = builder.Byte() * 1000;
  options.max_depth = builder.Byte() % 80;
  const uint8_t flags = builder.Byte();
  options.follow_links = (flags & 1) != 0;
  if ((flags & 2) != 0) {
    static const char* const kPatterns[] = {"**",    "*",     "a/**", "**/b",
                                            "*.txt", ".*/**", "[!a]", "d/*/?"};
    for (uint8_t i = builder.Byte() % 4; i < 8; i += 3) {
      options.patterns.push_back(*jail::eval::Glob::Parse(kPatterns[i]));
    }
  }
  Uploads uploads;
  if ((flags & 4) != 0) {
    uploads["a"] = {"a", kPublic};
    uploads["d/a"] = {"d/a", ""};
    std::ofstream(place.tree() + "/a") << kPublic;
  }
  builder.Build();

  Response response;
  jail::eval::CollectFiles(builder.root(), uploads, options, response);
  Checker(builder.root(), options, uploads).Check(response);

  jail::eval::Body body = jail::eval::ResponseJson(std::move(response));
  const uint64_t said = body.size();
  const std::string json = body.TakeAll();
  if (json.size() != said) Fail("the body's size");
  if (!nlohmann::json::accept(json)) Fail("no JSON: " + json.substr(0, 1000));
  return 0;
}
