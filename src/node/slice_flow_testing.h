// What the tests of a slice's flow share: a vault, an outbox, a hub of a real inbox and a lake of files, and
// a slice whose tokens no guardian made.
#pragma once

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "candour/base/simulated_disk.h"
#include "candour/node/batch_rows.h"
#include "candour/node/persons.h"
#include "candour/node/slice_flow.h"
#include "candour/node/vault_rows.h"
#include "candour/submission/flow_testing.h"
#include "candour/testing/code_of.h"
#include "candour/vault/vault_testing.h"

namespace candour::node::testing {

using candour::testing::code_of;
using submission::testing::kNow;

inline constexpr std::int64_t kDay = 24 * 3600;
/// Valid numbers of the range that is kept for tests.
inline const std::vector<std::string> kPeople = {"9990000018", "9990000026", "9990000034", "9990000042",
                                                 "9990000050"};

/// One visit as the vault has it: whose (empty: no number), and the note that tells it from others.
struct Visit {
  std::string person, note;
};

inline collection::Collection keyed_visits(collection::PeriodKind kind = collection::PeriodKind::kMonth) {
  collection::Collection made = submission::testing::visits();
  made.tables[0].key = {2};
  made.tables[0].person = 0;
  made.tables[0].period = kind;
  return made;
}

/// The slice as node::SlicePort gives it, with tokens that no guardian made.
class VaultSlice final : public submission::SlicePort {
 public:
  VaultSlice(const vault::Vault& vault, const SliceJob& job, const vault::OptOutFilter* filter)
      : vault_(vault),
        job_(job),
        filter_(filter),
        key_(vault.local_pseudonym_key()),
        minimiser_(job.table, job.period, job.lookups, key_) {}

  std::unique_ptr<table::ChunkSource> rows() override {
    return std::make_unique<MinimisedRows>(vault_.rows(job_.table, slice(), filter_), job_.table, minimiser_);
  }
  submission::Pseudonymised pseudonymise(const submission::Plan& plan) override {
    Persons persons(job_.table.person, vault_.row_count(slice()));
    vault::RowCursor cursor = vault_.rows(job_.table, slice(), filter_);
    table::IdentifiableChunk rows{table::Chunk(job_.table.row_schema())};
    while (cursor.next(rows)) persons.add(rows);
    persons.finish();
    // A batch's record names a row of each person, of those that go.
    REQUIRE(row_keys(vault_, job_.table, slice(), persons, filter_).size() == persons.identifiers().size());
    submission::Pseudonymised made{.tokens = submission::Tokens(persons.rows()), .attestations = {}};
    if (!persons.identifiers().empty()) {
      made.attestations = submission::testing::TestSlice({}).pseudonymise(plan).attestations;
    }
    for (std::size_t row = 0; row < persons.rows(); ++row) {
      const auto person = persons.identifier_of(row);
      if (!person) continue;
      const std::string& digits = persons.identifiers()[*person].reveal();
      made.tokens[row] = submission::testing::token_of(vault::nhs_number_of(digits));
    }
    return made;
  }

 private:
  [[nodiscard]] vault::Slice slice() const {
    return slice_of(vault_, job_.collection, job_.table, job_.period);
  }
  const vault::Vault& vault_;
  const SliceJob& job_;
  const vault::OptOutFilter* filter_;
  base::SecretBytes key_;
  minimise::Minimiser minimiser_;
};

struct World {
  explicit World(const std::string& opt_out = "applies") {
    disk.make_folder("/p");
    disk.make_folder("/in");
    vault.emplace(vault::Vault::create(disk, "/p/v", vault::testing::key(), random, "R1H"));
    order.header.id = {4};
    order.domain = "secondary-uses";
    order.opt_out = opt_out;
  }

