#pragma once
#include <stddef.h>
#include <stdint.h>

/// HDF5's byte shuffle: byte b of element i of `in` becomes byte i of plane b of `out`.
/// The buffers hold `count * size` bytes and do not overlap.
void lamella_shuffle(uint8_t *out, const uint8_t *in, size_t count, size_t size);

/// The inverse of `lamella_shuffle`.
void lamella_unshuffle(uint8_t *out, const uint8_t *in, size_t count, size_t size);
