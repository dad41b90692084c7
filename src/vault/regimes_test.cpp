#include "candour/vault/regimes.h"

#include <doctest/doctest.h>

#include <optional>

#include "candour/base/error.h"
#include "candour/base/simulated_disk.h"
#include "candour/vault/vault_testing.h"

namespace candour::vault {
namespace {

using namespace testing;  // NOLINT: the tests' own words

constexpr const char* kApplies = "applies";
constexpr const char* kNot = "does-not-apply";

collection::Period month(const std::string& name) {
  return collection::parse_period(name, collection::PeriodKind::kMonth);
}

/// A vault whose September was sent under the regime "applies".
struct Sent {
  Sent() {
    disk.make_folder("/p");
    vault.emplace(make_vault(disk, "/p/v"));
    for (const char* period : {"2025-08", "2025-09", "2025/26-Q2", "2025-09-30", "2025-10"}) {
      load(*vault, Scope::kWholeSlice, kThree, slice(period));
    }
    Regimes(*vault).remember(slice("2025-09"), month("2025-09"), kApplies, 1'760'000'000);
  }
  [[nodiscard]] std::string refusal(const Slice& of, const collection::Period& period,
                                    const char* regime = kNot) {
    return code_of([&] { Regimes(*vault).require(of, period, regime); });
  }
  base::SimulatedDisk disk;
  std::optional<Vault> vault;
};

TEST_CASE("a slice goes on under the regime that it was first sent under, and never under the other") {
  Sent sent;
  CHECK(sent.refusal(slice("2025-09"), month("2025-09"), kApplies) == "none");
  CHECK(sent.refusal(slice("2025-09"), month("2025-09")) == "CND-2614");
  const auto remember = [&](const char* regime) {
    return code_of(
        [&] { Regimes(*sent.vault).remember(slice("2025-09"), month("2025-09"), regime, 1'770'000'000); });
  };
  CHECK(remember(kApplies) == "none");
  CHECK(remember(kNot) == "CND-2614");
  CHECK(sent.refusal(slice("2025-09"), month("2025-09"), kApplies) == "none");
}

TEST_CASE("the other regime is refused for every period that has a day in common, whatever its kind") {
  Sent sent;
  using collection::PeriodKind;
  CHECK(sent.refusal(slice("2025/26-Q2"), collection::parse_period("2025/26-Q2", PeriodKind::kQuarter)) ==
        "CND-2614");
  CHECK(sent.refusal(slice("2025-09-30"), collection::parse_period("2025-09-30", PeriodKind::kDay)) ==
        "CND-2614");
  CHECK(sent.refusal(slice("2025-08"), month("2025-08")) == "none");
  CHECK(sent.refusal(slice("2025-10"), month("2025-10")) == "none");
}

TEST_CASE("another table or collection has a regime of its own") {
  Sent sent;
  Slice other = slice("2025-09");
  other.table = "referrals";
  CHECK(sent.refusal(other, month("2025-09")) == "none");
  other = slice("2025-09");
  other.collection = "other";
  CHECK(sent.refusal(other, month("2025-09")) == "none");
}

TEST_CASE("the regime outlives whatever becomes of the slice's rows, and the vault's being opened") {
  Sent sent;
  SUBCASE("loaded anew") { load(*sent.vault, Scope::kWholeSlice, {kThree[0]}, slice("2025-09")); }
  SUBCASE("emptied") {
    const collection::Table table = clock_stops();
    Load nil = sent.vault->begin_load(table, slice("2025-09"), Scope::kWholeSlice);
    nil.begin_file("nil.csv", 1);
    nil.declare_nil();
    nil.end_file(std::string(64, 'n'));
    static_cast<void>(nil.commit());
  }
  SUBCASE("opened again") {
    sent.vault.reset();
    sent.vault.emplace(Vault::open(sent.disk, "/p/v", key()));
  }
  CHECK(sent.refusal(slice("2025-09"), month("2025-09")) == "CND-2614");
  CHECK(sent.refusal(slice("2025-09"), month("2025-09"), kApplies) == "none");
}

}  // namespace
}  // namespace candour::vault
