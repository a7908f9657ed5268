#define _GNU_SOURCE
#include "journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Bytes of changed pages that are kept in memory before they are written ahead of the commit. */
enum { held_limit = 64 << 20 };
/* The system is told to begin writing after so many new bytes, so that a commit has little left to wait for. */
enum { hint_bytes = 8 << 20 };

typedef struct {
  /* libhdf5's own part; it has to come first. */
  H5FD_t shared;
  char *path;
  int fd;
  dev_t device;
  ino_t inode;
  bool writes;
  locking_mode locking;
  /* Whether the locks are taken and a journal was looked for: done by the first call that asks for content, since libhdf5
     opens a file that it has open already once more, only to compare. */
  bool begun;
  /* Whether readers are kept out. */
  bool alone;
  writer_lock lock;

  haddr_t eoa;
  /* The end of the file as libhdf5 knows it. */
  haddr_t eof;
  /* The size at the last commit: what is before is kept, what is after is not needed by it. */
  haddr_t committed;
  page_table pages;
  journal journal;
  bool has_journal;
  bool changed;
  bool failed;
  /* What failed first. */
  lamella_problem cause;
  bool commits_when_closed;
  /* Up to where the system was told to begin writing. */
  haddr_t hinted;
} journalled;

typedef struct {
  int locking;
} access_info;

static hid_t driver = -1;

static H5FD_t *driver_open(const char *name, unsigned flags, hid_t access, haddr_t limit) {
  (void)limit;
  /* A file that is made has no old state to go back to, and nobody else knows it. It never replaces one. */
  bool creates = (flags & (H5F_ACC_TRUNC | H5F_ACC_CREAT | H5F_ACC_EXCL)) != 0;
  bool writes = creates || (flags & H5F_ACC_RDWR) != 0;
  int fd = open(name, (writes ? O_RDWR : O_RDONLY) | (creates ? O_CREAT | O_EXCL : 0) | O_CLOEXEC, 0666);
  struct stat status;
  if (fd >= 0 && fstat(fd, &status) == 0 && S_ISDIR(status.st_mode)) {
    close(fd);
    fd = -1;
    errno = EISDIR;
  }
  if (fd < 0) {
    problem_of_system(errno, "cannot be opened");
    return NULL;
  }
  journalled *file = calloc(1, sizeof *file);
  char *path = realpath(name, NULL);
  if (!file || !path) {
    problem_of_system(errno, "cannot be opened");
    free(file);
    free(path);
    close(fd);
    return NULL;
  }
  const access_info *info = H5Pget_driver_info(access);
  file->path = path;
  file->fd = fd;
  file->device = status.st_dev;
  file->inode = status.st_ino;
  file->writes = writes;
  file->locking = locking_mode_of(info ? info->locking : lamella_locking_usual);
  file->lock.fd = writer_lock_none;
  if (creates) {
    file->locking = locking_off;
    file->begun = file->alone = true;
  }
  return &file->shared;
}

/* Rolls back what a journal tells, if one is there, and leaves the file locked for reading. */
static int begin_reading(journalled *file) {
  for (int round = 0; round < 4; round++) {
    if (file_lock(file->fd, false, file->locking) != 0) return -1;
    if (!lamella_journal_exists(file->path)) return 0;
    /* A writer at work has kept us out by its lock: this journal was left behind, or there are no locks. */
    if (file->locking != locking_off) flock(file->fd, LOCK_UN);
    lamella_journal_recovery report;
    if (lamella_journal_recover(file->path, file->locking, false, &report) < 0) return -1;
  }
  return problem(lamella_problem_locked, 0, "Try again.", "is being written");
}

/* Whether the path leads to another file by now: what were written would be lost. */
static bool is_replaced(const journalled *file) {
  struct stat named;
  return stat(file->path, &named) < 0 || named.st_dev != file->device || named.st_ino != file->inode;
}

