#include "CKernels.h"
#include "vectors.h"

INLINE void times(const lamella_rows *x, const float *factor, size_t width, float *products, int small) {
  for (size_t r = 0; r < x->rows; r++) {
    float *product = products + r * width;
    memset(product, 0, width * sizeof *product);
    for (size_t p = 0; p < x->panels; p++) {
      const float *base = factor + p * 65536 * width;
      size_t end = x->offsets[r * x->panels + p + 1];
      for (size_t e = x->offsets[r * x->panels + p]; e < end; e++)
        axpy(small ? (float)x->small[e] : x->large[e], base + x->channels[e] * width, product, width);
    }
  }
}

INLINE void scatter(const lamella_rows *x, const float *weights, size_t width, float *accumulator, int small) {
  for (size_t r = 0; r < x->rows; r++) {
    const float *weight = weights + r * width;
    for (size_t p = 0; p < x->panels; p++) {
      float *base = accumulator + p * 65536 * width;
      size_t end = x->offsets[r * x->panels + p + 1];
      for (size_t e = x->offsets[r * x->panels + p]; e < end; e++)
        axpy(small ? (float)x->small[e] : x->large[e], weight, base + x->channels[e] * width, width);
    }
  }
}

CLONES void lamella_rows_times(const lamella_rows *x, const float *factor, size_t width, float *products) {
  int small = x->small != NULL;
  switch (width) {
  case 4: small ? times(x, factor, 4, products, 1) : times(x, factor, 4, products, 0); break;
  case 8: small ? times(x, factor, 8, products, 1) : times(x, factor, 8, products, 0); break;
  case 16: small ? times(x, factor, 16, products, 1) : times(x, factor, 16, products, 0); break;
  default: times(x, factor, width, products, small);
  }
}

CLONES void lamella_rows_scatter(const lamella_rows *x, const float *weights, size_t width, float *accumulator) {
  int small = x->small != NULL;
  switch (width) {
  case 4: small ? scatter(x, weights, 4, accumulator, 1) : scatter(x, weights, 4, accumulator, 0); break;
  case 8: small ? scatter(x, weights, 8, accumulator, 1) : scatter(x, weights, 8, accumulator, 0); break;
  case 16: small ? scatter(x, weights, 16, accumulator, 1) : scatter(x, weights, 16, accumulator, 0); break;
  default: scatter(x, weights, width, accumulator, small);
  }
}

INLINE void count(lamella_statistics *s, double *row, double *column, double value) {
  if (!isfinite(value)) {
    s->nonfinite++;
    return;
  }
  *row += value;
  *column += value;
  s->sum_of_squares += value * value;
  s->nonzero += value != 0;
  if (value < s->minimum) s->minimum = value;
  if (value > s->maximum) s->maximum = value;
}

lamella_statistics lamella_rows_statistics(const lamella_rows *x, double *row_sums, double *column_sums) {
  lamella_statistics s = {.minimum = INFINITY, .maximum = -INFINITY};
  for (size_t r = 0; r < x->rows; r++) {
    double row = 0;
    size_t entries = 0;
    if (x->dense) {
      const float *values = x->dense + r * x->columns;
      for (size_t c = 0; c < x->columns; c++) count(&s, &row, &column_sums[c], values[c]);
      entries = x->columns;
    } else {
      for (size_t p = 0; p < x->panels; p++) {
        size_t end = x->offsets[r * x->panels + p + 1];
        for (size_t e = x->offsets[r * x->panels + p]; e < end; e++, entries++)
          count(&s, &row, &column_sums[p * 65536 + x->channels[e]], x->small ? x->small[e] : x->large[e]);
      }
    }
    if (entries < x->columns) {
      if (s.minimum > 0) s.minimum = 0;
      if (s.maximum < 0) s.maximum = 0;
    }
    row_sums[r] = row;
    s.sum += row;
  }
  return s;
}

double lamella_rows_entropy(const lamella_rows *x) {
  double sum = 0;
  if (x->dense) {
    for (size_t e = 0; e < x->rows * x->columns; e++)
      if (x->dense[e] > 0) sum += x->dense[e] * log(x->dense[e]);
    return sum;
  }
  // Most counts are one or two: their logarithms are looked up.
  double table[256];
  table[0] = 0;
  for (int i = 1; i < 256; i++) table[i] = i * log(i);
  size_t end = x->offsets[x->rows * x->panels];
  for (size_t e = x->offsets[0]; e < end; e++) {
    if (x->small) sum += table[x->small[e]];
    else if (x->large[e] > 0) sum += x->large[e] * log(x->large[e]);
  }
  return sum;
}

double lamella_rows_scaled_squares(const lamella_rows *x, const float *row_scale, const float *column_scale) {
  double total = 0;
  for (size_t r = 0; r < x->rows; r++) {
    double sum = 0;
    if (x->dense) {
      const float *values = x->dense + r * x->columns;
      for (size_t c = 0; c < x->columns; c++) {
        double v = (double)values[c] * column_scale[c];
        sum += v * v;
      }
    } else {
      for (size_t p = 0; p < x->panels; p++) {
        size_t end = x->offsets[r * x->panels + p + 1];
        for (size_t e = x->offsets[r * x->panels + p]; e < end; e++) {
          double v = (double)(x->small ? x->small[e] : x->large[e]) * column_scale[p * 65536 + x->channels[e]];
          sum += v * v;
        }
      }
    }
    total += (double)row_scale[r] * row_scale[r] * sum;
  }
  return total;
}
