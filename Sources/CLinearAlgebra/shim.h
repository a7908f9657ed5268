#pragma once
#include <cblas.h>
#include <dlfcn.h>
#define lapack_complex_float struct { float real, imaginary; }
#define lapack_complex_double struct { double real, imaginary; }
#include <lapacke.h>
#include <stdlib.h>

// Two internals of OpenBLAS's DYNAMIC_ARCH build, absent from other builds.
extern void gotoblas_dynamic_init(void) __attribute__((weak));
extern void gotoblas_dynamic_quit(void) __attribute__((weak));

/// Makes OpenBLAS use the widest kernels of this CPU. Call once, before any other BLAS call.
///
/// Debian 12's OpenBLAS takes processors newer than itself for a Prescott and runs four times slower than it could.
static inline void lamella_start_blas(void) {
#if defined(__x86_64__)
  if (gotoblas_dynamic_init && gotoblas_dynamic_quit && !getenv("OPENBLAS_CORETYPE")) {
    __builtin_cpu_init();
    const char *core = NULL;
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl"))
      core = "SkylakeX";
    else if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
      core = "Haswell";
    if (core) {
      setenv("OPENBLAS_CORETYPE", core, 1);
      gotoblas_dynamic_quit();
      gotoblas_dynamic_init();
    }
  }
#endif
}

/// Makes OpenBLAS use one thread for the calls of this thread, as every thread that calls it has to say.
///
/// Parallel work is cut by the sweeps, whose results must not depend on the number of threads. `openblas_set_num_threads` is enough
/// for OpenBLAS over POSIX threads; over OpenMP a number of threads is each thread's own, and a new one has as many as there are
/// cores, among which a product is divided differently from call to call.
static inline void lamella_use_one_blas_thread(void) {
  static _Thread_local int done = 0;
  if (done) return;
  done = 1;
  openblas_set_num_threads(1);
  void (*set)(int) = (void (*)(int))dlsym(RTLD_DEFAULT, "omp_set_num_threads");
  if (set) set(1);
}
