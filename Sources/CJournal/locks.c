#define _GNU_SOURCE
#include "journal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

locking_mode locking_mode_of(int locking) {
  if (locking == lamella_locking_off) return locking_off;
  if (locking == lamella_locking_on) return locking_demanded;
  const char *word = getenv("HDF5_USE_FILE_LOCKING");
  if (!word) return locking_if_supported;
  if (strcmp(word, "FALSE") == 0 || strcmp(word, "0") == 0) return locking_off;
  if (strcmp(word, "TRUE") == 0 || strcmp(word, "1") == 0) return locking_demanded;
  return locking_if_supported;
}

/* flock(2); 1 where another holds it, 2 where there are no locks on this file system. */
static int try_flock(int fd, bool alone) {
  int result;
  do {
    result = flock(fd, (alone ? LOCK_EX : LOCK_SH) | LOCK_NB);
  } while (result < 0 && errno == EINTR);
  if (result == 0) return 0;
  if (errno == EWOULDBLOCK) return 1;
  return errno == ENOSYS || errno == EOPNOTSUPP || errno == ENOLCK || errno == EINVAL ? 2 : -1;
}

static void name_of_process(long process, char *name, size_t capacity) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%ld/cmdline", process);
  snprintf(name, capacity, "a program");
  FILE *file = fopen(path, "r");
  if (!file) return;
  size_t count = fread(name, 1, capacity - 1, file);
  fclose(file);
  while (count > 0 && name[count - 1] == 0) count--;
  for (size_t at = 0; at < count; at++) {
    if (name[at] == 0) name[at] = ' ';
  }
  name[count] = 0;
  if (count > 96) strcpy(name + 93, "…");
}

/* When a process began, in the kernel's ticks since the machine did; 0 where there is no such process. */
static unsigned long long process_start(long process) {
  char path[64], text[1024];
  snprintf(path, sizeof path, "/proc/%ld/stat", process);
  FILE *file = fopen(path, "r");
  if (!file) return 0;
  size_t count = fread(text, 1, sizeof text - 1, file);
  fclose(file);
  text[count] = 0;
  char *field = strrchr(text, ')');
  unsigned long long start = 0;
  /* The 22nd field, the name in brackets being the second. */
  if (!field || sscanf(field + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu", &start) != 1) {
    return 0;
  }
  return start;
}

/* Who holds a file by flock, as the kernel tells. */
static void holders_of(int fd, char *text, size_t capacity) {
  snprintf(text, capacity, "another program");
  struct stat status;
  FILE *file = fstat(fd, &status) == 0 ? fopen("/proc/locks", "r") : NULL;
  if (!file) return;
  char line[256];
  size_t length = 0;
  while (fgets(line, sizeof line, file)) {
    long process;
    unsigned long long inode;
    if (sscanf(line, "%*d: FLOCK %*s %*s %ld %*x:%*x:%llu", &process, &inode) != 2 || inode != status.st_ino) continue;
    if (process <= 0 || process == (long)getpid()) continue;
    char name[128];
    name_of_process(process, name, sizeof name);
    int put = snprintf(text + length, capacity - length, "%s%s (process %ld)", length ? " and " : "", name, process);
    if (put < 0 || (size_t)put >= capacity - length) break;
    length += (size_t)put;
  }
  fclose(file);
}

int file_lock(int file, bool alone, locking_mode mode) {
  if (mode == locking_off) return 0;
  char holders[512];
  switch (try_flock(file, alone)) {
    case 0: return 0;
    case 1:
      holders_of(file, holders, sizeof holders);
      problem(
        lamella_problem_locked, 0, alone ? "Close it there, or wait and try again." : "Wait until that is done and try again.",
        alone ? "is being used by %s" : "is being written by %s", holders);
      return 1;
    case 2:
      if (mode == locking_if_supported) return 0;
      return problem(
        lamella_problem_system, ENOTSUP, "Set HDF5_USE_FILE_LOCKING=BEST_EFFORT to go without.",
        "lies on a file system without locks");
    default: return problem_of_system(errno, "cannot be locked");
  }
}

/* Who holds FILE.lock, as it says itself. */
typedef struct {
  long process;
  unsigned long long start;
  char host[128];
  char command[160];
  char since[40];
  bool flocked;
} holder;

static void this_process(holder *it) {
  *it = (holder){.process = (long)getpid()};
  it->start = process_start(it->process);
  gethostname(it->host, sizeof it->host - 1);
  name_of_process(it->process, it->command, sizeof it->command);
  time_t now = time(NULL);
  struct tm parts;
  strftime(it->since, sizeof it->since, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &parts));
}

