#include "convert.h"

#include <string.h>

#define CONVERT(TYPE)                       \
  for (size_t i = 0; i < count; i++) {      \
    TYPE value;                             \
    memcpy(&value, in + i * sizeof value, sizeof value); \
    out[i] = (float)value;                  \
  }                                         \
  break;

static float half_to_float(uint16_t half) {
  uint32_t sign = (uint32_t)(half & 0x8000) << 16;
  uint32_t exponent = half >> 10 & 0x1f;
  uint32_t fraction = half & 0x3ff;
  uint32_t bits;
  if (exponent == 0x1f) {
    bits = sign | 0x7f800000 | fraction << 13;
  } else if (exponent != 0) {
    bits = sign | (exponent + 112) << 23 | fraction << 13;
  } else {
    // Subnormal halves are fraction * 2^-24, exact as floats.
    float magnitude = (float)fraction * 0x1p-24f;
    memcpy(&bits, &magnitude, 4);
    bits |= sign;
  }
  float value;
  memcpy(&value, &bits, 4);
  return value;
}

void lamella_to_float(lamella_scalar type, const uint8_t *in, size_t count, float *out) {
  switch (type) {
    case lamella_uint8: CONVERT(uint8_t)
    case lamella_uint16: CONVERT(uint16_t)
    case lamella_uint32: CONVERT(uint32_t)
    case lamella_uint64: CONVERT(uint64_t)
    case lamella_int8: CONVERT(int8_t)
    case lamella_int16: CONVERT(int16_t)
    case lamella_int32: CONVERT(int32_t)
    case lamella_int64: CONVERT(int64_t)
    case lamella_float32: memcpy(out, in, count * 4); break;
    case lamella_float64: CONVERT(double)
    case lamella_float16:
      for (size_t i = 0; i < count; i++) {
        uint16_t half;
        memcpy(&half, in + 2 * i, 2);
        out[i] = half_to_float(half);
      }
      break;
  }
}

size_t lamella_nonzeros(const float *values, size_t count, int *small) {
  size_t found = 0, large = 0;
  for (size_t i = 0; i < count; i++) {
    float value = values[i];
    // The comparisons are false for a NaN, which counts as large; the conversion is of a value in range.
    int in_range = value >= 0 && value <= 255;
    float rounded = (float)(int)(in_range ? value : 0);
    found += value != 0;
    large += !in_range || rounded != value;
  }
  *small = large == 0;
  return found;
}

size_t lamella_sparsify_floats(
    const float *values, size_t count, uint32_t column, int small, uint16_t *columns, uint8_t *counts) {
  size_t found = 0;
  for (size_t i = 0; i < count; i++) {
    if (values[i] == 0) continue;
    columns[found] = (uint16_t)(column + i);
    if (small) {
      counts[found] = (uint8_t)values[i];
    } else {
      memcpy(counts + 4 * found, values + i, 4);
    }
    found++;
  }
  return found;
}
