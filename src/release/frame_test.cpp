#include <doctest/doctest.h>

#include <limits>

#include "candour/release/release_testing.h"
#include "candour/testing/code_of.h"

namespace candour::release {
namespace {

using candour::testing::code_of;
using release::testing::clinic_collection;
using release::testing::clinic_inputs;
using release::testing::clinic_table;
using release::testing::csv_of;
using release::testing::relation_of;

constexpr std::string_view kHeader = "submitter,clinic,total,median,median_status,return\n";

/// What the combining step gives for the small collection.
table::Schema combined_schema() {
  return table::Schema({{"submitter", table::Type::kText},
                        {"clinic", table::Type::kText},
                        {"total", table::Type::kInteger},
                        {"median", table::Type::kReal},
                        {"median_status", table::Type::kText}});
}

std::string filled(std::string_view rows) {
  const collection::Collection collection = clinic_collection();
  const table::Relation combined =
      relation_of("submitter,clinic,total,median,median_status\n" + std::string(rows), combined_schema());
  return csv_of(fill_frame(collection, clinic_table(), combined, clinic_inputs(collection)));
}

constexpr std::string_view kNilAndMissing =
    "R2,B,0,,too-few,nil\n"
    "R2,A,0,,too-few,nil\n"
    "R3,B,,,x,x\n"
    "R3,A,,,x,x\n";

TEST_CASE("a figure that is below 0 or no number stops the frame with its row and column") {
  const collection::Collection collection = clinic_collection();
  const collection::ReleaseTable table = clinic_table();
  table::Schema schema = release_schema(table);
  const auto framed = [&](std::optional<std::int64_t> total, std::optional<double> median) {
    table::Relation combined{schema, {}};
    table::Chunk row(schema);
    row.column(0).append_text("R1");
    row.column(1).append_text("A");
    total ? row.column(2).append_integer(*total) : row.column(2).append_null();
    median ? row.column(3).append_real(*median) : row.column(3).append_null();
    row.column(4).append_null();
    row.column(5).append_null();
    combined.append_row(row, 0);
    try {
      (void)fill_frame(collection, table, combined, clinic_inputs(collection));
    } catch (const base::Error& error) {
      return base::describe(error);
    }
    return std::string("framed");
  };
  const auto refused = [](const std::string& text, const char* column) {
    return text.starts_with("CND-1702") &&
           text.find("row R1 A, column " + std::string(column)) != std::string::npos;
  };
  CHECK(framed(0, 0.0) == "framed");
  CHECK(framed(std::nullopt, std::nullopt) == "framed");
  CHECK(refused(framed(-1, 0.0), "total"));
  CHECK(refused(framed(1, -0.5), "median"));
  CHECK(refused(framed(1, std::numeric_limits<double>::quiet_NaN()), "median"));
  CHECK(refused(framed(1, std::numeric_limits<double>::infinity()), "median"));
}

TEST_CASE("every cell of the frame is there, in the order of the submitters and of the code list") {
  CHECK(filled("R1,A,25,3.5,\nR1,B,5,,too-few\n") ==
        std::string(kHeader) + "R1,B,5,,too-few,made\nR1,A,25,3.5,,made\n" + std::string(kNilAndMissing));
}

TEST_CASE("what a return does not have is zero, a nil return is zero, and what nobody sent is not") {
  CHECK(filled("R1,A,25,3.5,\n") ==
        std::string(kHeader) + "R1,B,0,,too-few,made\nR1,A,25,3.5,,made\n" + std::string(kNilAndMissing));
}

TEST_CASE("a combining step that gives no row leaves zeros, nils and what nobody sent") {
  CHECK(filled("") ==
        std::string(kHeader) + "R1,B,0,,too-few,made\nR1,A,0,,too-few,made\n" + std::string(kNilAndMissing));
}

TEST_CASE("a row outside the frame, and a row twice, are refused") {
  for (const char* rows : {"R9,A,1,,too-few\n",                   // nobody expects R9
                           "R1,C,1,,too-few\n",                   // no such clinic
                           ",A,1,,too-few\n",                     // nobody's
                           "R1,A,1,,too-few\nR1,A,1,,too-few\n",  // twice
                           "R1,A,1,,too-few\nR1,B,2,,too-few\nR1,A,3,,too-few\n"}) {
    CAPTURE(rows);
    CHECK(code_of([&] { (void)filled(rows); }) == "CND-1702");
  }
}

TEST_CASE("a column that the table declares and the combining step does not give is refused") {
  const collection::Collection collection = clinic_collection();
  for (const std::size_t without : {0U, 1U, 2U, 4U}) {
    CAPTURE(without);
    std::vector<table::ColumnSpec> columns = combined_schema().columns();
    columns.erase(columns.begin() + static_cast<std::ptrdiff_t>(without));
    const table::Relation combined{table::Schema(columns), {}};
    CHECK(code_of([&] {
            (void)fill_frame(collection, clinic_table(), combined, clinic_inputs(collection));
          }) == "CND-1702");
  }
}

TEST_CASE("a release without submitters has no rows, and its header all columns") {
  const collection::Collection collection = clinic_collection();
  ReleaseInputs inputs = clinic_inputs(collection);
  inputs.submitters.clear();
  const table::Relation framed =
      fill_frame(collection, clinic_table(), table::Relation{combined_schema(), {}}, inputs);
  CHECK(csv_of(framed) == kHeader);
  CHECK(framed.schema == release_schema(clinic_table()));
}

TEST_CASE("a measure for which nothing was received leaves every cell empty and marked x") {
  const collection::Collection collection = clinic_collection();
  ReleaseInputs inputs = clinic_inputs(collection);
  inputs.counts.clear();
  inputs.submitters = {{"R1", ""}};
  const table::Relation framed =
      fill_frame(collection, clinic_table(), table::Relation{combined_schema(), {}}, inputs);
  CHECK(csv_of(framed) == std::string(kHeader) + "R1,B,,,x,x\nR1,A,,,x,x\n");
}

}  // namespace
}  // namespace candour::release
