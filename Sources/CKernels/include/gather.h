#pragma once
#include <stddef.h>
#include <stdint.h>

/// Where a chunk's listed non-zeros lie in the common buffers.
typedef struct {
  size_t base;
  const uint32_t *ends;
  size_t stretch_count;
} lamella_part;

/// One stretch of one chunk.
typedef struct {
  uint32_t part;
  uint32_t stretch;
} lamella_piece;

/// Joins the non-zeros of the chunks of a tile row by row, the pieces of a row in the order given.
///
/// `panel_ends` holds, for each panel, the number of pieces up to its end. `offsets` has room for
/// row_count * panel_count + 1. The outputs must have room for 64 elements more than they receive, the inputs be readable
/// as far beyond theirs. `size` is that of a count: 1 or 4 bytes.
void lamella_gather(
    const lamella_part *parts, const lamella_piece *pieces, const uint32_t *panel_ends, size_t panel_count,
    size_t row_count, size_t size, const uint16_t *columns, const uint8_t *counts, uint16_t *out_columns,
    uint8_t *out_counts, uint32_t *offsets);
