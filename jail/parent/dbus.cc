// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/parent/dbus.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "jail/sys/errno_name.h"

namespace jail {
namespace {

// systemd answers within milliseconds; a machine that is busy takes longer.
constexpr int kTimeoutMs = 10'000;
constexpr size_t kMaxMessageBytes = 1 << 20;
constexpr size_t kMaxLineBytes = 1024;
constexpr size_t kMaxSignals = 1000;
constexpr size_t kFixedHeaderBytes = 16;
constexpr uint8_t kVersion = 1;

// Header fields.
enum : uint8_t {
  kFieldPath = 1,
  kFieldInterface = 2,
  kFieldMember = 3,
  kFieldErrorName = 4,
  kFieldReplySerial = 5,
  kFieldDestination = 6,
  kFieldSignature = 8,
};

void AddField(DbusBody& header, uint8_t field, const char* type,
              const std::string& value) {
  header.Align(8);
  header.Byte(field);
  header.Variant(type);
  if (*type == 'g') {
    header.Signature(value);
  } else {
    header.String(value);
  }
}

// The fields of a header that are strings, signatures or numbers: all that a
// bus sends.
bool ReadField(DbusReader& fields, DbusMessage& message) {
  fields.Align(8);
  const uint8_t field = fields.Byte();
  const std::string type = fields.Signature();
  std::string text;
  uint32_t number = 0;
  if (type == "s" || type == "o") {
    text = fields.String();
  } else if (type == "g") {
    text = fields.Signature();
  } else if (type == "u") {
    number = fields.Uint32();
  } else {
    return false;
  }
  if (field == kFieldMember) message.member = text;
  if (field == kFieldErrorName) message.error_name = text;
  if (field == kFieldReplySerial) message.reply_serial = number;
  return true;
}

}  // namespace

void DbusBody::Align(size_t to) {
  while (bytes_.size() % to != 0) bytes_ += '\0';
}

void DbusBody::Uint32(uint32_t value) {
  Align(4);
  for (int shift = 0; shift < 32; shift += 8) {
    bytes_ += static_cast<char>(value >> shift);
  }
}

void DbusBody::String(const std::string& text) {
  Uint32(static_cast<uint32_t>(text.size()));
  bytes_ += text;
  bytes_ += '\0';
}

void DbusBody::Signature(const std::string& text) {
  Byte(static_cast<uint8_t>(text.size()));
  bytes_ += text;
  bytes_ += '\0';
}

size_t DbusBody::BeginArray(size_t alignment) {
  Uint32(0);
  const size_t begin = bytes_.size();
  Align(alignment);
  return begin;
}

void DbusBody::EndArray(size_t begin, size_t alignment) {
  const size_t first = (begin + alignment - 1) / alignment * alignment;
  const size_t size = bytes_.size() > first ? bytes_.size() - first : 0;
  for (size_t i = 0; i < 4; ++i) {
    bytes_[begin - 4 + i] = static_cast<char>(size >> 8 * i);
  }
}

void DbusReader::Align(size_t to) { at_ = (at_ + to - 1) / to * to; }

std::string DbusReader::Take(size_t size) {
  if (at_ > bytes_.size() || size > bytes_.size() - at_) {
    at_ = bytes_.size();
    return "";
  }
  std::string taken = bytes_.substr(at_, size);
  at_ += size;
  return taken;
}

uint8_t DbusReader::Byte() {
  const std::string byte = Take(1);
  return byte.empty() ? 0 : static_cast<uint8_t>(byte[0]);
}

uint32_t DbusReader::Uint32() {
  Align(4);
  uint32_t value = 0;
  const std::string bytes = Take(4);
  for (size_t i = 0; i < bytes.size(); ++i) {
    value |= uint32_t{static_cast<uint8_t>(bytes[i])} << 8 * i;
  }
  return value;
}

std::string DbusReader::String() {
  const uint32_t size = Uint32();
  std::string text = Take(size);
  Take(1);
  return text;
}

std::string DbusReader::Signature() {
  const uint8_t size = Byte();
  std::string text = Take(size);
  Take(1);
  return text;
}

absl::StatusOr<DbusConnection> DbusConnection::Open(const std::string& path) {
  struct sockaddr_un address {};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) {
    return absl::InvalidArgumentError(
        absl::StrCat("connect ", path, ": no path of a socket"));
  }
  path.copy(address.sun_path, path.size());
  DbusConnection connection;
  connection.socket_.Reset(
      socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!connection.socket_.valid()) return ErrnoStatus(errno, "socket");
  if (connect(connection.socket_.get(),
              reinterpret_cast<const struct sockaddr*>(&address),
              sizeof address) != 0) {
    return ErrnoStatus(errno, absl::StrCat("connect ", path));
  }
  if (absl::Status status = connection.Authenticate(); !status.ok()) {
    return absl::Status(status.code(),
                        absl::StrCat(path, ": ", status.message()));
  }
  const absl::StatusOr<DbusMessage> hello =
      connection.Call({"org.freedesktop.DBus", "/org/freedesktop/DBus",
                       "org.freedesktop.DBus", "Hello", ""},
                      DbusBody());
  if (!hello.ok()) return hello.status();
  return connection;
}

// By the kernel's word on who we are, SO_PEERCRED; the uid is left out, since
// in a user namespace ours is not the bus's.
absl::Status DbusConnection::Authenticate() {
  static constexpr char kAuthenticate[] = "\0AUTH EXTERNAL\r\nDATA\r\n";
  absl::Status sent =
      Send(std::string(kAuthenticate, sizeof kAuthenticate - 1));
  if (!sent.ok()) return sent;
  for (;;) {
    const absl::StatusOr<std::string> line = ReceiveLine();
    if (!line.ok()) return line.status();
    if (absl::StartsWith(*line, "DATA")) continue;
    if (absl::StartsWith(*line, "OK")) return Send("BEGIN\r\n");
    return absl::PermissionDeniedError(
        absl::StrCat("the bus refuses this user: ", *line));
  }
}