static int write_holder(int fd, bool flocked) {
  holder it;
  this_process(&it);
  char text[512];
  int count = snprintf(
    text, sizeof text, "process: %ld\nstart: %llu\nhost: %s\nlock: %s\nsince: %s\ncommand: %s\n", it.process, it.start, it.host,
    flocked ? "flock" : "none", it.since, it.command);
  return ftruncate(fd, 0) < 0 || write_all(fd, 0, text, (size_t)count) < 0 ? -1 : 0;
}

static bool read_holder(int fd, holder *it) {
  char text[1024], lock[16] = "";
  *it = (holder){0};
  ssize_t count = pread(fd, text, sizeof text - 1, 0);
  if (count <= 0) return false;
  text[count] = 0;
  int fields = sscanf(
    text, "process: %ld\nstart: %llu\nhost: %127s\nlock: %15s\nsince: %39s\ncommand: %159[^\n]", &it->process, &it->start,
    it->host, lock, it->since, it->command);
  it->flocked = strcmp(lock, "flock") == 0;
  return fields >= 4;
}

/* Whether the holder is known to run no longer: its lock ended with it, or it is of this machine and gone. Of what another
   machine left without a lock nothing is known. */
static bool is_gone(const holder *it, bool is_ours_now) {
  if (is_ours_now && it->flocked) return true;
  holder own;
  this_process(&own);
  return strcmp(own.host, it->host) == 0 && process_start(it->process) != it->start;
}

static int refuse(const char *name, const holder *it, bool known, bool runs) {
  char advice[512] = "Wait until that is done and try again.";
  if (!runs) snprintf(advice, sizeof advice, "Wait until that is done and try again; if it no longer runs, remove %s.", name);
  if (!known) return problem(lamella_problem_locked, 0, advice, "is being written by another program");
  return problem(
    lamella_problem_locked, 0, advice, "is being written by %s (process %ld on %s since %s)", it->command, it->process,
    it->host, it->since);
}

/* 0 taken, 1 to be tried again since the file went in between, -1 failed. */
static int try_take(writer_lock *lock, const char *name, locking_mode mode, bool *took_over) {
  bool existed = false;
  int fd = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
  if (fd < 0 && errno == EEXIST) {
    existed = true;
    fd = open(name, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 && errno == ENOENT) return 1;
  }
  if (fd < 0) {
    return problem(
      lamella_problem_system, errno, "Writing takes a lock and a journal beside the file: its folder must allow new files.",
      "its %s cannot be made", name);
  }
  int locked = mode == locking_off ? 2 : try_flock(fd, true);
  holder it;
  bool known = existed && read_holder(fd, &it);
  if (locked < 0) {
    problem(lamella_problem_system, errno, NULL, "its %s cannot be locked", name);
    close(fd);
    return -1;
  }
  if (locked == 1 || (known && !is_gone(&it, locked == 0)) || (existed && !known && locked == 2)) {
    refuse(name, &it, known, locked == 1);
    close(fd);
    return -1;
  }
  struct stat ours, named;
  if (fstat(fd, &ours) < 0 || stat(name, &named) < 0 || ours.st_ino != named.st_ino || ours.st_dev != named.st_dev) {
    close(fd);
    return 1;
  }
  if (existed && locked == 2) {
    /* Without locks the making of the file is what excludes others: the one left behind goes first. */
    unlink(name);
    close(fd);
    *took_over = true;
    return 1;
  }
  if (write_holder(fd, locked == 0) < 0) {
    problem(lamella_problem_system, errno, NULL, "its %s cannot be written", name);
    unlink(name);
    close(fd);
    return -1;
  }
  *took_over |= existed;
  *lock = (writer_lock){.fd = fd, .flocked = locked == 0};
  return 0;
}

int writer_lock_take(writer_lock *lock, const char *path, locking_mode mode, bool *took_over) {
  *lock = (writer_lock){.fd = writer_lock_none};
  *took_over = false;
  char *name = lock_path(path);
  if (!name) return problem_of_system(ENOMEM, "cannot be worked on");
  int result = 1;
  for (int round = 0; round < 100 && result == 1; round++) result = try_take(lock, name, mode, took_over);
  if (result == 1) result = problem(lamella_problem_locked, 0, NULL, "is written by other programs again and again");
  free(name);
  return result;
}

void writer_lock_release(writer_lock *lock, const char *path) {
  if (lock->fd == writer_lock_none) return;
  char *name = lock_path(path);
  if (name) unlink(name);
  free(name);
  close(lock->fd);
  lock->fd = writer_lock_none;
}
