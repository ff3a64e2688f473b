// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// The floor of the benchmark: the system calls that a jail cannot be made
// without, and nothing else.  No config, no checks that a launcher owes its
// user, no capabilities, no limits, no supervision: not a sandbox.
//
//   floor [-x PART]... [-t] [-b SOURCE:TARGET]... PROGRAM [ARG...]
//
// -x leaves a part out (user mount pid net ipc uts cgroup, binds tmpfs proc
// pivot), so that what the part costs can be measured.  -t prints to
// descriptor 3 when each stage ended, in nanoseconds from the start.
// TARGET is one name beneath the root, without a slash.
#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef AT_RECURSIVE
#define AT_RECURSIVE 0x8000
#endif
#define MNT_DETACH 2

enum { kMaxBinds = 64 };
// Stages, in order of time.
enum {
  kStart,
  kCloned,
  kMapped,
  kOpened,
  kReleased,
  kRoot,
  kBinds,
  kTmpfs,
  kProc,
  kPivoted,
  kExecuted,
  kEnded,
  kStageCount
};
static const char* const kStageNames[] = {"start",
                                          "clone3",
                                          "id maps (parent)",
                                          "private root, open_tree",
                                          "released",
                                          "root tmpfs",
                                          "binds",
                                          "tmpfs",
                                          "proc",
                                          "pivot_root",
                                          "execve",
                                          "program and teardown"};

static int64_t* stages;  // shared with the child; null without -t

static void Stamp(int stage) {
  if (stages == NULL) return;
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  stages[stage] = now.tv_sec * 1000000000LL + now.tv_nsec;
}

static void Fail(const char* what) {
  dprintf(2, "floor: %s: %s\n", what, strerror(errno));
  _exit(125);
}
static long Must(long result, const char* what) {
  if (result < 0) Fail(what);
  return result;
}

static int NewMount(const char* type, unsigned attributes) {
  int fs = Must(syscall(SYS_fsopen, type, FSOPEN_CLOEXEC), "fsopen");
  Must(syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0), type);
  return Must(syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC, attributes), "fsmount");
}

static void Attach(int tree, int root, const char* target) {
  Must(mkdirat(root, target, 0755), target);
  Must(syscall(SYS_move_mount, tree, "", root, target, MOVE_MOUNT_F_EMPTY_PATH),
       "move_mount");
}

static void Write(const char* directory, const char* name, const char* text) {
  char path[64];
  snprintf(path, sizeof path, "%s/%s", directory, name);
  int fd = Must(open(path, O_WRONLY | O_CLOEXEC), path);
  Must(write(fd, text, strlen(text)), path);
  close(fd);
}

struct Options {
  uint64_t namespaces;
  int binds, tmpfs, proc, pivot;
  int bind_count;
  const char* source[kMaxBinds];
  const char* target[kMaxBinds];
  char** program;
};

