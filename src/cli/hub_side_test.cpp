#include "candour/cli/hub_side.h"

#include <doctest/doctest.h>

namespace candour::cli {
namespace {

TEST_CASE("Tables that are compared with no publication are named") {
  const auto line_of = [](const char* collection) {
    return not_compared_line(collection::load_collection(std::string("collections/") + collection));
  };
  CHECK(line_of("diagnostics") == "tables not compared: tests\n");
  CHECK(line_of("rtt-waiting-list") == "");
}

}  // namespace
}  // namespace candour::cli
