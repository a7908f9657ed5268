#ifndef LAMELLA_JOURNAL_LAYOUT_H
#define LAMELLA_JOURNAL_LAYOUT_H

#include <libdeflate.h>
#include <stddef.h>
#include <stdint.h>

/* FILE.journal: a header, then records, each followed by the bytes it describes. Numbers are little-endian. */

typedef struct {
  char magic[8];
  uint32_t version;
  /* CRC-32 of the header with this field 0. */
  uint32_t checksum;
  /* Which transaction; records of another one are none of this journal. */
  uint64_t id;
  /* The file's size when the transaction began. */
  uint64_t file_size;
  /* CRC-32 of some pages as they were then, by which a file that is not the journal's is told. */
  uint32_t fingerprint;
  uint32_t reserved;
  /* Seconds since 1970. */
  int64_t begun;
  /* Which file it is of: its inode, and when that was made, in nanoseconds since 1970; 0 where that is not known. */
  uint64_t inode;
  int64_t born;
} journal_header;

typedef struct {
  uint32_t magic;
  /* CRC-32 of the record with this field 0, then of its bytes. */
  uint32_t checksum;
  uint64_t id;
  uint64_t offset;
  uint64_t length;
} journal_record;

_Static_assert(sizeof(journal_header) == 64, "the header has 64 bytes");
_Static_assert(sizeof(journal_record) == 32, "a record has 32 bytes");

#define JOURNAL_MAGIC "LAMELLAJ"
enum { journal_version = 1, record_magic = 0x44524f43 };

/* The most bytes of one record. */
enum { record_limit = 1 << 20 };

static inline uint32_t checksum_header(journal_header header) {
  header.checksum = 0;
  return libdeflate_crc32(0, &header, sizeof header);
}

static inline uint32_t checksum_record(journal_record record, const void *bytes) {
  record.checksum = 0;
  return libdeflate_crc32(libdeflate_crc32(0, &record, sizeof record), bytes, record.length);
}

/* The pages that the fingerprint covers: the first, the last, and some between. */
enum { fingerprint_pages = 16 };
static inline uint64_t fingerprint_page(uint64_t file_size, int index) {
  uint64_t pages = (file_size + 4095) / 4096;
  return pages == 0 ? 0 : (pages - 1) * (uint64_t)index / (fingerprint_pages - 1);
}

#endif