static int begin_writing(journalled *file) {
  bool took_over;
  if (writer_lock_take(&file->lock, file->path, file->locking, &took_over) < 0) return -1;
  lamella_journal_recovery report = {0};
  if (is_replaced(file)) {
    problem(lamella_problem_locked, 0, "Try again.", "was replaced by another program just now");
  } else if (file_lock(file->fd, lamella_journal_exists(file->path), file->locking) == 0 &&
             journal_roll_back(file->path, file->fd, false, &report) == 0 &&
             file_lock(file->fd, false, file->locking) == 0) {
    return 0;
  }
  writer_lock_release(&file->lock, file->path);
  return -1;
}

static int begin(journalled *file) {
  if (file->begun) return 0;
  if ((file->writes ? begin_writing(file) : begin_reading(file)) < 0) return -1;
  struct stat status;
  if (fstat(file->fd, &status) < 0) return problem_of_system(errno, "cannot be opened");
  file->eof = file->committed = file->hinted = (haddr_t)status.st_size;
  file->begun = true;
  return 0;
}

/* Keeps readers out; 1 where they are in the way.

   The system gives up one lock before it tries the other, so it is checked that nobody used the moment to write. */
static int stay_alone(journalled *file) {
  if (file->alone) return 0;
  struct stat before, after;
  if (fstat(file->fd, &before) < 0) return problem_of_system(errno, "cannot be opened");
  int result = file_lock(file->fd, true, file->locking);
  if (result < 0) return -1;
  if (result == 1 && flock(file->fd, LOCK_SH | LOCK_NB) < 0) return problem_of_system(errno, "lost its lock to another program");
  if (fstat(file->fd, &after) < 0) return problem_of_system(errno, "cannot be opened");
  if (before.st_size != after.st_size || before.st_mtim.tv_sec != after.st_mtim.tv_sec ||
      before.st_mtim.tv_nsec != after.st_mtim.tv_nsec) {
    return problem(
      lamella_problem_system, 0, "Nothing since the last commit was written; repeat it.",
      "was changed by another program while it was open for writing");
  }
  if (is_replaced(file)) {
    return problem(
      lamella_problem_system, 0, "Nothing of this run was written; repeat it.",
      "was replaced, moved or removed by another program while it was open for writing");
  }
  file->alone = result == 0;
  return result;
}

static void let_readers_in(journalled *file) {
  if (file->locking != locking_off) flock(file->fd, LOCK_SH | LOCK_NB);
  file->alone = false;
}

static size_t page_length(const journalled *file, uint64_t number) {
  uint64_t left = file->committed - number * page_size;
  return left < page_size ? (size_t)left : page_size;
}

/* How many pages from an index on follow each other. */
static size_t run_length(page **sorted, size_t at, size_t count) {
  size_t end = at + 1;
  while (end < count && sorted[end]->number == sorted[end - 1]->number + 1) end++;
  return end - at;
}

/* Leaves out the pages that have the content they had, as libhdf5 writes its superblock again and again; how many are left. */
static size_t leave_out_unchanged(journalled *file, page **sorted) {
  unsigned char old[page_size];
  size_t count = 0;
  for (size_t at = 0, all = file->pages.held; at < all; at++) {
    page *it = sorted[at];
    size_t length = page_length(file, it->number);
    if (read_all(file->fd, it->number * page_size, old, length) == 0 && memcmp(old, it->bytes, length) == 0) {
      free(it->bytes);
      it->bytes = NULL;
      file->pages.held--;
    } else {
      sorted[count++] = it;
    }
  }
  return count;
}

/* Writes the changed pages to the file, after the journal holds what they replace; readers are kept out. */
static int write_back(journalled *file) {
  if (file->pages.held == 0) return 0;
  page **sorted = page_sorted(&file->pages);
  if (!sorted) return problem_of_system(ENOMEM, "cannot be worked on");
  size_t count = leave_out_unchanged(file, sorted);
  int result = 0;
  if (count > 0 && !file->has_journal) {
    result = journal_begin(&file->journal, file->path, file->fd, file->committed);
    file->has_journal = result == 0;
  }
  for (size_t at = 0; at < count && result == 0;) {
    size_t end = at + run_length(sorted, at, count);
    uint64_t offset = sorted[at]->number * page_size;
    uint64_t last = sorted[end - 1]->number;
    result = journal_add(&file->journal, file->fd, offset, last * page_size + page_length(file, last) - offset);
    at = end;
  }
  if (result == 0 && count > 0) result = journal_sync(&file->journal, file->path);
  for (size_t at = 0; at < count && result == 0; at++) {
    page *it = sorted[at];
    if (write_all(file->fd, it->number * page_size, it->bytes, page_length(file, it->number)) < 0) {
      result = problem_of_system(errno, "cannot be written");
      break;
    }
    free(it->bytes);
    it->bytes = NULL;
    it->secured = true;
    file->pages.held--;
  }
  free(sorted);
  return result;
}

