#include "candour/public_register/difference.h"

#include <doctest/doctest.h>

#include <functional>

#include "candour/public_register/register_testing.h"
#include "candour/public_register/site.h"

using namespace candour;
using namespace candour::public_register;
using instruction::Instruction;

TEST_CASE("a change of any member that is signed is a difference") {
  const std::function<void(Instruction&)> kEach[] = {
      [](Instruction& one) { one.name += "x"; },
      [](Instruction& one) { one.title += "x"; },
      [](Instruction& one) { one.purpose += "x"; },
      [](Instruction& one) { one.why += "x"; },
      [](Instruction& one) { one.why_now += "x"; },
      [](Instruction& one) { one.benefits += "x"; },
      [](Instruction& one) { one.complain += "x"; },
      [](Instruction& one) { one.legal_basis += "x"; },
      [](Instruction& one) { one.mode = instruction::Mode::kCounts; },
      [](Instruction& one) { one.domain += "x"; },
      [](Instruction& one) { one.opt_out = "applies"; },
      [](Instruction& one) { one.opt_out_ground += "x"; },
      [](Instruction& one) { one.opt_out_source += "x"; },
      [](Instruction& one) { one.collections[0].name += "x"; },
      [](Instruction& one) { one.collections[0].sha256[0] ^= 1; },
      [](Instruction& one) { one.collections[0].fields.pop_back(); },
      [](Instruction& one) { one.providers = {"R1H"}; },
      [](Instruction& one) { one.recipient.name += "x"; },
      [](Instruction& one) { one.recipient.legal_person += "x"; },
      [](Instruction& one) { one.processors.push_back({"p", "p", "nothing", {}}); },
      [](Instruction& one) { one.declarations_of_interest.pop_back(); },
      [](Instruction& one) { ++one.notice_days; },
      [](Instruction& one) { one.data_from = one.data_from.plus_days(1); },
      [](Instruction& one) { ++one.not_before; },
      [](Instruction& one) { ++one.expires; },
      [](Instruction& one) { ++one.retention_days; },
      [](Instruction& one) { one.measures.push_back("x"); },
      [](Instruction& one) { one.queries = "x"; },
  };
  const Instruction before = testing::TestFederation(kNow).order;
  CHECK(changes(members_of(before), members_of(before)).empty());
  for (const auto& change : kEach) {
    Instruction after = before;
    change(after);
    CAPTURE(&change - kEach);
    CHECK_FALSE(changes(members_of(before), members_of(after)).empty());
  }
}

TEST_CASE("a list says what is no longer in it and what is new, whatever its order") {
  const std::vector<Change> found = changes({{"Fields", {"a", "b", "c"}}}, {{"Fields", {"c", "d", "a"}}});
  CHECK(found == std::vector<Change>{{"Fields", {"b"}, {"d"}}});
  CHECK(changes({{"Gone", {"a"}}}, {{"Come", {"b"}}}) ==
        std::vector<Change>{{"Come", {}, {"b"}}, {"Gone", {"a"}, {}}});
}

TEST_CASE("a renewal has a page that compares it with the one before, and both name each other") {
  Registered one;
  one.found();
  Instruction renewed = one.federation.order;
  renewed.header.id = testing::id_of("renewed");
  renewed.header.made = renewed.not_before = one.federation.order.expires;
  renewed.expires = renewed.not_before + 10 * kDay;
  renewed.collections[0].fields.emplace_back("gender");
  one.federation.enter(one.federation.sign_order(renewed));
  REQUIRE(one.federation.log->problems().empty());
  const SiteFiles files = render_site(one.shown);
  CHECK_FALSE(files.contains(difference_page_of(one.federation.order.id())));
  const std::string& page = files.at(difference_page_of(renewed.id()));
  CHECK(has(page, "gender"));
  CHECK_FALSE(has(page, "age_band"));
  CHECK(has(one.page(), difference_page_of(renewed.id())));
}
