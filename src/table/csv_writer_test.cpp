#include "candour/table/csv_writer.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <bit>
#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>
#include <vector>

#include "candour/base/error.h"
#include "candour/base/json.h"
#include "candour/table/csv_testing.h"
#include "candour/testing/shared.h"

using namespace candour;
using namespace candour::table;
using namespace candour::table::testing;
using namespace std::string_view_literals;

namespace {

std::string write(const std::vector<std::vector<Field>>& records) {
  base::TextSink sink;
  CsvWriter writer(sink);
  for (const auto& fields : records) {
    const std::vector<std::optional<std::string_view>> views(fields.begin(), fields.end());
    writer.record(views);
  }
  return sink.take();
}

std::string csv(const Relation& relation) {
  base::TextSink sink;
  write_csv(relation, sink);
  return sink.take();
}

Relation parse(std::string_view text, const Schema& schema) {
  base::MemorySource source(text);
  return parse_canonical_csv(source, schema);
}

bool same(const Relation& a, const Relation& b) {
  return a.schema == b.schema && a.rows() == b.rows() && csv(a) == csv(b);
}

const Schema& every_type() {
  static const Schema schema({{"flag", Type::kBoolean},
                              {"count", Type::kInteger},
                              {"share, %", Type::kReal},
                              {"name", Type::kText},
                              {"day", Type::kDate}});
  return schema;
}

// What an error says of its place: "CND-1110 line=2 column=day".
template <typename Operation>
std::string failure(Operation operation) {
  try {
    operation();
  } catch (const base::Error& error) {
    std::string told(error.code().view());
    for (const base::Error::Field& field : error.fields()) {
      told += " " + std::string(field.name) + "=";
      if (const auto* number = std::get_if<std::int64_t>(&field.value)) told += std::to_string(*number);
      if (const auto* label = std::get_if<std::string>(&field.value)) told += *label;
    }
    return told;
  }
  return "none";
}

}  // namespace

TEST_CASE("fields are quoted only where they must be") {
  const std::pair<Field, std::string_view> fields[] = {
      {std::nullopt, "x,\n"},
      {"", "x,\"\"\n"},
      {"plain", "x,plain\n"},
      {" spaces ", "x, spaces \n"},
      {"a;b\tc'd", "x,a;b\tc'd\n"},
      {"a,b", "x,\"a,b\"\n"},
      {"a\nb", "x,\"a\nb\"\n"},
      {"a\rb", "x,\"a\rb\"\n"},
      {"say \"so\"", "x,\"say \"\"so\"\"\"\n"},
      {"\"", "x,\"\"\"\"\n"},
      {"\xEF\xBB\xBF"
       "a",
       "x,\"\xEF\xBB\xBF"
       "a\"\n"},
      {"£5", "x,£5\n"},
  };
  for (const auto& [field, line] : fields) {
    CAPTURE(line);
    CHECK(write({{"x", field}}) == line);
  }
}

TEST_CASE("a text with a NUL is refused, because no reader would take it") {
  CHECK(failure([] { write({{std::string("a\0b", 3)}}); }) == "CND-1111");
}

TEST_CASE("reader and writer are inverse for any texts, however the source cuts them") {
  CHECK(rc::check("inverse", [] {
    const auto text = rc::gen::container<std::string>(rc::gen::oneOf(
        rc::gen::element(',', '"', '\n', '\r', ' ', '\xEF', '\xBB', '\xBF'),
        rc::gen::suchThat(rc::gen::arbitrary<char>(), [](char byte) { return byte != '\0'; })));
    const auto field =
        rc::gen::oneOf(rc::gen::just(Field()),
                       rc::gen::map(text, [](std::string value) { return Field(std::move(value)); }));
    const auto records = *rc::gen::container<std::vector<std::vector<Field>>>(
        rc::gen::nonEmpty(rc::gen::container<std::vector<Field>>(field)));
    const auto sizes = *rc::gen::nonEmpty(
        rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(1, 20)));
    const std::string written = write(records);
    PiecesSource source(written, sizes);
    const std::vector<Record> back = read_all(source);
    if (back.size() != records.size()) return false;
    for (std::size_t index = 0; index < back.size(); ++index) {
      if (back[index].fault != CsvFault::kNone || back[index].fields != records[index]) return false;
    }
    return true;
  }));
}

