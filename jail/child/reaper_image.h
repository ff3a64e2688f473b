// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_CHILD_REAPER_IMAGE_H_
#define JAIL_CHILD_REAPER_IMAGE_H_

// The reaper's static ELF program (reaper.cc), embedded.
extern "C" {
extern const char jail_reaper_begin[];
extern const char jail_reaper_end[];
}

#endif  // JAIL_CHILD_REAPER_IMAGE_H_
