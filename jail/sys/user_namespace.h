// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_SYS_USER_NAMESPACE_H_
#define JAIL_SYS_USER_NAMESPACE_H_

namespace jail {

// Is this process in the host's own user namespace?  There every id exists and
// setgroups(2) is allowed, so nobody has to read three files of /proc about it.
// The namespace's inode number is fixed: linux/nsfs.h, USER_NS_INIT_INO.  False
// when that can't be told.
bool InInitialUserNamespace();

}  // namespace jail

#endif  // JAIL_SYS_USER_NAMESPACE_H_
