// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_PARENT_GIVEN_ARGUMENTS_H_
#define JAIL_PARENT_GIVEN_ARGUMENTS_H_

#include <sys/mman.h>

#include <cstddef>
#include <cstring>
#include <string>
#include <vector>

namespace jail {

// The arguments of a program whose jail is there already: in memory that the
// child shares, at the same address.  Pages that nobody writes cost nothing.
class GivenArguments {
 public:
  // One string of the longest that execve(2) takes, and as much again.
  static constexpr size_t kMaxBytes = 256 << 10;

  GivenArguments() = default;
  ~GivenArguments() {
    if (vector_ != nullptr) munmap(vector_, kMaxBytes);
  }
  GivenArguments(const GivenArguments&) = delete;
  GivenArguments& operator=(const GivenArguments&) = delete;

  // Before clone3.  False: errno says why.
  bool Map() {
    void* const p = mmap(nullptr, kMaxBytes, PROT_READ | PROT_WRITE,
                         MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) return false;
    vector_ = static_cast<char**>(p);
    return true;
  }

  // Where the child will find them; null: there is no such memory.
  const char* const* vector() const { return vector_; }

  static size_t Bytes(const std::vector<std::string>& argv) {
    size_t bytes = (argv.size() + 1) * sizeof(char*);
    for (const std::string& argument : argv) bytes += argument.size() + 1;
    return bytes;
  }

  // Before the child's start, once.  False: they are too long.
  bool Put(const std::vector<std::string>& argv) {
    if (vector_ == nullptr || Bytes(argv) > kMaxBytes) return false;
    char* text = reinterpret_cast<char*>(vector_ + argv.size() + 1);
    for (size_t i = 0; i < argv.size(); ++i) {
      vector_[i] = text;
      std::memcpy(text, argv[i].c_str(), argv[i].size() + 1);
      text += argv[i].size() + 1;
    }
    return true;  // the null behind the last is there: the memory was empty
  }

 private:
  char** vector_ = nullptr;
};

}  // namespace jail

#endif  // JAIL_PARENT_GIVEN_ARGUMENTS_H_
