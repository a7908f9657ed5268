#pragma once
#include "rows.h"

/// products[r] = Σ_c x[r,c] · factor[c], for sparse rows.
///
/// factor: columns × width, products: rows × width, both row-major; width is 4, 8 or a multiple of 16.
void lamella_rows_times(const lamella_rows *x, const float *factor, size_t width, float *products);

/// accumulator[c] += Σ_r x[r,c] · weights[r], for sparse rows.
///
/// weights: rows × width, accumulator: columns × width, both row-major; width is 4, 8 or a multiple of 16.
void lamella_rows_scatter(const lamella_rows *x, const float *weights, size_t width, float *accumulator);

/// What a matrix must be checked for before it is factorised, and the sums that scale it.
typedef struct {
  double sum, sum_of_squares, minimum, maximum;
  uint64_t nonzero, nonfinite;
} lamella_statistics;

/// Adds the rows' sums to row_sums (rows, overwritten) and column_sums (columns, added to), and returns their statistics.
lamella_statistics lamella_rows_statistics(const lamella_rows *x, double *row_sums, double *column_sums);

/// Σ x·ln(x) over the non-zero entries: the constant part of the Kullback–Leibler divergence.
double lamella_rows_entropy(const lamella_rows *x);

/// Σ_r row_scale[r]² Σ_c (column_scale[c]·x[r,c])²
double lamella_rows_scaled_squares(const lamella_rows *x, const float *row_scale, const float *column_scale);