static int commit(journalled *file) {
  if (file->failed) {
    const char *text = file->cause.kind ? file->cause.text : "writing failed before; it goes back to its last commit";
    problem(lamella_problem_system, 0, file->cause.advice, "%s", text);
    problem_number(file->cause.number);
    return lamella_journal_failed;
  }
  if (!file->changed) return lamella_journal_done;
  int alone = stay_alone(file);
  if (alone == 1) return lamella_journal_busy;
  file->failed = true;
  if (alone < 0 || write_back(file) < 0) return lamella_journal_failed;
  if (fsync(file->fd) < 0) return problem_of_system(errno, "cannot be synced");
  int result = lamella_journal_done;
  if (file->has_journal) {
    if (journal_end(&file->journal, file->path) < 0) {
      result = lamella_journal_failed;
      /* Where the name is gone the commit is done, if not certainly on the disk. */
      if (lamella_journal_exists(file->path)) return result;
    }
    file->has_journal = false;
  }
  /* Only now: a rollback needs what was there, and a file that is too long is whole. */
  if (file->eof < file->committed && ftruncate(file->fd, (off_t)file->eof) < 0) {
    result = problem_of_system(errno, "was changed, but cannot be shortened");
  }
  page_clear(&file->pages);
  file->committed = file->hinted = file->eof;
  file->changed = file->failed = false;
  let_readers_in(file);
  return result;
}

/* Back to the last commit. */
static int roll_back(journalled *file) {
  if (file->has_journal) {
    if (file->journal.fd >= 0) close(file->journal.fd);
    lamella_journal_recovery report = {0};
    return journal_roll_back(file->path, file->fd, true, &report);
  }
  struct stat status;
  if (fstat(file->fd, &status) == 0 && (haddr_t)status.st_size > file->committed &&
      ftruncate(file->fd, (off_t)file->committed) < 0) {
    return problem_of_system(errno, "cannot be shortened");
  }
  return 0;
}

static herr_t driver_close(H5FD_t *opened) {
  journalled *file = (journalled *)opened;
  int result = 0;
  if (file->begun && file->changed) {
    if (file->commits_when_closed) result = commit(file) == lamella_journal_done ? 0 : -1;
    if (file->changed && roll_back(file) < 0) result = -1;
  }
  page_clear(&file->pages);
  /* The lock file goes while nobody else can have the file. */
  writer_lock_release(&file->lock, file->path);
  if (close(file->fd) < 0) result = problem_of_system(errno, "cannot be closed");
  free(file->path);
  free(file);
  return result;
}

static int driver_compare(const H5FD_t *left, const H5FD_t *right) {
  const journalled *a = (const journalled *)left, *b = (const journalled *)right;
  if (a->device != b->device) return a->device < b->device ? -1 : 1;
  return (a->inode > b->inode) - (a->inode < b->inode);
}

/* As libhdf5's own driver for POSIX files says, but for reading while another writes. */
static herr_t driver_query(const H5FD_t *file, unsigned long *flags) {
  (void)file;
  *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE |
           H5FD_FEAT_AGGREGATE_SMALLDATA | H5FD_FEAT_POSIX_COMPAT_HANDLE | H5FD_FEAT_DEFAULT_VFD_COMPATIBLE;
  return 0;
}

static haddr_t driver_get_eoa(const H5FD_t *file, H5FD_mem_t type) {
  (void)type;
  return ((const journalled *)file)->eoa;
}

static herr_t driver_set_eoa(H5FD_t *file, H5FD_mem_t type, haddr_t address) {
  (void)type;
  ((journalled *)file)->eoa = address;
  return 0;
}

