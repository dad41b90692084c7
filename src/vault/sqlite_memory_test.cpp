#include "candour/vault/sqlite_memory.h"

#include <doctest/doctest.h>
#include <sqlite3.h>

#include <cstring>
#include <string>
#include <string_view>

using candour::vault::wipe_what_sqlite_frees;

namespace {

// The next allocation of a size gets the memory that was freed last: the C library keeps a list of each size.
bool next_allocation_holds(std::string_view secret, int size) {
  void* memory = sqlite3_malloc(size);
  const std::string found(static_cast<const char*>(memory), static_cast<std::size_t>(size));
  sqlite3_free(memory);
  return found.find(secret) != std::string::npos;
}

}  // namespace

TEST_CASE("What SQLite frees or moves is overwritten") {
  wipe_what_sqlite_frees();
  const std::string secret = "planted 9990000018 planted";
  for (const int size : {200, 1000}) {
    auto* memory = static_cast<char*>(sqlite3_malloc(size));
    std::memset(memory, 'x', static_cast<std::size_t>(size));
    std::memcpy(memory + size / 2, secret.data(), secret.size());
    CHECK(std::string_view(memory, static_cast<std::size_t>(size)).find(secret) != std::string_view::npos);
    sqlite3_free(memory);
    CHECK_FALSE(next_allocation_holds(secret, size));

    memory = static_cast<char*>(sqlite3_malloc(size));
    std::memset(memory, 'x', static_cast<std::size_t>(size));
    std::memcpy(memory + size / 2, secret.data(), secret.size());
    auto* larger = static_cast<char*>(sqlite3_realloc(memory, 50 * size));
    CHECK(std::memcmp(larger + size / 2, secret.data(), secret.size()) == 0);
    CHECK_FALSE(next_allocation_holds(secret, size));
    CHECK(sqlite3_realloc(larger, size) == larger);
    sqlite3_free(larger);
  }
}
