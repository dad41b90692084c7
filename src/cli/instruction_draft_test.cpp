#include "candour/cli/instruction_draft.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "candour/testing/federation.h"

namespace candour::cli {
namespace {

using candour::testing::TestFederation;
using instruction::Instruction;

constexpr std::int64_t kNow = 1'796'000'000;

struct Fixture {
  collection::Collection collection = collection::load_collection("collections/rtt-waiting-list");
  base::FixedClock clock{kNow};
  TestFederation members{kNow};

  /// What a filled-in draft over the whole collection is.
  [[nodiscard]] Instruction order() const {
    Instruction order = members.order;
    const Instruction drafted = draft_of(collection);
    order.collections = drafted.collections;
    order.measures = drafted.measures;
    return order;
  }
};

TEST_CASE_FIXTURE(Fixture, "a draft over the whole of a collection fits it") {
  CHECK(problems_of(order(), std::vector{collection}).empty());
  const auto& fields = order().collections.front().fields;
  CHECK(fields == std::vector<std::string>{"treatment_function", "clock_start", "clock_stop"});
}

TEST_CASE_FIXTURE(Fixture,
                  "a field that is left out is missed by the measure that reads it, and only by that") {
  Instruction whole = order();
  auto& fields = whole.collections.front().fields;
  fields.insert(fields.begin(), {"age_band", "lsoa"});
  std::size_t missed = 0;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    Instruction narrower = whole;
    auto& left = narrower.collections.front().fields;
    left.erase(left.begin() + static_cast<std::ptrdiff_t>(i));
    missed += problems_of(narrower, std::vector{collection}).size();
    narrower.measures.clear();
    CHECK(problems_of(narrower, std::vector{collection}).empty());
  }
  CHECK(missed == 3);
}

TEST_CASE_FIXTURE(
    Fixture,
    "a draft lists no field where the measures read none, and every field where there is no measure") {
  collection.measures.front().local = sql::check_select(
      "SELECT submitter, CAST(COUNT(*) AS BIGINT) AS treatments FROM rows GROUP BY submitter",
      {{"rows", collection.table("clock_stops").local_schema()}}, sql::Reals::kRefused,
      base::Label("a count alone"));
  CHECK(draft_of(collection).collections.front().fields.empty());
  collection.measures.clear();
  CHECK(draft_of(collection).collections.front().fields.size() == 20);
}

TEST_CASE_FIXTURE(Fixture, "what an instruction cannot be carried out for is said") {
  const auto said = [&](auto change) {
    Instruction order_changed = order();
    change(order_changed);
    return problems_of(order_changed, std::vector{collection}).size();
  };
  CHECK(said([](Instruction& one) { one.collections.front().sha256 = {}; }) == 1);
  CHECK(said([](Instruction& one) { one.collections.front().fields.emplace_back("nhs_number"); }) == 1);
  CHECK(said([](Instruction& one) { one.measures.emplace_back("another"); }) == 1);
  CHECK(said([](Instruction& one) { one.opt_out_ground = "because"; }) == 1);
  CHECK(said([](Instruction& one) { one.opt_out_source = ""; }) == 1);
  CHECK(said([](Instruction& one) {
          one.opt_out = "applies";
          one.opt_out_ground = one.opt_out_source = "";
        }) == 1);
  CHECK(said([](Instruction& one) {
          one.opt_out = "applies";
          one.opt_out_ground = "";
        }) == 0);
}

TEST_CASE_FIXTURE(Fixture, "a skeleton is an instruction once its texts are filled in") {
  const std::string skeleton = write_skeleton(collection, clock, &members.charter);
  CHECK(skeleton.find("# Where people complain.\ncomplain = \"\"\n") != std::string::npos);
  std::string filled;
  for (std::size_t at = 0; at < skeleton.size();) {
    const std::size_t end = skeleton.find('\n', at) + 1;
    std::string line = skeleton.substr(at, end - at);
    // The ground is empty where the opt-out applies.
    if (line.ends_with(" = \"\"\n") && !line.starts_with("opt_out_ground")) {
      line.replace(line.size() - 3, 2, "\"said\"");
    }
    filled += line;
    at = end;
  }
  const Instruction read = instruction::parse_draft(filled, "draft.toml", members.header("drafted"));
  CHECK(read.why == "said");
  CHECK(read.domain == candour::testing::kTestDomain);
  CHECK(read.declarations_of_interest.size() == members.charter.controllers.size());
  CHECK(read.notice_days == 28);
  CHECK(read.not_before >= kNow + 28 * 86'400);
  CHECK(problems_of(read, std::vector{collection}).empty());
}

}  // namespace
}  // namespace candour::cli
