#include "candour/vault/withdraw_orders.h"

#include <doctest/doctest.h>

#include <optional>

#include "candour/base/error.h"
#include "candour/base/simulated_disk.h"
#include "candour/vault/vault_testing.h"

namespace candour::vault {
namespace {

using namespace testing;  // NOLINT: the tests' own words

constexpr std::string_view kDomain = "secondary-uses";
constexpr std::int64_t kNow = 1'764'000'000;
const base::Date kWeek = base::Date::parse_iso("2025-11-24").value();

base::Identifiable<std::string> number(std::string_view digits) {
  return base::Identifiable<std::string>(std::string(digits));
}

struct Held {
  Held() {
    disk.make_folder("/p");
    vault.emplace(make_vault(disk, "/p/v"));
  }
  void reopen() {
    vault.reset();
    vault.emplace(Vault::open(disk, "/p/v", key()));
  }
  [[nodiscard]] WithdrawOrders orders() { return WithdrawOrders(*vault); }
  std::int64_t add(std::string_view digits) { return orders().add(number(digits), "A court", "C-1", kNow); }
  /// The numbers of a week's batch.
  [[nodiscard]] std::vector<std::string> planned(base::Date week, std::string_view domain = kDomain) {
    std::vector<std::string> digits;
    for (const auto& one : orders().plan(domain, week, random).numbers) digits.push_back(one.reveal());
    return digits;
  }
  base::SimulatedDisk disk;
  base::SeededRandom random{7, "orders"};
  std::optional<Vault> vault;
};

using Numbers = std::vector<std::string>;

}  // namespace

TEST_CASE("an erasure order stays with who ordered it, until it is cancelled") {
  Held held;
  const std::int64_t first = held.add("9990000018");
  const std::int64_t second = held.add("9990000026");
  CHECK(code_of([&] { held.add("9990000018"); }) == "CND-1955");
  held.reopen();
  const auto orders = held.orders().list();
  REQUIRE(orders.size() == 2);
  CHECK(orders[0].id == first);
  CHECK(orders[0].ordered_by == "A court");
  CHECK(orders[0].reference == "C-1");
  CHECK(orders[0].ordered_at == kNow);
  CHECK(orders[0].domains.empty());
  held.orders().cancel(second);
  CHECK(code_of([&] { held.orders().cancel(second); }) == "CND-1956");
  CHECK(held.orders().list().size() == 1);
  CHECK(held.planned(kWeek) == Numbers{"9990000018"});
}

TEST_CASE("an order says who ordered it and has a reference, each a line") {
  Held held;
  const auto code = [&](const std::string& by, const std::string& reference) {
    return code_of([&] { held.orders().add(number("9990000018"), by, reference, kNow); });
  };
  CHECK(code("", "C-1") == "CND-1954");
  CHECK(code("A court", "") == "CND-1954");
  CHECK(code("A\ncourt", "C-1") == "CND-1954");
  CHECK(code("A court", std::string(257, 'x')) == "CND-1954");
  CHECK(code("A court", std::string(256, 'x')) == "none");
}

TEST_CASE("a week's batch is planned once, and an order in it cannot be cancelled") {
  Held held;
  const std::int64_t order = held.add("9990000018");
  const WithdrawWeek week = held.orders().plan(kDomain, kWeek, held.random);
  held.add("9990000026");
  held.reopen();
  const WithdrawWeek again = held.orders().plan(kDomain, kWeek, held.random);
  CHECK(again.id == week.id);
  CHECK(base::equal_in_constant_time(again.seed.view(), week.seed.view()));
  CHECK(held.planned(kWeek) == Numbers{"9990000018"});
  CHECK(code_of([&] { held.orders().cancel(order); }) == "CND-1957");
  CHECK(held.orders().list()[0].domains.at(0).planned == kWeek);
  CHECK_FALSE(held.orders().list()[1].domains.at(0).planned.has_value());
}

TEST_CASE("what the hub has taken goes no more, and what it has not goes the week after") {
  Held held;
  held.add("9990000018");
  WithdrawWeek week = held.orders().plan(kDomain, kWeek, held.random);
  held.orders().keep_request(week, base::as_bytes("sealed"), kNow);
  week = held.orders().plan(kDomain, kWeek, held.random);
  CHECK(base::as_text(week.request) == "sealed");
  CHECK(week.request_made == kNow);
  CHECK_FALSE(week.received.has_value());

  const base::Date next = kWeek.plus_days(7);
  CHECK(held.planned(next) == Numbers{"9990000018"});
  held.orders().receive(held.orders().plan(kDomain, next, held.random), "receipt", kNow + 1);
  week = held.orders().plan(kDomain, next, held.random);
  CHECK(week.received == kNow + 1);
  CHECK(week.request.empty());
  CHECK(held.orders().list()[0].is_received(kDomain));
  CHECK(held.planned(next.plus_days(7)).empty());
  // Another domain's hub has tokens of its own.
  CHECK(held.planned(next.plus_days(7), "research") == Numbers{"9990000018"});
}

TEST_CASE("that one domain's hub took an order does not say that another's did") {
  Held held;
  held.add("9990000018");
  (void)held.planned(kWeek, "research");
  held.orders().receive(held.orders().plan(kDomain, kWeek, held.random), "receipt", kNow);
  const WithdrawOrder order = held.orders().list().at(0);
  REQUIRE(order.domains.size() == 2);
  CHECK(order.domains[0].domain == "research");
  CHECK(order.domains[0].planned == kWeek);
  CHECK_FALSE(order.domains[0].received.has_value());
  CHECK(order.domains[1].domain == kDomain);
  CHECK(order.domains[1].received == kNow);
  CHECK_FALSE(order.is_received("research"));
  CHECK_FALSE(order.is_received("a domain without a batch"));
  CHECK(order.is_received(kDomain));
}

TEST_CASE("what was ordered again goes with the next week's batch, though the hub had taken it") {
  Held held;
  const std::int64_t order = held.add("9990000018");
  held.orders().receive(held.orders().plan(kDomain, kWeek, held.random), "receipt", kNow);
  const base::Date next = kWeek.plus_days(7);
  held.orders().order_again(order);
  held.reopen();
  CHECK_FALSE(held.orders().list()[0].is_received(kDomain));
  CHECK(held.orders().plan(kDomain, kWeek, held.random).received == kNow);
  CHECK(held.planned(next) == Numbers{"9990000018"});
  CHECK(code_of([&] { held.orders().order_again(99); }) == "CND-1956");
}

TEST_CASE("a batch holds 256 orders, the oldest first, and the others wait") {
  Held held;
  for (int i = 0; i < 300; ++i) held.add(std::to_string(9'000'000'000 + i));
  const Numbers first = held.planned(kWeek);
  REQUIRE(first.size() == kWithdrawPlaces);
  CHECK(first.front() == "9000000000");
  CHECK(first.back() == "9000000255");
  held.orders().receive(held.orders().plan(kDomain, kWeek, held.random), "receipt", kNow);
  const Numbers second = held.planned(kWeek.plus_days(7));
  REQUIRE(second.size() == 44);
  CHECK(second.front() == "9000000256");
}

TEST_CASE("a vault of version 3 gets its tables of erasure orders when it is opened") {
  Held held;
  held.vault.reset();
  {
    Database database(held.disk, "/p/v", key(), Expect::kVault, Synchronous::kFull);
    make_version_3(database);
  }
  held.reopen();
  held.add("9990000018");
  CHECK(held.orders().list().size() == 1);
}

}  // namespace candour::vault
