// Random publications whose derived figures come from exact rationals, against what the measure and the frame
// give for the same counts: all agree, and one figure that is changed does not.
#include <doctest/doctest.h>

#include <array>
#include <cstdio>

#include "candour/base/random.h"
#include "candour/measure/measure_testing.h"
#include "candour/release/release_testing.h"

namespace candour::release {
namespace {

using measure::testing::Cell;
using measure::testing::counts_of_cells;
using measure::testing::waiting_list;
using measure::testing::waits;

constexpr std::size_t kBands = 105;
constexpr std::int64_t kFewest = 20;
constexpr std::size_t kFunctions = 23;

/// What one row of a publication is made from.
struct Row {
  std::array<std::int64_t, kBands> bands{};
  std::int64_t unknown = 0;
  void add(const Row& other) {
    for (std::size_t i = 0; i < kBands; ++i) bands[i] += other.bands[i];
    unknown += other.unknown;
  }
  [[nodiscard]] std::int64_t from(std::size_t band) const {
    std::int64_t sum = 0;
    for (std::size_t i = band; i < kBands; ++i) sum += bands[i];
    return sum;
  }
};

/// The wait that `per_cent` of the pathways have had at most, as NHS England's rule is worded: as many
/// pathways as that, which may be a fraction of one, are taken from the shortest wait up; in the band where
/// they end, they end at the same fraction of the week as of its pathways. To 15 digits, as the workbook has
/// it.
std::string quantile_text(const Row& row, std::int64_t per_cent) {
  std::int64_t hundredths_left = per_cent * row.from(0);
  if (row.from(0) < kFewest) return "-";
  std::size_t band = 0;
  while (hundredths_left > 100 * row.bands[band]) hundredths_left -= 100 * row.bands[band++];
  if (band == kBands - 1) return "104";
  const std::int64_t denominator = 100 * row.bands[band];
  const auto numerator = static_cast<std::int64_t>(band) * denominator + hundredths_left;
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.15Lg",
                static_cast<long double>(numerator) / static_cast<long double>(denominator));
  return text.data();
}

std::string line_of(const std::string& submitter, const std::string& function, const Row& row) {
  std::string line = submitter + "," + function;
  for (const std::int64_t band : row.bands) line += "," + std::to_string(band);
  for (const std::int64_t figure : {row.unknown, row.from(0) + row.unknown, row.from(0)}) {
    line += "," + std::to_string(figure);
  }
  line += "," + quantile_text(row, 50) + "," + quantile_text(row, 95);
  for (const std::size_t band : {52U, 78U, 65U}) line += "," + std::to_string(row.from(band));
  return line + "\n";
}

std::string header() {
  std::string line = "submitter,treatment_function";
  for (const collection::ReleaseColumn& column : waiting_list().release.tables.front().columns) {
    if (!column.is_status) line += "," + column.name;
  }
  return line + "\n";
}

Row random_row(base::Random& random) {
  static constexpr std::array<std::uint64_t, 6> kLargest = {1, 2, 5, 20, 1000, 100'000};
  Row row;
  const std::uint64_t largest = kLargest[random.below(kLargest.size())];
  const std::uint64_t one_in = 1 + random.below(60);
  for (std::int64_t& band : row.bands) {
    if (random.below(one_in) == 0) band = static_cast<std::int64_t>(random.below(largest + 1));
  }
  if (random.below(4) == 0) row.unknown = static_cast<std::int64_t>(random.below(50));
  return row;
}

struct Publication {
  std::string csv;
  ReleaseInputs inputs;
};

Publication random_publication(std::uint64_t seed) {
  base::SeededRandom random(seed, "publication");
  const auto& functions = waiting_list().codes.at("published_functions").codes();
  REQUIRE(functions.size() == kFunctions + 1);
  Publication publication{header(), {}};
  publication.inputs.collection = &waiting_list();
  publication.inputs.period = measure::testing::september();
  std::vector<measure::Counts>& counts = publication.inputs.counts["waits"];
  for (const std::string submitter : {"A01", "B02", "C03"}) {
    publication.inputs.submitters.push_back({submitter, ""});
    Row total;
    std::vector<Cell> cells;
    for (std::size_t i = 0; i < kFunctions; ++i) {
      const Row row = random.below(8) == 0 ? Row() : random_row(random);
      for (std::size_t band = 0; band < kBands; ++band) {
        const auto week = static_cast<std::int64_t>(band);
        if (row.bands[band] != 0) cells.push_back({functions[i].value, week, row.bands[band]});
      }
      if (row.unknown != 0) cells.push_back({functions[i].value, std::nullopt, row.unknown});
      publication.csv += line_of(submitter, functions[i].value, row);
      total.add(row);
    }
    publication.csv += line_of(submitter, "C_999", total);
    counts.push_back(counts_of_cells(submitter, cells));
  }
  return publication;
}

Comparison compared(const table::Relation& framed, const std::string& csv) {
  const collection::ReleaseTable& table = waiting_list().release.tables.front();
  base::MemorySource source(csv);
  return compare(table, framed, shape_published(waiting_list(), table, source), {});
}

TEST_CASE("20 random publications with exact quantiles are reproduced, and one figure more or less is seen") {
  const collection::ReleaseTable& table = waiting_list().release.tables.front();
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    CAPTURE(seed);
    const Publication publication = random_publication(seed);
    const table::Relation combined = measure::combine_counts(
        waiting_list(), waits(), publication.inputs.period, publication.inputs.counts.at("waits"));
    const table::Relation framed = fill_frame(waiting_list(), table, combined, publication.inputs);
    const Comparison comparison = compared(framed, publication.csv);
    CHECK(summary_line(comparison) == "rows compared: 72, cells compared: 8136, differ: 0");

    base::SeededRandom random(seed, "edit");
    std::string edited = publication.csv;
    std::size_t comma = 0;  // of a figure that stands at random in a random row
    do {
      comma = edited.find(',', edited.find('\n') + 1 + random.below(edited.size() - 3000));
    } while (edited[comma + 1] < '0' || edited[comma + 1] > '9');
    edited.insert(comma + 1, "1");
    CHECK(compared(framed, edited).differ == 1);
  }
}

}  // namespace
}  // namespace candour::release
