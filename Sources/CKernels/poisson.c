#include "CKernels.h"
#include "vectors.h"

#include <stdint.h>

/// The non-zero entries of one row, copied out so that the loops over them vectorise.
typedef struct {
  size_t count;
  float *x, *u, *v, *a, *b;
  uint32_t *channel;
} entries;

INLINE void collect(entries *row, const lamella_rows *x, size_t r) {
  size_t n = 0;
  if (x->dense) {
    const float *values = x->dense + r * x->columns;
    for (size_t c = 0; c < x->columns; c++)
      if (values[c] != 0) row->x[n] = values[c], row->channel[n++] = (uint32_t)c;
  } else {
    for (size_t p = 0; p < x->panels; p++) {
      size_t begin = x->offsets[r * x->panels + p], end = x->offsets[r * x->panels + p + 1];
      for (size_t e = begin; e < end; e++) row->channel[n + e - begin] = (uint32_t)(p * 65536 + x->channels[e]);
      if (x->small)
        for (size_t e = begin; e < end; e++) row->x[n + e - begin] = x->small[e];
      else
        for (size_t e = begin; e < end; e++) row->x[n + e - begin] = x->large[e];
      n += end - begin;
    }
  }
  row->count = n;
}

/// ln(x) of a positive normal number, to about 1e-7 of max(1, |ln x|).
INLINE float logarithm(float x) {
  int32_t bits;
  memcpy(&bits, &x, 4);
  int32_t exponent = (bits - 0x3f3504f3) >> 23;
  bits -= exponent << 23;
  float m;
  memcpy(&m, &bits, 4);
  float s = (m - 1) / (m + 1), t = s * s;
  return (float)exponent * 0.69314718056f +
         2 * s * (1 + t * (0.33333333333f + t * (0.2f + t * (0.14285714286f + t * 0.11111111111f))));
}

INLINE float likelihood(const entries *row) {
#pragma clang fp reassociate(on) contract(fast)
  float sum = 0;
  for (size_t e = 0; e < row->count; e++) sum += row->x[e] * logarithm(row->u[e]);
  return sum;
}

/// a = x/u and b = x/u² of every entry.
INLINE void ratios(const entries *row) {
  for (size_t e = 0; e < row->count; e++) {
    float inverse = 1 / row->u[e];
    row->a[e] = row->x[e] * inverse;
    row->b[e] = row->a[e] * inverse;
  }
}

INLINE void model(
    const entries *row, const float *factor, size_t width, const float *w, float smallest, float *u) {
  for (size_t e = 0; e < row->count; e++) {
    float value = dot(factor + row->channel[e] * width, w, width);
    u[e] = value > smallest ? value : smallest;
  }
}

INLINE void newton_step(
    entries *row, const float *factor, size_t k, size_t width, const float *sums, float *w,
    const lamella_row_penalty *penalty, size_t r, float floor, float smallest) {
  float g[16], B[16 * 16], before[16], z[16];
  memset(g, 0, sizeof g);
  memset(B, 0, width * width * sizeof *B);
  ratios(row);
  for (size_t e = 0; e < row->count; e++) {
    const float *h = factor + row->channel[e] * width;
    axpy(-row->a[e], h, g, width);
    for (size_t i = 0; i < width; i++) axpy(row->b[e] * h[i], h, B + i * width, width);
  }
  for (size_t i = 0; i < k; i++) {
    g[i] += sums[i];
    // A trace of the expectation–maximisation curvature keeps directions that no count constrains from running away.
    B[i * width + i] += 1e-4f * sums[i] / (w[i] > floor ? w[i] : floor);
    if (penalty->neighbours) {
      float count = penalty->neighbours[r];
      g[i] += 2 * penalty->smoothness * (count * w[i] - penalty->targets[r * width + i]);
      B[i * width + i] += 2 * penalty->smoothness * count;
    }
    before[i] = g[i];
    z[i] = w[i];
  }
  nonnegative_quadratic(k, width, B, g, z, NULL, 20);
  float slope = 0, square = 0;
  for (size_t i = 0; i < k; i++) {
    float d = z[i] - w[i];
    slope -= before[i] * d;
    square += d * (g[i] - before[i]);
  }
  if (!(slope > 0) || !(square > 0)) return;
  for (size_t i = k; i < width; i++) z[i] = 0;
  model(row, factor, width, z, smallest, row->v);
  float shrink = 0;
  for (size_t e = 0; e < row->count; e++) {
    float s = 1 - row->v[e] / row->u[e];
    shrink = s > shrink ? s : shrink;
  }
  float t = slope / (square + slope * shrink);
  if (t > 1) t = 1;
  for (size_t i = 0; i < k; i++) {
    float value = w[i] + t * (z[i] - w[i]);
    w[i] = value > floor ? value : floor;
  }
  for (size_t e = 0; e < row->count; e++) {
    float value = row->u[e] + t * (row->v[e] - row->u[e]);
    row->u[e] = value > smallest ? value : smallest;
  }
}

