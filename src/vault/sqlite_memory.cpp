#include "candour/vault/sqlite_memory.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <mutex>

#include "candour/base/bytes.h"
#include "candour/base/error.h"

namespace candour::vault {
namespace {

sqlite3_mem_methods& underlying() {
  static sqlite3_mem_methods methods{};
  return methods;
}

void* allocate(int size) { return underlying().xMalloc(size); }
int size_of(void* memory) { return underlying().xSize(memory); }

void wipe_and_free(void* memory) {
  if (memory == nullptr) return;
  base::wipe(memory, static_cast<std::size_t>(size_of(memory)));
  underlying().xFree(memory);
}

// Never grown in place by the C library: it might move the bytes and leave the old ones behind.
void* reallocate(void* memory, int size) {
  if (size <= size_of(memory)) return memory;
  void* larger = allocate(size);
  if (larger == nullptr) return nullptr;
  std::memcpy(larger, memory, static_cast<std::size_t>(size_of(memory)));
  wipe_and_free(memory);
  return larger;
}

int round_up(int size) { return underlying().xRoundup(size); }
int initialise(void*) { return underlying().xInit(underlying().pAppData); }
void shut_down(void*) { underlying().xShutdown(underlying().pAppData); }

}  // namespace

void wipe_what_sqlite_frees() {
  static std::once_flag once;
  std::call_once(once, [] {
    CANDOUR_CHECK(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &underlying()) == SQLITE_OK);
    sqlite3_mem_methods ours{allocate, wipe_and_free, reallocate, size_of,
                             round_up, initialise,    shut_down,  nullptr};
    // Refused (SQLITE_MISUSE) where SQLite has been used already.
    CANDOUR_CHECK(sqlite3_config(SQLITE_CONFIG_MALLOC, &ours) == SQLITE_OK);
  });
}

}  // namespace candour::vault
