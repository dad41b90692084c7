/* Finds thousands of needles in one pass, for canary.py. A needle has at least kStem bytes; those hash to a
 * bit, and only where the bit is set are the needles of that hash compared. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { kStem = 6, kBits = 20 };

struct searcher {
  uint8_t* bits;
  int32_t* first; /* by hash: a needle, or -1 */
  int32_t* next;  /* by needle: another of the same hash, or -1 */
  const uint8_t* const* needles;
  const uint32_t* sizes;
};

static uint32_t hash(const uint8_t* at) {
  uint32_t low;
  uint16_t high;
  memcpy(&low, at, sizeof low);
  memcpy(&high, at + sizeof low, sizeof high);
  return (uint32_t)(((low | (uint64_t)high << 32) * 0x9e3779b97f4a7c15u) >> (64 - kBits));
}

/* What is pointed to outlives the searcher. */
struct searcher* searcher_new(const uint8_t* const* needles, const uint32_t* sizes, uint32_t count) {
  struct searcher* self = malloc(sizeof *self);
  self->bits = calloc((size_t)1 << (kBits - 3), 1);
  self->first = malloc(sizeof(int32_t) << kBits);
  self->next = malloc(sizeof(int32_t) * count);
  self->needles = needles;
  self->sizes = sizes;
  memset(self->first, -1, sizeof(int32_t) << kBits);
  for (uint32_t i = 0; i < count; ++i) {
    uint32_t h = hash(needles[i]);
    self->bits[h >> 3] |= (uint8_t)(1u << (h & 7));
    self->next[i] = self->first[h];
    self->first[h] = (int32_t)i;
  }
  return self;
}

/* Adds to hits[i] how often needle i begins in the first `starts` of `size` bytes. */
void searcher_run(const struct searcher* self, const uint8_t* bytes, size_t size, size_t starts,
                  uint32_t* hits) {
  for (size_t at = 0; at < starts && at + kStem <= size; ++at) {
    uint32_t h = hash(bytes + at);
    if (!(self->bits[h >> 3] & (1u << (h & 7)))) continue;
    for (int32_t i = self->first[h]; i >= 0; i = self->next[i]) {
      if (self->sizes[i] <= size - at && memcmp(bytes + at, self->needles[i], self->sizes[i]) == 0) ++hits[i];
    }
  }
}
