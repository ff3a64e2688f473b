// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_MODES_LISTEN_H_
#define JAIL_MODES_LISTEN_H_

#include "absl/status/statusor.h"
#include "jail/modes/session.h"
#include "jail/spec/spec.h"
#include "jail/sys/fd.h"

namespace jail {

// A TCP socket that listens where `where` says: IPv6, and IPv4 mapped into it.
// On a host without IPv6, IPv4 alone where the address allows.
absl::StatusOr<Fd> OpenListener(const Listen& where);

// Mode LISTEN: one jail for each connection that `listener` takes, with the
// connection as its stdin, stdout and stderr, until a signal comes; then every
// jail gets that signal's treatment, and the result is 128 and its number.
//
// A jail ends with its client.  When the client's side is gone altogether (the
// kernel reports a reset) that is at once.  A client that has only ended its
// input (`echo hi | nc HOST PORT`) still wants the answer, and TCP can't tell
// it from one that went away without a word: its jail may stay as long as it
// keeps sending, and is killed once it has been silent for
// Listen::half_close.
int RunListen(const Session& session, Fd listener);

}  // namespace jail

#endif  // JAIL_MODES_LISTEN_H_
