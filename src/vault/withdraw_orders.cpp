#include "candour/vault/withdraw_orders.h"

#include <algorithm>

#include "candour/base/error.h"
#include "candour/vault/vault_state.h"

namespace candour::vault {
namespace {

bool is_line(std::string_view text) {
  return !text.empty() && text.size() <= kWithdrawTextAtMostBytes &&
         std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f; });
}

}  // namespace

std::int64_t WithdrawOrders::add(const base::Identifiable<std::string>& number, std::string_view ordered_by,
                                 std::string_view reference, std::int64_t now) {
  CANDOUR_CHECK(!vault_.state_->is_loading);
  if (!is_line(ordered_by) || !is_line(reference)) {
    throw base::Error("CND-1954",
                      "An erasure order says who ordered it, and has a reference, each a short line.");
  }
  Database& database = *vault_.state_->database;
  Statement put = database.prepare(
      "INSERT INTO withdraw_order (number, ordered_by, reference, ordered_at) VALUES (?1, ?2, ?3, ?4) "
      "ON CONFLICT (number) DO NOTHING");
  put.bind_text(1, number.reveal()).bind_text(2, ordered_by).bind_text(3, reference);
  put.bind_integer(4, now).run();
  if (database.changes() == 0) {
    throw base::Error("CND-1955", "The vault has an erasure order about this person already.");
  }
  return database.last_insert_id();
}

bool WithdrawOrder::is_received(std::string_view domain) const {
  return std::ranges::any_of(
      domains, [&](const WithdrawProgress& one) { return one.domain == domain && one.received.has_value(); });
}

std::vector<WithdrawOrder> WithdrawOrders::list() const {
  std::vector<WithdrawOrder> found;
  Statement all = vault_.state_->database->prepare(
      "WITH placed AS (SELECT p.\"order\", w.domain, w.week, w.received FROM withdraw_place AS p JOIN "
      "withdraw_week AS w ON w.id = p.week) "
      "SELECT o.id, o.ordered_by, o.reference, o.ordered_at, d.domain, max(placed.week), "
      "min(placed.received) FROM withdraw_order AS o LEFT JOIN (SELECT DISTINCT domain FROM withdraw_week) "
      "AS d ON 1 LEFT JOIN placed ON placed.\"order\" = o.id AND placed.domain = d.domain "
      "GROUP BY o.id, d.domain ORDER BY o.id, d.domain");
  while (all.step()) {
    if (found.empty() || found.back().id != all.integer(0)) {
      found.push_back({.id = all.integer(0),
                       .ordered_by = std::string(all.text(1)),
                       .reference = std::string(all.text(2)),
                       .ordered_at = all.integer(3)});
    }
    if (all.is_null(4)) continue;
    WithdrawProgress& progress = found.back().domains.emplace_back();
    progress.domain = all.text(4);
    if (!all.is_null(5)) progress.planned = base::Date(static_cast<std::int32_t>(all.integer(5)));
    if (!all.is_null(6)) progress.received = all.integer(6);
  }
  return found;
}

void WithdrawOrders::cancel(std::int64_t id) {
  CANDOUR_CHECK(!vault_.state_->is_loading);
  Database& database = *vault_.state_->database;
  Transaction transaction(database);
  Statement placed = database.prepare("SELECT 1 FROM withdraw_place WHERE \"order\" = ?1");
  placed.bind_integer(1, id);
  if (placed.step()) {
    throw base::Error("CND-1957", "The erasure order stands in a batch, and cannot be taken back.")
        .with("order", id);
  }
  placed.reset();
  Statement remove = database.prepare("DELETE FROM withdraw_order WHERE id = ?1");
  remove.bind_integer(1, id).run();
  if (database.changes() == 0) {
    throw base::Error("CND-1956", "The vault has no erasure order of this number.").with("order", id);
  }
  transaction.commit();
}