/// w ← w·Σ(x/u)h / sums, with the smoothness penalty solved exactly in the same majoriser.
INLINE void expectation_step(
    entries *row, const float *factor, size_t k, size_t width, const float *sums, float *w,
    const lamella_row_penalty *penalty, size_t r, float floor, float smallest, float *g) {
  memset(g, 0, width * sizeof *g);
  ratios(row);
  for (size_t e = 0; e < row->count; e++) axpy(row->a[e], factor + row->channel[e] * width, g, width);
  for (size_t i = 0; i < k; i++) {
    float numerator = w[i] * g[i], linear = sums[i], value;
    if (penalty->neighbours && penalty->neighbours[r] > 0 && penalty->smoothness > 0) {
      float quadratic = 2 * penalty->smoothness * penalty->neighbours[r];
      linear -= 2 * penalty->smoothness * penalty->targets[r * width + i];
      float root = sqrtf(linear * linear + 4 * quadratic * numerator);
      value = linear > 0 ? 2 * numerator / (linear + root) : (root - linear) / (2 * quadratic);
    } else {
      value = numerator / linear;
    }
    w[i] = value > floor ? value : floor;
  }
  model(row, factor, width, w, smallest, row->u);
}

INLINE double poisson_rows(
    const lamella_rows *x, size_t k, size_t width, const float *factor, const float *sums, float *weights,
    const lamella_row_penalty *penalty, int steps, float floor, float smallest, float *gradient, float *curvature,
    float *scratch, size_t length) {
  entries row = {0, scratch, scratch + length, scratch + 2 * length, scratch + 3 * length, scratch + 4 * length,
                 (uint32_t *)(void *)(scratch + 5 * length)};
  double total = 0;
  for (size_t r = 0; r < x->rows; r++) {
    float *w = weights + r * width;
    collect(&row, x, r);
    model(&row, factor, width, w, smallest, row.u);
    for (int step = 0; step < steps; step++) {
      if (width <= 16)
        newton_step(&row, factor, k, width, sums, w, penalty, r, floor, smallest);
      else
        expectation_step(&row, factor, k, width, sums, w, penalty, r, floor, smallest, row.v);
    }
    float expected = 0;
    for (size_t i = 0; i < k; i++) expected += w[i] * sums[i];
    total += likelihood(&row) - expected;
    if (!gradient) continue;
    ratios(&row);
    if (curvature) {
      float outer[16 * 16];
      for (size_t i = 0; i < width; i++)
        for (size_t j = 0; j < width; j++) outer[i * width + j] = w[i] * w[j];
      for (size_t e = 0; e < row.count; e++) {
        axpy(row.a[e], w, gradient + row.channel[e] * width, width);
        if (width == 4)
          axpy(row.b[e], outer, curvature + row.channel[e] * 16, 16);
        else
          axpy(row.b[e], outer, curvature + row.channel[e] * width * width, width * width);
      }
    } else {
      for (size_t e = 0; e < row.count; e++) axpy(row.a[e], w, gradient + row.channel[e] * width, width);
    }
  }
  return total;
}

CLONES double lamella_poisson_rows(
    const lamella_rows *x, size_t components, size_t width, const float *factor, const float *spectrum_sums,
    float *weights, const lamella_row_penalty *penalty, int steps, float floor, float smallest, float *gradient,
    float *curvature, float *scratch, size_t scratch_length) {
#define CASE(WIDTH) \
  return poisson_rows(x, components, WIDTH, factor, spectrum_sums, weights, penalty, steps, floor, smallest, \
                      gradient, curvature, scratch, scratch_length)
  switch (width) {
  case 4: CASE(4);
  case 8: CASE(8);
  case 16: CASE(16);
  default: CASE(width);
  }
#undef CASE
}
