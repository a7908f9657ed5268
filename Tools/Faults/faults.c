// A layer between a program and the system, loaded with LD_PRELOAD: it counts every call that changes a file or makes a
// change durable below one folder, writes them down, and lets one of them go wrong.
//
//   FAULTS_FOLDER   absolute path without links; calls on anything else pass untouched
//   FAULTS_TRACE    file that takes a record of every operation (struct record below, then paths, then bytes)
//   FAULTS_AT       number of the operation, from 1, at which FAULTS_DO happens
//   FAULTS_DO       kill-before kill-middle kill-after   SIGKILL to itself; in the middle half of the bytes are written
//                   eio enospc                           the operation fails, once
//                   eio-from                             it and all later ones fail
//                   enospc-from                          from it on nothing grows: writes past the end and new names fail
//                   short                                a write takes half of its bytes and says so
//                   term int                             a signal to itself, then the operation is done
//   FAULTS_QUOTA    bytes that the files below the folder may have together; the write that passes it is short first
//   FAULTS_CLOCK    seconds by which the calendar clock goes on each time it is read, from a fixed start: what a program
//                   writes about times is the same in every run, and what it does every few seconds it does often
//
// Output through stdio and memory maps is not seen; strace tells whether a program uses them.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <dirent.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum kind { WRITE = 1, TRUNCATE, SYNC, SYNC_FOLDER, CREATE, RENAME, UNLINK, LINK, MAKE_FOLDER, REMOVE_FOLDER };

enum action {
  NOTHING, KILL_BEFORE, KILL_MIDDLE, KILL_AFTER, EIO_ONCE, EIO_FROM, ENOSPC_ONCE, ENOSPC_FROM, SHORT, TERMINATE, INTERRUPT
};

// What a trace holds of one operation. Read by records.py.
struct record {
  uint32_t magic;
  uint32_t kind;
  uint64_t number;
  int64_t result;  // as the call returned it
  uint32_t error;
  uint32_t injected;
  uint64_t inode;
  uint64_t offset;  // of a write; the new size of a truncation
  uint64_t bytes;   // that follow
  uint32_t path_length, other_length;
};

struct operation {
  enum kind kind;
  uint64_t inode, offset, size;  // size: the file's before a write
  const void *bytes;
  size_t count;
  char path[PATH_MAX], other[PATH_MAX];
  int injected;
};

static char folder[PATH_MAX];
static size_t folder_length;
static int trace = -1;
static uint64_t number, at;
static enum action action;
static int64_t quota = -1;
static double clock_step;
static uint64_t clock_reads;
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;

static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_clock)(clockid_t, struct timespec *);

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

