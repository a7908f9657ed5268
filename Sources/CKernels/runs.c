#include "runs.h"

#include <stdbool.h>
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

// Tokens: a byte, or 256 + the length of a run of zeros that follows a zero. Length symbols and their extra bits are
// those of RFC 1951, section 3.2.5.
enum { TOKENS = 1 << 15, LENGTHS = 259, SYMBOLS = 286, END = 256, LIMIT = 15 };

static const uint16_t length_base[29] = {3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
                                         31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
static const uint8_t length_extra[29] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
                                         2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};

typedef struct {
  uint8_t *next, *end;
  uint64_t bits;
  unsigned count;
  bool full;
} writer;

static inline void put(writer *w, uint64_t bits, unsigned count) {
  w->bits |= bits << w->count;
  w->count += count;
  if (w->count >= 32) {
    if (w->end - w->next < 4) {
      w->full = true;
      w->next = w->end - 4;
    }
    for (int i = 0; i < 4; i++) w->next[i] = (uint8_t)(w->bits >> 8 * i);
    w->next += 4;
    w->bits >>= 32;
    w->count -= 32;
  }
}

static void finish(writer *w) {
  for (; w->count > 0; w->count = w->count > 8 ? w->count - 8 : 0, w->bits >>= 8) {
    if (w->next == w->end) {
      w->full = true;
      return;
    }
    *w->next++ = (uint8_t)w->bits;
  }
}

// Lengths of Huffman's codes, none longer than `limit`; a symbol alone gets one bit.
static void code_lengths(const uint32_t *frequencies, int count, int limit, uint8_t *lengths) {
  uint16_t order[SYMBOLS];
  uint32_t weight[2 * SYMBOLS];
  uint16_t parent[2 * SYMBOLS];
  uint8_t depth[2 * SYMBOLS];
  int used = 0;
  memset(lengths, 0, (size_t)count);
  for (int s = 0; s < count; s++) {
    if (!frequencies[s]) continue;
    int at = used++;
    for (; at > 0 && frequencies[order[at - 1]] > frequencies[s]; at--) order[at] = order[at - 1];
    order[at] = (uint16_t)s;
  }
  if (used == 1) lengths[order[0]] = 1;
  if (used < 2) return;
  for (int i = 0; i < used; i++) weight[i] = frequencies[order[i]];
  int leaf = 0, inner = used;
  for (int node = used; node < 2 * used - 1; node++) {
    weight[node] = 0;
    for (int child = 0; child < 2; child++) {
      int lightest = leaf < used && (inner == node || weight[leaf] <= weight[inner]) ? leaf++ : inner++;
      weight[node] += weight[lightest];
      parent[lightest] = (uint16_t)node;
    }
  }
  depth[2 * used - 2] = 0;
  const int room = 1 << limit;
  int left = room;  // Of Kraft's sum, in units of 2^-limit.
  for (int node = 2 * used - 3; node >= 0; node--) {
    depth[node] = (uint8_t)(depth[parent[node]] + 1);
    if (node < used) {
      int length = depth[node] < limit ? depth[node] : limit;
      lengths[order[node]] = (uint8_t)length;
      left -= room >> length;
    }
  }
  // Codes cut short take too much room: rare ones become longer, and then frequent ones shorter until all room is taken.
  for (int i = 0; left < 0; i = i + 1 < used ? i + 1 : 0) {
    uint8_t *length = &lengths[order[i]];
    if (*length < limit) left += (room >> *length) - (room >> (*length + 1)), ++*length;
  }
  for (int i = used - 1; left > 0; i = i > 0 ? i - 1 : used - 1) {
    uint8_t *length = &lengths[order[i]];
    if (*length > 1 && room >> *length <= left) left -= room >> *length, --*length;
  }
}

// Canonical codes, their bits reversed as deflate packs them.
static void codes(const uint8_t *lengths, int count, uint16_t *result) {
  uint16_t next[LIMIT + 2] = {0}, number[LIMIT + 1] = {0};
  for (int s = 0; s < count; s++) number[lengths[s]]++;
  number[0] = 0;
  for (int length = 1; length <= LIMIT; length++) next[length + 1] = (uint16_t)((next[length] + number[length]) << 1);
  for (int s = 0; s < count; s++) {
    unsigned code = lengths[s] ? next[lengths[s]]++ : 0, reversed = 0;
    for (int i = 0; i < lengths[s]; i++) reversed |= (code >> i & 1) << (lengths[s] - 1 - i);
    result[s] = (uint16_t)reversed;
  }
}

