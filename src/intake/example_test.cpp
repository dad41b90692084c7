// The first real collection through the whole of intake: its own examples are its tests.
#include "candour/base/disk.h"
#include "candour/intake/intake_testing.h"
#include "candour/intake/validating_sink.h"
#include "candour/table/csv_writer.h"

namespace candour::intake {
namespace {

using namespace testing;  // NOLINT: the tests' own words

const std::filesystem::path kFolder = "collections/rtt-waiting-list";

QualityReport report_of(const std::string& example) {
  const base::PosixDisk disk;
  const collection::Collection collection = collection::load_collection(kFolder);
  const collection::Table& table = collection.table("clock_stops");
  const std::string text = base::load_text(disk, kFolder / "examples" / example);
  base::MemorySource source(text);
  base::SeededRandom random(1, "example");
  ValidatingSink sink(table, random, std::filesystem::temp_directory_path());
  Submission submission = september();
  submission.may_send_for = {"R1H"};
  return check_one(collection, table, submission, {example, text.size(), &source, Nil::kNotDeclared}, sink);
}

TEST_CASE("the waiting list's valid example is accepted whole") {
  const QualityReport report = report_of("valid.csv");
  CHECK(report.rows_in > 0);
  CHECK(report.rows_refused == 0);
}

TEST_CASE("the waiting list's invalid example is refused line by line as it expects") {
  const base::PosixDisk disk;
  const std::string expected_text = base::load_text(disk, kFolder / "examples/invalid.expected.csv");
  base::MemorySource source(expected_text);
  const table::Relation expected = table::parse_text_csv(source);
  std::string lines;
  for (const table::Chunk& chunk : expected.chunks) {
    for (std::size_t row = 0; row < chunk.rows(); ++row) {
      lines += std::string(chunk.column(0).text(row)) + "," + std::string(chunk.column(1).text(row)) + "\n";
    }
  }
  const QualityReport report = report_of("invalid.csv");
  std::string found;
  for (const Problem& problem : report.problems) {
    if (problem.level != collection::Level::kError) continue;
    // A row may break a rule in several of its fields.
    const std::string line = std::to_string(problem.line) + "," + problem.rule + "\n";
    if (!found.ends_with(line)) found += line;
  }
  CHECK(found == lines);
}

}  // namespace
}  // namespace candour::intake
