#include "sparsify.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// Each scanner lists the non-zeros of one stretch: `planes` points at its first byte in plane 0, `step` is the distance of
// planes. It returns the number of non-zeros, or -1 when a byte above plane 0 is set.

typedef int64_t (*small_scanner)(
    const uint8_t *planes, size_t step, size_t plane_count, uint32_t count, uint32_t column, uint16_t *columns,
    uint8_t *counts);

static int64_t scan_small_portable(
    const uint8_t *planes, size_t step, size_t plane_count, uint32_t count, uint32_t column, uint16_t *columns,
    uint8_t *counts) {
  size_t found = 0;
  uint64_t above = 0;
  uint32_t i = 0;
  for (; i + 8 <= count; i += 8) {
    uint64_t low, high = 0;
    memcpy(&low, planes + i, 8);
    for (size_t p = 1; p < plane_count; p++) {
      uint64_t word;
      memcpy(&word, planes + p * step + i, 8);
      high |= word;
    }
    above |= high;
    if (low == 0) continue;
    for (uint32_t j = i; j < i + 8; j++) {
      columns[found] = (uint16_t)(column + j);
      counts[found] = planes[j];
      found += planes[j] != 0;
    }
  }
  for (; i < count; i++) {
    for (size_t p = 1; p < plane_count; p++) above |= planes[p * step + i];
    columns[found] = (uint16_t)(column + i);
    counts[found] = planes[i];
    found += planes[i] != 0;
  }
  return above ? -1 : (int64_t)found;
}

#if defined(__x86_64__)
__attribute__((target("avx2,bmi,popcnt"))) static int64_t scan_small_avx2(
    const uint8_t *planes, size_t step, size_t plane_count, uint32_t count, uint32_t column, uint16_t *columns,
    uint8_t *counts) {
  size_t found = 0;
  __m256i above = _mm256_setzero_si256();
  const __m256i zero = _mm256_setzero_si256();
  uint32_t i = 0;
  for (; i + 32 <= count; i += 32) {
    __m256i low = _mm256_loadu_si256((const __m256i *)(planes + i));
    for (size_t p = 1; p < plane_count; p++)
      above = _mm256_or_si256(above, _mm256_loadu_si256((const __m256i *)(planes + p * step + i)));
    uint32_t set = ~(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, zero));
    while (set) {
      uint32_t j = i + (uint32_t)__builtin_ctz(set);
      columns[found] = (uint16_t)(column + j);
      counts[found++] = planes[j];
      set &= set - 1;
    }
  }
  if (!_mm256_testz_si256(above, above)) return -1;
  if (i == count) return (int64_t)found;
  int64_t rest = scan_small_portable(
      planes + i, step, plane_count, count - i, column + i, columns + found, counts + found);
  return rest < 0 ? rest : (int64_t)found + rest;
}

__attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi2,bmi,bmi2,popcnt"))) static int64_t scan_small_avx512(
    const uint8_t *planes, size_t step, size_t plane_count, uint32_t count, uint32_t column, uint16_t *columns,
    uint8_t *counts) {
  size_t found = 0;
  __m512i above = _mm512_setzero_si512();
  static const uint16_t ramp[32] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15,
                                    16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31};
  const __m512i steps = _mm512_loadu_si512(ramp);
  for (uint32_t i = 0; i < count; i += 64) {
    uint32_t left = count - i;
    __mmask64 valid = left >= 64 ? ~(__mmask64)0 : ((__mmask64)1 << left) - 1;
    __m512i low = _mm512_maskz_loadu_epi8(valid, planes + i);
    for (size_t p = 1; p < plane_count; p++)
      above = _mm512_or_si512(above, _mm512_maskz_loadu_epi8(valid, planes + p * step + i));
    __mmask64 set = _mm512_test_epi8_mask(low, low);
    if (!set) continue;
    // Compressing in registers and storing whole vectors is several times faster than compressing stores; the buffers
    // have room for the vector that overhangs.
    _mm512_storeu_si512(counts + found, _mm512_maskz_compress_epi8(set, low));
    __mmask32 first = (__mmask32)set, second = (__mmask32)(set >> 32);
    __m512i index = _mm512_add_epi16(steps, _mm512_set1_epi16((short)(column + i)));
    _mm512_storeu_si512(columns + found, _mm512_maskz_compress_epi16(first, index));
    size_t half = (size_t)__builtin_popcount(first);
    if (second) {
      index = _mm512_add_epi16(index, _mm512_set1_epi16(32));
      _mm512_storeu_si512(columns + found + half, _mm512_maskz_compress_epi16(second, index));
    }
    found += half + (size_t)__builtin_popcount(second);
  }
  return _mm512_test_epi8_mask(above, above) ? -1 : (int64_t)found;
}
#endif

