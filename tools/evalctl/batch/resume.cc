// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/batch/resume.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "jail/sys/errno_name.h"
#include "tools/evalctl/batch/line_splitter.h"

namespace jail::eval {
namespace {

// Reads the member "id" of the outermost object alone; what else a line holds,
// whole files among it, is not kept.
class IdReader : public nlohmann::json_sax<nlohmann::json> {
 public:
  bool null() override { return Other(); }
  bool boolean(bool) override { return Other(); }
  bool number_integer(number_integer_t) override { return Other(); }
  bool number_unsigned(number_unsigned_t) override { return Other(); }
  bool number_float(number_float_t, const string_t&) override {
    return Other();
  }
  bool binary(binary_t&) override { return Other(); }
  bool string(string_t& value) override {
    if (depth_ == 1 && is_id_) id = value;
    return true;
  }
  bool key(string_t& name) override {
    is_id_ = name == "id";
    has_error |= depth_ == 1 && name == "error";
    has_timing |= depth_ == 1 && name == "timing";
    return true;
  }
  bool start_object(size_t) override { return ++depth_ > 0; }
  bool end_object() override { return depth_-- > 0; }
  bool start_array(size_t) override { return ++depth_ > 0; }
  bool end_array() override { return depth_-- > 0; }
  bool parse_error(size_t, const std::string&,
                   const nlohmann::json::exception&) override {
    return false;
  }

  std::optional<std::string> id;
  // What no request has.
  bool has_error = false;
  bool has_timing = false;

 private:
  static bool Other() { return true; }
  int depth_ = 0;
  bool is_id_ = false;
};

// What a kill leaves of an answer.  A request without an end of line is not cut
// off, nor is another file of one line.
bool CanBeHalfAnAnswer(absl::string_view text) {
  if (!absl::StartsWith(text,
                        absl::string_view("{\"").substr(0, text.size()))) {
    return false;
  }
  IdReader reader;
  return !nlohmann::json::sax_parse(text, &reader) || reader.has_error ||
         reader.has_timing;
}

}  // namespace

absl::StatusOr<Resumed> OpenForResume(const std::string& path) {
  Resumed resumed;
  absl::StatusOr<Fd> fd =
      Open(path, O_RDWR | O_CREAT | O_APPEND | O_NONBLOCK | O_NOCTTY, 0600);
  if (!fd.ok()) return fd.status();
  struct stat status;
  if (fstat(fd->get(), &status) != 0) {
    return ErrnoStatus(errno, absl::StrCat("fstat ", path));
  }
  if (!S_ISREG(status.st_mode)) {
    return absl::InvalidArgumentError(
        absl::StrCat("--resume ", path, ": is no regular file"));
  }
  // Of this process alone: flock(2)'s would stay as long as a jail that was
  // starting when we were killed.
  struct flock lock = {};
  lock.l_type = F_WRLCK;
  if (fcntl(fd->get(), F_SETLK, &lock) != 0) {
    return errno == EACCES || errno == EAGAIN
               ? absl::FailedPreconditionError(absl::StrCat(
                     "--resume ", path, ": another batch writes it"))
               : ErrnoStatus(errno, absl::StrCat("lock ", path));
  }
  LineSplitter splitter(kMaxAnswerBytes);
  std::string buffer(1 << 16, '\0');
  off_t whole = 0;  // bytes of whole lines
  for (off_t offset = 0;;) {
    const ssize_t bytes =
        pread(fd->get(), buffer.data(), buffer.size(), offset);
    if (bytes < 0) return ErrnoStatus(errno, absl::StrCat("read ", path));
    if (bytes == 0) break;
    const absl::string_view part(buffer.data(), bytes);
    if (const size_t end = part.rfind('\n'); end != absl::string_view::npos) {
      whole = offset + static_cast<off_t>(end) + 1;
    }
    offset += bytes;
    splitter.Add(part);
    while (std::optional<LineSplitter::Line> line = splitter.Next()) {
      IdReader reader;
      if (line->too_long || !nlohmann::json::sax_parse(line->text, &reader) ||
          // A line without an id was answered by an error.
          !(reader.has_error ||
            (reader.has_timing && !reader.id.value_or("").empty()))) {
        return absl::InvalidArgumentError(absl::StrCat(
            "--resume ", path, ":", line->number, ": is no answer with an id"));
      }
      if (reader.id) resumed.ids.insert(*std::move(reader.id));
      if (resumed.ids.size() > kMaxResumeIds) {
        return absl::OutOfRangeError(absl::StrCat(
            "--resume ", path, ": holds more than ", kMaxResumeIds, " ids"));
      }
    }
  }
  splitter.End();
  if (const auto rest = splitter.Next();
      rest && !rest->too_long && !CanBeHalfAnAnswer(rest->text)) {
    return absl::InvalidArgumentError(
        absl::StrCat("--resume ", path, ":", rest->number, ": is no answer"));
  }
  if (ftruncate(fd->get(), whole) != 0) {
    return ErrnoStatus(errno, absl::StrCat("ftruncate ", path));
  }
  resumed.fd = *std::move(fd);
  return resumed;
}

}  // namespace jail::eval
