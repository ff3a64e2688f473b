/* Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
 *
 * What compiled programs do: native FOLDER.  Without an argument: what a
 * program does that only computes. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define CHECK(what)                                                  \
  do {                                                               \
    if (!(what)) {                                                   \
      printf("line %d: %s: %s\n", __LINE__, #what, strerror(errno)); \
      exit(1);                                                       \
    }                                                                \
  } while (0)

static int Compare(const void* a, const void* b) {
  return *(const int*)a - *(const int*)b;
}

static void Compute(void) {
  enum { kCount = 1 << 20 };
  int* numbers = malloc(kCount * sizeof(int));
  CHECK(numbers != NULL);
  unsigned seed = 1;
  for (int i = 0; i < kCount; ++i) {
    seed = seed * 1103515245 + 12345;
    numbers[i] = (int)(seed >> 8);
  }
  qsort(numbers, kCount, sizeof(int), Compare);
  for (int i = 1; i < kCount; ++i) CHECK(numbers[i - 1] <= numbers[i]);
  numbers = realloc(numbers, 4 * kCount * sizeof(int));
  CHECK(numbers != NULL);
  free(numbers);
  struct timespec now;
  CHECK(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now) == 0);
  char line[100];
  long sum = 0;
  while (fgets(line, sizeof(line), stdin) != NULL) sum += atol(line);
  printf("sum %ld\n", sum);
}

static void* Twice(void* number) { return (void*)(2 * (long)number); }

static void Files(const char* folder) {
  char name[500], other[500];
  snprintf(name, sizeof(name), "%s/native-file", folder);
  snprintf(other, sizeof(other), "%s/native-other", folder);
  FILE* file = fopen(name, "w+");
  CHECK(file != NULL);
  CHECK(fputs("text", file) >= 0 && fflush(file) == 0);
  struct stat at;
  CHECK(stat(name, &at) == 0 && at.st_size == 4);
  char* memory = mmap(NULL, 4, PROT_READ, MAP_SHARED, fileno(file), 0);
  CHECK(memory != MAP_FAILED && memcmp(memory, "text", 4) == 0);
  CHECK(rename(name, other) == 0 && unlink(other) == 0 && fclose(file) == 0);
  int ends[2];
  CHECK(pipe(ends) == 0 && write(ends[1], "x", 1) == 1);
}

int main(int argc, char** argv) {
  Compute();
  if (argc > 1) {
    Files(argv[1]);
    pthread_t threads[4];
    for (long i = 0; i < 4; ++i) {
      CHECK(pthread_create(&threads[i], NULL, Twice, (void*)i) == 0);
    }
    for (long i = 0; i < 4; ++i) {
      void* twice = NULL;
      CHECK(pthread_join(threads[i], &twice) == 0 && (long)twice == 2 * i);
    }
    CHECK(signal(SIGUSR1, SIG_IGN) != SIG_ERR && raise(SIGUSR1) == 0);
  }
  puts("done");
  return 0;
}
