#define _GNU_SOURCE
#include "journal.h"
#include "layout.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The records of a journal up to the first that is not whole: what follows was never synced, so that the file's bytes it
   describes were not touched. */
typedef struct {
  journal_record *records;
  /* Where each one's bytes are in the journal. */
  uint64_t *places;
  size_t count;
} record_list;

static int list_records(int fd, uint64_t length, const journal_header *header, record_list *list) {
  unsigned char *bytes = malloc(record_limit);
  if (!bytes) return -1;
  size_t capacity = 0;
  uint64_t place = sizeof(journal_header);
  int result = 0;
  while (place + sizeof(journal_record) <= length) {
    journal_record record;
    if ((result = read_all(fd, place, &record, sizeof record)) < 0) break;
    place += sizeof record;
    if (record.magic != record_magic || record.id != header->id || record.length == 0 || record.length > record_limit ||
        record.length > length - place || record.offset > header->file_size ||
        record.length > header->file_size - record.offset) {
      break;
    }
    if ((result = read_all(fd, place, bytes, record.length)) < 0) break;
    if (checksum_record(record, bytes) != record.checksum) break;
    if (list->count == capacity) {
      capacity = capacity ? capacity * 2 : 64;
      journal_record *records = realloc(list->records, capacity * sizeof *records);
      if (records) list->records = records;
      uint64_t *places = realloc(list->places, capacity * sizeof *places);
      if (places) list->places = places;
      if (!records || !places) {
        errno = ENOMEM;
        result = -1;
        break;
      }
    }
    list->records[list->count] = record;
    list->places[list->count++] = place;
    place += record.length;
  }
  int number = errno;
  free(bytes);
  errno = number;
  return result;
}

/* What the fingerprint would be of the file that was rolled back. */
static int fingerprint_after(
  int fd, int file, uint64_t size, const record_list *list, uint32_t *result, bool *tells) {
  unsigned char bytes[page_size];
  uint32_t sum = 0;
  for (int index = 0; index < fingerprint_pages; index++) {
    uint64_t start = fingerprint_page(size, index) * page_size;
    uint64_t end = size - start < page_size ? size : start + page_size;
    if (read_all(file, start, bytes, (size_t)(end - start)) < 0) return -1;
    uint64_t covered = 0;
    for (size_t at = 0; at < list->count; at++) {
      uint64_t from = list->records[at].offset, to = from + list->records[at].length;
      if (from >= end || to <= start) continue;
      uint64_t first = from > start ? from : start, last = to < end ? to : end;
      if (read_all(fd, list->places[at] + (first - from), bytes + (first - start), (size_t)(last - first)) < 0) return -1;
      covered += last - first;
    }
    if (covered < end - start) *tells = true;
    sum = libdeflate_crc32(sum, bytes, (size_t)(end - start));
  }
  *result = sum;
  return 0;
}

static int put_back(int fd, int file, uint64_t size, const record_list *list, uint64_t *restored) {
  unsigned char *bytes = malloc(record_limit);
  if (!bytes) return -1;
  int result = 0;
  for (size_t at = 0; at < list->count && result == 0; at++) {
    const journal_record *record = &list->records[at];
    result = read_all(fd, list->places[at], bytes, record->length);
    if (result == 0) result = write_all(file, record->offset, bytes, record->length);
    *restored += record->length;
  }
  int number = errno;
  free(bytes);
  errno = number;
  if (result == 0) result = ftruncate(file, (off_t)size);
  if (result == 0) result = fsync(file);
  return result;
}

/* A journal whose first bytes never reached the disk: nothing of the file has been touched. */
static bool is_blank(const journal_header *header, uint64_t length) {
  static const journal_header zeros;
  return length < sizeof *header || memcmp(header, &zeros, sizeof zeros) == 0;
}