TEST_CASE("the big list of naughty strings comes back byte for byte") {
  const auto path = candour::testing::shared_file("bad-input/blns/blns.json");
  if (!path) return;
  std::ifstream file(*path, std::ios::binary);
  const std::string json{std::istreambuf_iterator<char>(file), {}};
  std::vector<std::vector<Field>> records;
  const base::Json list = base::parse_json(json);
  REQUIRE(list.array() != nullptr);
  for (const base::Json& naughty : *list.array()) records.push_back({"before", *naughty.text(), "after"});
  CHECK(records.size() > 500);
  const std::string written = write(records);
  base::MemorySource source(written);
  const std::vector<Record> back = read_all(source);
  REQUIRE(back.size() == records.size());
  for (std::size_t index = 0; index < back.size(); ++index) {
    CAPTURE(index);
    CHECK(back[index].fault == CsvFault::kNone);
    CHECK(back[index].fields == records[index]);
  }
}

TEST_CASE("each type has one canonical text") {
  Chunk chunk(every_type());
  const auto text = [&](std::size_t column) {
    return canonical_text(chunk.column(column), chunk.column(column).size() - 1);
  };
  chunk.column(0).append_boolean(true);
  CHECK(text(0) == "true");
  chunk.column(0).append_boolean(false);
  CHECK(text(0) == "false");
  chunk.column(1).append_integer(std::numeric_limits<std::int64_t>::min());
  CHECK(text(1) == "-9223372036854775808");
  for (const auto& [real, shortest] : {std::pair{0.1, "0.1"},
                                       {1e23, "1e+23"},
                                       {-0.0, "-0"},
                                       {100.0, "100"},
                                       {1.0 / 3, "0.3333333333333333"},
                                       {5e-324, "5e-324"}}) {
    chunk.column(2).append_real(real);
    CHECK(text(2) == shortest);
  }
  chunk.column(3).append_text("");
  CHECK(text(3) == "");
  chunk.column(4).append_date(*base::Date::of(2025, 9, 30));
  CHECK(text(4) == "2025-09-30");
  for (std::size_t column = 0; column < 5; ++column) {
    chunk.column(column).append_null();
    CHECK(!text(column));
  }
}

TEST_CASE("a relation is written with its header, and read back as it was") {
  Relation relation{every_type(), {}};
  Chunk row(relation.schema);
  row.column(0).append_boolean(true);
  row.column(1).append_integer(-7);
  row.column(2).append_real(0.5);
  row.column(3).append_text("");
  row.column(4).append_date(*base::Date::of(2024, 2, 29));
  for (std::size_t index = 0; index < 5; ++index) row.column(index).append_null();
  relation.append_row(row, 0);
  relation.append_row(row, 1);
  const std::string_view expected =
      "flag,count,\"share, %\",name,day\n"
      "true,-7,0.5,\"\",2024-02-29\n"
      ",,,,\n";
  CHECK(csv(relation) == expected);
  const Relation back = parse(expected, every_type());
  REQUIRE(back.rows() == 2);
  CHECK(back.chunks[0].column(3).text(0).empty());
  CHECK(back.chunks[0].column(4).date(0) == *base::Date::of(2024, 2, 29));
  for (const Column& column : back.chunks[0].columns()) CHECK(column.is_null(1));
}

TEST_CASE("the worked example of docs/reference/formats/csv.md is what is written") {
  Relation relation{Schema({{"provider", Type::kText},
                            {"note", Type::kText},
                            {"waiting", Type::kInteger},
                            {"share", Type::kReal},
                            {"counted_on", Type::kDate}}),
                    {}};
  Chunk rows(relation.schema);
  for (const char* provider : {"RX1", "RYJ", "R0A"}) rows.column(0).append_text(provider);
  for (const char* note : {"", "said \"late\", twice", "two\nlines"}) rows.column(1).append_text(note);
  rows.column(2).append_integer(1204);
  rows.column(2).append_null();
  rows.column(2).append_integer(0);
  rows.column(3).append_real(0.25);
  rows.column(3).append_real(1.0 / 3);
  rows.column(3).append_null();
  rows.column(4).append_date(*base::Date::of(2025, 9, 30));
  rows.column(4).append_date(*base::Date::of(2025, 9, 30));
  rows.column(4).append_null();
  for (std::size_t row = 0; row < 3; ++row) relation.append_row(rows, row);

  std::ifstream page("docs/reference/formats/csv.md", std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(page), {}};
  CHECK(text.find("```csv\n" + csv(relation) + "```") != std::string::npos);
}

