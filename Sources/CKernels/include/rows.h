#pragma once
#include <stddef.h>
#include <stdint.h>

/// Some rows of a matrix of pixels by channels, dense or sparse.
///
/// Dense: `dense` holds rows × columns values, row-major. Sparse: row r has, in panel p, the entries
/// offsets[r·panels + p] ..< offsets[r·panels + p + 1]; each has a channel (less p · 65536) and a count, held in
/// `small` or in `large`, whichever is not null.
typedef struct {
  size_t rows, columns, panels;
  const float *dense;
  const uint32_t *offsets;
  const uint16_t *channels;
  const uint8_t *small;
  const float *large;
} lamella_rows;
