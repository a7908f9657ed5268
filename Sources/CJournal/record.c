#define _GNU_SOURCE
#include "journal.h"
#include "layout.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

lamella_journal_counts counts;
lamella_journal_counts lamella_journal_count(void) { return counts; }

static int fingerprint(int file, uint64_t size, uint32_t *result) {
  unsigned char bytes[page_size];
  uint32_t sum = 0;
  for (int index = 0; index < fingerprint_pages; index++) {
    uint64_t start = fingerprint_page(size, index) * page_size;
    size_t count = size - start < page_size ? (size_t)(size - start) : page_size;
    if (read_all(file, start, bytes, count) < 0) return -1;
    sum = libdeflate_crc32(sum, bytes, count);
  }
  *result = sum;
  return 0;
}

int journal_begin(journal *made, const char *path, int file, uint64_t size) {
  char *name = journal_path(path);
  if (!name) return problem_of_system(ENOMEM, "cannot be worked on");
  struct stat status;
  mode_t mode = fstat(file, &status) == 0 ? status.st_mode & 0666 : 0600;
  int fd = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (fd < 0) {
    problem(
      lamella_problem_system, errno, "Changes are secured in a journal beside the file: its folder must allow new files.",
      "its %s cannot be made", name);
    free(name);
    return -1;
  }
  journal_header header = {.version = journal_version, .file_size = size, .begun = time(NULL)};
  memcpy(header.magic, JOURNAL_MAGIC, sizeof header.magic);
  file_identity(file, &header.inode, &header.born);
  if (getrandom(&header.id, sizeof header.id, 0) != sizeof header.id) header.id = (uint64_t)header.begun ^ (uint64_t)getpid();
  if (fingerprint(file, size, &header.fingerprint) < 0) {
    problem_of_system(errno, "cannot be read");
  } else {
    header.checksum = checksum_header(header);
    if (write_all(fd, 0, &header, sizeof header) == 0) {
      *made = (journal){.fd = fd, .id = header.id, .length = sizeof header};
      counts.journal_bytes += sizeof header;
      free(name);
      return 0;
    }
    problem(lamella_problem_system, errno, NULL, "its %s cannot be written", name);
  }
  /* Nothing in the file has changed yet. */
  unlink(name);
  close(fd);
  free(name);
  return -1;
}

int journal_add(journal *to, int file, uint64_t offset, uint64_t length) {
  unsigned char *bytes = malloc(record_limit);
  if (!bytes) return problem_of_system(ENOMEM, "cannot be worked on");
  while (length > 0) {
    journal_record record = {
      .magic = record_magic, .id = to->id, .offset = offset, .length = length < record_limit ? length : record_limit};
    if (read_all(file, offset, bytes, record.length) < 0) {
      problem_of_system(errno, "cannot be read");
      break;
    }
    record.checksum = checksum_record(record, bytes);
    if (write_all(to->fd, to->length, &record, sizeof record) < 0 ||
        write_all(to->fd, to->length + sizeof record, bytes, record.length) < 0) {
      problem_of_system(errno, "its journal cannot be written");
      break;
    }
    to->length += sizeof record + record.length;
    counts.journal_bytes += sizeof record + record.length;
    offset += record.length;
    length -= record.length;
  }
  free(bytes);
  return length == 0 ? 0 : -1;
}

int journal_sync(journal *it, const char *path) {
  if (fsync(it->fd) < 0 || sync_folder(path) < 0) {
    return problem_of_system(errno, "its journal cannot be synced");
  }
  return 0;
}

int journal_end(journal *it, const char *path) {
  char *name = journal_path(path);
  if (!name) return problem_of_system(ENOMEM, "cannot be worked on");
  int result = 0;
  if (unlink(name) < 0) {
    result = problem(lamella_problem_system, errno, NULL, "its %s cannot be removed", name);
  } else if (sync_folder(path) < 0) {
    result = problem(
      lamella_problem_system, errno, "Look at the disk. What was written is in the file, unless the power fails soon.",
      "was changed, but its folder cannot be synced");
  }
  free(name);
  close(it->fd);
  it->fd = -1;
  counts.commits++;
  return result;
}

int lamella_journal_exists(const char *path) {
  char *real = realpath(path, NULL);
  char *name = journal_path(real ? real : path);
  int found = name && access(name, F_OK) == 0;
  free(name);
  free(real);
  return found;
}

void file_identity(int file, uint64_t *inode, int64_t *born) {
  struct statx status;
  *inode = 0, *born = 0;
  if (statx(file, "", AT_EMPTY_PATH, STATX_INO | STATX_BTIME, &status) < 0) return;
  *inode = status.stx_ino;
  if (status.stx_mask & STATX_BTIME) *born = status.stx_btime.tv_sec * 1000000000 + status.stx_btime.tv_nsec;
}
