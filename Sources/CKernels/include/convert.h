#pragma once
#include <stddef.h>
#include <stdint.h>

/// The element types that have a value on the real line.
typedef enum {
  lamella_uint8, lamella_uint16, lamella_uint32, lamella_uint64,
  lamella_int8, lamella_int16, lamella_int32, lamella_int64,
  lamella_float16, lamella_float32, lamella_float64
} lamella_scalar;

/// Elements in native byte order as floats, rounded to nearest.
void lamella_to_float(lamella_scalar type, const uint8_t *in, size_t count, float *out);

/// Counts the values that are not zero, and says whether each of them is an integer from 1 to 255.
size_t lamella_nonzeros(const float *values, size_t count, int *small);

/// Lists the non-zeros of a row: columns from `column` on, and their values as floats or, `small`, as bytes.
/// Returns their number.
size_t lamella_sparsify_floats(
    const float *values, size_t count, uint32_t column, int small, uint16_t *columns, uint8_t *counts);
