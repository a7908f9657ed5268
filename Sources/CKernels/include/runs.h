#pragma once
#include <stddef.h>
#include <stdint.h>

/// Deflates bytes that are mostly zeros into a zlib stream of bytes and runs of zeros, without looking for other matches:
/// of sparse counts there are hardly any, so that this is about seven times as fast as libdeflate's level 4 and no larger.
///
/// Returns the length of the stream; 0 when it does not fit, or when the zeros are too few for this to be worth while.
/// count: at most 2^32.
size_t lamella_deflate_runs(const uint8_t *bytes, size_t count, uint8_t *out, size_t capacity);
