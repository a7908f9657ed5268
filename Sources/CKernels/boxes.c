#include "boxes.h"

#include <string.h>

static void copy_runs(
    uint8_t *out, const size_t *out_strides, const uint8_t *in, const size_t *in_strides, const size_t *extents,
    size_t rank, size_t run) {
  if (rank == 0) {
    memcpy(out, in, run);
  } else if (rank == 1) {
    for (size_t i = 0; i < extents[0]; i++) memcpy(out + i * out_strides[0], in + i * in_strides[0], run);
  } else {
    for (size_t i = 0; i < extents[0]; i++)
      copy_runs(
          out + i * out_strides[0], out_strides + 1, in + i * in_strides[0], in_strides + 1, extents + 1, rank - 1, run);
  }
}

void lamella_copy_box(
    uint8_t *out, const size_t *out_strides, const uint8_t *in, const size_t *in_strides, const size_t *extents,
    size_t rank, size_t size) {
  // Trailing dimensions that are whole on both sides are one run.
  size_t run = size;
  while (rank > 0 && out_strides[rank - 1] == run && in_strides[rank - 1] == run) {
    run *= extents[rank - 1];
    rank--;
  }
  copy_runs(out, out_strides, in, in_strides, extents, rank, run);
}
