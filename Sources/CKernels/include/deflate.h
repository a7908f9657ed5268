#pragma once
#include <stddef.h>
#include <stdint.h>

/// Compresses bytes that are mostly zero into a zlib stream, at several times the speed of a general compressor.
///
/// One deflate block with Huffman codes of its own, in which the only matches are runs of zeros: what there is to gain from
/// counts, whose non-zeros come at random. About as small as zlib's level 4 makes such data.
/// adler: the Adler-32 checksum of the bytes. Returns the length of the stream, or 0 when the bytes are not sparse enough
/// for this to be worth it, or the stream would not fit the capacity; a general compressor must then do it.
size_t lamella_deflate_sparse(const uint8_t *bytes, size_t count, uint32_t adler, uint8_t *out, size_t capacity);
