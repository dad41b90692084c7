#include "candour/public_register/claims.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <set>

#include "candour/base/catalogue.h"
#include "candour/page/html.h"
#include "candour/public_register/register_testing.h"

using namespace candour;
using namespace candour::public_register;

TEST_CASE("each claim names a rule and a test that exist, or says why nothing enforces it") {
  std::set<std::string_view> ids;
  for (const Claim& claim : claims()) {
    CAPTURE(claim.id);
    CHECK(ids.insert(claim.id).second);
    CHECK_FALSE(claim.why.empty());
    if (claim.by == Enforcement::kNotEnforced) {
      CHECK(claim.rule.empty());
      CHECK(claim.test.empty());
    } else {
      CHECK(std::filesystem::is_regular_file(claim.test));
      if (!claim.rule.empty()) CHECK(base::find_page(claim.rule) != nullptr);
    }
  }
}

TEST_CASE("what is not enforced stands on the page beside what is") {
  Registered one;
  one.found();
  const std::string page = render_claims(one.shown);
  CHECK(has(page, "Not enforced</strong>"));
  for (const Claim& claim : claims()) CHECK(has(page, page::escape_html(claim.says)));
}
