#include "CKernels.h"

#include <stdlib.h>
#include <string.h>

enum { END = 256, FIRST_LENGTH = 257, LITERALS = 286, LONGEST = 258 };

/// Length symbols 257…285: the shortest length of each and how many extra bits it has (RFC 1951, 3.2.5).
static const uint16_t length_base[29] = {3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
                                         31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
static const uint8_t length_bits[29] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};

static unsigned length_symbol(unsigned length) {
  unsigned symbol = 0;
  while (symbol < 28 && length_base[symbol + 1] <= length) symbol++;
  return symbol;
}

/// The code lengths of a Huffman code of at most `limit` bits for symbols of the given frequencies; 0 where unused.
static void code_lengths(const uint32_t *frequencies, int count, int limit, uint8_t *lengths) {
  uint32_t weights[LITERALS];
  int leaves = 0;
  uint16_t order[LITERALS];
  for (int s = 0; s < count; s++) {
    weights[s] = frequencies[s];
    lengths[s] = 0;
    if (frequencies[s]) order[leaves++] = (uint16_t)s;
  }
  if (leaves == 0) return;
  if (leaves == 1) {
    lengths[order[0]] = 1;
    return;
  }
  for (;;) {
    // Symbols by weight, equal weights by symbol: insertion sort, of a few dozen symbols as a rule.
    for (int i = 1; i < leaves; i++) {
      uint16_t symbol = order[i];
      int j = i;
      for (; j > 0 && (weights[order[j - 1]] > weights[symbol] ||
                       (weights[order[j - 1]] == weights[symbol] && order[j - 1] > symbol));
           j--)
        order[j] = order[j - 1];
      order[j] = symbol;
    }
    // Two queues: leaves in order, and inner nodes in the order they are made.
    uint64_t node_weight[LITERALS];
    int16_t parent[2 * LITERALS];
    int leaf = 0, inner = 0, made = 0;
    while (made < leaves - 1) {
      uint64_t sum = 0;
      for (int k = 0; k < 2; k++) {
        if (inner >= made || (leaf < leaves && weights[order[leaf]] <= node_weight[inner])) {
          sum += weights[order[leaf]];
          parent[leaf++] = (int16_t)made;
        } else {
          sum += node_weight[inner];
          parent[LITERALS + inner++] = (int16_t)made;
        }
      }
      node_weight[made++] = sum;
    }
    uint8_t depth[LITERALS];
    depth[leaves - 2] = 0;
    for (int node = leaves - 3; node >= 0; node--) depth[node] = depth[parent[LITERALS + node]] + 1;
    int deepest = 0;
    for (int i = 0; i < leaves; i++) {
      int bits = depth[parent[i]] + 1;
      lengths[order[i]] = (uint8_t)bits;
      if (bits > deepest) deepest = bits;
    }
    if (deepest <= limit) return;
    // Too deep: flatter weights give a flatter code.
    for (int i = 0; i < leaves; i++) weights[order[i]] = weights[order[i]] / 2 + 1;
  }
}

/// Canonical codes, bits reversed as deflate writes them.
static void make_codes(const uint8_t *lengths, int count, uint16_t *codes) {
  uint16_t of_length[16] = {0}, next[16] = {0};
  for (int s = 0; s < count; s++) of_length[lengths[s]]++;
  of_length[0] = 0;
  for (int bits = 1; bits < 16; bits++) next[bits] = (uint16_t)((next[bits - 1] + of_length[bits - 1]) << 1);
  for (int s = 0; s < count; s++) {
    unsigned code = lengths[s] ? next[lengths[s]]++ : 0, reversed = 0;
    for (int bit = 0; bit < lengths[s]; bit++) reversed = reversed << 1 | (code >> bit & 1);
    codes[s] = (uint16_t)reversed;
  }
}

typedef struct {
  uint8_t *next, *end;
  uint64_t bits;
  unsigned count;
} bit_writer;

static inline void put(bit_writer *w, uint32_t value, unsigned count) {
  w->bits |= (uint64_t)value << w->count;
  w->count += count;
  if (w->count >= 32) {
    memcpy(w->next, &w->bits, 4);
    w->next += 4;
    w->bits >>= 32;
    w->count -= 32;
  }
}

/// The first byte at or after `from` that is not zero.
static inline size_t skip_zeros(const uint8_t *bytes, size_t from, size_t count) {
  while (from + 64 <= count) {
    uint64_t words[8], any = 0;
    memcpy(words, bytes + from, 64);
    for (int i = 0; i < 8; i++) any |= words[i];
    if (any) break;
    from += 64;
  }
  while (from + 8 <= count) {
    uint64_t word;
    memcpy(&word, bytes + from, 8);
    if (word) return from + (size_t)(__builtin_ctzll(word) >> 3);
    from += 8;
  }
  while (from < count && !bytes[from]) from++;
  return from;
}

