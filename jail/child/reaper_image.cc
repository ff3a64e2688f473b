// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/child/reaper_image.h"

asm(".pushsection .rodata\n"
    ".balign 16\n"
    ".global jail_reaper_begin\n"
    ".global jail_reaper_end\n"
    "jail_reaper_begin:\n"
    ".incbin \"" JAIL_REAPER_FILE
    "\"\n"
    "jail_reaper_end:\n"
    ".popsection\n");
