#include "candour/table/chunk.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <type_traits>

using namespace candour;
using namespace candour::table;

namespace {

Schema every_type() {
  return Schema({{"flag", Type::kBoolean},
                 {"count", Type::kInteger},
                 {"share", Type::kReal},
                 {"name", Type::kText},
                 {"day", Type::kDate}});
}

Chunk two_rows() {
  Chunk chunk(every_type());
  chunk.column(0).append_boolean(true);
  chunk.column(1).append_integer(std::numeric_limits<std::int64_t>::min());
  chunk.column(2).append_real(-0.25);
  chunk.column(3).append_text("Ångström");
  chunk.column(4).append_date(base::Date(20361));
  for (std::size_t index = 0; index < 5; ++index) chunk.column(index).append_null();
  return chunk;
}

void check_first_row(const Chunk& chunk, std::size_t row) {
  CHECK(chunk.column(0).boolean(row));
  CHECK(chunk.column(1).integer(row) == std::numeric_limits<std::int64_t>::min());
  CHECK(chunk.column(2).real(row) == -0.25);
  CHECK(chunk.column(3).text(row) == "Ångström");
  CHECK(chunk.column(4).date(row) == base::Date(20361));
}

Relation integers(std::initializer_list<std::optional<std::int64_t>> values) {
  Relation relation{Schema({{"n", Type::kInteger}}), {}};
  for (const auto& value : values) {
    Chunk row(relation.schema);
    value ? row.column(0).append_integer(*value) : row.column(0).append_null();
    relation.append_row(row, 0);
  }
  return relation;
}

}  // namespace

TEST_CASE("a schema finds its columns by their exact names") {
  const Schema schema = every_type();
  CHECK(schema.find("flag") == 0);
  CHECK(schema.find("day") == 4);
  CHECK(!schema.find("Day"));
  CHECK(!schema.find(""));
}

TEST_CASE("a chunk gives back what was put into it, nulls too") {
  const Chunk chunk = two_rows();
  REQUIRE(chunk.rows() == 2);
  check_first_row(chunk, 0);
  for (const Column& column : chunk.columns()) {
    CHECK(!column.is_null(0));
    CHECK(column.is_null(1));
  }
}

TEST_CASE("texts keep apart: empty ones, nulls, and long ones that make the memory grow") {
  Column column(Type::kText);
  const std::string large(100000, 'x');
  column.append_text("");
  column.append_null();
  column.append_text("a");
  column.append_text(large);
  column.append_null();
  column.append_text("b");
  CHECK(column.text(0).empty());
  CHECK(column.is_null(1));
  CHECK(column.text(2) == "a");
  CHECK(column.text(3) == large);
  CHECK(column.text(5) == "b");
}

TEST_CASE("a row is copied with every type, and cleared chunks are filled again") {
  const Chunk from = two_rows();
  Chunk to(every_type());
  to.append_row(from, 1);
  to.append_row(from, 0);
  CHECK(to.column(3).is_null(0));
  check_first_row(to, 1);
  to.clear();
  CHECK(to.rows() == 0);
  to.append_row(from, 0);
  check_first_row(to, 0);
}

TEST_CASE("a chunk is full at DuckDB's vector size") {
  Chunk chunk(Schema({{"n", Type::kInteger}}));
  for (std::size_t row = 0; row + 1 < kChunkRows; ++row) chunk.column(0).append_integer(1);
  CHECK(!chunk.full());
  chunk.column(0).append_null();
  CHECK(chunk.full());
}

TEST_CASE("wiping overwrites the texts, also those that an earlier clear left in memory") {
  Column column(Type::kText);
  // Longer than a small text, so that it lies on the heap and its place stays readable after the wipe: the
  // column keeps its memory.
  const std::string secret = "943 476 5919 Jane Example, 1 High Street";
  column.append_text(secret);
  const char* const place = column.text(0).data();
  column.clear();
  column.append_text("x");
  REQUIRE(column.text(0).data() == place);
  REQUIRE(std::string_view(place + 2, secret.size() - 2) == std::string_view(secret).substr(2));
  column.wipe();
  CHECK(column.size() == 0);
  CHECK(std::all_of(place, place + secret.size(), [](char byte) { return byte == '\0'; }));
}

TEST_CASE("an identifiable chunk shows its rows only through reveal") {
  static_assert(!std::is_convertible_v<IdentifiableChunk, Chunk>);
  static_assert(!std::is_copy_constructible_v<IdentifiableChunk>);
  IdentifiableChunk chunk{two_rows()};
  wipe(chunk.reveal());
  CHECK(chunk.reveal().rows() == 0);
}