  void load(const std::vector<Visit>& visits, const std::string& period = "2025-09") {
    const collection::Table& table = collection.tables[0];
    vault::Load load =
        vault->begin_load(table, {collection.name, table.name, "R1H", period}, vault::Scope::kWholeSlice);
    load.begin_file("visits.csv", clock.now_unix_seconds());
    table::Chunk chunk(table.row_schema());
    for (const Visit& one : visits) {
      one.person.empty() ? chunk.column(0).append_null() : chunk.column(0).append_text(one.person);
      chunk.column(1).append_text("R1H");
      chunk.column(2).append_text(one.note);
      chunk.column(3).append_integer(5);
    }
    const table::IdentifiableChunk rows(std::move(chunk));
    for (std::size_t i = 0; i < visits.size(); ++i) static_cast<void>(load.put(rows, i, i + 2));
    if (visits.empty()) load.declare_nil();
    load.end_file(std::string(64, static_cast<char>('a' + ++loads % 26)));
    static_cast<void>(load.commit());
  }

  /// Asks about everybody in the vault, and answers that these may go.
  void check(const std::set<std::string>& may_go) {
    vault::OptOuts opt_outs(*vault);
    const std::int64_t now = clock.now_unix_seconds();
    const auto request = opt_outs.ask(disk, "/out" + std::to_string(++checks),
                                      {{collection, collection.tables[0]}}, "X26HC036", now, random);
    std::string text;
    for (const std::string& person : may_go) text += person + ",\n";
    const std::filesystem::path path = "/in/" + request.file_names().front();
    disk.store_new(path, text);
    vault::OptOutAnswer answer = opt_outs.begin_answer(now);
    answer.read(disk, path);
    static_cast<void>(opt_outs.accept(answer, now));
  }

  SliceOutcome send(const std::string& period = "2025-09") {
    const SliceJob job = job_of(period);
    SliceFlow flow({disk, clock, *vault, outbox, hub});
    return flow.send({.job = job,
                      .even_unchanged = even_unchanged,
                      .require_in_force =
                          [&] {
                            if (!in_force) throw base::Error("CND-2022", "The instruction has expired.");
                          },
                      .make_port =
                          [&](const std::filesystem::path&, const vault::OptOutFilter* filter) {
                            if (before_rows) before_rows();
                            return std::make_unique<VaultSlice>(*vault, job, filter);
                          }});
  }
  std::string send_code(const std::string& period = "2025-09") {
    return code_of([&] { send(period); });
  }
  [[nodiscard]] SliceJob job_of(const std::string& period) const {
    const collection::Table& table = collection.tables[0];
    return {order, collection, table, collection::parse_period(period, table.period), lookups};
  }

  /// The notes of the rows that the hub has of the slice.
  [[nodiscard]] std::set<std::string> at_hub() const {
    const auto commits = hub.lake.commits();
    std::set<std::string> notes;
    if (commits.empty()) return notes;
    const std::string& csv = commits.back().rows;
    for (std::size_t at = csv.find('\n') + 1; at < csv.size(); at = csv.find('\n', at) + 1) {
      const std::size_t note = csv.find(",R1H,", at) + 5;
      notes.insert(csv.substr(note, csv.find(',', note) - note));
    }
    return notes;
  }

  base::SimulatedDisk disk;
  base::FixedClock clock{kNow};
  base::SeededRandom random{1, "world"};
  submission::testing::TestHub hub{disk, clock, random};
  submission::Outbox outbox = submission::testing::outbox_on(disk, clock, random);
  collection::Collection collection = keyed_visits();
  minimise::Lookups lookups;
  instruction::Instruction order;
  std::optional<vault::Vault> vault;
  bool in_force = true, even_unchanged = false;
  std::function<void()> before_rows;
  int loads = 0, checks = 0;
};

inline const std::vector<Visit> kVisits = {
    {kPeople[0], "a1"}, {kPeople[0], "a2"}, {kPeople[1], "b1"}, {kPeople[2], "c1"}, {"", "x1"}};

}  // namespace candour::node::testing
