// The rows of those whom erasure orders are about are deleted from the lake, and the log is told.
//
// The order:
//   1. every table is written anew without them, and what older versions have of them goes
//   2. each table is stated, for each instruction and week
//   3. the pseudonyms are forgotten, if every table was stated
// A kill at any place leaves the rest to the next time. What stands in a statement follows from the log and
// the clock, and not from when the hub came to it or what it held: whose orders they are by their commitment,
// the number of a table's submissions, and the week.
#include <algorithm>

#include "candour/base/error.h"
#include "candour/node/withdrawals.h"
#include "candour/submission/package_format.h"

namespace candour::node {
namespace {

constexpr std::int64_t kDaySeconds = 86'400;

}  // namespace

void Withdrawals::erase_due(lake::Table::Surroundings around, const std::vector<StoredTable>& tables) {
  const Due due = this->due();
  if (due.empty()) return;
  // All tables before the first statement: how long it took to go through one of them is not to be seen.
  for (const StoredTable& table : tables) {
    try {
      erase(around, table, due);
    } catch (const base::Error& error) {
      log_failure(table, error);
    }
  }
  for (const auto& [occasion, batches] : due) {
    bool is_over = true;
    for (const StoredTable& table : tables) {
      try {
        is_over = state(around, table, occasion, batches) && is_over;
      } catch (const base::Error& error) {
        log_failure(table, error);
        is_over = false;
      }
    }
    if (!is_over) continue;
    for (const submission::Identity& one : batches) {
      forget_suppressed(one);
      for (const StoredTable& table : tables) gone_.erase({one, table.folder});
    }
    parts_.log.event("withdraw.erased").with("batches", batches.size());
  }
}

Withdrawals::Due Withdrawals::due() const {
  const instruction::Moment moment = parts_.moment();
  // What a clock that is wrong would delete does not come back: the witnesses' must say the same.
  const std::int64_t now = std::min(moment.now, moment.witnessed);
  Due due;
  for (const Taken& one : waiting()) {
    const base::Date monday = statement::week_of(one.at + kWithdrawnSeconds);
    if (now < monday.plus_days(7).days_since_1970() * kDaySeconds) continue;
    due[{one.withdraw.instruction, monday}].push_back(one.identity);
  }
  return due;
}

void Withdrawals::erase(lake::Table::Surroundings around, const StoredTable& table, const Due& due) {
  std::set<std::string> pseudonyms;
  std::vector<submission::Identity> whose;
  for (const auto& [occasion, batches] : due) {
    for (const submission::Identity& one : batches) {
      if (gone_.contains({one, table.folder})) continue;
      pseudonyms.merge(suppressed(one));
      whose.push_back(one);
    }
  }
  if (whose.empty()) return;
  (void)lake::Table::open(around, table.folder)
      .erase({.slice = {},
              .column = std::string(submission::kPseudonymColumn),
              .values = std::move(pseudonyms),
              .erased_at_unix = parts_.clock.now_unix_seconds()});
  for (const submission::Identity& one : whose) gone_.emplace(one, table.folder);
}

bool Withdrawals::state(lake::Table::Surroundings around, const StoredTable& table, const Occasion& occasion,
                        const std::vector<submission::Identity>& batches) {
  std::vector<std::string> whose;
  for (const submission::Identity& one : batches) {
    if (!gone_.contains({one, table.folder})) return false;
    whose.push_back(base::to_hex(one));
  }
  lake::Table held = lake::Table::open(around, table.folder);
  const std::uint64_t submissions = held.submissions_until(held.snapshot().version);
  parts_.erasures.state({.instruction = occasion.instruction,
                         .collection = table.collection,
                         .table = table.table,
                         .ground = statement::ErasureGround::kOrder,
                         .occasion = occasion.monday.iso(),
                         .first_version = std::min<std::uint64_t>(1, submissions),
                         .last_version = submissions,
                         .files = std::move(whose)});
  return true;
}

void Withdrawals::log_failure(const StoredTable& table, const base::Error& error) const {
  parts_.log.event("erasure.failed")
      .with("collection", base::Label(table.collection))
      .with("table", base::Label(table.table))
      .with(error);
}

}  // namespace candour::node
