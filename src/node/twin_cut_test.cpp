// The twin cut: a slice that went under one opt-out regime is refused under the other, in every way that an
// instruction, an outbox or a vault could bring it about.
#include <doctest/doctest.h>

#include "candour/base/error.h"
#include "candour/node/slice_flow_testing.h"
#include "candour/vault/sqlite.h"

namespace candour::node {
namespace {

using namespace testing;  // NOLINT: the tests' own words

/// Sends September under "applies" and then tries the twin in some way; each with a control.
struct TwinCut : World {
  TwinCut() {
    load(kVisits);
    check({kPeople[0], kPeople[1]});
  }
  void turn() {
    order.opt_out = order.opt_out == "applies" ? "does-not-apply" : "applies";
    order.header.id[0] = static_cast<std::uint8_t>(order.header.id[0] + 1);
  }
  /// The other regime is refused and the hub has nothing new; under the first it still goes.
  void check_refused(const std::string& period = "2025-09") {
    const std::size_t before = hub.lake.commits().size();
    turn();
    CHECK(send_code(period) == "CND-2614");
    CHECK(hub.lake.commits().size() == before);
    turn();
    CHECK(send_code() == "none");
  }
};

TEST_CASE(
    "a slice that was received goes under no other regime: by another instruction, or in another domain") {
  TwinCut twin;
  twin.send();
  twin.check_refused();
  twin.turn();
  twin.order.domain = "research";
  CHECK(twin.send_code() == "CND-2614");
}

TEST_CASE("neither does one whose rows were loaded anew, or that is sent again unchanged") {
  TwinCut twin;
  twin.send();
  twin.even_unchanged = true;
  twin.check_refused();
  twin.load({{kPeople[0], "a9"}});
  twin.check_refused();
}

TEST_CASE("neither does one that was cut off after it was signed, or before") {
  TwinCut twin;
  SUBCASE("while it was uploaded") {
    twin.hub.before_piece = [](std::uint64_t) { throw base::Error("CND-1901", "The cable is out."); };
  }
  SUBCASE("as soon as anything could have left") {
    twin.before_rows = [] { throw base::Error("CND-1003", "The disk is full."); };
  }
  const std::string code = twin.send_code();
  CHECK(code != "none");
  twin.hub.before_piece = nullptr;
  twin.before_rows = nullptr;
  twin.turn();
  CHECK(twin.send_code() == "CND-2614");
  CHECK(twin.hub.lake.commits().empty());
}

TEST_CASE("neither does one whose outbox was emptied, or whose vault was closed in between") {
  TwinCut twin;
  twin.send();
  for (const auto& folder : twin.outbox.submissions()) {
    for (const std::string& name : twin.disk.list(folder)) twin.disk.remove(folder / name);
  }
  twin.vault.reset();
  twin.vault.emplace(vault::Vault::open(twin.disk, "/p/v", vault::testing::key()));
  twin.turn();
  CHECK(twin.send_code() == "CND-2614");
}

TEST_CASE("neither does a slice that has become a nil return, or was one") {
  SUBCASE("it has become one") {
    TwinCut twin;
    twin.send();
    twin.load({});
    twin.check_refused();
  }
  SUBCASE("it was one") {
    TwinCut twin;
    twin.load({});
    twin.send();
    twin.load(kVisits);
    twin.check_refused();
  }
}

TEST_CASE("neither does a quarter that holds a month which was sent, and another month goes") {
  TwinCut twin;
  twin.send();
  twin.load(kVisits, "2025-10");
  twin.load(kVisits, "2025/26-Q2");
  twin.turn();
  CHECK(twin.send_code("2025-10") == "none");  // the control: it has no day in common
  twin.collection = keyed_visits(collection::PeriodKind::kQuarter);
  CHECK(twin.send_code("2025/26-Q2") == "CND-2614");
}

TEST_CASE("the order of the two regimes does not matter") {
  TwinCut twin;
  twin.order.opt_out = "does-not-apply";
  twin.send();
  twin.check_refused();
}

TEST_CASE("of a vault that was made before regimes were kept, the outbox knows what was sent") {
  TwinCut twin;
  twin.order.opt_out = "does-not-apply";
  twin.send();
  twin.vault.reset();
  {
    vault::Database database(twin.disk, "/p/v", vault::testing::key(), vault::Expect::kVault,
                             vault::Synchronous::kFull);
    database.run("DELETE FROM regime");
  }
  twin.vault.emplace(vault::Vault::open(twin.disk, "/p/v", vault::testing::key()));
  twin.check_refused();
}

TEST_CASE("what was refused before anything could leave binds nobody") {
  TwinCut twin;
  twin.in_force = false;
  CHECK(twin.send_code() == "CND-2022");
  twin.in_force = true;
  twin.turn();
  CHECK(twin.send_code() == "none");
  CHECK(twin.hub.lake.commits().back().stored.rows == 5);
}

}  // namespace
}  // namespace candour::node
