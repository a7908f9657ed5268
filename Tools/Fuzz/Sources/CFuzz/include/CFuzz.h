#ifndef LAMELLA_FUZZ_H
#define LAMELLA_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/// libFuzzer's loop; `argv` holds its options.
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*test)(const uint8_t *data, size_t size));

/// Runs `driver` with the arguments of this process less the first; Swift hands its own closures over only without context.
int lamella_fuzz_drive(int argc, char **argv, int (*test)(const uint8_t *data, size_t size));

/// Counts allocations from now on.
void lamella_fuzz_watch_memory(void);
/// The most bytes that were allocated at a time since the count began.
int64_t lamella_fuzz_peak_memory(void);

/// How a child ended.
enum lamella_fuzz_end {
  /// The body returned; what it returned is in `value`.
  lamella_fuzz_returned,
  /// A crash, with libhdf5 on the stack or not.
  lamella_fuzz_crashed,
  lamella_fuzz_crashed_in_hdf5,
  /// The time was over, with libhdf5 on the stack or not.
  lamella_fuzz_hung,
  lamella_fuzz_hung_in_hdf5,
};

struct lamella_fuzz_outcome {
  enum lamella_fuzz_end end;
  int value;
  /// The signal that ended it, or 0.
  int signal;
  /// Where in libhdf5 it was: bytes from the library's beginning.
  uint64_t place;
};

/// Runs `body` in a child process, which is ended after so many seconds; the coverage it finds is seen by libFuzzer.
struct lamella_fuzz_outcome lamella_fuzz_in_child(int (*body)(void), unsigned seconds);

/// Makes the counters of coverage common to this process and its children; called once, before the first child.
void lamella_fuzz_share_coverage(void);

#endif
