#include "candour/release/compare.h"

#include <doctest/doctest.h>

#include "candour/base/simulated_disk.h"
#include "candour/measure/measure_testing.h"
#include "candour/release/release_testing.h"
#include "candour/testing/code_of.h"
#include "candour/testing/shared.h"

namespace candour::release {
namespace {

using candour::testing::code_of;
using candour::testing::shared_file;
using measure::testing::waiting_list;
using release::testing::clinic_collection;
using release::testing::clinic_table;
using release::testing::csv_of;
using release::testing::relation_of;

constexpr std::string_view kReleased =
    "submitter,clinic,total,median,median_status,return\n"
    "R1,B,1234,3.5,,made\n"
    "R1,A,5,,too-few,made\n"
    "R2,B,0,,too-few,nil\n"
    "R2,A,0,,too-few,nil\n"
    "R3,B,,,x,x\n"
    "R3,A,,,x,x\n";

constexpr std::string_view kPublished =
    "submitter,clinic,total,median\n"
    "R1,B,1234,3.5\n"
    "R1,A,5,-\n"
    "R2,B,0,-\n"
    "R2,A,0,-\n"
    "R3,B,,\n"
    "R3,A,,\n";

table::Relation shaped(std::string_view published) {
  base::MemorySource source(published);
  return shape_published(clinic_collection(), clinic_table(), source);
}

Comparison compared(std::string_view published, const std::vector<std::string>& submitters = {}) {
  return compare(clinic_table(), relation_of(kReleased, release_schema(clinic_table())), shaped(published),
                 submitters);
}

std::string edited(std::string_view text, std::string_view from, std::string_view to) {
  std::string changed(text);
  changed.replace(changed.find(from), from.size(), to);
  return changed;
}

std::string differences_of(const Comparison& comparison) {
  std::string text;
  for (const Difference& one : comparison.differences) {
    for (const std::string& part : one.row) text += part + " ";
    text += one.column + ": " + one.released + " / " + one.published + "\n";
  }
  return text;
}

TEST_CASE("a release equals a publication that has the same figures and nothing where nothing was sent") {
  const Comparison comparison = compared(kPublished);
  CHECK(differences_of(comparison) == "");
  CHECK(summary_line(comparison) == "rows compared: 6, cells compared: 12, differ: 0");
}

TEST_CASE(
    "the order of rows and columns of the publication does not matter, nor columns that it has beside") {
  CHECK(compared("note,median,clinic,total,submitter\n"
                 ",,B,,R3\n,,A,,R3\n,-,A,0,R2\n,-,B,0,R2\nx,-,A,5,R1\nx,3.5,B,1234,R1\n")
            .differ == 0);
}

TEST_CASE("each figure that differs is named with its row, its column and both values") {
  const struct {
    const char* from;
    const char* to;
    const char* difference;
  } cases[] = {
      {"1234", "1235", "R1 B total: 1234 / 1235\n"},
      {"1234", "1234.0", "R1 B total: 1234 / 1234.0\n"},
      {"1234", "01234x", "R1 B total: 1234 / 01234x\n"},
      {"1234", " 1234", "R1 B total: 1234 /  1234\n"},
      {"1234", "", "R1 B total: 1234 / absent\n"},
      {"3.5", "3.500001", "R1 B median: 3.5 / 3.500001\n"},
      {"3.5", "3.5w", "R1 B median: 3.5 / 3.5w\n"},
      {"3.5", "nan", "R1 B median: 3.5 / nan\n"},
      {"3.5", "-", "R1 B median: 3.5 / -\n"},
      {"5,-", "5,0", "R1 A median: absent (too-few) / 0\n"},
      {"5,-", "5,", "R1 A median: absent (too-few) / absent\n"},  // blank is no sign for too few
      {"5,-", "-,-", "R1 A total: 5 / -\n"},
      {"R2,B,0,-", "R2,B,,-", "R2 B total: 0 / absent\n"},  // a nil return is zero, not nothing
      {"R3,B,,", "R3,B,0,", "R3 B total: absent (x) / 0\n"},
      {"R3,B,,", "R3,B,,-", "R3 B median: absent (x) / -\n"},  // nothing sent is not too few
      {"R3,B,,", "R3,B,-,", "R3 B total: absent (x) / -\n"},
  };
  for (const auto& one : cases) {
    CAPTURE(one.from);
    CAPTURE(one.to);
    const Comparison comparison = compared(edited(kPublished, one.from, one.to));
    CHECK(differences_of(comparison) == one.difference);
    CHECK(comparison.differ == 1);
    CHECK(comparison.cells == 12);
  }
}

TEST_CASE("a column that the publication is declared not to have is compared with nothing") {
  collection::ReleaseTable table = clinic_table();
  collection::Collection collection = clinic_collection();
  table.columns[1].published = false;
  collection.release.tables = {table};
  base::MemorySource source("submitter,clinic,total\nR1,B,1234\nR1,A,6\nR2,B,0\nR2,A,0\nR3,B,\nR3,A,\n");
  const Comparison comparison = compare(table, relation_of(kReleased, release_schema(table)),
                                        shape_published(collection, table, source), {});
  CHECK(differences_of(comparison) == "R1 A total: 5 / 6\n");
  CHECK(summary_line(comparison) == "rows compared: 6, cells compared: 6, differ: 1");
}

TEST_CASE("reals are equal within the column's tolerance, and no further") {
  for (const char* within : {"3.5000000009", "3.4999999991", "3.50", "35e-1"}) {
    CAPTURE(within);
    CHECK(compared(edited(kPublished, "3.5", within)).differ == 0);
  }
  for (const char* beyond : {"3.5000000011", "3.4999999989"}) {
    CAPTURE(beyond);
    CHECK(compared(edited(kPublished, "3.5", beyond)).differ == 1);
  }
}

TEST_CASE("a row that is missing on either side differs with all its cells") {
  Comparison comparison = compared(edited(kPublished, "R1,A,5,-\n", ""));
  CHECK(differences_of(comparison) == "R1 A : there / missing\n");
  CHECK(summary_line(comparison) == "rows compared: 6, cells compared: 12, differ: 2");
  comparison = compared(edited(kPublished, "R1,A,", "R4,C,1,2\nR1,A,"));
  CHECK(differences_of(comparison) == "R4 C : missing / there\n");
  CHECK(summary_line(comparison) == "rows compared: 7, cells compared: 14, differ: 2");
  comparison = compared("submitter,clinic,total,median\n");
  CHECK(summary_line(comparison) == "rows compared: 6, cells compared: 12, differ: 12");
}

TEST_CASE(
    "published rows of submitters that the release did not expect can be left out, its own rows cannot") {
  const std::string more = std::string(kPublished) + "R4,B,7,1\nR4,A,8,1\n";
  CHECK(compared(more).differ == 4);
  CHECK(summary_line(compared(more, {"R1", "R2", "R3"})) ==
        "rows compared: 6, cells compared: 12, differ: 0");
  CHECK(differences_of(compared(more, {"R1", "R2"})) == "R3 A : there / missing\nR3 B : there / missing\n");
}

TEST_CASE("a row that stands twice is refused, on either side") {
  CHECK(code_of([&] { (void)compared(std::string(kPublished) + "R1,A,5,-\n"); }) == "CND-1707");
  const table::Relation twice =
      relation_of(std::string(kReleased) + "R3,A,,,x,x\n", release_schema(clinic_table()));
  CHECK(code_of([&] { (void)compare(clinic_table(), twice, shaped(kPublished), {}); }) == "CND-1707");
  CHECK(compared(std::string(kPublished) + "R9,A,5,-\nR9,A,5,-\n", {"R1", "R2", "R3"}).differ == 0);
}

TEST_CASE("a published file in the table's shape is taken as it stands, with the submitters' names") {
  CHECK(csv_of(shaped("median,extra,total,submitter_name,clinic,submitter\n3.50,z,007,First,B,R1\n")) ==
        "submitter,clinic,total,median,submitter_name\nR1,B,007,3.50,First\n");
}

TEST_CASE("a published file of another shape goes through shape.sql, which may read the code lists") {
  collection::Collection collection = clinic_collection();
  collection.shape_sql =
      "SELECT p.\"Provider Code\" AS submitter, p.\"Name\" AS submitter_name, c.value AS clinic, p.n AS "
      "total, "
      "p.m AS median, 'unused' AS note FROM published AS p JOIN codes_clinics AS c ON c.label = p.\"Clinic\"";
  base::MemorySource source("Provider Code,Name,Clinic,n,m\nR1,First,Eyes,1234,3.5\n");
  CHECK(csv_of(shape_published(collection, clinic_table(), source)) ==
        "submitter,clinic,total,median,submitter_name\nR1,B,1234,3.5,First\n");
}

TEST_CASE("a published file in neither shape is refused") {
  collection::Collection collection = clinic_collection();
  const auto refused = [&](std::string_view published) {
    return code_of([&] {
      base::MemorySource source(published);
      (void)shape_published(collection, clinic_table(), source);
    });
  };
  CHECK(refused("submitter,clinic,total\nR1,B,1\n") == "CND-1703");
  CHECK(refused("") == "CND-1110");
  CHECK(refused("submitter,clinic,total,median\nR1,B,1\n") == "CND-1110");
  collection.shape_sql = "SELECT a AS submitter, a AS clinic, a AS total FROM published";
  CHECK(refused("a\nR1\n") == "CND-1703");  // shape.sql gives no median
  CHECK(refused("b\nR1\n") == "CND-1703");  // it lacks what shape.sql reads
  collection.shape_sql = "SELECT a AS submitter, a AS clinic, 1 AS total, a AS median FROM published";
  CHECK(refused("a\nR1\n") == "CND-1703");  // a figure that is no text
}

TEST_CASE("a comparison of nothing does not hold") {
  CHECK_FALSE(Comparison{}.holds());
  CHECK(Comparison{1, 1, 0, {}}.holds());
  CHECK_FALSE(Comparison{1, 1, 1, {}}.holds());
}

TEST_CASE("a published row that does not say whose figures it has is refused") {
  CHECK(code_of([&] { (void)shaped("submitter,clinic,total,median\n,B,1,-\n"); }) == "CND-1703");
  CHECK(code_of([&] { (void)shaped("submitter,clinic,total,median\nR1,,1,-\n"); }) == "CND-1703");
}

TEST_CASE("a release's table is read back, and a folder without it is no release of the collection") {
  base::SimulatedDisk disk;
  disk.make_folder("release/tables");
  disk.store_new("release/tables/clinics.csv", kReleased);
  CHECK(csv_of(load_released(disk, "release", clinic_collection(), clinic_table())) == kReleased);
  CHECK(code_of([&] { (void)load_released(disk, "other", clinic_collection(), clinic_table()); }) ==
        "CND-1704");
  disk.make_folder("edited/tables");
  disk.store_new("edited/tables/clinics.csv", edited(kReleased, "1234", "12x4"));
  CHECK(code_of([&] { (void)load_released(disk, "edited", clinic_collection(), clinic_table()); }) ==
        "CND-1110");
}

TEST_CASE("NHS England's workbook is brought into the shape of the waiting-list release") {
  const auto path = shared_file("data/rtt/nonadmitted_provider_2025-09.csv");
  if (!path) return;
  const collection::ReleaseTable& table = waiting_list().release.tables.front();
  const base::PosixDisk disk;
  const auto workbook = disk.open(*path);
  base::FileSource source(*workbook);
  const table::Relation all = shape_published(waiting_list(), table, source);
  CHECK(all.rows() == 11472);
  const auto excerpt = disk.open("tests/data/rtt-nonadmitted-2025-09.csv");
  base::FileSource excerpt_source(*excerpt);
  const table::Relation some = shape_published(waiting_list(), table, excerpt_source);
  CHECK(some.schema == all.schema);
  CHECK(some.rows() == 384);
  // Each row of the excerpt stands in the workbook, text for text.
  std::map<std::string, std::string> rows;
  const auto line_of = [](const table::Relation& relation, const table::Chunk& chunk, std::size_t row) {
    std::string line;
    for (std::size_t i = 0; i < relation.schema.size(); ++i) {
      line += std::string(chunk.column(i).is_null(row) ? "absent" : chunk.column(i).text(row)) + "|";
    }
    return line;
  };
  const auto key = [](const table::Chunk& chunk, std::size_t row) {
    return std::string(chunk.column(0).text(row)) + " " + std::string(chunk.column(1).text(row));
  };
  for (const table::Chunk& chunk : all.chunks) {
    for (std::size_t row = 0; row < chunk.rows(); ++row) rows[key(chunk, row)] = line_of(all, chunk, row);
  }
  for (const table::Chunk& chunk : some.chunks) {
    for (std::size_t row = 0; row < chunk.rows(); ++row) {
      CHECK(rows[key(chunk, row)] == line_of(some, chunk, row));
    }
  }
}

}  // namespace
}  // namespace candour::release