TEST_CASE("relations of no columns, no rows or one column of nulls come back") {
  const Relation nothing{};
  CHECK(csv(nothing).empty());
  CHECK(same(parse("", Schema()), nothing));
  const Relation no_rows{every_type(), {}};
  CHECK(same(parse(csv(no_rows), every_type()), no_rows));
  Relation nulls{Schema({{"", Type::kText}}), {}};
  Chunk row(nulls.schema);
  row.column(0).append_null();
  nulls.append_row(row, 0);
  nulls.append_row(row, 0);
  CHECK(csv(nulls) == "\"\"\n\n\n");
  CHECK(same(parse(csv(nulls), nulls.schema), nulls));
}

TEST_CASE("canonical CSV is the inverse of writing for any relation") {
  CHECK(rc::check("inverse over all types, reals bit for bit", [] {
    const Schema schema(
        {{"r", Type::kReal}, {"i", Type::kInteger}, {"t", Type::kText}, {"b", Type::kBoolean}});
    Relation relation{schema, {}};
    const auto rows = *rc::gen::inRange(0, 40);
    for (int index = 0; index < rows; ++index) {
      Chunk row(schema);
      const auto bits = *rc::gen::arbitrary<std::uint64_t>();
      const auto real = std::bit_cast<double>(bits);
      std::isnan(real) ? row.column(0).append_null() : row.column(0).append_real(real);
      row.column(1).append_integer(*rc::gen::arbitrary<std::int64_t>());
      const auto text = *rc::gen::container<std::string>(rc::gen::element('a', ',', '"', '\n', '\r', ' '));
      *rc::gen::arbitrary<bool>() ? row.column(2).append_text(text) : row.column(2).append_null();
      row.column(3).append_boolean(*rc::gen::arbitrary<bool>());
      relation.append_row(row, 0);
    }
    const Relation back = parse(csv(relation), schema);
    if (!same(back, relation)) return false;
    for (std::size_t index = 0; index < relation.rows(); ++index) {
      const Column& was = relation.chunks[0].column(0);
      const Column& is = back.chunks[0].column(0);
      if (was.is_null(index) != is.is_null(index)) return false;
      if (!was.is_null(index) &&
          std::bit_cast<std::uint64_t>(was.real(index)) != std::bit_cast<std::uint64_t>(is.real(index))) {
        return false;
      }
    }
    return true;
  }));
}

TEST_CASE("infinities and NaNs have texts that read back") {
  Relation relation{Schema({{"r", Type::kReal}}), {}};
  Chunk row(relation.schema);
  for (const double real : {std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity(),
                            std::nan(""), -std::nan("")}) {
    row.clear();
    row.column(0).append_real(real);
    relation.append_row(row, 0);
  }
  CHECK(csv(relation) == "r\ninf\n-inf\nnan\n-nan\n");
  CHECK(same(parse(csv(relation), relation.schema), relation));
}

TEST_CASE("more rows than a chunk holds go into several") {
  std::string text = "n\n";
  for (int n = 0; n < 5000; ++n) text += std::to_string(n) + "\n";
  const Relation relation = parse(text, Schema({{"n", Type::kInteger}}));
  CHECK(relation.rows() == 5000);
  CHECK(relation.chunks.size() == 3);
  CHECK(relation.chunks[2].column(0).integer(0) == 4096);
  CHECK(csv(relation) == text);
}

