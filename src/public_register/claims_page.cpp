#include "candour/base/catalogue.h"
#include "candour/page/components.h"
#include "candour/page/layout.h"
#include "candour/page/table_html.h"
#include "candour/public_register/claims.h"
#include "candour/public_register/frame.h"

namespace candour::public_register {
namespace {

page::Html tag_of(Enforcement by) {
  switch (by) {
    case Enforcement::kMathematics:
      return page::tag(page::TagColour::kGreen, "By mathematics");
    case Enforcement::kEachNode:
      return page::tag(page::TagColour::kGreen, "By each party’s program");
    case Enforcement::kOneParty:
      return page::tag(page::TagColour::kYellow, "By one party’s program");
    case Enforcement::kNotEnforced:
      break;
  }
  return page::tag(page::TagColour::kRed, "Not enforced");
}

std::string rule_in_words(const Claim& claim) {
  if (claim.by == Enforcement::kNotEnforced) return "None";
  const base::CataloguePage* page = base::find_page(claim.rule);
  std::string text(claim.rule);
  if (page != nullptr) text += ": " + std::string(page->title);
  return text + (text.empty() ? "Test: " : "; test: ") + std::string(claim.test);
}

}  // namespace

std::string render_claims(const Inputs& inputs) {
  page::Page page = frame_of(inputs);
  page.title = "What we claim, and what is not enforced";
  page.lead =
      "Each claim stands beside the rule that refuses what would break it and the test that fails if it "
      "does not, or beside the words that nothing enforces it.";
  page::DataTable table{.id = "claims",
                        .caption = "Claims to the public",
                        .columns = {{"Claim"}, {"Enforced"}, {"How, or why not"}, {"Rule and test"}},
                        .rows = {},
                        .total = {}};
  for (const Claim& claim : claims()) {
    table.rows.push_back(
        {std::string(claim.says), tag_of(claim.by), std::string(claim.why), rule_in_words(claim)});
  }
  page.content = page::render_table(table);
  page.content += page::paragraph(
      "That a rule has a test is no proof that it has no fault. The program is open: read it, and run it "
      "against your own copy of the log.");
  return page::render_page(page);
}

}  // namespace candour::public_register