// The lengths of the codes, themselves coded: RFC 1951, section 3.2.7. One distance code of one bit follows.
static void put_header(writer *w, const uint8_t *lengths, bool last) {
  static const uint8_t order[19] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
  uint8_t all[SYMBOLS + 1], symbols[SYMBOLS + 1], extra[SYMBOLS + 1], meta[19];
  uint16_t meta_codes[19];
  uint32_t frequencies[19] = {0};
  int used = SYMBOLS, tokens = 0;
  while (!lengths[used - 1]) used--;
  memcpy(all, lengths, (size_t)used);
  all[used] = 1;
  for (int i = 0; i <= used;) {
    int run = 1;
    while (i + run <= used && all[i + run] == all[i]) run++;
    if (all[i] == 0 && run >= 3) {
      run = run < 138 ? run : 138;
      symbols[tokens] = run < 11 ? 17 : 18;
      extra[tokens] = (uint8_t)(run < 11 ? run - 3 : run - 11);
    } else {
      run = 1;
      symbols[tokens] = all[i];
    }
    frequencies[symbols[tokens++]]++;
    i += run;
  }
  code_lengths(frequencies, 19, 7, meta);
  codes(meta, 19, meta_codes);
  int metas = 19;
  while (!meta[order[metas - 1]]) metas--;
  put(w, last | 2 << 1, 3);
  put(w, (uint64_t)(used - 257), 5);
  put(w, 0, 5);
  put(w, (uint64_t)(metas - 4), 4);
  for (int i = 0; i < metas; i++) put(w, meta[order[i]], 3);
  for (int i = 0; i < tokens; i++) {
    put(w, meta_codes[symbols[i]], meta[symbols[i]]);
    if (symbols[i] == 17) put(w, extra[i], 3);
    if (symbols[i] == 18) put(w, extra[i], 7);
  }
}

static void put_block(writer *w, const uint16_t *tokens, size_t count, bool last) {
  uint32_t seen[256 + LENGTHS] = {0}, frequencies[SYMBOLS] = {0};
  for (size_t t = 0; t < count; t++) seen[tokens[t]]++;
  memcpy(frequencies, seen, 256 * sizeof *seen);
  frequencies[END] = 1;
  int symbol_of[LENGTHS];
  for (int length = 3, symbol = 0; length < LENGTHS; length++) {
    while (symbol < 28 && length_base[symbol + 1] <= length) symbol++;
    symbol_of[length] = symbol;
    frequencies[257 + symbol] += seen[256 + length];
  }
  uint8_t lengths[SYMBOLS];
  uint16_t code[SYMBOLS];
  code_lengths(frequencies, SYMBOLS, LIMIT, lengths);
  codes(lengths, SYMBOLS, code);
  put_header(w, lengths, last);
  uint32_t bits[256 + LENGTHS];
  uint8_t sizes[256 + LENGTHS];
  for (int byte = 0; byte < 256; byte++) bits[byte] = code[byte], sizes[byte] = lengths[byte];
  for (int length = 3; length < LENGTHS; length++) {
    int symbol = symbol_of[length], size = lengths[257 + symbol];
    bits[256 + length] = code[257 + symbol] | (uint32_t)(length - length_base[symbol]) << size;
    sizes[256 + length] = (uint8_t)(size + length_extra[symbol] + 1);  // The distance, 1, is one bit of 0.
  }
  for (size_t t = 0; t < count; t++) put(w, bits[tokens[t]], sizes[tokens[t]]);
  put(w, code[END], lengths[END]);
}

// The first byte from `at` on that is not zero.
static inline size_t skip_zeros(const uint8_t *bytes, size_t at, size_t count) {
#if defined(__SSE2__)
  for (; at + 16 <= count; at += 16) {
    __m128i same = _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)(bytes + at)), _mm_setzero_si128());
    unsigned different = (unsigned)_mm_movemask_epi8(same) ^ 0xFFFF;
    if (different) return at + (unsigned)__builtin_ctz(different);
  }
#else
  for (uint64_t word; at + 8 <= count; at += 8) {
    memcpy(&word, bytes + at, 8);
    if (word) break;
  }
#endif
  while (at < count && !bytes[at]) at++;
  return at;
}

size_t lamella_deflate_runs(const uint8_t *bytes, size_t count, uint8_t *out, size_t capacity) {
  if (capacity < 64) return 0;
  writer w = {.next = out, .end = out + capacity};
  put(&w, 0x5E78, 16);
  uint16_t tokens[TOKENS];
  size_t used = 0, at = 0;
  uint64_t a = 1, b = count % 65521;
  while (at < count) {
    if (bytes[at]) {
      tokens[used++] = bytes[at];
      a += bytes[at];
      b = (b + bytes[at] * ((count - at) % 65521)) % 65521;
      at++;
    } else {
      size_t end = skip_zeros(bytes, at, count), run = end - at - 1;
      tokens[used++] = 0;
      for (; run >= 258 + 3 && used < TOKENS - 8; run -= 258) tokens[used++] = 256 + 258;
      if (run > 258 && used < TOKENS - 8) {
        tokens[used++] = (uint16_t)(256 + run - 3);
        run = 3;
      }
      if (run >= 3 && run <= 258) {
        tokens[used++] = (uint16_t)(256 + run);
        run = 0;
      }
      if (run < 3) for (; run > 0; run--) tokens[used++] = 0;
      at = end - run;
    }
    if (used >= TOKENS - 8) {
      if (used > at / 2) return 0;
      put_block(&w, tokens, used, at == count);
      used = 0;
      if (at == count) goto done;
    }
  }
  if (used > count / 2 + 64) return 0;
  put_block(&w, tokens, used, true);
done:
  finish(&w);
  if (w.full || w.end - w.next < 4) return 0;
  uint32_t sum = (uint32_t)(b << 16 | a % 65521);
  for (int i = 0; i < 4; i++) *w.next++ = (uint8_t)(sum >> (24 - 8 * i));
  return (size_t)(w.next - out);
}
