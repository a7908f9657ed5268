#include "gather.h"

#include <string.h>

void lamella_gather(
    const lamella_part *parts, const lamella_piece *pieces, const uint32_t *panel_ends, size_t panel_count,
    size_t row_count, size_t size, const uint16_t *columns, const uint8_t *counts, uint16_t *out_columns,
    uint8_t *out_counts, uint32_t *offsets) {
  uint32_t found = 0;
  for (size_t r = 0; r < row_count; r++) {
    size_t piece = 0;
    for (size_t panel = 0; panel < panel_count; panel++) {
      *offsets++ = found;
      for (; piece < panel_ends[panel]; piece++) {
        lamella_part part = parts[pieces[piece].part];
        size_t cell = r * part.stretch_count + pieces[piece].stretch;
        uint32_t start = cell ? part.ends[cell - 1] : 0;
        uint32_t count = part.ends[cell] - start;
        const uint16_t *from_columns = columns + part.base + start;
        const uint8_t *from_counts = counts + (part.base + start) * size;
        // A copy of fixed length is a few instructions; what it writes too much is overwritten by the next piece.
        if (count <= 32) {
          memcpy(out_columns + found, from_columns, 64);
          memcpy(out_counts + found * size, from_counts, size == 1 ? 32 : 128);
        } else {
          memcpy(out_columns + found, from_columns, count * 2);
          memcpy(out_counts + found * size, from_counts, count * size);
        }
        found += count;
      }
    }
  }
  *offsets = found;
}
