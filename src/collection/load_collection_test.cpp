#include <doctest/doctest.h>

#include "candour/collection/collection.h"

namespace candour::collection {
namespace {
TEST_CASE("the RTT collection loads") {
  try {
    const Collection c = load_collection("collections/rtt-waiting-list");
    CHECK(c.tables.size() == 1);
  } catch (const base::Error& e) {
    FAIL(base::describe(e));
  }
}
}  // namespace
}  // namespace candour::collection
