// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_SPEC_ORIGIN_H_
#define JAIL_SPEC_ORIGIN_H_

#include <string>

namespace jail {

// Which line of the configuration something comes from.  Every error and every
// line of `--explain` ends in one.
struct Origin {
  std::string path;  // "mount[3].dst"; for people, never parsed
  std::string file;  // "snek.cfg", "command line", or empty: a default
  int line = 0;      // from 1; 0: not in a file
  int column = 0;    // from 1

  // "mount[3] (snek.cfg:41)", "mount[3] (command line)", "mount_proc (default)"
  std::string ToString() const;
};

}  // namespace jail

#endif  // JAIL_SPEC_ORIGIN_H_
