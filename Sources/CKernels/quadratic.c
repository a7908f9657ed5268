#include "CKernels.h"
#include "vectors.h"

void lamella_nonnegative_quadratic(
    size_t n, size_t stride, const float *B, float *g, float *z, const unsigned char *held, int passes) {
  nonnegative_quadratic(n, stride, B, g, z, held, passes);
}

CLONES void lamella_quadratic_rows(
    size_t rows, size_t components, size_t width, const float *gram, const float *products, float *weights,
    const float *sparsity, float smoothness, const float *neighbours, const float *targets,
    const unsigned char *held, int passes, float *scratch) {
  float *g = scratch, *B = scratch + width;
  for (size_t r = 0; r < rows; r++) {
    float *w = weights + r * width;
    memcpy(B, gram, width * width * sizeof *B);
    for (size_t i = 0; i < components; i++) g[i] = sparsity[i] - products[r * width + i];
    if (neighbours) {
      for (size_t i = 0; i < components; i++) {
        g[i] -= 2 * smoothness * targets[r * width + i];
        B[i * width + i] += 2 * smoothness * neighbours[r];
      }
    }
    for (size_t i = 0; i < components; i++)
      for (size_t j = 0; j < components; j++) g[i] += B[i * width + j] * w[j];
    nonnegative_quadratic(components, width, B, g, w, held, passes);
  }
}

CLONES void lamella_poisson_columns(
    size_t columns, size_t components, size_t width, const float *gradient, const float *curvature,
    const float *weight_sums, const unsigned char *held, float floor, float *factor) {
  for (size_t c = 0; c < columns; c++) {
    float *h = factor + c * width;
    const float *ascent = gradient + c * width;
    if (!curvature) {
      for (size_t i = 0; i < components; i++) {
        if (held && held[i]) continue;
        float value = weight_sums[i] > 0 ? h[i] * ascent[i] / weight_sums[i] : floor;
        h[i] = value > floor ? value : floor;
      }
      continue;
    }
    float g[16], before[16], z[16], B[16 * 16], total = 0;
    memcpy(B, curvature + c * width * width, width * width * sizeof *B);
    for (size_t i = 0; i < components; i++) {
      before[i] = g[i] = weight_sums[i] - ascent[i];
      B[i * width + i] += 1e-4f * weight_sums[i] / (h[i] > floor ? h[i] : floor);
      z[i] = h[i];
      total += h[i] * weight_sums[i];
    }
    nonnegative_quadratic(components, width, B, g, z, held, 50);
    float slope = 0, square = 0, shrink = 0;
    for (size_t i = 0; i < components; i++) {
      float d = z[i] - h[i];
      slope -= before[i] * d;
      square += d * (g[i] - before[i]);
      // What a component that hardly contributes loses bounds nothing worth a shorter step.
      if (h[i] * weight_sums[i] > 1e-4f * total && -d > shrink * h[i]) shrink = -d / h[i];
    }
    if (!(slope > 0) || !(square > 0)) continue;
    float t = slope / (square + slope * shrink);
    if (t > 1) t = 1;
    for (size_t i = 0; i < components; i++) {
      if (held && held[i]) continue;
      float value = h[i] + t * (z[i] - h[i]);
      h[i] = value > floor ? value : floor;
    }
  }
}