static void Child(const struct Options* options, int sync) {
  int tree[kMaxBinds];
  if (options->namespaces & CLONE_NEWNS) {
    struct mount_attr attr = {.propagation = MS_PRIVATE};
    Must(syscall(SYS_mount_setattr, AT_FDCWD, "/", AT_RECURSIVE, &attr,
                 sizeof attr),
         "mount_setattr /");
    for (int i = 0; i < options->bind_count && options->binds; i++) {
      tree[i] =
          Must(syscall(SYS_open_tree, AT_FDCWD, options->source[i],
                       OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE),
               options->source[i]);
    }
  }
  Stamp(kOpened);
  char byte;
  if (read(sync, &byte, 1) != 1) _exit(125);
  Stamp(kReleased);
  if (options->namespaces & CLONE_NEWNS) {
    int root = NewMount("tmpfs", MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
    Must(syscall(SYS_move_mount, root, "", AT_FDCWD, "/",
                 MOVE_MOUNT_F_EMPTY_PATH),
         "move_mount /");
    Stamp(kRoot);
    for (int i = 0; i < options->bind_count && options->binds; i++) {
      struct mount_attr attr = {
          .attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV};
      Must(syscall(SYS_mount_setattr, tree[i], "", AT_EMPTY_PATH | AT_RECURSIVE,
                   &attr, sizeof attr),
           "mount_setattr");
      Attach(tree[i], root, options->target[i]);
    }
    Stamp(kBinds);
    if (options->tmpfs) {
      Attach(NewMount("tmpfs", MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV), root,
             "tmp");
    }
    Stamp(kTmpfs);
    if (options->proc) {
      Attach(NewMount("proc",
                      MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC),
             root, "proc");
    }
    Stamp(kProc);
    if (options->pivot) {
      Must(fchdir(root), "fchdir");
      Must(syscall(SYS_pivot_root, ".", "."), "pivot_root");
      Must(syscall(SYS_umount2, ".", MNT_DETACH), "umount2");
      Must(chdir("/"), "chdir");
    }
    Stamp(kPivoted);
  }
  execve(options->program[0], options->program, (char*[]){NULL});
  Fail(options->program[0]);
}

static void LeaveOut(struct Options* options, const char* part) {
  static const struct {
    const char* name;
    uint64_t flag;
  } kNamespaces[] = {{"user", CLONE_NEWUSER},    {"mount", CLONE_NEWNS},
                     {"pid", CLONE_NEWPID},      {"net", CLONE_NEWNET},
                     {"ipc", CLONE_NEWIPC},      {"uts", CLONE_NEWUTS},
                     {"cgroup", CLONE_NEWCGROUP}};
  for (size_t i = 0; i < sizeof kNamespaces / sizeof *kNamespaces; i++) {
    if (strcmp(part, kNamespaces[i].name) == 0) {
      options->namespaces &= ~kNamespaces[i].flag;
      return;
    }
  }
  if (strcmp(part, "binds") == 0)
    options->binds = 0;
  else if (strcmp(part, "tmpfs") == 0)
    options->tmpfs = 0;
  else if (strcmp(part, "proc") == 0)
    options->proc = 0;
  else if (strcmp(part, "pivot") == 0)
    options->pivot = 0;
  else
    _exit(2);
}

int main(int argc, char** argv) {
  struct timespec start;
  clock_gettime(CLOCK_MONOTONIC, &start);
  struct Options options = {
      .namespaces = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET |
                    CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP,
      .binds = 1,
      .tmpfs = 1,
      .proc = 1,
      .pivot = 1};
  int option;
  while ((option = getopt(argc, argv, "+x:b:t")) != -1) {
    if (option == 'x') {
      LeaveOut(&options, optarg);
    } else if (option == 't') {
      stages = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
                    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
      stages[kStart] = start.tv_sec * 1000000000LL + start.tv_nsec;
    } else if (option == 'b' && options.bind_count < kMaxBinds) {
      char* colon = strchr(optarg, ':');
      if (colon == NULL) return 2;
      *colon = 0;
      options.source[options.bind_count] = optarg;
      options.target[options.bind_count++] = colon + 1;
    } else {
      return 2;
    }
  }
  if (optind == argc) return 2;
  options.program = argv + optind;

  int sync[2];
  Must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sync), "socketpair");
  uid_t uid = geteuid();
  gid_t gid = getegid();
  struct clone_args args = {.flags = options.namespaces,
                            .exit_signal = SIGCHLD};
  pid_t pid = Must(syscall(SYS_clone3, &args, sizeof args), "clone3");
  if (pid == 0) Child(&options, sync[1]);
  Stamp(kCloned);
  if (options.namespaces & CLONE_NEWUSER) {
    char directory[32], map[64];
    snprintf(directory, sizeof directory, "/proc/%d", pid);
    Write(directory, "setgroups", "deny");
    snprintf(map, sizeof map, "%u %u 1\n", uid, uid);
    Write(directory, "uid_map", map);
    snprintf(map, sizeof map, "%u %u 1\n", gid, gid);
    Write(directory, "gid_map", map);
  }
  Stamp(kMapped);
  Must(write(sync[0], "", 1), "write");
  // The child's end is CLOEXEC: the end of file says that it is executed.
  if (stages != NULL) {
    char byte;
    close(sync[1]);
    if (read(sync[0], &byte, 1) != 0) return 125;
    Stamp(kExecuted);
  }
  int status;
  Must(waitpid(pid, &status, 0), "waitpid");
  if (stages != NULL) {
    Stamp(kEnded);
    for (int i = 1; i < kStageCount; i++) {
      dprintf(3, "%s\t%lld\n", kStageNames[i],
              stages[i] == 0 ? -1LL : (long long)(stages[i] - stages[kStart]));
    }
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