TEST_CASE("a relation fills chunk after chunk, and its source gives them in order") {
  Relation relation{Schema({{"n", Type::kInteger}}), {}};
  Chunk row(relation.schema);
  for (std::int64_t n = 0; n < 5000; ++n) {
    row.clear();
    row.column(0).append_integer(n);
    relation.append_row(row, 0);
  }
  CHECK(relation.rows() == 5000);
  REQUIRE(relation.chunks.size() == 3);
  CHECK(relation.chunks[0].full());
  CHECK(relation.chunks[1].full());

  RelationSource source(relation);
  Chunk chunk(source.schema());
  std::int64_t expected = 0;
  while (source.next(chunk)) {
    for (std::size_t at = 0; at < chunk.rows(); ++at) CHECK(chunk.column(0).integer(at) == expected++);
  }
  CHECK(expected == 5000);
  CHECK(chunk.rows() == 0);
  CHECK(!source.next(chunk));
}

TEST_CASE("rows are sorted with nulls first and numbers by value") {
  Relation relation = integers({10, std::nullopt, -3, 9, 10});
  sort_rows(relation);
  const Column& column = relation.chunks.at(0).column(0);
  REQUIRE(relation.rows() == 5);
  CHECK(column.is_null(0));
  CHECK(column.integer(1) == -3);
  CHECK(column.integer(2) == 9);
  CHECK(column.integer(3) == 10);
  CHECK(column.integer(4) == 10);
}

TEST_CASE("reals are sorted in IEEE 754's total order") {
  Relation relation{Schema({{"r", Type::kReal}}), {}};
  Chunk row(relation.schema);
  for (const double real : {std::nan(""), 0.0, -0.0, 1.5, -std::numeric_limits<double>::infinity()}) {
    row.clear();
    row.column(0).append_real(real);
    relation.append_row(row, 0);
  }
  sort_rows(relation);
  const Column& column = relation.chunks.at(0).column(0);
  CHECK(column.real(0) == -std::numeric_limits<double>::infinity());
  CHECK((column.real(1) == 0.0 && std::signbit(column.real(1))));
  CHECK((column.real(2) == 0.0 && !std::signbit(column.real(2))));
  CHECK(column.real(3) == 1.5);
  CHECK(std::isnan(column.real(4)));
}

TEST_CASE("texts are sorted bytewise, then dates by day, then booleans with false first") {
  struct Row {
    std::string_view text;
    std::int32_t day;
    bool flag;
  };
  const std::vector<Row> rows = {{"\xC3\xA9", 0, false}, {"Z", 1, true},  {"Z", 1, false},
                                 {"Z", -1, true},        {"a", 0, false}, {"", 0, false}};
  const std::vector<Row> expected = {{"", 0, false}, {"Z", -1, true}, {"Z", 1, false},
                                     {"Z", 1, true}, {"a", 0, false}, {"\xC3\xA9", 0, false}};
  Relation relation{Schema({{"text", Type::kText}, {"day", Type::kDate}, {"flag", Type::kBoolean}}), {}};
  Chunk chunk(relation.schema);
  for (const Row& row : rows) {
    chunk.clear();
    chunk.column(0).append_text(row.text);
    chunk.column(1).append_date(base::Date(row.day));
    chunk.column(2).append_boolean(row.flag);
    relation.append_row(chunk, 0);
  }
  sort_rows(relation);
  const Chunk& sorted = relation.chunks.at(0);
  for (std::size_t row = 0; row < expected.size(); ++row) {
    CHECK(sorted.column(0).text(row) == expected[row].text);
    CHECK(sorted.column(1).date(row) == base::Date(expected[row].day));
    CHECK(sorted.column(2).boolean(row) == expected[row].flag);
  }
}

TEST_CASE("sorting is over all chunks, and gives one order to one set of rows") {
  Relation upwards{Schema({{"n", Type::kInteger}}), {}};
  Relation downwards{upwards.schema, {}};
  Chunk row(upwards.schema);
  for (std::int64_t n = 0; n < 3000; ++n) {
    for (Relation* relation : {&upwards, &downwards}) {
      row.clear();
      row.column(0).append_integer(relation == &upwards ? n : 2999 - n);
      relation->append_row(row, 0);
    }
  }
  sort_rows(downwards);
  REQUIRE(downwards.rows() == 3000);
  for (std::size_t chunk = 0; chunk < upwards.chunks.size(); ++chunk) {
    for (std::size_t at = 0; at < upwards.chunks[chunk].rows(); ++at) {
      CHECK(downwards.chunks[chunk].column(0).integer(at) == upwards.chunks[chunk].column(0).integer(at));
    }
  }
}
