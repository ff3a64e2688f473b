// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// witness [-n NAMESPACE]... [-r DIRECTORY]...: runs inside a jail in the
// benchmark's place and says whether the isolation is the one that every
// launcher is to give.  NAMESPACE is the caller's ("net:[4026531840]") and must
// not be ours; DIRECTORY must be read-only; /tmp must be a tmpfs of its own and
// /proc a procfs that shows us as a process of a small number.
// Exit status 0, or 1 with a line on stderr.
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#define TMPFS_MAGIC 0x01021994
#define PROC_SUPER_MAGIC 0x9fa0

static int Namespace(const char* callers) {
  char path[64], ours[64];
  const char* colon = strchr(callers, ':');
  if (colon == NULL) return 1;
  snprintf(path, sizeof path, "/proc/self/ns/%.*s", (int)(colon - callers),
           callers);
  ssize_t length = readlink(path, ours, sizeof ours - 1);
  if (length < 0) {
    fprintf(stderr, "witness: cannot read %s\n", path);
    return 1;
  }
  ours[length] = 0;
  if (strcmp(ours, callers) != 0) return 0;
  fprintf(stderr, "no %.*s namespace\n", (int)(colon - callers), callers);
  return 1;
}

static int ReadOnly(const char* directory) {
  struct statvfs fs;
  if (statvfs(directory, &fs) != 0) {
    fprintf(stderr, "%s is not there\n", directory);
    return 1;
  }
  if (fs.f_flag & ST_RDONLY) return 0;
  fprintf(stderr, "%s is writable\n", directory);
  return 1;
}

static int IsA(const char* directory, long magic, const char* name) {
  struct statfs fs;
  if (statfs(directory, &fs) == 0 && fs.f_type == magic) return 0;
  fprintf(stderr, "%s is no %s\n", directory, name);
  return 1;
}

int main(int argc, char** argv) {
  int option, bad = 0;
  while ((option = getopt(argc, argv, "n:r:")) != -1) {
    if (option == 'n') {
      bad += Namespace(optarg);
    } else if (option == 'r') {
      bad += ReadOnly(optarg);
    } else {
      return 2;
    }
  }
  bad += IsA("/tmp", TMPFS_MAGIC, "tmpfs");
  bad += IsA("/proc", PROC_SUPER_MAGIC, "procfs");
  if (getpid() > 8) {
    fprintf(stderr, "our pid is %d\n", (int)getpid());
    bad++;
  }
  return bad != 0;
}
