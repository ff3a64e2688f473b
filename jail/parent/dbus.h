// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// As much of D-Bus as a call to systemd takes: a connection to a bus of this
// machine, calls with their answers, and signals.  No introspection, no
// descriptors, no threads.  The wire format is that of the D-Bus
// specification; docs/decisions/0008 says why no library does this.
#ifndef JAIL_PARENT_DBUS_H_
#define JAIL_PARENT_DBUS_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "jail/sys/fd.h"

namespace jail {

// The arguments of a message, in order, little-endian.
class DbusBody {
 public:
  void Align(size_t to);  // before each struct of an array: 8
  void Byte(uint8_t value) { bytes_ += static_cast<char>(value); }
  void Uint32(uint32_t value);
  void String(const std::string& text);  // object paths, too
  void Signature(const std::string& text);
  void Variant(const std::string& signature) { Signature(signature); }
  // The array's elements begin at multiples of `alignment`.
  size_t BeginArray(size_t alignment);
  void EndArray(size_t begin, size_t alignment);
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

// Reads what it is told to; what is not there reads as 0 and "".
class DbusReader {
 public:
  DbusReader() = default;
  explicit DbusReader(std::string bytes) : bytes_(std::move(bytes)) {}
  void Align(size_t to);
  uint8_t Byte();
  uint32_t Uint32();
  std::string String();
  std::string Signature();
  bool AtEnd() const { return at_ >= bytes_.size(); }
  size_t position() const { return at_; }

 private:
  std::string Take(size_t size);

  std::string bytes_;
  size_t at_ = 0;
};

struct DbusMessage {
  enum Type : uint8_t { kCall = 1, kReturn = 2, kError = 3, kSignal = 4 };
  uint8_t type = 0;
  uint32_t reply_serial = 0;
  std::string member, error_name;
  DbusReader body;
};

struct DbusMethod {
  std::string destination, path, interface, member;
  std::string signature;  // of the arguments
};

class DbusConnection {
 public:
  // Connects to the bus at a Unix socket, and says who we are.
  static absl::StatusOr<DbusConnection> Open(const std::string& socket);

  // Calls and waits for the answer; an error names the method.
  absl::StatusOr<DbusMessage> Call(const DbusMethod& method,
                                   const DbusBody& arguments);

  // The next signal of this name; it may have come during a call.
  absl::StatusOr<DbusMessage> NextSignal(const std::string& member);

 private:
  absl::Status Authenticate();
  absl::Status Send(const std::string& bytes);
  // Exactly `size` bytes.
  absl::StatusOr<std::string> Receive(size_t size);
  absl::StatusOr<std::string> ReceiveLine();
  absl::StatusOr<DbusMessage> ReceiveMessage();
  absl::Status WaitFor(short events);

  Fd socket_;
  uint32_t serial_ = 0;
  std::deque<DbusMessage> signals_;
};

}  // namespace jail

#endif  // JAIL_PARENT_DBUS_H_
