// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/collect.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "jail/sys/fd.h"
#include "jail/sys/printable.h"
#include "tools/evalctl/open_beneath.h"
#include "tools/evalctl/paths.h"

namespace jail::eval {
namespace {

using Clock = std::chrono::steady_clock;

struct Entry {
  std::string name;
  unsigned char type = DT_UNKNOWN;
  // A folder's files come where "NAME/" would: then whole paths are in order
  // of their bytes.
  bool operator<(const Entry& other) const { return Key() < other.Key(); }
  std::string Key() const { return type == DT_DIR ? name + "/" : name; }
};

struct Folder {
  std::string path;  // "" or ending in "/"
  std::vector<Entry> entries;
  size_t next = 0;
};

class Collector {
 public:
  Collector(int root, const Uploads& uploads, const CollectOptions& options,
            Response& response)
      : root_(root),
        uploads_(uploads),
        options_(options),
        response_(response),
        deadline_(Clock::now() + options.max_time) {
    for (const Glob& glob : options.patterns) {
      wants_hidden_ |= glob.WantsHidden();
    }
  }

  // No recursion: the tree's depth is the program's choice.
  void Run() {
    // A file's own name is a component.
    if (options_.max_depth == 0) return response_.set_files_complete(false);
    std::vector<Folder> stack;
    Enter(Fd(fcntl(root_, F_DUPFD_CLOEXEC, 3)), "", stack);
    while (!stack.empty() && !stopped_) {
      Folder& folder = stack.back();
      if (folder.next == folder.entries.size()) {
        stack.pop_back();
        if (!stack.empty() && !Leave()) Stop();
        continue;
      }
      const Entry entry = std::move(folder.entries[folder.next++]);
      const std::string path = absl::StrCat(folder.path, entry.name);
      if (absl::StartsWith(entry.name, ".") && !wants_hidden_) continue;
      if (Clock::now() >= deadline_) {
        LeaveOut(path, CollectedFile::OUT_OF_TIME);
        Stop();
      } else if (entry.type == DT_DIR) {
        Descend(entry.name, path, stack);
      } else if (IsWanted(path)) {
        Take(entry, path);
      }
    }
    response_.set_files_complete(complete_);
  }

 private:
  bool IsWanted(const std::string& path) const {
    if (path == options_.but) return false;
    if (options_.patterns.empty()) return true;
    return std::any_of(options_.patterns.begin(), options_.patterns.end(),
                       [&](const Glob& glob) { return glob.Matches(path); });
  }

  void Stop() {
    stopped_ = true;
    complete_ = false;
  }