static haddr_t driver_get_eof(const H5FD_t *opened, H5FD_mem_t type) {
  (void)type;
  journalled *file = (journalled *)opened;
  return begin(file) < 0 ? HADDR_UNDEF : file->eof;
}

static herr_t driver_get_handle(H5FD_t *file, hid_t access, void **handle) {
  (void)access;
  *handle = &((journalled *)file)->fd;
  return 0;
}

static int check_range(haddr_t address, size_t size) {
  if (address <= INT64_MAX && size <= INT64_MAX - address) return 0;
  return problem(lamella_problem_system, EINVAL, NULL, "has no byte %llu", (unsigned long long)address);
}

static herr_t driver_read(H5FD_t *opened, H5FD_mem_t type, hid_t transfer, haddr_t address, size_t size, void *buffer) {
  (void)type, (void)transfer;
  journalled *file = (journalled *)opened;
  if (begin(file) < 0) return -1;
  if (size == 0) return 0;
  if (check_range(address, size) < 0) return -1;
  note_current(file->path);
  if (read_all(file->fd, address, buffer, size) < 0) {
    return problem(
      lamella_problem_system, errno, NULL, "cannot be read at byte %llu", (unsigned long long)address);
  }
  if (file->pages.held == 0 || address >= file->committed) return 0;
  haddr_t end = address + size < file->committed ? address + size : file->committed;
  for (uint64_t number = address / page_size; number * page_size < end; number++) {
    const page *known = page_find(&file->pages, number);
    if (!known || !known->bytes) continue;
    haddr_t start = number * page_size, stop = start + page_length(file, number);
    haddr_t first = start > address ? start : address, last = stop < end ? stop : end;
    memcpy((unsigned char *)buffer + (first - address), known->bytes + (first - start), last - first);
  }
  return 0;
}

/* Changes bytes of the old part of the file. */
static int change(journalled *file, haddr_t address, size_t size, const unsigned char *bytes) {
  for (haddr_t end = address + size; address < end;) {
    uint64_t number = address / page_size;
    haddr_t start = number * page_size, stop = start + page_length(file, number);
    size_t count = (size_t)((stop < end ? stop : end) - address);
    page *it = page_require(&file->pages, number);
    if (!it) return problem_of_system(ENOMEM, "cannot be worked on");
    if (it->secured) {
      if (write_all(file->fd, address, bytes, count) < 0) {
        return problem_of_system(errno, "cannot be written");
      }
    } else {
      if (!it->bytes) {
        it->bytes = malloc(page_size);
        if (!it->bytes) return problem_of_system(ENOMEM, "cannot be worked on");
        file->pages.held++;
        if (count < stop - start && read_all(file->fd, start, it->bytes, stop - start) < 0) {
          return problem_of_system(errno, "cannot be read");
        }
      }
      memcpy(it->bytes + (address - start), bytes, count);
    }
    address += count;
    bytes += count;
  }
  /* After a failure nothing old is touched any more: a sync that failed once may lie the next time. */
  if (file->failed || file->pages.held * page_size < held_limit) return 0;
  /* While somebody reads, the pages stay in memory. */
  int alone = stay_alone(file);
  return alone == 1 ? 0 : alone < 0 ? -1 : write_back(file);
}

/* Adds bytes past the old part of the file. */
static int add(journalled *file, haddr_t address, size_t size, const unsigned char *bytes) {
  if (write_all(file->fd, address, bytes, size) < 0) {
    return problem(
      lamella_problem_system, errno, errno == ENOSPC || errno == EDQUOT ? "Free some space and repeat." : NULL,
      "cannot be written at byte %llu", (unsigned long long)address);
  }
  if (address + size >= file->hinted + hint_bytes) {
    sync_file_range(file->fd, (off_t)file->hinted, (off_t)(address + size - file->hinted), SYNC_FILE_RANGE_WRITE);
    file->hinted = address + size;
  }
  return 0;
}

/* Keeps that the file goes back to its last commit. libhdf5 is told that all is well: where some writes fail it crashes, where
   others do it does not come to an end. Its caller is told. */
