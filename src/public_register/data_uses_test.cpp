#include "candour/public_register/data_uses.h"

#include <doctest/doctest.h>

#include <set>

#include "candour/base/json.h"
#include "candour/public_register/feed.h"
#include "candour/public_register/register_testing.h"
#include "candour/table/csv_writer.h"

using namespace candour;
using namespace candour::public_register;

TEST_CASE("the CSV reads back as what the JSON says, line breaks, quotes and commas included") {
  Registered one;
  one.federation.order.why = "First, \"this\".\nThen that.";
  one.found();
  const std::string csv = write_data_uses_csv(one.shown);
  base::MemorySource source(csv);
  const table::Relation read = table::parse_text_csv(source);
  const base::Json json = base::parse_json(write_data_uses_json(one.shown));
  const base::Json::Array& lines = *json.find("instructions")->array();
  REQUIRE(lines.size() == 1);
  REQUIRE(read.rows() == 1);
  std::size_t at = 0;
  for (const DataUseColumn& column : data_use_columns()) {
    CAPTURE(column.title);
    CHECK(read.schema.columns()[at].name == column.title);
    // An empty text and none are one to whoever reads the register.
    CHECK(table::canonical_text(read.chunks[0].columns()[at], 0).value_or("") ==
          *lines[0].find(column.key)->text());
    ++at;
  }
}

TEST_CASE("no cell of the CSV begins a formula of a spreadsheet") {
  Registered one;
  one.federation.order.title = "=HYPERLINK(\"evil\")";
  one.found();
  CHECK(has(write_data_uses_csv(one.shown), "\"'=HYPERLINK(\"\"evil\"\")\""));
}

TEST_CASE("each column has a heading, a member and a meaning of its own") {
  std::set<std::string_view> titles, keys;
  for (const DataUseColumn& column : data_use_columns()) {
    CHECK(titles.insert(column.title).second);
    CHECK(keys.insert(column.key).second);
    CHECK_FALSE(column.meaning.empty());
  }
}

TEST_CASE("the feed has an entry for each thing that binds, whose id is its index in the log") {
  Registered one;
  one.found();
  const std::string feed = write_feed(one.shown);
  const std::string prefix =
      "<id>tag:candour.example,2026-03-02:" + base::to_hex(one.federation.charter.federation());
  CHECK(has(feed, prefix + "</id>"));
  for (const char* index : {"/0", "/1", "/2"}) CHECK(has(feed, prefix + index + "</id>"));
  CHECK_FALSE(has(feed, prefix + "/3</id>"));  // the head binds nobody
  CHECK(has(feed, "<title>Emergency instruction: Monthly waiting times statistics</title>"));
  CHECK(feed.find("/2</id>") < feed.find("/1</id>"));
}