  // Reads all names of a folder, so that their order does not depend on the
  // file system.
  void Enter(Fd fd, std::string path, std::vector<Folder>& stack) {
    Folder folder;
    // fdopendir(3) owns its descriptor: one for it, one for us.
    const int copy = openat(fd.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const std::unique_ptr<DIR, int (*)(DIR*)> list(
        copy < 0 ? nullptr : fdopendir(copy), closedir);
    if (list == nullptr) {
      if (copy >= 0) close(copy);
      LeaveOut(path, CollectedFile::UNREADABLE);
      return;
    }
    while (const dirent* entry = readdir(list.get())) {
      const absl::string_view name = entry->d_name;
      if (name == "." || name == "..") continue;
      if (++visited_ > kMaxEntriesVisited) {
        complete_ = false;
        break;
      }
      folder.entries.push_back({std::string(name), entry->d_type});
    }
    std::sort(folder.entries.begin(), folder.entries.end());
    here_ = std::move(fd);
    folder.path = std::move(path);
    stack.push_back(std::move(folder));
  }

  // One descriptor for any depth: nothing moves any more, so ".." is where we
  // came from.
  bool Leave() {
    Fd above(openat(here_.get(), "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!above.valid()) return false;
    here_ = std::move(above);
    return true;
  }

  void Descend(const std::string& name, const std::string& path,
               std::vector<Folder>& stack) {
    const uint64_t depth = stack.size() + 1;  // of what is in it
    if (depth > std::min(options_.max_depth, kMaxCollectDepth)) {
      LeaveOut(path, CollectedFile::TOO_DEEP);
      return;
    }
    Fd fd = OpenBeneath(here_.get(), name, O_RDONLY | O_DIRECTORY, false);
    if (!fd.valid()) {
      LeaveOut(path, CollectedFile::UNREADABLE);
      return;
    }
    Enter(std::move(fd), absl::StrCat(path, "/"), stack);
  }

  void Take(const Entry& entry, const std::string& path) {
    // What is opened is a file or, where links are followed, a link: to open a
    // FIFO or a device may have effects.
    const bool is_link = entry.type == DT_LNK;
    if (entry.type != DT_REG && !(is_link && options_.follow_links)) {
      LeaveOut(path, CollectedFile::NOT_REGULAR);
      return;
    }
    const Fd file = is_link
                        ? OpenLink(path)
                        : OpenBeneath(here_.get(), entry.name, O_RDONLY, false);
    struct stat status {};
    if (!file.valid() || fstat(file.get(), &status) != 0) {
      LeaveOut(path, is_link ? CollectedFile::NOT_REGULAR
                             : CollectedFile::UNREADABLE);
      return;
    }
    if (!S_ISREG(status.st_mode)) {
      LeaveOut(path, CollectedFile::NOT_REGULAR);
      return;
    }
    const auto size = static_cast<uint64_t>(status.st_size);
    const auto upload = uploads_.find(path);
    const bool is_new = upload == uploads_.end();
    if (!is_new && size == upload->second.content.size() &&
        HasContent(file.get(), upload->second.content)) {
      return;
    }
    TakeFile(file.get(), path, status, is_new);
  }

  // What the link leads to is opened without effects first: it may be a FIFO.
  // An absolute link leads out, as the kernel sees it from here: then it is
  // followed as the program saw it.
  Fd OpenLink(const std::string& path) const {
    Fd target = OpenBeneath(root_, path, O_PATH, true);
    std::string resolved;
    if (!target.valid() && errno == EXDEV) {
      resolved = ResolveBeneath(root_, path, options_.workspace);
      if (resolved.empty()) return Fd();
      target = OpenBeneath(root_, resolved, O_PATH, false);
    }
    struct stat status {};
    if (!target.valid() || fstat(target.get(), &status) != 0 ||
        !S_ISREG(status.st_mode)) {
      return Fd();
    }
    return resolved.empty() ? OpenBeneath(root_, path, O_RDONLY, true)
                            : OpenBeneath(root_, resolved, O_RDONLY, false);
  }

  void TakeFile(int file, const std::string& path, const struct stat& status,
                bool is_new) {
    const auto size = static_cast<uint64_t>(status.st_size);
    const auto leave_out = [&](CollectedFile::LeftOut why) {
      if (CollectedFile* left = LeaveOut(path, why)) {
        left->set_size(size);
        left->set_mode(status.st_mode & 07777);
        left->set_is_new(is_new);
      }
    };
    if (!IsUtf8(path)) return leave_out(CollectedFile::BAD_NAME);
    if (taken_ >= options_.max_files) {
      complete_ = false;
      return leave_out(CollectedFile::TOO_MANY);
    }
    if (size > options_.max_file_bytes) {
      return leave_out(CollectedFile::TOO_LARGE);
    }
    const std::string* first_name = nullptr;
    if (status.st_nlink > 1) {
      const auto known = links_.find(status.st_ino);
      if (known != links_.end()) first_name = &known->second;
    }
    if (first_name == nullptr && size > options_.max_bytes - bytes_) {
      complete_ = false;
      return leave_out(CollectedFile::TOTAL_TOO_LARGE);
    }
    std::optional<std::string> content;
    if (first_name == nullptr) {
      content = ReadContent(file, size);
      if (!content) return leave_out(CollectedFile::UNREADABLE);
      bytes_ += content->size();
      if (status.st_nlink > 1) links_.emplace(status.st_ino, path);
    }
    CollectedFile* out = response_.add_files();
    out->set_path(path);
    out->set_size(size);
    out->set_mode(status.st_mode & 07777);
    out->set_is_new(is_new);
    ++taken_;
    if (first_name != nullptr) {
      out->set_same_as(*first_name);
    } else if (IsUtf8(*content)) {
      out->set_text(*std::move(content));
    } else {
      out->set_base64(*std::move(content));
    }
  }

  // `size` bytes at most, though the file be longer by now.
  static std::optional<std::string> ReadContent(int file, uint64_t size) {
    std::string content(size, '\0');
    size_t got = 0;
    while (got < size) {
      const ssize_t n = read(file, content.data() + got, size - got);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return std::nullopt;
      if (n == 0) break;
      got += static_cast<size_t>(n);
    }
    content.resize(got);
    return content;
  }

  static bool HasContent(int file, absl::string_view content) {
    char buffer[16 << 10];
    size_t at = 0;
    while (at < content.size()) {
      const ssize_t n =
          pread(file, buffer, sizeof buffer, static_cast<off_t>(at));
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return false;
      const auto got = static_cast<size_t>(n);
      if (content.substr(at, got) != absl::string_view(buffer, got)) {
        return false;
      }
      at += got;
    }
    return at == content.size();
  }

  CollectedFile* LeaveOut(const std::string& path, CollectedFile::LeftOut why) {
    complete_ &=
        why != CollectedFile::OUT_OF_TIME && why != CollectedFile::TOO_DEEP;
    if (left_out_++ >= kMaxLeftOut) {
      complete_ = false;
      return nullptr;
    }
    CollectedFile* file = response_.add_files();
    file->set_path(ToUtf8(path));
    file->set_left_out(why);
    return file;
  }

  const int root_;
  const Uploads& uploads_;
  const CollectOptions& options_;
  Response& response_;
  const Clock::time_point deadline_;
  Fd here_;  // the folder on top of the stack
  bool wants_hidden_ = false;
  bool stopped_ = false, complete_ = true;
  uint64_t visited_ = 0, taken_ = 0, left_out_ = 0, bytes_ = 0;
  // Where the content of files with more than one name is.
  std::map<ino_t, std::string> links_;
};

}  // namespace

void CollectFiles(int root, const Uploads& uploads,
                  const CollectOptions& options, Response& response) {
  Collector(root, uploads, options, response).Run();
}

}  // namespace jail::eval