void WithdrawOrders::order_again(std::int64_t id) {
  CANDOUR_CHECK(!vault_.state_->is_loading);
  Database& database = *vault_.state_->database;
  Transaction transaction(database);
  Statement known = database.prepare("SELECT 1 FROM withdraw_order WHERE id = ?1");
  known.bind_integer(1, id);
  if (!known.step()) {
    throw base::Error("CND-1956", "The vault has no erasure order of this number.").with("order", id);
  }
  known.reset();
  Statement remove = database.prepare(
      "DELETE FROM withdraw_place WHERE \"order\" = ?1 AND week IN (SELECT id FROM withdraw_week WHERE "
      "received IS NOT NULL)");
  remove.bind_integer(1, id).run();
  transaction.commit();
}

std::optional<WithdrawWeek> WithdrawOrders::find(std::string_view domain, base::Date week) const {
  Database& database = *vault_.state_->database;
  Statement of_week = database.prepare(
      "SELECT id, seed, request, request_made, received FROM withdraw_week WHERE domain = ?1 AND week = ?2");
  of_week.bind_text(1, domain).bind_integer(2, week.days_since_1970());
  if (!of_week.step()) return std::nullopt;
  WithdrawWeek found;
  found.id = of_week.integer(0);
  found.seed = base::SecretBytes(of_week.blob(1));
  if (!of_week.is_null(2)) found.request.assign(of_week.blob(2).begin(), of_week.blob(2).end());
  if (!of_week.is_null(3)) found.request_made = of_week.integer(3);
  if (!of_week.is_null(4)) found.received = of_week.integer(4);
  Statement numbers = database.prepare(
      "SELECT o.number FROM withdraw_place AS p JOIN withdraw_order AS o ON o.id = p.\"order\" WHERE p.week "
      "= "
      "?1 ORDER BY o.id");
  numbers.bind_integer(1, found.id);
  while (numbers.step()) found.numbers.emplace_back(std::string(numbers.text(0)));
  return found;
}

WithdrawWeek WithdrawOrders::plan(std::string_view domain, base::Date week, base::Random& random) {
  CANDOUR_CHECK(!vault_.state_->is_loading);
  if (auto found = find(domain, week)) return *std::move(found);
  base::SecretBytes seed{std::size_t{32}};
  random.fill(seed.span());
  Database& database = *vault_.state_->database;
  Transaction transaction(database);
  Statement put = database.prepare("INSERT INTO withdraw_week (domain, week, seed) VALUES (?1, ?2, ?3)");
  put.bind_text(1, domain).bind_integer(2, week.days_since_1970()).bind_blob(3, seed.view()).run();
  const std::int64_t id = database.last_insert_id();
  // A week that ended before the hub had taken its batch took nobody.
  Statement places = database.prepare(
      "INSERT INTO withdraw_place (week, \"order\") SELECT ?1, o.id FROM withdraw_order AS o WHERE NOT "
      "EXISTS "
      "(SELECT 1 FROM withdraw_place AS p JOIN withdraw_week AS w ON w.id = p.week WHERE p.\"order\" = o.id "
      "AND w.domain = ?2 AND w.received IS NOT NULL) ORDER BY o.id LIMIT ?3");
  places.bind_integer(1, id).bind_text(2, domain);
  places.bind_integer(3, std::int64_t{kWithdrawPlaces}).run();
  transaction.commit();
  return find(domain, week).value();
}

void WithdrawOrders::keep_request(const WithdrawWeek& week, base::ByteView request, std::int64_t made) {
  CANDOUR_CHECK(!vault_.state_->is_loading);
  Statement keep = vault_.state_->database->prepare(
      "UPDATE withdraw_week SET request = ?2, request_made = ?3 WHERE id = ?1 AND received IS NULL");
  keep.bind_integer(1, week.id).bind_blob(2, request).bind_integer(3, made).run();
}

void WithdrawOrders::receive(const WithdrawWeek& week, std::string_view receipt, std::int64_t now) {
  CANDOUR_CHECK(!vault_.state_->is_loading);
  Statement keep = vault_.state_->database->prepare(
      "UPDATE withdraw_week SET request = NULL, receipt = ?2, received = ?3 WHERE id = ?1 AND received IS "
      "NULL");
  keep.bind_integer(1, week.id).bind_text(2, receipt).bind_integer(3, now).run();
}

}  // namespace candour::vault
