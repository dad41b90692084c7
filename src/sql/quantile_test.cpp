// The quantile of the RTT measure against an exact one: rationals, band after band, as NHS England's rules
// are worded. The statement is the collection's own where the sources hold it.
#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>

#include "candour/base/random.h"
#include "candour/sql/engine.h"
#include "candour/sql/sql_testing.h"

namespace candour::sql {
namespace {

using table::Type;

constexpr std::size_t kBands = 105;
constexpr std::int64_t kFewest = 20;
using Bands = std::array<std::int64_t, kBands>;

struct Fraction {
  std::int64_t numerator = 0;
  std::int64_t denominator = 1;
};

/// The first band where the running count reaches q of all, and inside it a straight line; the last band is
/// open, so its answer is its lower end; none with fewer than 20.
std::optional<Fraction> exact_quantile(const Bands& bands, std::int64_t per_cent) {
  std::int64_t all = 0;
  for (std::int64_t count : bands) all += count;
  if (all < kFewest) return std::nullopt;
  std::int64_t before = 0;
  for (std::size_t band = 0; band < kBands; ++band) {
    const std::int64_t count = bands[band];
    if (count > 0 && 100 * (before + count) >= per_cent * all) {
      if (band == kBands - 1) return Fraction{static_cast<std::int64_t>(band), 1};
      return Fraction{static_cast<std::int64_t>(band) * 100 * count + per_cent * all - 100 * before,
                      100 * count};
    }
    before += count;
  }
  return std::nullopt;
}

/// Few and many, sparse and full, with the open band and counts at which q of all is a whole number.
Bands random_bands(base::Random& random) {
  static constexpr std::array<std::uint64_t, 6> kLargest = {1, 2, 5, 20, 1000, 1'000'000};
  const std::uint64_t largest = kLargest[random.below(kLargest.size())];
  const std::uint64_t one_in = 1 + random.below(40);
  const std::size_t reach = 1 + static_cast<std::size_t>(random.below(kBands));
  Bands bands{};
  for (std::size_t i = 0; i < reach; ++i) {
    const std::size_t band = random.below(8) == 0 ? kBands - 1 - i : i;
    if (random.below(one_in) == 0) bands[band] = static_cast<std::int64_t>(1 + random.below(largest));
  }
  return bands;
}

struct Statement {
  std::string text;
  std::string group;     // "provider" or "submitter"
  std::string count;     // the counted column
  std::string quantile;  // what follows "median" and "p95"
};

Statement rtt_combine() {
  std::ifstream file("collections/rtt-waiting-list/measures/waits.combine.sql");
  if (!file) return {std::string(kRttCombine), "provider", "pathways", ""};
  return {std::string{std::istreambuf_iterator<char>(file), {}}, "submitter", "treatments", "_weeks"};
}

using Group = std::pair<std::string, std::string>;
using Groups = std::map<Group, Bands>;

/// Two functions a provider, and their sum under C_999, which the statement adds itself.
Groups random_groups(base::Random& random, std::size_t providers) {
  Groups groups;
  for (std::size_t i = 0; i < providers; ++i) {
    const std::string provider = "P" + std::to_string(i);
    const Bands first = random_bands(random);
    const Bands second = random_bands(random);
    Bands both{};
    for (std::size_t band = 0; band < kBands; ++band) both[band] = first[band] + second[band];
    groups[{provider, "C_100"}] = first;
    groups[{provider, "C_101"}] = second;
    groups[{provider, "C_999"}] = both;
  }
  return groups;
}

table::Relation counts_of(const Groups& groups, const Statement& statement) {
  table::Relation counts{table::Schema({{statement.group, Type::kText},
                                        {"treatment_function", Type::kText},
                                        {"week", Type::kInteger},
                                        {statement.count, Type::kInteger}}),
                         {}};
  table::Chunk row(counts.schema);
  const auto add = [&](const Group& group, std::int64_t week, std::int64_t count) {
    row.clear();
    row.column(0).append_text(group.first);
    row.column(1).append_text(group.second);
    if (week < 0) {
      row.column(2).append_null();
    } else {
      row.column(2).append_integer(week);
    }
    row.column(3).append_integer(count);
    counts.append_row(row, 0);
  };
  for (const auto& [group, bands] : groups) {
    if (group.second == "C_999") continue;
    // Unknown starts count in no quantile.
    add(group, -1, 3);
    for (std::size_t band = 0; band < kBands; ++band) {
      if (bands[band] > 0) add(group, static_cast<std::int64_t>(band), bands[band]);
    }
  }
  return counts;
}

bool agrees(const table::Column& column, std::size_t row, const std::optional<Fraction>& exact) {
  if (column.is_null(row) || !exact) return column.is_null(row) && !exact;
  const long double expected =
      static_cast<long double>(exact->numerator) / static_cast<long double>(exact->denominator);
  // Two roundings of a double below 128.
  return std::fabs(static_cast<long double>(column.real(row)) - expected) <= 3e-14L;
}

/// Compares every group of one run of the statement; says how many bands it compared.
std::size_t compare(base::Random& random, std::size_t providers) {
  const Statement statement = rtt_combine();
  const Groups groups = random_groups(random, providers);
  const table::Relation counts = counts_of(groups, statement);
  const CheckedSelect select = check_select(statement.text, {{"counts", counts.schema}}, Reals::kAllowed,
                                            base::Label("waits.combine.sql"));
  Engine engine({.memory_limit_bytes = std::uint64_t{1} << 30});
  table::RelationSource source(counts);
  engine.put_table("counts", source);
  Result result = engine.run(select);
  const std::size_t median = result.schema().find("median" + statement.quantile).value();
  const std::size_t p95 = result.schema().find("p95" + statement.quantile).value();
  std::size_t compared = 0;
  table::Chunk chunk(result.schema());
  while (result.next(chunk)) {
    for (std::size_t row = 0; row < chunk.rows(); ++row, ++compared) {
      const Group group{chunk.column(0).text(row), chunk.column(1).text(row)};
      const Bands& bands = groups.at(group);
      CAPTURE(group.first);
      CAPTURE(group.second);
      if (!agrees(chunk.column(median), row, exact_quantile(bands, 50))) FAIL("the median differs");
      if (!agrees(chunk.column(p95), row, exact_quantile(bands, 95))) FAIL("the 95th percentile differs");
    }
  }
  CHECK(compared == groups.size());
  return compared;
}

std::uint64_t seed() {
  const char* given = std::getenv("CANDOUR_SEED");
  return given == nullptr ? 20250930 : std::strtoull(given, nullptr, 10);
}

TEST_CASE("the exact quantile gives what was published for a known row") {
  // Ten in band 0 and ten in band 2: half of all is reached at the end of band 0.
  Bands bands{};
  bands[0] = 10;
  bands[2] = 10;
  CHECK(exact_quantile(bands, 50)->numerator == exact_quantile(bands, 50)->denominator);
  const Fraction p95 = exact_quantile(bands, 95).value();
  CHECK(10 * p95.numerator == 29 * p95.denominator);
  bands[2] = 9;
  CHECK_FALSE(exact_quantile(bands, 50).has_value());
  bands[104] = 500;
  CHECK(exact_quantile(bands, 95)->numerator == 104);
}

TEST_CASE("the quantile in SQL equals the exact one for 2,000 random band counts") {
  INFO("CANDOUR_SEED=" << seed());
  base::SeededRandom random(seed(), "quantile");
  CHECK(compare(random, 700) == 2100);
}

TEST_SUITE("slow") {
  TEST_CASE("the quantile in SQL equals the exact one for 100,000 random band counts" * doctest::skip()) {
    INFO("CANDOUR_SEED=" << seed());
    base::SeededRandom random(seed(), "quantile-slow");
    std::size_t compared = 0;
    while (compared < 100'000) compared += compare(random, 3000);
  }
}

}  // namespace
}  // namespace candour::sql
