#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Parts an image into foreground and background (Rother, Kolmogorov and Blake 2004), as OpenCV does.
///
/// The image has three bytes a pixel, row after row. Labels come in and go out: 0 background, 1 foreground, 2 probably
/// background, 3 probably foreground. The same input gives the same labels. No exception leaves: 0 is success, and anything
/// else means that OpenCV refused, with its words in `message`.
int lamella_grab_cut(
    const uint8_t *image, size_t height, size_t width, uint8_t *labels, int iterations, char *message, size_t message_size);

#ifdef __cplusplus
}
#endif