absl::StatusOr<DbusMessage> DbusConnection::Call(const DbusMethod& method,
                                                 const DbusBody& arguments) {
  const uint32_t serial = ++serial_;
  DbusBody header;
  header.Byte('l');  // little-endian
  header.Byte(DbusMessage::kCall);
  header.Byte(0);
  header.Byte(kVersion);
  header.Uint32(static_cast<uint32_t>(arguments.bytes().size()));
  header.Uint32(serial);
  const size_t fields = header.BeginArray(8);
  AddField(header, kFieldPath, "o", method.path);
  AddField(header, kFieldInterface, "s", method.interface);
  AddField(header, kFieldMember, "s", method.member);
  AddField(header, kFieldDestination, "s", method.destination);
  if (!method.signature.empty()) {
    AddField(header, kFieldSignature, "g", method.signature);
  }
  header.EndArray(fields, 8);
  header.Align(8);
  absl::Status status = Send(header.bytes() + arguments.bytes());
  while (status.ok()) {
    absl::StatusOr<DbusMessage> message = ReceiveMessage();
    if (!message.ok()) {
      status = message.status();
      break;
    }
    if (message->type == DbusMessage::kSignal) {
      if (signals_.size() < kMaxSignals) {
        signals_.push_back(*std::move(message));
      }
      continue;
    }
    if (message->reply_serial != serial) continue;
    if (message->type == DbusMessage::kReturn) return message;
    status = absl::InternalError(
        absl::StrCat(message->error_name, ": ", message->body.String()));
  }
  return absl::Status(status.code(),
                      absl::StrCat(method.member, ": ", status.message()));
}

absl::StatusOr<DbusMessage> DbusConnection::NextSignal(
    const std::string& member) {
  for (;;) {
    if (!signals_.empty()) {
      DbusMessage signal = std::move(signals_.front());
      signals_.pop_front();
      if (signal.member == member) return signal;
      continue;
    }
    absl::StatusOr<DbusMessage> message = ReceiveMessage();
    if (!message.ok()) return message;
    if (message->type == DbusMessage::kSignal && message->member == member) {
      return message;
    }
  }
}

absl::Status DbusConnection::WaitFor(short events) {
  struct pollfd item = {socket_.get(), events, 0};
  int ready;
  do {
    ready = poll(&item, 1, kTimeoutMs);
  } while (ready < 0 && errno == EINTR);
  if (ready > 0) return absl::OkStatus();
  return ErrnoStatus(ready == 0 ? ETIMEDOUT : errno, "the bus");
}

absl::Status DbusConnection::Send(const std::string& bytes) {
  size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t n = send(socket_.get(), bytes.data() + sent,
                           bytes.size() - sent, MSG_NOSIGNAL);
    if (n > 0) {
      sent += static_cast<size_t>(n);
    } else if (errno == EAGAIN) {
      if (absl::Status status = WaitFor(POLLOUT); !status.ok()) return status;
    } else if (errno != EINTR) {
      return ErrnoStatus(errno, "send");
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> DbusConnection::Receive(size_t size) {
  std::string bytes(size, '\0');
  size_t have = 0;
  while (have < size) {
    const ssize_t n = recv(socket_.get(), bytes.data() + have, size - have, 0);
    if (n > 0) {
      have += static_cast<size_t>(n);
    } else if (n == 0) {
      return absl::UnavailableError("the bus hung up");
    } else if (errno == EAGAIN) {
      if (absl::Status status = WaitFor(POLLIN); !status.ok()) return status;
    } else if (errno != EINTR) {
      return ErrnoStatus(errno, "recv");
    }
  }
  return bytes;
}

absl::StatusOr<std::string> DbusConnection::ReceiveLine() {
  std::string line;
  while (line.size() < kMaxLineBytes) {
    const absl::StatusOr<std::string> byte = Receive(1);
    if (!byte.ok()) return byte;
    line += *byte;
    if (absl::EndsWith(line, "\r\n")) return line.substr(0, line.size() - 2);
  }
  return absl::OutOfRangeError("a line of the bus is too long");
}

absl::StatusOr<DbusMessage> DbusConnection::ReceiveMessage() {
  absl::StatusOr<std::string> fixed = Receive(kFixedHeaderBytes);
  if (!fixed.ok()) return fixed.status();
  DbusReader start(*fixed);
  DbusMessage message;
  if (start.Byte() != 'l') {
    return absl::InternalError("the bus sent a message that is big-endian");
  }
  message.type = start.Byte();
  start.Byte();  // flags
  start.Byte();  // version
  const size_t body_size = start.Uint32();
  start.Uint32();  // serial
  const size_t fields_size = start.Uint32();
  const size_t padded = (fields_size + 7) / 8 * 8;
  if (body_size > kMaxMessageBytes || padded > kMaxMessageBytes) {
    return absl::OutOfRangeError("a message of the bus is too long");
  }
  absl::StatusOr<std::string> fields = Receive(padded);
  if (!fields.ok()) return fields.status();
  fields->resize(fields_size);
  DbusReader reader(*std::move(fields));
  while (!reader.AtEnd()) {
    if (!ReadField(reader, message)) {
      return absl::InternalError("the bus sent a header of unknown type");
    }
  }
  absl::StatusOr<std::string> body = Receive(body_size);
  if (!body.ok()) return body.status();
  message.body = DbusReader(*std::move(body));
  return message;
}

}  // namespace jail