static int roll_back(const char *name, int fd, int file, bool trusting, lamella_journal_recovery *report) {
  struct stat status, file_status;
  journal_header header;
  if (fstat(fd, &status) < 0 || fstat(file, &file_status) < 0 || read_all(fd, 0, &header, sizeof header) < 0) {
    return problem(lamella_problem_system, errno, NULL, "its %s cannot be read", name);
  }
  uint64_t length = (uint64_t)status.st_size;
  report->size_before = report->size_after = (uint64_t)file_status.st_size;
  if (is_blank(&header, length)) return 0;
  const char *advice =
    "If the file was replaced or changed by another program since, remove the journal; else restore both from a backup.";
  if (memcmp(header.magic, JOURNAL_MAGIC, sizeof header.magic) != 0 || checksum_header(header) != header.checksum) {
    return problem(lamella_problem_unrecovered, 0, advice, "its %s is no journal, or its header (byte 0) is damaged", name);
  }
  if (header.version != journal_version) {
    return problem(
      lamella_problem_unrecovered, 0, "Open the file with a newer Lamella.", "its %s has version %u, this program knows %d", name,
      header.version, journal_version);
  }
  record_list list = {0};
  uint32_t sum = 0;
  /* A fingerprint that is all from the journal says nothing of the file: then it must not be another one. */
  uint64_t inode;
  int64_t born;
  file_identity(file, &inode, &born);
  bool tells = trusting || header.born == 0 || (inode == header.inode && born == header.born);
  int result = list_records(fd, length, &header, &list);
  if (result == 0) result = fingerprint_after(fd, file, header.file_size, &list, &sum, &tells);
  if (result < 0) {
    problem(lamella_problem_system, errno, NULL, "its %s cannot be read", name);
  } else if (!tells) {
    result = problem(
      lamella_problem_unrecovered, 0,
      "If the two were copied together: lamella recover --copied FILE. If the file was put in place of another: remove the journal.",
      "its %s was made for a file that lay here before, or that this one is a copy of", name);
  } else if (sum != header.fingerprint) {
    result = problem(lamella_problem_unrecovered, 0, advice, "its %s is the journal of another state of it, or damaged", name);
  } else if (put_back(fd, file, header.file_size, &list, &report->restored) < 0) {
    result = problem_of_system(errno, "cannot be rolled back");
  } else {
    report->size_after = header.file_size;
  }
  free(list.records);
  free(list.places);
  return result;
}

int journal_roll_back(const char *path, int file, bool trusting, lamella_journal_recovery *report) {
  char *name = journal_path(path);
  if (!name) return problem_of_system(ENOMEM, "cannot be worked on");
  int fd = open(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  int result = 0;
  if (fd < 0 && errno != ENOENT) {
    result = problem(lamella_problem_system, errno, NULL, "its %s cannot be opened", name);
  } else if (fd >= 0) {
    report->found = 1;
    result = roll_back(name, fd, file, trusting, report);
    close(fd);
    if (result == 0 && (unlink(name) < 0 || sync_folder(path) < 0)) {
      result = problem(lamella_problem_system, errno, NULL, "its %s cannot be removed", name);
    }
  }
  free(name);
  return result;
}

int lamella_journal_recover(const char *path, int locking, int trusting, lamella_journal_recovery *report) {
  *report = (lamella_journal_recovery){0};
  char *real = realpath(path, NULL);
  if (!real) return problem(lamella_problem_system, errno, "Check the path.", "cannot be found");
  locking_mode mode = locking_mode_of(locking);
  struct stat status;
  if (stat(real, &status) == 0) report->size_before = report->size_after = (uint64_t)status.st_size;
  writer_lock lock;
  bool took_over = false;
  int result = -1;
  int file = open(real, O_RDWR | O_CLOEXEC);
  if (file < 0) {
    int number = errno;
    if (!lamella_journal_exists(real)) {
      problem_of_system(number, "cannot be opened for writing");
    } else {
      problem(
        lamella_problem_unrecovered, number, "Have it rolled back where it can be written, by who may: lamella recover FILE.",
        "has the journal of an interrupted write beside it and cannot be rolled back");
    }
  } else if (writer_lock_take(&lock, real, mode, &took_over) == 0) {
    if (file_lock(file, true, mode) == 0) result = journal_roll_back(real, file, trusting != 0, report);
    report->lock_removed = took_over;
    writer_lock_release(&lock, real);
  }
  if (file >= 0) close(file);
  free(real);
  return result;
}
