#include "candour/cli/provider_side.h"

#include <doctest/doctest.h>

#include <sstream>

#include "candour/testing/shared.h"

namespace candour::cli {
namespace {

constexpr std::uint8_t kKeyByte = 7;

/// What a data team has: a disk, a vault, and the examples of the waiting list as its files.
struct Provider {
  Provider()
      : collection(collection::load_collection("collections/rtt-waiting-list")),
        table(collection.table("clock_stops")),
        submission{"R1H", {"R1H"}, collection::parse_period("2025-09", table.period)},
        vault(vault::Vault::create(disk, folder.path() / "vault.db", key(), random, "R1H")) {}

  static base::SecretBytes key() {
    const base::Bytes bytes(32, kKeyByte);
    return base::SecretBytes(base::ByteView(bytes));
  }
  std::filesystem::path file(const std::string& name, const std::string& text) {
    disk.store_new(folder.path() / name, text);
    return folder.path() / name;
  }
  LoadOutcome load(const std::filesystem::path& path) {
    return load_files(context, vault, collection, table, submission, {path}, vault::Scope::kWholeSlice,
                      intake::Nil::kNotDeclared);
  }
  std::uint64_t rows_held() {
    return vault.row_count(node::slice_of(vault, collection, table, submission.period));
  }

  testing::TemporaryFolder folder;
  base::PosixDisk disk;
  base::FixedClock clock{1'760'000'000};
  base::SystemRandom random;
  base::SilentProgress progress;
  std::ostringstream out, err;
  Context context{disk, clock, random, progress, out, err};
  collection::Collection collection;
  const collection::Table& table;
  intake::Submission submission;
  vault::Vault vault;
};

std::string valid_example() {
  return base::load_text(base::PosixDisk(), "collections/rtt-waiting-list/examples/valid.csv");
}

std::string last_line(const std::string& text) {
  const std::size_t end = text.find_last_not_of("\r\n") + 1;
  return text.substr(text.rfind('\n', end - 1) + 1, end - text.rfind('\n', end - 1) - 1) + "\n";
}

TEST_CASE("Every row of a file is kept or waits in quarantine, a repeated key too") {
  Provider provider;
  const std::string text = valid_example();
  const LoadOutcome outcome = provider.load(provider.file("repeated.csv", text + last_line(text)));
  REQUIRE(outcome.result);
  const intake::QualityReport& report = outcome.reports.front();
  CHECK(report.rows_refused == 1);
  CHECK(outcome.result->quarantined == report.rows_refused);
  CHECK(provider.rows_held() == report.rows_accepted);
  CHECK(report.rows_in == report.rows_accepted + report.rows_refused);
}

TEST_CASE("Validating and loading a file give the same report") {
  Provider provider;
  const std::string text = valid_example();
  const std::filesystem::path path = provider.file("repeated.csv", text + last_line(text));
  const std::filesystem::path other = provider.file("other.csv", text);
  const auto validated = validate_files(provider.context, provider.collection, provider.table,
                                        provider.submission, {path, other}, intake::Nil::kNotDeclared);
  const LoadOutcome loaded =
      load_files(provider.context, provider.vault, provider.collection, provider.table, provider.submission,
                 {path, other}, vault::Scope::kPart, intake::Nil::kNotDeclared);
  REQUIRE(validated.size() == 2);
  CHECK(validated[1].rules.front().rule == intake::kDuplicateRule);
  CHECK(validated[1].rules.front().rows == validated[0].rows_accepted);
  CHECK(validated[1].problems.front().first_file == "repeated.csv");
  for (std::size_t i = 0; i < validated.size(); ++i) {
    CHECK(base::write_json(intake::render_json(validated[i])) ==
          base::write_json(intake::render_json(loaded.reports[i])));
  }
}

TEST_CASE("A load of one whole file is compared with the period before") {
  Provider provider;
  const std::string text = valid_example();
  const LoadOutcome september = provider.load(provider.file("september.csv", text + last_line(text)));
  CHECK_FALSE(september.reports.front().before);
  provider.submission.period = collection::parse_period("2025-10", provider.table.period);
  const LoadOutcome october = provider.load(provider.file("october.csv", text));
  REQUIRE(october.reports.front().before);
  CHECK(october.reports.front().before->period == "2025-09");
  CHECK(october.reports.front().before->rows == september.reports.front().rows_accepted);
  provider.submission.period = collection::parse_period("2025-09", provider.table.period);
  CHECK_FALSE(provider.load(provider.file("again.csv", text)).reports.front().before);
}

TEST_CASE("What the vault says of a file is of the bytes that its rows were read from") {
  Provider provider;
  const std::string text = valid_example();
  const LoadOutcome loaded = provider.load(provider.file("valid.csv", text));
  const auto files = provider.vault.files(
      node::slice_of(provider.vault, provider.collection, provider.table, provider.submission.period));
  REQUIRE(files.size() == 1);
  CHECK(files[0].sha256 == base::to_hex(base::sha256(base::as_bytes(text))));
  CHECK(files[0].sha256 == loaded.reports.front().file_sha256);
}

TEST_CASE("A file that is refused whole leaves the vault as it was") {
  Provider provider;
  const std::string text = valid_example();
  REQUIRE(provider.load(provider.file("good.csv", text)).result);
  const std::uint64_t before = provider.rows_held();
  const LoadOutcome outcome =
      provider.load(provider.file("bad.csv", text + last_line(text) + last_line(text) + last_line(text)));
  CHECK(outcome.reports.front().refused_whole);
  CHECK_FALSE(outcome.result);
  CHECK(provider.rows_held() == before);
}

TEST_CASE("What leaves in counts is no row, and is the same whoever runs the step") {
  Provider provider;
  REQUIRE(provider.load(provider.file("good.csv", valid_example())).result);
  const collection::Measure& measure = provider.collection.measure("waits");
  minimise::Lookups lookups;
  const std::filesystem::path lookup = provider.file("lsoa.csv", "postcode,lsoa\n");
  CHECK_THROWS_AS(
      static_cast<void>(node::load_lookups(provider.disk, provider.collection, {{"lsoa", lookup}})),
      base::Error);  // another look-up than the one that the collection pins
  CHECK_THROWS_AS(static_cast<void>(count_slice(provider.context, provider.vault, provider.collection,
                                                measure, provider.submission.period, lookups)),
                  base::Error);
  CHECK_THROWS_AS(
      static_cast<void>(count_slice(provider.context, provider.vault, provider.collection, measure,
                                    collection::parse_period("2025-08", provider.table.period), lookups)),
      base::Error);
}

TEST_CASE("Files of one name are told apart, and no name can act on a screen") {
  Provider provider;
  const std::string text = valid_example();
  std::filesystem::create_directories(provider.folder.path() / "one");
  std::filesystem::create_directories(provider.folder.path() / "two");
  const std::filesystem::path one = provider.file("one/a.csv", text), two = provider.file("two/a.csv", text),
                              odd = provider.file("\x1b[2J\xff\xc2\x9b.csv", text);
  const auto reports = validate_files(provider.context, provider.collection, provider.table,
                                      provider.submission, {one, two, odd, odd}, intake::Nil::kNotDeclared);
  CHECK(reports[0].file == one.string());
  CHECK(reports[1].file == two.string());
  CHECK(reports[1].problems.front().first_file == one.string());
  const std::string folder = provider.folder.path().string();
  CHECK(reports[2].file == folder + "/?[2J??.csv");
  CHECK(reports[3].file == folder + "/?[2J??.csv (2)");
  const LoadOutcome loaded = provider.load(odd);
  CHECK(loaded.reports.front().file == "?[2J??.csv");
}

}  // namespace
}  // namespace candour::cli
