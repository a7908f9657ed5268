#define _GNU_SOURCE
#include "CFuzz.h"

#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

int __sanitizer_install_malloc_and_free_hooks(
    void (*on_malloc)(const volatile void *, size_t), void (*on_free)(const volatile void *));
int __sanitizer_get_ownership(const volatile void *);
size_t __sanitizer_get_allocated_size(const volatile void *);
void __sanitizer_set_death_callback(void (*)(void));

static _Atomic int64_t live, peak;
static _Atomic int watching;

/* Bytes from the beginning of libhdf5 to the innermost of its frames on the stack; 0 where it is not on it. */
static uint64_t place_in_hdf5(void) {
  void *frames[64];
  int count = backtrace(frames, 64);
  for (int index = 0; index < count; index++) {
    Dl_info info;
    if (!dladdr(frames[index], &info) || !info.dli_fname || !strstr(info.dli_fname, "libhdf5")) continue;
    return (uint64_t)((char *)frames[index] - (char *)info.dli_fbase);
  }
  return 0;
}

/* Large blocks that libhdf5 asked for by itself; they are not ours to bound. */
static const size_t large = 16 << 20;
static const volatile void *foreign[64];

static int is_foreign(const volatile void *place) {
  for (size_t index = 0; index < sizeof foreign / sizeof *foreign; index++) {
    if (foreign[index] != place) continue;
    foreign[index] = NULL;
    return 1;
  }
  return 0;
}

static int note_foreign(const volatile void *place) {
  if (!place_in_hdf5()) return 0;
  for (size_t index = 0; index < sizeof foreign / sizeof *foreign; index++) {
    if (foreign[index]) continue;
    foreign[index] = place;
    return 1;
  }
  return 0;
}

static void on_malloc(const volatile void *place, size_t size) {
  if (!watching || (size >= large && place && note_foreign(place))) return;
  int64_t now = atomic_fetch_add(&live, (int64_t)size) + (int64_t)size;
  int64_t before = peak;
  while (now > before && !atomic_compare_exchange_weak(&peak, &before, now)) {}
}

static void on_free(const volatile void *place) {
  // What was never allocated is left for the sanitizer to report.
  if (!watching || !place || !__sanitizer_get_ownership(place) || is_foreign(place)) return;
  atomic_fetch_sub(&live, (int64_t)__sanitizer_get_allocated_size(place));
}

void lamella_fuzz_watch_memory(void) {
  static int installed;
  if (!installed) __sanitizer_install_malloc_and_free_hooks(on_malloc, on_free);
  installed = 1;
  live = 0;
  peak = 0;
  watching = 1;
}

int64_t lamella_fuzz_peak_memory(void) {
  watching = 0;
  return peak;
}

int lamella_fuzz_drive(int argc, char **argv, int (*test)(const uint8_t *data, size_t size)) {
  return LLVMFuzzerRunDriver(&argc, &argv, test);
}

extern char __start___sancov_cntrs[] __attribute__((weak));
extern char __stop___sancov_cntrs[] __attribute__((weak));

void lamella_fuzz_share_coverage(void) {
  // Whole pages only: what shares a page with other data stays private, at the cost of a few counters.
  uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  uintptr_t start = ((uintptr_t)__start___sancov_cntrs + page - 1) / page * page;
  uintptr_t end = (uintptr_t)__stop___sancov_cntrs / page * page;
  if (end <= start) return;
  mmap((void *)start, end - start, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
}

static int report_to = -1;
static unsigned char stack[1 << 16];

/// Tells the parent where this child is, and ends it.
static void give_up(int number) {
  struct lamella_fuzz_outcome outcome = {
      number == SIGALRM ? lamella_fuzz_hung : lamella_fuzz_crashed, 0, number, 0};
  outcome.place = place_in_hdf5();
  if (outcome.place) outcome.end = number == SIGALRM ? lamella_fuzz_hung_in_hdf5 : lamella_fuzz_crashed_in_hdf5;
  ssize_t written = write(report_to, &outcome, sizeof outcome);
  _exit(written == sizeof outcome ? 0 : 1);
}

static void on_signal(int number) { give_up(number); }
static void on_death(void) { give_up(0); }

struct lamella_fuzz_outcome lamella_fuzz_in_child(int (*body)(void), unsigned seconds) {
  struct lamella_fuzz_outcome outcome = {lamella_fuzz_crashed, 0, 0, 0};
  int ends[2];
  // The first call of backtrace loads a library, which a handler must not.
  void *frame[1];
  backtrace(frame, 1);
  if (pipe(ends) != 0) return outcome;
  pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    report_to = ends[1];
    stack_t other = {.ss_sp = stack, .ss_size = sizeof stack};
    sigaltstack(&other, NULL);
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_ONSTACK};
    int numbers[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGALRM};
    for (size_t index = 0; index < sizeof numbers / sizeof *numbers; index++) sigaction(numbers[index], &action, NULL);
    __sanitizer_set_death_callback(on_death);
    alarm(seconds);
    outcome.end = lamella_fuzz_returned;
    outcome.value = body();
    ssize_t written = write(report_to, &outcome, sizeof outcome);
    _exit(written == sizeof outcome ? 0 : 1);
  }
  close(ends[1]);
  // libFuzzer's clock interrupts calls.
  ssize_t count;
  while ((count = read(ends[0], &outcome, sizeof outcome)) < 0 && errno == EINTR) {}
  close(ends[0]);
  int status = 0;
  while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {}
  if (count != sizeof outcome && WIFSIGNALED(status)) outcome.signal = WTERMSIG(status);
  return outcome;
}
