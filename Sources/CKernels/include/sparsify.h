#pragma once
#include <stddef.h>
#include <stdint.h>

/// A stretch of consecutive columns within one row of a chunk.
typedef struct {
  /// Elements from the row's first.
  uint32_t start;
  uint32_t count;
  /// The column, within its panel of 65,536, of the stretch's first element.
  uint32_t column;
} lamella_stretch;

/// A chunk of integers as byte planes (shuffled bytes, least significant plane first).
typedef struct {
  const uint8_t *planes;
  /// Elements of a plane.
  size_t element_count;
  /// Bytes of an element: 1, 2 or 4.
  size_t plane_count;
  /// Elements from one row to the next.
  size_t row_stride;
  int is_signed;
} lamella_planes;

/// The ways to scan bytes, from the slowest to the fastest.
typedef enum { lamella_scan_portable, lamella_scan_avx2, lamella_scan_avx512 } lamella_scan;

/// Whether this CPU knows a way.
int lamella_can_scan(lamella_scan scan);

/// Lists the non-zeros of some rows of a chunk, row after row, stretch after stretch.
///
/// `ends` receives, for each row and stretch, the running number of non-zeros; `columns` and `counts` must have room for
/// every element plus 64. Stops and returns -1 as soon as a value does not fit a byte, else returns their number.
/// `scan` is a way that this CPU knows.
int64_t lamella_sparsify_small(
    lamella_planes chunk, const uint32_t *rows, size_t row_count, const lamella_stretch *stretches,
    size_t stretch_count, uint16_t *columns, uint8_t *counts, uint32_t *ends, lamella_scan scan);

/// The same for values of any size, as floats.
int64_t lamella_sparsify_large(
    lamella_planes chunk, const uint32_t *rows, size_t row_count, const lamella_stretch *stretches,
    size_t stretch_count, uint16_t *columns, float *counts, uint32_t *ends);
