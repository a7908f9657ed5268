#pragma once
#include <math.h>
#include <stddef.h>
#include <string.h>

#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#if !defined(__x86_64__)
#undef CLONES
#define CLONES
#endif
#define INLINE static inline __attribute__((always_inline))

typedef float v4 __attribute__((vector_size(16)));
typedef float v8 __attribute__((vector_size(32)));
typedef float v16 __attribute__((vector_size(64)));

/// Σ a[i]·b[i] in an order that depends on width alone.
INLINE float dot(const float *a, const float *b, size_t width) {
  if (width == 4) {
    v4 x, y;
    memcpy(&x, a, 16), memcpy(&y, b, 16);
    v4 p = x * y;
    return (p[0] + p[1]) + (p[2] + p[3]);
  }
  if (width == 8) {
    v8 x, y;
    memcpy(&x, a, 32), memcpy(&y, b, 32);
    v8 p = x * y;
    v4 q = __builtin_shufflevector(p, p, 0, 1, 2, 3) + __builtin_shufflevector(p, p, 4, 5, 6, 7);
    return (q[0] + q[1]) + (q[2] + q[3]);
  }
  v16 s = {0};
  for (size_t i = 0; i < width; i += 16) {
    v16 x, y;
    memcpy(&x, a + i, 64), memcpy(&y, b + i, 64);
    s += x * y;
  }
  v8 p = __builtin_shufflevector(s, s, 0, 1, 2, 3, 4, 5, 6, 7) +
         __builtin_shufflevector(s, s, 8, 9, 10, 11, 12, 13, 14, 15);
  v4 q = __builtin_shufflevector(p, p, 0, 1, 2, 3) + __builtin_shufflevector(p, p, 4, 5, 6, 7);
  return (q[0] + q[1]) + (q[2] + q[3]);
}

/// y += a·x
INLINE void axpy(float a, const float *x, float *y, size_t width) {
  if (width == 4) {
    v4 s, t;
    memcpy(&s, x, 16), memcpy(&t, y, 16);
    t += a * s;
    memcpy(y, &t, 16);
  } else if (width == 8) {
    v8 s, t;
    memcpy(&s, x, 32), memcpy(&t, y, 32);
    t += a * s;
    memcpy(y, &t, 32);
  } else {
    for (size_t i = 0; i < width; i += 16) {
      v16 s, t;
      memcpy(&s, x + i, 64), memcpy(&t, y + i, 64);
      t += a * s;
      memcpy(y + i, &t, 64);
    }
  }
}

/// See lamella_nonnegative_quadratic.
INLINE void nonnegative_quadratic(
    size_t n, size_t stride, const float *B, float *g, float *z, const unsigned char *held, int passes) {
  for (int pass = 0; pass < passes; pass++) {
    float change = 0, largest = 0;
    for (size_t i = 0; i < n; i++) {
      if (held && held[i]) continue;
      float b = B[i * stride + i];
      float target = b > 0 ? z[i] - g[i] / b : (g[i] > 0 ? 0 : z[i]);
      if (!(target > 0)) target = 0;
      float step = target - z[i];
      if (step != 0) {
        for (size_t j = 0; j < n; j++) g[j] += step * B[i * stride + j];
        z[i] = target;
      }
      float size = step < 0 ? -step : step;
      if (size > change) change = size;
      if (target > largest) largest = target;
    }
    if (change <= 1e-5f * largest) return;
  }
}