__attribute__((constructor)) static void begin_watching(void) {
  real_write = REAL(write);
  real_pwrite = (void *)dlsym(RTLD_NEXT, "pwrite64");
  real_clock = REAL(clock_gettime);
  const char *value = getenv("FAULTS_CLOCK");
  if (value) clock_step = atof(value);
  if (!(value = getenv("FAULTS_FOLDER"))) return;
  snprintf(folder, sizeof folder, "%s", value);
  folder_length = strlen(folder);
  if ((value = getenv("FAULTS_TRACE"))) {
    int file = open(value, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
    trace = fcntl(file, F_DUPFD_CLOEXEC, 700);
    close(file);
  }
  if ((value = getenv("FAULTS_AT"))) at = strtoull(value, NULL, 10);
  if ((value = getenv("FAULTS_QUOTA"))) quota = strtoll(value, NULL, 10);
  static const char *const names[] = {"nothing", "kill-before", "kill-middle", "kill-after", "eio", "eio-from",
                                      "enospc", "enospc-from", "short", "term", "int"};
  if ((value = getenv("FAULTS_DO")))
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
      if (!strcmp(value, names[i])) action = i;
}

static _Noreturn void die(void) {
  syscall(SYS_kill, getpid(), SIGKILL);
  for (;;) pause();
}

static int is_ours(const char *path) {
  return folder_length && !strncmp(path, folder, folder_length) && (path[folder_length] == '/' || !path[folder_length]);
}

// The path of a descriptor, if it is below the folder.
static int find(int descriptor, char *path) {
  if (!folder_length) return 0;
  char link[40];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = syscall(SYS_readlink, link, path, PATH_MAX - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return is_ours(path);
}

// The absolute path of a name that a call was given, its last part not followed.
static int resolve(int base, const char *name, char *path) {
  if (!folder_length || !name || !*name) return 0;
  char whole[PATH_MAX * 2], parent[PATH_MAX];
  if (name[0] == '/') {
    snprintf(whole, sizeof whole, "%s", name);
  } else {
    if (base == AT_FDCWD) {
      if (syscall(SYS_getcwd, parent, sizeof parent) < 0) return 0;
    } else {
      char link[40];
      snprintf(link, sizeof link, "/proc/self/fd/%d", base);
      ssize_t length = syscall(SYS_readlink, link, parent, sizeof parent - 1);
      if (length < 0) return 0;
      parent[length] = 0;
    }
    snprintf(whole, sizeof whole, "%s/%s", parent, name);
  }
  char *slash = strrchr(whole, '/');
  if (slash == whole) {
    if (snprintf(path, PATH_MAX, "%s", whole) >= PATH_MAX) return 0;
  } else {
    *slash = 0;
    if (!realpath(whole, parent)) return 0;
    if (snprintf(path, PATH_MAX, "%s/%s", parent, slash + 1) >= PATH_MAX) return 0;
  }
  return is_ours(path);
}

static uint64_t bytes_used(const char *path) {
  uint64_t sum = 0;
  DIR *entries = opendir(path);
  if (!entries) return 0;
  for (struct dirent *entry; (entry = readdir(entries));) {
    if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
    char below[PATH_MAX];
    struct stat status;
    if (snprintf(below, sizeof below, "%s/%s", path, entry->d_name) >= (int)sizeof below || lstat(below, &status)) continue;
    sum += S_ISDIR(status.st_mode) ? bytes_used(below) : (uint64_t)status.st_size;
  }
  closedir(entries);
  return sum;
}

static int grows(const struct operation *operation) {
  switch (operation->kind) {
    case WRITE: return operation->offset + operation->count > operation->size;
    case TRUNCATE: return operation->offset > operation->size;
    case CREATE: case RENAME: case LINK: case MAKE_FOLDER: return 1;
    default: return 0;
  }
}

// Begins an operation, with the gate closed behind it: an error to return in its place, or 0 and how many of its bytes
// may be written.
static int begin(struct operation *operation, size_t *allowed) {
  pthread_mutex_lock(&gate);
  number++;
  *allowed = operation->count;
  int here = number == at, after = at && number >= at;
  if (here && action == KILL_BEFORE) die();
  if (here && action == TERMINATE) syscall(SYS_kill, getpid(), SIGTERM);
  if (here && action == INTERRUPT) syscall(SYS_kill, getpid(), SIGINT);
  if (here && (action == KILL_MIDDLE || action == SHORT) && operation->kind == WRITE && operation->count > 1) {
    *allowed = operation->count / 2;
    operation->injected = 1;
  }
  int error = 0;
  if ((here && action == EIO_ONCE) || (after && action == EIO_FROM)) error = EIO;
  if (here && action == ENOSPC_ONCE && operation->kind != UNLINK && operation->kind != REMOVE_FOLDER) error = ENOSPC;
  if (after && action == ENOSPC_FROM && grows(operation)) error = ENOSPC;
  if (!error && quota >= 0 && grows(operation) && (operation->kind == WRITE || operation->kind == TRUNCATE)) {
    uint64_t used = bytes_used(folder), room = used < (uint64_t)quota ? (uint64_t)quota - used : 0;
    uint64_t end = operation->kind == WRITE ? operation->offset + operation->count : operation->offset;
    if (end - operation->size > room) {
      operation->injected = 1;
      uint64_t reach = operation->size + room;
      if (operation->kind == WRITE && reach > operation->offset)
        *allowed = reach - operation->offset;
      else
        error = ENOSPC;
    }
  }
  if (error) operation->injected = 1;
  return error;
}

static void note(const struct operation *operation, int64_t result, int error) {
  if (trace < 0) return;
  uint64_t bytes = operation->kind == WRITE && result > 0 && operation->bytes ? (uint64_t)result : 0;
  struct record record = {
    .magic = 0x464c5431, .kind = operation->kind, .number = number, .result = result, .error = result < 0 ? error : 0,
    .injected = operation->injected, .inode = operation->inode, .offset = operation->offset, .bytes = bytes,
    .path_length = strlen(operation->path), .other_length = strlen(operation->other)};
  struct iovec parts[] = {{&record, sizeof record}, {(void *)operation->path, record.path_length},
                          {(void *)operation->other, record.other_length}, {(void *)operation->bytes, bytes}};
  syscall(SYS_writev, trace, parts, bytes ? 4 : 3);
}

static int64_t end(struct operation *operation, int64_t result, int error) {
  note(operation, result, error);
  if (number == at && (action == KILL_AFTER || action == KILL_MIDDLE)) die();
  pthread_mutex_unlock(&gate);
  if (result < 0) errno = error;
  return result;
}

static void describe(struct operation *operation, int descriptor) {
  struct stat status;
  if (!fstat(descriptor, &status)) {
    operation->inode = status.st_ino;
    operation->size = status.st_size;
  }
}

static ssize_t write_at(int descriptor, struct operation *operation, const void *bytes, size_t count, int64_t offset) {
  describe(operation, descriptor);
  operation->kind = WRITE;
  operation->bytes = bytes;
  operation->count = count;
  if (offset >= 0)
    operation->offset = offset;
  else if (fcntl(descriptor, F_GETFL) & O_APPEND)
    operation->offset = operation->size;
  else
    operation->offset = lseek(descriptor, 0, SEEK_CUR);
  size_t allowed;
  int error = begin(operation, &allowed);
  if (error) return end(operation, -1, error);
  ssize_t result = offset >= 0 ? real_pwrite(descriptor, bytes, allowed, offset) : real_write(descriptor, bytes, allowed);
  return end(operation, result, errno);
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
  struct operation operation = {0};
  if (!find(descriptor, operation.path)) return real_write(descriptor, bytes, count);
  return write_at(descriptor, &operation, bytes, count, -1);
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t offset) {
  struct operation operation = {0};
  if (!find(descriptor, operation.path)) return real_pwrite(descriptor, bytes, count, offset);
  return write_at(descriptor, &operation, bytes, count, offset);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
  return pwrite64(descriptor, bytes, count, offset);
}

static ssize_t write_parts(int descriptor, const struct iovec *parts, int count, int64_t offset, struct operation *operation) {
  size_t total = 0;
  for (int i = 0; i < count; i++) total += parts[i].iov_len;
  char *bytes = malloc(total ? total : 1), *next = bytes;
  for (int i = 0; i < count; i++) {
    memcpy(next, parts[i].iov_base, parts[i].iov_len);
    next += parts[i].iov_len;
  }
  ssize_t result = write_at(descriptor, operation, bytes, total, offset);
  int error = errno;
  free(bytes);
  errno = error;
  return result;
}

ssize_t writev(int descriptor, const struct iovec *parts, int count) {
  struct operation operation = {0};
  if (!find(descriptor, operation.path)) return REAL(writev)(descriptor, parts, count);
  return write_parts(descriptor, parts, count, -1, &operation);
}

ssize_t pwritev64(int descriptor, const struct iovec *parts, int count, off64_t offset) {
  struct operation operation = {0};
  if (!find(descriptor, operation.path)) return REAL(pwritev64)(descriptor, parts, count, offset);
  return write_parts(descriptor, parts, count, offset, &operation);
}

ssize_t pwritev(int descriptor, const struct iovec *parts, int count, off_t offset) {
  return pwritev64(descriptor, parts, count, offset);
}

// Copies inside the kernel are done as a read and a write, so that they are seen and can be cut.
static ssize_t copy(int from, off64_t *from_offset, int to, off64_t *to_offset, size_t count, struct operation *operation) {
  if (count > 1 << 20) count = 1 << 20;
  char *bytes = malloc(count ? count : 1);
  ssize_t got = from_offset ? pread64(from, bytes, count, *from_offset) : read(from, bytes, count);
  ssize_t result = got > 0 ? write_at(to, operation, bytes, got, to_offset ? *to_offset : -1) : got;
  int error = errno;
  if (result >= 0 && from_offset) *from_offset += result;
  if (result >= 0 && to_offset) *to_offset += result;
  if (!from_offset && got > 0 && result < got) lseek64(from, (result > 0 ? result : 0) - got, SEEK_CUR);
  free(bytes);
  errno = error;
  return result;
}

ssize_t copy_file_range(int from, off64_t *from_offset, int to, off64_t *to_offset, size_t count, unsigned flags) {
  struct operation operation = {0};
  if (!find(to, operation.path)) return REAL(copy_file_range)(from, from_offset, to, to_offset, count, flags);
  return copy(from, from_offset, to, to_offset, count, &operation);
}

ssize_t sendfile64(int to, int from, off64_t *offset, size_t count) {
  struct operation operation = {0};
  if (!find(to, operation.path)) return REAL(sendfile64)(to, from, offset, count);
  return copy(from, offset, to, NULL, count, &operation);
}

ssize_t sendfile(int to, int from, off_t *offset, size_t count) { return sendfile64(to, from, (off64_t *)offset, count); }

#define RUN(operation, call)                                        \
  do {                                                              \
    size_t allowed;                                                 \
    int error = begin(&(operation), &allowed);                      \
    if (error) return end(&(operation), -1, error);                 \
    int64_t result = (call);                                        \
    return end(&(operation), result, errno);                        \
  } while (0)

static int sync_file(int descriptor, int (*real)(int)) {
  struct operation operation = {0};
  if (!find(descriptor, operation.path)) return real(descriptor);
  struct stat status;
  describe(&operation, descriptor);
  operation.kind = !fstat(descriptor, &status) && S_ISDIR(status.st_mode) ? SYNC_FOLDER : SYNC;
  RUN(operation, real(descriptor));
}

/* States of a disk are written down as new files: when a file was made must not tell it from them. */
int statx(int base, const char *restrict name, int flags, unsigned wanted, struct statx *restrict status) {
  int result = REAL(statx)(base, name, flags, wanted, status);
  if (result == 0) status->stx_mask &= ~STATX_BTIME;
  return result;
}

int fsync(int descriptor) { return sync_file(descriptor, REAL(fsync)); }
int fdatasync(int descriptor) { return sync_file(descriptor, REAL(fdatasync)); }

static int set_size(int descriptor, off64_t size, int (*real)(int, off64_t)) {
  struct operation operation = {0};
  if (!find(descriptor, operation.path)) return real(descriptor, size);
  describe(&operation, descriptor);
  operation.kind = TRUNCATE;
  operation.offset = size;
  RUN(operation, real(descriptor, size));
}

int ftruncate64(int descriptor, off64_t size) { return set_size(descriptor, size, REAL(ftruncate64)); }
int ftruncate(int descriptor, off_t size) { return ftruncate64(descriptor, size); }

static void describe_name(struct operation *operation, const char *path) {
  struct stat status;
  if (!lstat(path, &status)) {
    operation->inode = status.st_ino;
    operation->size = status.st_size;
  }
}

int truncate64(const char *name, off64_t size) {
  struct operation operation = {0};
  if (!resolve(AT_FDCWD, name, operation.path)) return REAL(truncate64)(name, size);
  describe_name(&operation, operation.path);
  operation.kind = TRUNCATE;
  operation.offset = size;
  RUN(operation, REAL(truncate64)(name, size));
}

int truncate(const char *name, off_t size) { return truncate64(name, size); }

static int allocate(int descriptor, int mode, off64_t offset, off64_t length) {
  struct operation operation = {0};
  if (!find(descriptor, operation.path)) return REAL(fallocate64)(descriptor, mode, offset, length);
  describe(&operation, descriptor);
  operation.kind = TRUNCATE;
  int keeps = (mode & FALLOC_FL_KEEP_SIZE) || (uint64_t)(offset + length) < operation.size;
  operation.offset = keeps ? operation.size : (uint64_t)(offset + length);
  RUN(operation, REAL(fallocate64)(descriptor, mode, offset, length));
}

int fallocate64(int descriptor, int mode, off64_t offset, off64_t length) {
  return allocate(descriptor, mode, offset, length);
}
int fallocate(int descriptor, int mode, off_t offset, off_t length) { return allocate(descriptor, mode, offset, length); }
int posix_fallocate64(int descriptor, off64_t offset, off64_t length) {
  return allocate(descriptor, 0, offset, length) < 0 ? errno : 0;
}
int posix_fallocate(int descriptor, off_t offset, off_t length) { return posix_fallocate64(descriptor, offset, length); }

static int rename_names(int from_base, const char *from, int to_base, const char *to, unsigned flags) {
  struct operation operation = {0};
  int (*real)(int, const char *, int, const char *, unsigned) = REAL(renameat2);
  int ours = resolve(from_base, from, operation.path);
  if (!resolve(to_base, to, operation.other) && !ours) return real(from_base, from, to_base, to, flags);
  describe_name(&operation, operation.path);
  operation.kind = RENAME;
  RUN(operation, real(from_base, from, to_base, to, flags));
}

int rename(const char *from, const char *to) { return rename_names(AT_FDCWD, from, AT_FDCWD, to, 0); }
int renameat(int from_base, const char *from, int to_base, const char *to) {
  return rename_names(from_base, from, to_base, to, 0);
}
int renameat2(int from_base, const char *from, int to_base, const char *to, unsigned flags) {
  return rename_names(from_base, from, to_base, to, flags);
}

int linkat(int from_base, const char *from, int to_base, const char *to, int flags) {
  struct operation operation = {0};
  if (!resolve(to_base, to, operation.other)) return REAL(linkat)(from_base, from, to_base, to, flags);
  struct stat status;
  resolve(from_base, from, operation.path);
  if (!fstatat(from_base, from, &status, 0)) operation.inode = status.st_ino;
  operation.kind = LINK;
  RUN(operation, REAL(linkat)(from_base, from, to_base, to, flags));
}

int link(const char *from, const char *to) { return linkat(AT_FDCWD, from, AT_FDCWD, to, 0); }

int unlinkat(int base, const char *name, int flags) {
  struct operation operation = {0};
  if (!resolve(base, name, operation.path)) return REAL(unlinkat)(base, name, flags);
  describe_name(&operation, operation.path);
  operation.kind = flags & AT_REMOVEDIR ? REMOVE_FOLDER : UNLINK;
  struct stat status;
  // What is not there is asked for, not changed.
  if (lstat(operation.path, &status)) return REAL(unlinkat)(base, name, flags);
  RUN(operation, REAL(unlinkat)(base, name, flags));
}

int unlink(const char *name) { return unlinkat(AT_FDCWD, name, 0); }
int rmdir(const char *name) { return unlinkat(AT_FDCWD, name, AT_REMOVEDIR); }
int remove(const char *name) {
  struct stat status;
  return !lstat(name, &status) && S_ISDIR(status.st_mode) ? rmdir(name) : unlink(name);
}

int mkdirat(int base, const char *name, mode_t mode) {
  struct operation operation = {0};
  if (!resolve(base, name, operation.path)) return REAL(mkdirat)(base, name, mode);
  operation.kind = MAKE_FOLDER;
  RUN(operation, REAL(mkdirat)(base, name, mode));
}

int mkdir(const char *name, mode_t mode) { return mkdirat(AT_FDCWD, name, mode); }

static int open_name(int base, const char *name, int flags, mode_t mode) {
  int (*real)(int, const char *, int, ...) = REAL(openat64);
  struct operation operation = {0};
  if (!(flags & (O_CREAT | O_TRUNC)) || !resolve(base, name, operation.path)) return real(base, name, flags, mode);
  struct stat status;
  int exists = !fstatat(base, name, &status, 0);
  if (exists) {
    if (!(flags & O_TRUNC) || !status.st_size || (flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL))
      return real(base, name, flags, mode);
    operation.kind = TRUNCATE;
    operation.inode = status.st_ino;
    operation.size = status.st_size;
  } else {
    if (!(flags & O_CREAT)) return real(base, name, flags, mode);
    operation.kind = CREATE;
  }
  size_t allowed;
  int error = begin(&operation, &allowed);
  if (error) return end(&operation, -1, error);
  int result = real(base, name, flags, mode);
  error = errno;
  if (result >= 0) describe(&operation, result);
  return end(&operation, result, error);
}

#define MODE(flags)                                 \
  mode_t mode = 0;                                  \
  if ((flags) & (O_CREAT | __O_TMPFILE)) {          \
    va_list arguments;                              \
    va_start(arguments, flags);                     \
    mode = va_arg(arguments, mode_t);               \
    va_end(arguments);                              \
  }

int open(const char *name, int flags, ...) { MODE(flags) return open_name(AT_FDCWD, name, flags, mode); }
int open64(const char *name, int flags, ...) { MODE(flags) return open_name(AT_FDCWD, name, flags, mode); }
int openat(int base, const char *name, int flags, ...) { MODE(flags) return open_name(base, name, flags, mode); }
int openat64(int base, const char *name, int flags, ...) { MODE(flags) return open_name(base, name, flags, mode); }
int creat(const char *name, mode_t mode) { return open_name(AT_FDCWD, name, O_CREAT | O_WRONLY | O_TRUNC, mode); }

static int make_temporary(char *template, int suffix, int flags) {
  static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
  size_t length = strlen(template);
  if (length < (size_t)suffix + 6) return errno = EINVAL, -1;
  for (int attempt = 0; attempt < 1000; attempt++) {
    uint64_t seed = (uint64_t)getpid() * 2654435761u + number * 40503u + attempt * 7919u;
    for (int i = 0; i < 6; i++, seed /= 36) template[length - suffix - 6 + i] = letters[seed % 36];
    int result = open_name(AT_FDCWD, template, flags | O_CREAT | O_EXCL | O_RDWR, 0600);
    if (result >= 0 || errno != EEXIST) return result;
  }
  return -1;
}

int mkstemp(char *template) { return make_temporary(template, 0, 0); }
int mkstemp64(char *template) { return make_temporary(template, 0, 0); }
int mkostemp(char *template, int flags) { return make_temporary(template, 0, flags); }
int mkostemp64(char *template, int flags) { return make_temporary(template, 0, flags); }
int mkstemps(char *template, int suffix) { return make_temporary(template, suffix, 0); }
int mkostemps(char *template, int suffix, int flags) { return make_temporary(template, suffix, flags); }

// Only the main thread moves the clock on: how often others look at it is not the same in every run.
static double now(void) {
  int is_main = syscall(SYS_gettid) == getpid();
  return 1767225600 + clock_step * (double)__atomic_fetch_add(&clock_reads, is_main, __ATOMIC_RELAXED);
}

int clock_gettime(clockid_t clock, struct timespec *time) {
  if (clock_step <= 0 || (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE)) {
    if (real_clock) return real_clock(clock, time);
    return syscall(SYS_clock_gettime, clock, time);
  }
  double seconds = now();
  time->tv_sec = seconds;
  time->tv_nsec = (seconds - (double)time->tv_sec) * 1e9;
  return 0;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
  struct timespec precise;
  (void)zone;
  if (clock_gettime(CLOCK_REALTIME, &precise)) return -1;
  time->tv_sec = precise.tv_sec;
  time->tv_usec = precise.tv_nsec / 1000;
  return 0;
}

time_t time(time_t *result) {
  struct timespec precise;
  clock_gettime(CLOCK_REALTIME, &precise);
  if (result) *result = precise.tv_sec;
  return precise.tv_sec;
}
