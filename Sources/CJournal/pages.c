#include "journal.h"

#include <stdlib.h>

static size_t slot_of(const page_table *table, uint64_t number) {
  return (size_t)((number * 0x9E3779B97F4A7C15u) >> 20) & (table->capacity - 1);
}

/* The slot that holds a number, or the free one where it belongs. Empty slots have the number UINT64_MAX. */
static page *probe(const page_table *table, uint64_t number) {
  size_t slot = slot_of(table, number);
  while (table->slots[slot].number != number && table->slots[slot].number != UINT64_MAX) {
    slot = (slot + 1) & (table->capacity - 1);
  }
  return &table->slots[slot];
}

page *page_find(const page_table *table, uint64_t number) {
  if (table->count == 0) return NULL;
  page *found = probe(table, number);
  return found->number == number ? found : NULL;
}

static bool grow(page_table *table) {
  page_table larger = {.capacity = table->capacity ? table->capacity * 2 : 64, .count = table->count, .held = table->held};
  larger.slots = malloc(larger.capacity * sizeof(page));
  if (!larger.slots) return false;
  for (size_t slot = 0; slot < larger.capacity; slot++) larger.slots[slot] = (page){.number = UINT64_MAX};
  for (size_t slot = 0; slot < table->capacity; slot++) {
    if (table->slots[slot].number != UINT64_MAX) *probe(&larger, table->slots[slot].number) = table->slots[slot];
  }
  free(table->slots);
  *table = larger;
  return true;
}

page *page_require(page_table *table, uint64_t number) {
  if (table->count * 2 >= table->capacity && !grow(table)) return NULL;
  page *found = probe(table, number);
  if (found->number != number) {
    *found = (page){.number = number};
    table->count++;
  }
  return found;
}

void page_clear(page_table *table) {
  for (size_t slot = 0; slot < table->capacity; slot++) {
    if (table->slots[slot].number != UINT64_MAX) free(table->slots[slot].bytes);
  }
  free(table->slots);
  *table = (page_table){0};
}

static int by_number(const void *left, const void *right) {
  const page *a = *(page *const *)left, *b = *(page *const *)right;
  return (a->number > b->number) - (a->number < b->number);
}

page **page_sorted(const page_table *table) {
  page **sorted = malloc((table->held + 1) * sizeof(page *));
  if (!sorted) return NULL;
  size_t count = 0;
  for (size_t slot = 0; slot < table->capacity; slot++) {
    page *it = &table->slots[slot];
    if (it->number != UINT64_MAX && it->bytes) sorted[count++] = it;
  }
  qsort(sorted, count, sizeof(page *), by_number);
  return sorted;
}
