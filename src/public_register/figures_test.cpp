#include "candour/public_register/figures.h"

#include <doctest/doctest.h>

#include "candour/base/json.h"
#include "candour/public_register/register_testing.h"
#include "candour/public_register/site.h"

namespace candour::public_register {
namespace {

void enter(Registered& one, const std::string& provider, const std::string& month,
           const statement::PublishedFigure& rows, const statement::PublishedFigure& national = {}) {
  statement::OptOutFigures figures{.header = one.federation.header("figures"),
                                   .provider = provider,
                                   .collection = "=rtt-waiting-list",
                                   .month = month,
                                   .rows = rows,
                                   .national = national};
  figures.header.id = statement::derived_id(
      "opt-out-figures", statement::opt_out_figures_subject(provider, figures.collection, month));
  one.enter("opt-out-figures", figures, {provider});
}

TEST_CASE("figures of months stand in a table with headings, the newest first, and in both files") {
  Registered one;
  one.found();
  enter(one, "R2H", "2026-01", 4735);
  enter(one, "R1H", "2026-02", std::nullopt, 115);
  enter(one, "R1H", "2026-01", std::nullopt);
  REQUIRE(one.federation.log->problems().empty());
  const SiteFiles files = render_site(one.shown);
  const std::string& page = files.at("figures.html");
  CHECK(has(page, "<caption"));
  CHECK(has(page, "Each month that is over, the newest first"));
  CHECK(has(page, "People left out by the national data opt-out</th>"));
  CHECK(has(page, ">4,735<"));
  CHECK(has(page, ">115<"));
  CHECK(has(page, ">Not told<"));
  CHECK(page.find("February 2026") < page.find("January 2026"));
  const std::string& csv = files.at("figures.csv");
  CHECK(csv.starts_with("Month,Provider,Provider name,Collection,\"Rows sent, of the largest submission\","));
  CHECK(has(csv, "\n2026-02,R1H,R1H,'=rtt-waiting-list,suppressed,115,suppressed,"));
  CHECK(has(csv, "\n2026-01,R2H,R2H,'=rtt-waiting-list,4735,suppressed,suppressed,"));
  CHECK(csv.find("2026-01,R1H") < csv.find("2026-01,R2H"));
  const base::Json json = base::parse_json(files.at("figures.json"));
  REQUIRE(json.find("figures")->array()->size() == 3);
  CHECK(*json.find("figures")->array()->front().find("collection")->text() == "=rtt-waiting-list");
  CHECK(*json.find("figures")->array()->front().find("national")->text() == "115");
}

TEST_CASE("a register without figures says so, and every page leads to theirs") {
  Registered one;
  one.found();
  const SiteFiles files = render_site(one.shown);
  CHECK(has(files.at("figures.html"), "no month with data is over"));
  CHECK_FALSE(has(files.at("figures.html"), "<table"));
  CHECK(has(files.at("index.html"), "href=\"figures.html\""));
  CHECK(has(files.at("problems.html"), "href=\"figures.html\""));
}

TEST_CASE("a page holds the newest two hundred lines, and the files all") {
  Registered one;
  one.found();
  for (int year = 2005; year < 2022; ++year) {
    for (int month = 1; month <= 12; ++month) {
      enter(one, "R1H", std::to_string(year) + (month < 10 ? "-0" : "-") + std::to_string(month), 10);
    }
  }
  REQUIRE(one.federation.log->problems().empty());
  const std::string page = render_figures(one.shown, 1, 1);
  CHECK(has(page, "The newest 200 of 204 lines."));
  CHECK(has(page, "May 2005"));
  CHECK_FALSE(has(page, "April 2005"));
  CHECK(has(write_figures_csv(one.shown), "\n2005-01,"));
}

TEST_CASE("figures of a month that is not over bind nobody") {
  Registered one;
  one.found();
  enter(one, "R1H", "2026-03", 10);
  CHECK(one.federation.log->opt_out_figures().empty());
  REQUIRE(one.federation.log->problems().size() == 1);
  CHECK(one.federation.log->problems()[0].code == "CND-2004");
}

}  // namespace
}  // namespace candour::public_register
