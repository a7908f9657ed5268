#define _GNU_SOURCE
#include "journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static lamella_problem kept;

int problem(lamella_problem_kind kind, int number, const char *advice, const char *format, ...) {
  /* What libhdf5 was not told of is the cause of all that follows. */
  if (kept.concealed) return -1;
  kept.kind = kind;
  kept.number = number;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(kept.text, sizeof kept.text, format, arguments);
  va_end(arguments);
  if (number != 0) {
    size_t length = strlen(kept.text);
    snprintf(kept.text + length, sizeof kept.text - length, ": %s", strerror(number));
  }
  snprintf(kept.advice, sizeof kept.advice, "%s", advice ? advice : "");
  return -1;
}

int problem_of_system(int number, const char *text) { return problem(lamella_problem_system, number, NULL, "%s", text); }

void lamella_problem_forget(void) {
  kept.kind = lamella_problem_none;
  kept.concealed = 0;
}

void problem_conceal(void) { kept.concealed = 1; }
lamella_problem problem_kept(void) { return kept; }
void problem_number(int number) { kept.number = number; }
int lamella_problem_concealed(void) { return kept.concealed; }

lamella_problem lamella_problem_take(void) {
  lamella_problem taken = kept;
  kept = (lamella_problem){0};
  return taken;
}

int lamella_move(const char *from, const char *to, int replacing) {
  if (!replacing && access(to, F_OK) != 0 && lamella_journal_exists(to)) {
    return problem(
      lamella_problem_system, EEXIST, "Bring the file back to its journal, or remove the journal if the file is lost.",
      "the journal of a file of this name that is gone lies here");
  }
  int fd = open(from, O_RDONLY | O_CLOEXEC);
  if (fd < 0 || fsync(fd) < 0) {
    problem_of_system(errno, "cannot be synced");
    if (fd >= 0) close(fd);
    return -1;
  }
  close(fd);
  int result = renameat2(AT_FDCWD, from, AT_FDCWD, to, replacing ? 0 : RENAME_NOREPLACE);
  if (result < 0 && (errno == EINVAL || errno == ENOSYS)) {
    /* Not every file system can refuse to replace. */
    errno = EEXIST;
    if (replacing || access(to, F_OK) != 0) result = rename(from, to);
  }
  if (result < 0) return problem_of_system(errno, "cannot be put into place");
  if (replacing) {
    /* The journal of what was replaced. Should the power fail before it goes, it is refused. */
    char *name = journal_path(to);
    if (name) unlink(name);
    free(name);
  }
  if (sync_folder(to) < 0) return problem_of_system(errno, "its folder cannot be synced");
  return 0;
}

/* Linux moves at most this much in one call. */
static size_t at_once(size_t count) { return count < 0x7ffff000 ? count : 0x7ffff000; }

int read_all(int file, uint64_t offset, void *bytes, size_t count) {
  unsigned char *to = bytes;
  while (count > 0) {
    ssize_t got = pread(file, to, at_once(count), (off_t)offset);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return -1;
    if (got == 0) {
      memset(to, 0, count);
      return 0;
    }
    to += got;
    offset += (uint64_t)got;
    count -= (size_t)got;
  }
  return 0;
}

int write_all(int file, uint64_t offset, const void *bytes, size_t count) {
  const unsigned char *from = bytes;
  while (count > 0) {
    ssize_t put = pwrite(file, from, at_once(count), (off_t)offset);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return -1;
    if (put == 0) {
      errno = ENOSPC;
      return -1;
    }
    from += put;
    offset += (uint64_t)put;
    count -= (size_t)put;
  }
  return 0;
}

int sync_folder(const char *path) {
  const char *slash = strrchr(path, '/');
  char *folder = slash == NULL ? strdup(".") : slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));
  if (!folder) return -1;
  int file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  free(folder);
  if (file < 0) return -1;
  int result = fsync(file);
  int number = errno;
  close(file);
  /* File systems that cannot sync a folder have nothing to sync. */
  if (result < 0 && (number == EINVAL || number == ENOSYS || number == EBADF)) return 0;
  errno = number;
  return result;
}

static char *beside(const char *path, const char *suffix) {
  char *name = malloc(strlen(path) + strlen(suffix) + 1);
  if (name) strcat(strcpy(name, path), suffix);
  return name;
}

char *journal_path(const char *path) { return beside(path, ".journal"); }
char *lock_path(const char *path) { return beside(path, ".lock"); }
