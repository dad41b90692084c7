#include "candour/cli/hub_side.h"

#include <doctest/doctest.h>

#include <sstream>

#include "candour/base/simulated_disk.h"
#include "candour/testing/code_of.h"

namespace candour::cli {
namespace {

TEST_CASE("Tables that are compared with no publication are named") {
  const auto line_of = [](const char* collection) {
    return not_compared_line(collection::load_collection(std::string("collections/") + collection));
  };
  CHECK(line_of("diagnostics") == "tables not compared: tests\n");
  CHECK(line_of("rtt-waiting-list") == "");
}

TEST_CASE("A comparison of nobody, or of providers in a table that has none, is refused before it begins") {
  collection::Collection collection = collection::load_collection("collections/diagnostics");
  base::SimulatedDisk disk;
  const base::FixedClock clock(0);
  base::SeededRandom random(1, "");
  base::SilentProgress silent;
  std::ostringstream out;
  Context context{disk, clock, random, silent, out, out};
  const auto refusal = [&](const char* providers) {
    return testing::code_of(
        [&] { (void)compare_release(context, collection, "release", "published.csv", providers); });
  };
  for (const char* nobody : {"", ",", ",,"}) CHECK(refusal(nobody) == "CND-1802");
  CHECK(refusal("R1H") == "CND-1002");  // there are no files: it began
  collection.release.tables.front().frame.front().codes = "tests";
  CHECK(refusal("R1H") == "CND-1711");
  CHECK(refusal("all") == "CND-1002");
}

}  // namespace
}  // namespace candour::cli
