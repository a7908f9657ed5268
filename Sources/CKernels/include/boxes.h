#pragma once
#include <stddef.h>
#include <stdint.h>

/// Copies a box of elements between two arrays; extents and strides are per dimension, strides in bytes.
/// Elements along the last dimension lie `size` bytes apart on both sides.
void lamella_copy_box(
    uint8_t *out, const size_t *out_strides, const uint8_t *in, const size_t *in_strides, const size_t *extents,
    size_t rank, size_t size);