TEST_CASE("canonical CSV refuses every other text of a value, with line and column") {
  struct Case {
    Type type;
    std::string_view value;
  };
  const Case cases[] = {
      {Type::kInteger, "+5"},
      {Type::kInteger, "05"},
      {Type::kInteger, "-0"},
      {Type::kInteger, "5.0"},
      {Type::kInteger, " 5"},
      {Type::kInteger, "5 "},
      {Type::kInteger, "9223372036854775808"},
      {Type::kInteger, "\"\""},
      {Type::kReal, "1.0"},
      {Type::kReal, ".5"},
      {Type::kReal, "1e5"},
      {Type::kReal, "1e400"},
      {Type::kReal, "0x1p3"},
      {Type::kReal, "0.1000000000000000055511151231257827"},
      {Type::kReal, "INF"},
      {Type::kReal, "\"\""},
      {Type::kBoolean, "TRUE"},
      {Type::kBoolean, "1"},
      {Type::kBoolean, "\"\""},
      {Type::kDate, "2025-9-30"},
      {Type::kDate, "30/09/2025"},
      {Type::kDate, "2025-02-29"},
      {Type::kDate, "\"\""},
      {Type::kText, "Zo\xEB"},
  };
  for (const Case& example : cases) {
    CAPTURE(example.value);
    const std::string text = "a,b\n,x\n" + std::string(example.value) + ",x\n";
    const Schema schema({{"a", example.type}, {"b", Type::kText}});
    const std::string place = " line=3 column=a type=" + std::string(type_name(example.type));
    CHECK(failure([&] { parse(text, schema); }) == "CND-1110" + place);
  }
}

TEST_CASE("canonical CSV is refused where its form is wrong") {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"", "CND-1110 line=1"},
      {"a\n", "CND-1110 line=1 fields=1 expected=2"},
      {"b,a\n", "CND-1110 line=1 column=a"},
      {"a,B\n", "CND-1110 line=1 column=b"},
      {"a,b\nx\n", "CND-1110 line=2 fields=1 expected=2"},
      {"a,b\n\"x\ny\",z\nx,y,z\n", "CND-1110 line=4 fields=3 expected=2"},
      {"a,b\nx,\"y", "CND-1110 line=2 fault=unclosed-quote"},
      {"a,b\nx,\0\n"sv, "CND-1110 line=2 fault=nul"},
  };
  const Schema schema({{"a", Type::kText}, {"b", Type::kText}});
  for (const auto& [text, told] : cases) {
    CAPTURE(text);
    CHECK(failure([&] { parse(text, schema); }) == told);
  }
}

TEST_CASE("texts of any strict CSV are read with nulls told from empty texts") {
  base::MemorySource source("\xEF\xBB\xBFname,\"an amount, £\"\r\nZoë,\r\n\"\",\"1,234\"\r\n"sv);
  const Relation relation = parse_text_csv(source);
  CHECK(relation.schema == Schema({{"name", Type::kText}, {"an amount, £", Type::kText}}));
  REQUIRE(relation.rows() == 2);
  const Chunk& chunk = relation.chunks[0];
  CHECK(chunk.column(0).text(0) == "Zoë");
  CHECK(chunk.column(1).is_null(0));
  CHECK(chunk.column(0).text(1).empty());
  CHECK(chunk.column(1).text(1) == "1,234");
}

TEST_CASE("texts in Windows-1252 are read, and a mixture is refused with its place") {
  const auto read_texts = [](std::string_view text) {
    base::MemorySource source(text);
    return parse_text_csv(source);
  };
  CHECK(read_texts("n,p\nZo\xEB,\x80\n").chunks.at(0).column(1).text(0) == "€");
  CHECK(failure([&] { read_texts("n,p\nZoë,1\n2,\x80\n"); }) == "CND-1110 line=3 column=p");
  CHECK(failure([&] { read_texts("n,\x81\n"); }) == "CND-1110 line=1 column=2");
  CHECK(failure([&] { read_texts("\xEF\xBB\xBFn\nZo\xEB\n"); }) == "CND-1110 line=2 column=n");
  CHECK(failure([&] { read_texts(""); }) == "CND-1110 line=1");
  CHECK(failure([&] { read_texts("a,b\n1\n"); }) == "CND-1110 line=2 fields=1 expected=2");
  CHECK(failure([&] { read_texts("a\"\n1\n"); }) == "CND-1110 line=1 fault=quote-in-bare-field");
}