static herr_t fail(journalled *file) {
  problem_conceal();
  if (!file->failed) file->cause = problem_kept();
  file->failed = true;
  return 0;
}

static herr_t driver_write(
  H5FD_t *opened, H5FD_mem_t type, hid_t transfer, haddr_t address, size_t size, const void *buffer) {
  (void)type, (void)transfer;
  journalled *file = (journalled *)opened;
  if (begin(file) < 0) return -1;
  if (size == 0) return 0;
  if (check_range(address, size) < 0) return -1;
  file->changed = true;
  haddr_t end = address + size;
  size_t old = address >= file->committed ? 0 : (size_t)((end < file->committed ? end : file->committed) - address);
  bool went = (old == 0 || change(file, address, old, buffer) == 0) &&
              (old == size || add(file, address + old, size - old, (const unsigned char *)buffer + old) == 0);
  if (end > file->eof) file->eof = end;
  return went ? 0 : fail(file);
}

static herr_t driver_truncate(H5FD_t *opened, hid_t transfer, hbool_t closing) {
  (void)transfer, (void)closing;
  journalled *file = (journalled *)opened;
  if (!file->begun || !file->writes || file->eoa == file->eof) return 0;
  file->changed = true;
  /* The old part stays as it is until the commit. */
  haddr_t size = file->eoa > file->committed ? file->eoa : file->committed;
  struct stat status;
  if (fstat(file->fd, &status) < 0 || ((haddr_t)status.st_size != size && ftruncate(file->fd, (off_t)size) < 0)) {
    problem_of_system(errno, "cannot be given its size");
    return fail(file);
  }
  file->eof = file->eoa;
  return 0;
}

static const H5FD_class_t driver_class = {
  .name = "lamella_journal",
  .maxaddr = ((haddr_t)1 << 63) - 1,
  .fc_degree = H5F_CLOSE_WEAK,
  .fapl_size = sizeof(access_info),
  .open = driver_open,
  .close = driver_close,
  .cmp = driver_compare,
  .query = driver_query,
  .get_eoa = driver_get_eoa,
  .set_eoa = driver_set_eoa,
  .get_eof = driver_get_eof,
  .get_handle = driver_get_handle,
  .read = driver_read,
  .write = driver_write,
  .truncate = driver_truncate,
  .fl_map = H5FD_FLMAP_DICHOTOMY,
};

int lamella_journal_use(hid_t access, int locking) {
  if (driver < 0) driver = H5FDregister(&driver_class);
  access_info info = {.locking = locking};
  return driver < 0 ? -1 : H5Pset_driver(access, driver, &info);
}

/* The driver's part of an open file; NULL under another driver. */
static journalled *journalled_of(hid_t id) {
  hid_t access = H5Fget_access_plist(id);
  if (access < 0) return NULL;
  void *handle = NULL;
  bool is_ours = driver >= 0 && H5Pget_driver(access) == driver;
  H5Pclose(access);
  if (!is_ours || H5Fget_vfd_handle(id, H5P_DEFAULT, &handle) < 0) return NULL;
  return (journalled *)((char *)handle - offsetof(journalled, fd));
}

int lamella_journal_commit(hid_t id) {
  journalled *file = journalled_of(id);
  return file ? commit(file) : lamella_journal_done;
}

int lamella_journal_commit_when_closed(hid_t id) {
  journalled *file = journalled_of(id);
  if (!file || !file->writes) return lamella_journal_done;
  if (file->failed) return commit(file);
  if (file->changed) {
    int alone = stay_alone(file);
    if (alone != 0) return alone == 1 ? lamella_journal_busy : lamella_journal_failed;
  }
  file->commits_when_closed = true;
  return lamella_journal_done;
}

void lamella_journal_trim(hid_t id) {
  journalled *file = journalled_of(id);
  if (!file || !file->writes || !file->begun || file->changed || file->eoa >= file->eof) return;
  if (ftruncate(file->fd, (off_t)file->eoa) == 0) file->eof = file->committed = file->hinted = file->eoa;
}

void lamella_journal_abandon(hid_t id) {
  journalled *file = journalled_of(id);
  if (file) file->failed = true;
}