size_t lamella_deflate_sparse(const uint8_t *bytes, size_t count, uint32_t adler, uint8_t *out, size_t capacity) {
  // More tokens than this and a general compressor does better, in size or in the time that reading takes.
  // A token is a literal (below 256) or a run of zeros (256 + its length).
  size_t most = count / 8 + 64, tokens = 0;
  uint16_t *token = malloc(most * sizeof *token);
  if (!token) return 0;
  uint32_t frequencies[LITERALS] = {0}, runs[LONGEST + 1] = {0};
  size_t at = 0;
  while (at < count && tokens + 8 < most) {
    if (bytes[at]) {
      frequencies[bytes[at]]++;
      token[tokens++] = bytes[at++];
      continue;
    }
    size_t zeros = skip_zeros(bytes, at, count) - at;
    at += zeros;
    frequencies[0]++;
    token[tokens++] = 0;
    zeros--;
    while (zeros >= 3 && tokens + 8 < most) {
      // No rest of one or two zeros is left behind a long run.
      size_t run = zeros <= LONGEST ? zeros : zeros - LONGEST < 3 ? LONGEST - 3 : LONGEST;
      runs[run]++;
      token[tokens++] = (uint16_t)(256 + run);
      zeros -= run;
    }
    if (zeros >= 3) break;
    for (; zeros; zeros--) {
      frequencies[0]++;
      token[tokens++] = 0;
    }
  }
  if (at < count || tokens + 8 >= most) {
    free(token);
    return 0;
  }
  uint8_t symbol_of[LONGEST + 1];
  int has_runs = 0;
  for (unsigned length = 3; length <= LONGEST; length++) {
    symbol_of[length] = (uint8_t)length_symbol(length);
    frequencies[FIRST_LENGTH + symbol_of[length]] += runs[length];
    has_runs |= runs[length] != 0;
  }
  frequencies[END] = 1;

  uint8_t lengths[LITERALS + 1];
  uint16_t codes[LITERALS];
  code_lengths(frequencies, LITERALS, 15, lengths);
  make_codes(lengths, LITERALS, codes);
  int literals = LITERALS;
  while (literals > FIRST_LENGTH && !lengths[literals - 1]) literals--;
  // One distance, 1, with a code of one bit; also where it is not used, since a block must have one.
  lengths[literals] = 1;

  // The code lengths themselves: 17 and 18 are runs of zeros, 16 repeats the last (RFC 1951, 3.2.7).
  uint8_t item[LITERALS + 1], extra[LITERALS + 1];
  int items = 0, all = literals + 1;
  for (int i = 0; i < all;) {
    int run = 1;
    while (i + run < all && lengths[i + run] == lengths[i]) run++;
    if (!lengths[i] && run >= 3) {
      if (run > 138) run = 138;
      item[items] = run < 11 ? 17 : 18;
      extra[items++] = (uint8_t)(run < 11 ? run - 3 : run - 11);
      i += run;
    } else if (run >= 4) {
      if (run > 7) run = 7;
      item[items] = lengths[i];
      extra[items++] = 0;
      item[items] = 16;
      extra[items++] = (uint8_t)(run - 4);
      i += run;
    } else {
      item[items] = lengths[i++];
      extra[items++] = 0;
    }
  }
  static const uint8_t item_order[19] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
  static const uint8_t extra_bits[19] = {[16] = 2, [17] = 3, [18] = 7};
  uint32_t item_frequencies[19] = {0};
  for (int i = 0; i < items; i++) item_frequencies[item[i]]++;
  uint8_t item_lengths[19];
  uint16_t item_codes[19];
  code_lengths(item_frequencies, 19, 7, item_lengths);
  make_codes(item_lengths, 19, item_codes);
  int described = 19;
  while (described > 4 && !item_lengths[item_order[described - 1]]) described--;

  uint64_t bits = 64 + 14 + 3 * (uint64_t)described;
  for (int i = 0; i < items; i++) bits += item_lengths[item[i]] + extra_bits[item[i]];
  for (int s = 0; s < LITERALS; s++)
    bits += (uint64_t)frequencies[s] * (lengths[s] + (s >= FIRST_LENGTH ? length_bits[s - FIRST_LENGTH] + 1u : 0u));
  if (bits / 8 + 32 > capacity) {
    free(token);
    return 0;
  }

  out[0] = 0x78, out[1] = 0x5e;
  bit_writer w = {out + 2, out + capacity, 0, 0};
  put(&w, 1, 1), put(&w, 2, 2);
  put(&w, (uint32_t)(literals - 257), 5), put(&w, 0, 5), put(&w, (uint32_t)(described - 4), 4);
  for (int i = 0; i < described; i++) put(&w, item_lengths[item_order[i]], 3);
  for (int i = 0; i < items; i++) {
    put(&w, item_codes[item[i]], item_lengths[item[i]]);
    put(&w, extra[i], extra_bits[item[i]]);
  }
  // A run's code, its extra bits and the distance's single 0 bit, ready to write.
  uint32_t run_code[LONGEST + 1];
  uint8_t run_bits[LONGEST + 1];
  for (unsigned length = 3; has_runs && length <= LONGEST; length++) {
    unsigned s = symbol_of[length], size = lengths[FIRST_LENGTH + s];
    run_code[length] = codes[FIRST_LENGTH + s] | (length - length_base[s]) << size;
    run_bits[length] = (uint8_t)(size + length_bits[s] + 1);
  }
  for (size_t i = 0; i < tokens; i++) {
    if (token[i] < 256)
      put(&w, codes[token[i]], lengths[token[i]]);
    else
      put(&w, run_code[token[i] - 256], run_bits[token[i] - 256]);
  }
  put(&w, codes[END], lengths[END]);
  free(token);
  memcpy(w.next, &w.bits, 8);
  w.next += (w.count + 7) / 8;
  for (int shift = 24; shift >= 0; shift -= 8) *w.next++ = (uint8_t)(adler >> shift);
  return (size_t)(w.next - out);
}