int lamella_can_scan(lamella_scan scan) {
  switch (scan) {
    case lamella_scan_portable: return 1;
#if defined(__x86_64__)
    case lamella_scan_avx2: __builtin_cpu_init(); return __builtin_cpu_supports("avx2") != 0;
    case lamella_scan_avx512:
      __builtin_cpu_init();
      return __builtin_cpu_supports("avx512vbmi2") && __builtin_cpu_supports("avx512bw") &&
             __builtin_cpu_supports("avx512vl");
#endif
    default: return 0;
  }
}

static small_scanner scanner(lamella_scan scan) {
#if defined(__x86_64__)
  if (scan == lamella_scan_avx512) return scan_small_avx512;
  if (scan == lamella_scan_avx2) return scan_small_avx2;
#endif
  (void)scan;
  return scan_small_portable;
}

int64_t lamella_sparsify_small(
    lamella_planes chunk, const uint32_t *rows, size_t row_count, const lamella_stretch *stretches,
    size_t stretch_count, uint16_t *columns, uint8_t *counts, uint32_t *ends, lamella_scan kind) {
  // A signed byte has its sign in plane 0: values of 128 and more are left to the general scanner.
  int sign_in_low_plane = chunk.is_signed && chunk.plane_count == 1;
  small_scanner scan = scanner(kind);
  size_t found = 0;
  for (size_t r = 0; r < row_count; r++) {
    const uint8_t *row = chunk.planes + rows[r] * chunk.row_stride;
    for (size_t s = 0; s < stretch_count; s++) {
      lamella_stretch stretch = stretches[s];
      int64_t more = scan(
          row + stretch.start, chunk.element_count, chunk.plane_count, stretch.count, stretch.column, columns + found,
          counts + found);
      if (more < 0) return -1;
      if (sign_in_low_plane)
        for (int64_t i = 0; i < more; i++)
          if (counts[found + (size_t)i] & 0x80) return -1;
      found += (size_t)more;
      *ends++ = (uint32_t)found;
    }
  }
  return (int64_t)found;
}

static inline float value_at(lamella_planes chunk, const uint8_t *byte) {
  uint32_t value = byte[0];
  for (size_t p = 1; p < chunk.plane_count; p++) value |= (uint32_t)byte[p * chunk.element_count] << (8 * p);
  if (!chunk.is_signed) return (float)value;
  unsigned unused = (unsigned)(32 - 8 * chunk.plane_count);
  return (float)((int32_t)(value << unused) >> unused);
}

int64_t lamella_sparsify_large(
    lamella_planes chunk, const uint32_t *rows, size_t row_count, const lamella_stretch *stretches,
    size_t stretch_count, uint16_t *columns, float *counts, uint32_t *ends) {
  size_t found = 0;
  for (size_t r = 0; r < row_count; r++) {
    const uint8_t *row = chunk.planes + rows[r] * chunk.row_stride;
    for (size_t s = 0; s < stretch_count; s++) {
      lamella_stretch stretch = stretches[s];
      const uint8_t *start = row + stretch.start;
      uint32_t i = 0;
      while (i < stretch.count) {
        if (i + 8 <= stretch.count) {
          uint64_t any = 0;
          for (size_t p = 0; p < chunk.plane_count; p++) {
            uint64_t word;
            memcpy(&word, start + p * chunk.element_count + i, 8);
            any |= word;
          }
          if (any == 0) {
            i += 8;
            continue;
          }
        }
        uint32_t last = i + 8 <= stretch.count ? i + 8 : stretch.count;
        for (; i < last; i++) {
          float value = value_at(chunk, start + i);
          columns[found] = (uint16_t)(stretch.column + i);
          counts[found] = value;
          found += value != 0;
        }
      }
      *ends++ = (uint32_t)found;
    }
  }
  return (int64_t)found;
}
