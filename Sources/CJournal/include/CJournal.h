#ifndef LAMELLA_JOURNAL_H
#define LAMELLA_JOURNAL_H

#include <hdf5.h>
#include <stdint.h>

/* A file driver for libhdf5 under which a file is never half-written.

   What is written to a file that is open for writing becomes part of it when it is committed, all at once; a file that goes
   without, be it closed, killed or cut off from its power, is as it was at its last commit. How is told in journal.h.

   All calls belong into the one gate to libhdf5: what they keep about a failure is global. */

/* Whether a file takes part in locking; `lamella_locking_usual` leaves it to HDF5_USE_FILE_LOCKING, as libhdf5 does. */
enum { lamella_locking_usual = -1, lamella_locking_off = 0, lamella_locking_on = 1 };

/* Makes a file access property list use the driver, and negative where that fails. */
int lamella_journal_use(hid_t access, int locking);

/* The outcome of a commit. */
enum {
  lamella_journal_done = 0,
  /* Somebody reads the file and has to finish first: see the problem. Nothing has changed; try again. */
  lamella_journal_busy = 1,
  /* See the problem. The file takes no more commits and goes back to its last one when it is closed. */
  lamella_journal_failed = -1
};

/* Makes all that libhdf5 has written to an open file part of it; to be called after H5Fflush.

   Does nothing and succeeds on a file that is open for reading or under another driver. */
int lamella_journal_commit(hid_t file);

/* Keeps others from reading the file until it is closed, and makes its closing a commit. Busy as a commit can be. */
int lamella_journal_commit_when_closed(hid_t file);

/* Gives up what was not committed: the file goes back to its last commit when it is closed, whatever failed before. */
void lamella_journal_abandon(hid_t file);

/* Takes away what follows the end that an open file has for libhdf5, if nothing was written yet: a transaction that was cut off
   left it, and it would be taken for an old part of the file. */
void lamella_journal_trim(hid_t file);

/* Bytes written to journals so far by this process, and commits that wrote one. */
typedef struct {
  uint64_t commits;
  uint64_t journal_bytes;
} lamella_journal_counts;
lamella_journal_counts lamella_journal_count(void);

/* What a recovery found and did. */
typedef struct {
  /* Whether there was a journal. */
  int found;
  /* Bytes put back, and the sizes of the file before and after. */
  uint64_t restored;
  uint64_t size_before;
  uint64_t size_after;
  /* Whether a lock file was removed that a program left which no longer runs. */
  int lock_removed;
} lamella_journal_recovery;

/* Rolls a file back to its last commit if a journal lies beside it; negative on failure: see the problem.

   The journal of a small file may hold all of it, so that nothing tells a file from another one that took its place, but for its
   identity in the file system; `trusting` does without, for a file that was copied together with its journal. */
int lamella_journal_recover(const char *path, int locking, int trusting, lamella_journal_recovery *report);

/* Whether a journal lies beside a file. */
int lamella_journal_exists(const char *path);

/* Why the last call failed, or a call of libhdf5 on a file under this driver. */
typedef enum {
  lamella_problem_none,
  /* Another program has the file; waiting may help. */
  lamella_problem_locked,
  /* There is a journal that cannot be rolled back. */
  lamella_problem_unrecovered,
  /* The operating system refused. */
  lamella_problem_system,
} lamella_problem_kind;
typedef struct {
  lamella_problem_kind kind;
  /* The error number of the system, or 0. */
  int number;
  /* Whether it is of a write, and libhdf5 was told that all went well. */
  int concealed;
  char text[768];
  char advice[512];
} lamella_problem;

/* Takes the problem kept, so that there is none after. */
lamella_problem lamella_problem_take(void);
void lamella_problem_forget(void);
/* Whether a write has failed of which libhdf5 was told that all went well: to be asked after each call. */
int lamella_problem_concealed(void);

/* Makes the program end with an exit code and a word about the file, should libhdf5 crash on what a damaged file says: between
   entering and leaving it. */
void lamella_guard(int code);
void lamella_enter(void);
void lamella_leave(void);

/* Syncs a file that was written aside, gives it its name at once, and syncs the folder; negative on failure: see the problem. */
int lamella_move(const char *from, const char *to, int replacing);

#endif
