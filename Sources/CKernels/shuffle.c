#include "shuffle.h"

#include <string.h>

// A size known at compile time lets the compiler turn the inner loop into vector packs.
#define SHUFFLE(SIZE)                                                                        \
  for (size_t i = 0; i < count; i++)                                                         \
    for (size_t b = 0; b < SIZE; b++) out[b * count + i] = in[i * SIZE + b];

#define UNSHUFFLE(SIZE)                                                                      \
  for (size_t i = 0; i < count; i++)                                                         \
    for (size_t b = 0; b < SIZE; b++) out[i * SIZE + b] = in[b * count + i];

static void shuffle2(uint8_t *restrict out, const uint8_t *restrict in, size_t count) {
  uint8_t *restrict high = out + count;
  for (size_t i = 0; i < count; i++) {
    uint16_t value;
    memcpy(&value, in + 2 * i, 2);
    out[i] = (uint8_t)value;
    high[i] = (uint8_t)(value >> 8);
  }
}

static void shuffle4(uint8_t *restrict out, const uint8_t *restrict in, size_t count) {
  for (size_t i = 0; i < count; i++) {
    uint32_t value;
    memcpy(&value, in + 4 * i, 4);
    out[i] = (uint8_t)value;
    out[count + i] = (uint8_t)(value >> 8);
    out[2 * count + i] = (uint8_t)(value >> 16);
    out[3 * count + i] = (uint8_t)(value >> 24);
  }
}

static void shuffle8(uint8_t *restrict out, const uint8_t *restrict in, size_t count) {
  SHUFFLE(8)
}

static void unshuffle2(uint8_t *restrict out, const uint8_t *restrict in, size_t count) {
  const uint8_t *restrict high = in + count;
  for (size_t i = 0; i < count; i++) {
    uint16_t value = (uint16_t)(in[i] | high[i] << 8);
    memcpy(out + 2 * i, &value, 2);
  }
}

static void unshuffle4(uint8_t *restrict out, const uint8_t *restrict in, size_t count) {
  for (size_t i = 0; i < count; i++) {
    uint32_t value = (uint32_t)in[i] | (uint32_t)in[count + i] << 8 |
                     (uint32_t)in[2 * count + i] << 16 | (uint32_t)in[3 * count + i] << 24;
    memcpy(out + 4 * i, &value, 4);
  }
}

static void unshuffle8(uint8_t *restrict out, const uint8_t *restrict in, size_t count) {
  UNSHUFFLE(8)
}

void lamella_shuffle(uint8_t *out, const uint8_t *in, size_t count, size_t size) {
  switch (size) {
    case 1: memcpy(out, in, count); break;
    case 2: shuffle2(out, in, count); break;
    case 4: shuffle4(out, in, count); break;
    case 8: shuffle8(out, in, count); break;
    default: SHUFFLE(size)
  }
}

void lamella_unshuffle(uint8_t *out, const uint8_t *in, size_t count, size_t size) {
  switch (size) {
    case 1: memcpy(out, in, count); break;
    case 2: unshuffle2(out, in, count); break;
    case 4: unshuffle4(out, in, count); break;
    case 8: unshuffle8(out, in, count); break;
    default: UNSHUFFLE(size)
  }
}
