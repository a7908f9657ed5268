#ifndef LAMELLA_JOURNAL_INTERNAL_H
#define LAMELLA_JOURNAL_INTERNAL_H

#include "CJournal.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* How a file is kept whole.

   A transaction begins with the first write after the file was opened or committed. Bytes past the end that the file had
   then are written at once, since nothing of the old state needs them. Changes of bytes before that end are kept in memory,
   page by page, so that the old state stays readable: others may read the file all the time.

   A commit keeps readers out, writes the old content of all pages it will change to FILE.journal and syncs it, then changes
   the pages, syncs the file and removes the journal. A journal that lies there when a file is opened is of a commit that was
   cut off: putting back what it holds, and the file's old size, gives the last state that was committed. Doing so twice does
   no harm, so that a rollback may be cut off as well.

   When too many changed pages pile up, they are written the same way before the commit; the journal then stays until it.

   FILE is guarded by flock(2), as libhdf5 does it: a writer holds it shared, exclusively during a commit. Writers exclude
   each other by FILE.lock, which also tells who it is. */

enum { page_size = 4096 };

/* A page of the old part of the file. */
typedef struct {
  uint64_t number;
  /* The new content; NULL while there is none, or none any more. */
  unsigned char *bytes;
  /* Whether the old content is in the journal, so that the file itself may be changed. */
  bool secured;
} page;

/* Pages by number, in a hash table of open addressing. */
typedef struct {
  page *slots;
  size_t capacity;
  size_t count;
  /* Pages with content. */
  size_t held;
} page_table;

page *page_find(const page_table *table, uint64_t number);
/* The page of a number, new ones without content; NULL when memory is short. */
page *page_require(page_table *table, uint64_t number);
void page_clear(page_table *table);
/* The pages with content in order of their numbers, to be freed by the caller; NULL when memory is short. */
page **page_sorted(const page_table *table);

/* A journal being written. */
typedef struct {
  int fd;
  uint64_t id;
  uint64_t length;
} journal;

/* The names beside a file. */
char *journal_path(const char *path);
char *lock_path(const char *path);

/* Begins the journal of a file whose first `size` bytes are as they were committed. */
int journal_begin(journal *made, const char *path, int file, uint64_t size);
/* Adds the present content of some bytes of the file. */
int journal_add(journal *to, int file, uint64_t offset, uint64_t length);
/* Sees to it that all added is on the disk, and the journal's name. */
int journal_sync(journal *it, const char *path);
/* Removes the journal. */
int journal_end(journal *it, const char *path);
/* What tells a file from another one of its name; 0 where the system does not know. */
void file_identity(int file, uint64_t *inode, int64_t *born);
/* Puts back what the journal beside a file holds; the file is open for writing and locked. `trusting` takes it for the file's own
   where that cannot be told. */
int journal_roll_back(const char *path, int file, bool trusting, lamella_journal_recovery *report);

/* The right to be a file's only writer. */
typedef struct {
  int fd;
  bool flocked;
} writer_lock;
enum { writer_lock_none = -1 };

/* How a file takes part in locking. */
typedef enum { locking_off, locking_if_supported, locking_demanded } locking_mode;
locking_mode locking_mode_of(int locking);

int writer_lock_take(writer_lock *lock, const char *path, locking_mode mode, bool *took_over);
void writer_lock_release(writer_lock *lock, const char *path);

/* Locks a file for reading or alone; 1 where others are in the way, and -1 on failure. Never waits. */
int file_lock(int file, bool alone, locking_mode mode);

/* Reading and writing all of something; a short read at the end of the file gives zeros. */
int read_all(int file, uint64_t offset, void *bytes, size_t count);
int write_all(int file, uint64_t offset, const void *bytes, size_t count);
/* Syncs the folder that a path is in. */
int sync_folder(const char *path);

/* Keeps a problem, a clause whose subject is the file, with the system's word where `number` is not 0; always -1. */
int problem(lamella_problem_kind kind, int number, const char *advice, const char *format, ...)
  __attribute__((format(printf, 4, 5)));

int problem_of_system(int number, const char *text);
/* Marks the problem kept as one that libhdf5 is not told of. */
void problem_conceal(void);
/* The problem kept, and what the system's number of it is, where its text says so already. */
lamella_problem problem_kept(void);
void problem_number(int number);

/* Remembers the file that libhdf5 reads, for when it crashes on it. */
void note_current(const char *path);

extern lamella_journal_counts counts;

#endif
