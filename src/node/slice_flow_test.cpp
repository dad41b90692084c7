// A vault's slice to a hub of a real inbox and a lake of files: who is left out where the opt-out applies,
// when it is replaced, and that it never goes under two regimes.
#include "candour/node/slice_flow.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <set>

#include "candour/base/simulated_disk.h"
#include "candour/node/batch_rows.h"
#include "candour/node/persons.h"
#include "candour/node/vault_rows.h"
#include "candour/submission/flow_testing.h"
#include "candour/testing/code_of.h"
#include "candour/vault/vault_testing.h"

namespace candour::node {
namespace {

using candour::testing::code_of;
using submission::testing::kNow;

constexpr std::int64_t kDay = 24 * 3600;
/// Valid numbers of the range that is kept for tests.
const std::vector<std::string> kPeople = {"9990000018", "9990000026", "9990000034", "9990000042",
                                          "9990000050"};

/// One visit as the vault has it: whose (empty: no number), and the note that tells it from others.
struct Visit {
  std::string person, note;
};

collection::Collection keyed_visits(collection::PeriodKind kind = collection::PeriodKind::kMonth) {
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
    order.id = {4};
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

using Notes = std::set<std::string>;
const std::vector<Visit> kVisits = {
    {kPeople[0], "a1"}, {kPeople[0], "a2"}, {kPeople[1], "b1"}, {kPeople[2], "c1"}, {"", "x1"}};

TEST_CASE("where the opt-out does not apply all rows go, and nobody needs to have asked") {
  World world("does-not-apply");
  world.load(kVisits);
  const SliceOutcome sent = world.send();
  CHECK(sent.receipt->rows == 5);
  CHECK_FALSE(sent.left_out);
  CHECK(world.at_hub() == Notes{"a1", "a2", "b1", "c1", "x1"});
  CHECK_FALSE(load_source(world.disk, "/outbox/small-visits-visits-2025-09-r1")->left_out.size());
}

TEST_CASE("where the opt-out applies no row and no token of who opted out, or has no number, goes") {
  World world;
  world.load(kVisits);
  world.check({kPeople[0], kPeople[2]});
  const SliceOutcome sent = world.send();
  CHECK(sent.receipt->rows == 3);
  CHECK(sent.left_out == vault::LeftOut{.national = 1, .without_number = 1});
  CHECK(world.at_hub() == Notes{"a1", "a2", "c1"});
  const std::string csv = world.hub.lake.commits().back().rows;
  const auto pseudonym = [](const std::string& person) {
    return submission::testing::pseudonym_of(submission::testing::token_of(vault::nhs_number_of(person)));
  };
  CHECK(csv.find(pseudonym(kPeople[0])) != std::string::npos);  // the control
  CHECK(csv.find(pseudonym(kPeople[1])) == std::string::npos);
  const auto kept = vault::OptOuts(*world.vault).kept_left_out();
  REQUIRE(kept.size() == 1);
  CHECK(kept[0].left_out == *sent.left_out);
  CHECK(kept[0].slice.period == "2025-09");
}

TEST_CASE("a check that changes who may go replaces the slice, and one that does not leaves it") {
  World world;
  world.load(kVisits);
  world.check({kPeople[0], kPeople[1], kPeople[2]});
  CHECK(world.send().revision == 1);
  world.clock = base::FixedClock(kNow + 20 * kDay);
  world.check({kPeople[0], kPeople[1], kPeople[2]});
  CHECK_FALSE(world.send().receipt);
  CHECK(world.hub.lake.commits().size() == 1);
  world.clock = base::FixedClock(kNow + 22 * kDay);
  world.check({kPeople[0], kPeople[1]});
  const SliceOutcome replaced = world.send();
  CHECK(replaced.revision == 2);
  CHECK(replaced.receipt->rows == 3);
  CHECK(world.at_hub() == Notes{"a1", "a2", "b1"});
  // Who takes an opt-out back is there again.
  world.clock = base::FixedClock(kNow + 23 * kDay);
  world.check({kPeople[0], kPeople[1], kPeople[2]});
  CHECK(world.send().receipt->rows == 4);
}

TEST_CASE("without a check, and when the last is over, nothing is sent and the hub is not asked") {
  World world;
  world.load(kVisits);
  CHECK(world.send_code() == "CND-2610");
  world.check({kPeople[0]});
  CHECK(world.send().receipt->rows == 2);
  world.load({{kPeople[0], "a9"}});
  world.clock = base::FixedClock(kNow + 21 * kDay);
  CHECK(world.send_code() == "CND-2611");
  vault::OptOuts(*world.vault).forget_expired(world.clock.now_unix_seconds());
  CHECK(world.send_code() == "CND-2611");
  CHECK(world.hub.lake.commits().size() == 1);
  world.check({kPeople[0]});
  CHECK(world.send().receipt->rows == 1);
  CHECK(world.at_hub() == Notes{"a9"});
}

TEST_CASE("a submission that was cut off goes on only while the check is good") {
  World world;
  world.load(kVisits);
  world.check({kPeople[0]});
  world.hub.before_piece = [](std::uint64_t) { throw base::Error("CND-1901", "The cable is out."); };
  CHECK(world.send_code() == "CND-1901");
  world.hub.before_piece = nullptr;
  const auto signed_at = world.clock;
  world.clock = base::FixedClock(kNow + 21 * kDay);
  CHECK(world.send_code() == "CND-2611");
  CHECK(world.hub.lake.commits().empty());
  world.clock = signed_at;  // the control
  CHECK(world.send_code() == "none");
}

TEST_CASE("who came after the request waits for the next check, and is counted apart") {
  World world;
  world.load(kVisits);
  world.check({kPeople[0], kPeople[1], kPeople[2]});
  std::vector<Visit> more = kVisits;
  more.push_back({kPeople[3], "d1"});
  world.load(more);
  const SliceOutcome first = world.send();
  CHECK(first.left_out == vault::LeftOut{.waiting = 1, .without_number = 1});
  CHECK(world.at_hub() == Notes{"a1", "a2", "b1", "c1"});
  world.check({kPeople[0], kPeople[1], kPeople[2], kPeople[3]});
  CHECK(world.send().revision == 2);
  CHECK(world.at_hub() == Notes{"a1", "a2", "b1", "c1", "d1"});
}

TEST_CASE(
    "when everybody has opted out the hub's slice is replaced by an empty one, which is no nil return") {
  World world;
  world.load(kVisits);
  world.check({kPeople[0]});
  CHECK(world.send().receipt->rows == 2);
  world.check({});
  CHECK(world.send().receipt->rows == 0);
  CHECK(world.at_hub().empty());
}

TEST_CASE("when the instruction is over a slice stays as it was received, whoever opts out since") {
  World world;
  world.load(kVisits);
  world.check({kPeople[0]});
  world.send();
  const auto standing = [&] {
    const SliceFlow flow({world.disk, world.clock, *world.vault, world.outbox, world.hub});
    return flow.received_as_it_is(world.job_of("2025-09"));
  };
  world.clock = base::FixedClock(kNow + 30 * kDay);
  CHECK(standing() == 1);
  world.load({{kPeople[0], "a9"}});
  CHECK_FALSE(standing());
}

TEST_CASE("a submission's source.json of before opt-outs is read, and what is left out comes back") {
  base::SimulatedDisk disk;
  disk.make_folder("/s");
  Source source{.domain = "d", .opt_out = "does-not-apply", .files = {{"a.csv", "aa", kNow}}, .rows = 3};
  store_source(disk, "/s", source);
  CHECK(base::load_text(disk, "/s/source.json").find("left_out") == std::string::npos);
  CHECK(load_source(disk, "/s") == source);
  source.left_out = std::string(64, 'a');
  store_source(disk, "/s", source);
  CHECK(load_source(disk, "/s") == source);
}

/// Sends September under "applies" and then tries the twin in some way; each with a control.
struct TwinCut : World {
  TwinCut() {
    load(kVisits);
    check({kPeople[0], kPeople[1]});
  }
  void turn() {
    order.opt_out = order.opt_out == "applies" ? "does-not-apply" : "applies";
    order.id[0] = static_cast<std::uint8_t>(order.id[0] + 1);
  }
  /// The other regime is refused and the hub has nothing new; under the first it still goes.
  void check_refused(const std::string& period = "2025-09") {
    const std::size_t before = hub.lake.commits().size();
    turn();
    CHECK(send_code(period) == "CND-2614");
    CHECK(hub.lake.commits().size() == before);
    turn();
    CHECK(send_code() == "none");
  }
};

TEST_CASE(
    "a slice that was received goes under no other regime: by another instruction, or in another domain") {
  TwinCut twin;
  twin.send();
  twin.check_refused();
  twin.turn();
  twin.order.domain = "research";
  CHECK(twin.send_code() == "CND-2614");
}

TEST_CASE("neither does one whose rows were loaded anew, or that is sent again unchanged") {
  TwinCut twin;
  twin.send();
  twin.even_unchanged = true;
  twin.check_refused();
  twin.load({{kPeople[0], "a9"}});
  twin.check_refused();
}

TEST_CASE("neither does one that was cut off after it was signed, or before") {
  TwinCut twin;
  SUBCASE("while it was uploaded") {
    twin.hub.before_piece = [](std::uint64_t) { throw base::Error("CND-1901", "The cable is out."); };
  }
  SUBCASE("as soon as anything could have left") {
    twin.before_rows = [] { throw base::Error("CND-1003", "The disk is full."); };
  }
  const std::string code = twin.send_code();
  CHECK(code != "none");
  twin.hub.before_piece = nullptr;
  twin.before_rows = nullptr;
  twin.turn();
  CHECK(twin.send_code() == "CND-2614");
  CHECK(twin.hub.lake.commits().empty());
}

TEST_CASE("neither does one whose outbox was emptied, or whose vault was closed in between") {
  TwinCut twin;
  twin.send();
  for (const auto& folder : twin.outbox.submissions()) {
    for (const std::string& name : twin.disk.list(folder)) twin.disk.remove(folder / name);
  }
  twin.vault.reset();
  twin.vault.emplace(vault::Vault::open(twin.disk, "/p/v", vault::testing::key()));
  twin.turn();
  CHECK(twin.send_code() == "CND-2614");
}

TEST_CASE("neither does a slice that has become a nil return, or was one") {
  SUBCASE("it has become one") {
    TwinCut twin;
    twin.send();
    twin.load({});
    twin.check_refused();
  }
  SUBCASE("it was one") {
    TwinCut twin;
    twin.load({});
    twin.send();
    twin.load(kVisits);
    twin.check_refused();
  }
}

TEST_CASE("neither does a quarter that holds a month which was sent, and another month goes") {
  TwinCut twin;
  twin.send();
  twin.load(kVisits, "2025-10");
  twin.load(kVisits, "2025/26-Q2");
  twin.turn();
  CHECK(twin.send_code("2025-10") == "none");  // the control: it has no day in common
  twin.collection = keyed_visits(collection::PeriodKind::kQuarter);
  CHECK(twin.send_code("2025/26-Q2") == "CND-2614");
}

TEST_CASE("the order of the two regimes does not matter") {
  TwinCut twin;
  twin.order.opt_out = "does-not-apply";
  twin.send();
  twin.check_refused();
}

TEST_CASE("of a vault that was made before regimes were kept, the outbox knows what was sent") {
  TwinCut twin;
  twin.order.opt_out = "does-not-apply";
  twin.send();
  twin.vault.reset();
  {
    vault::Database database(twin.disk, "/p/v", vault::testing::key(), vault::Expect::kVault,
                             vault::Synchronous::kFull);
    database.run("DELETE FROM regime");
  }
  twin.vault.emplace(vault::Vault::open(twin.disk, "/p/v", vault::testing::key()));
  twin.check_refused();
}

TEST_CASE("what was refused before anything could leave binds nobody") {
  TwinCut twin;
  twin.in_force = false;
  CHECK(twin.send_code() == "CND-2022");
  twin.in_force = true;
  twin.turn();
  CHECK(twin.send_code() == "none");
  CHECK(twin.hub.lake.commits().back().stored.rows == 5);
}

TEST_CASE("whoever opts out and comes, the hub has the rows of those who may go, and no other") {
  CHECK(rc::check("rows at the hub", [] {
    World world;
    std::vector<Visit> visits = {{kPeople[0], "n0"}};
    std::set<std::string> asked = {kPeople[0]};
    const auto draw_visits = [&] {
      const auto count = *rc::gen::inRange<std::size_t>(1, 12);
      for (std::size_t i = 0; i < count; ++i) {
        const auto person = *rc::gen::inRange<std::size_t>(0, kPeople.size() + 1);
        visits.push_back(
            {person == kPeople.size() ? "" : kPeople[person], "n" + std::to_string(visits.size())});
      }
      world.load(visits);
    };
    draw_visits();
    for (int round = 0; round < 3; ++round) {
      world.clock = base::FixedClock(kNow + round * kDay);
      for (const Visit& one : visits) {
        if (!one.person.empty()) asked.insert(one.person);
      }
      std::set<std::string> may_go;
      for (const std::string& person : asked) {
        if (*rc::gen::arbitrary<bool>()) may_go.insert(person);
      }
      world.check(may_go);
      draw_visits();
      const SliceOutcome sent = world.send();
      Notes expected;
      for (const Visit& one : visits) {
        if (may_go.contains(one.person)) expected.insert(one.note);
      }
      RC_ASSERT(world.at_hub() == expected);
      RC_ASSERT(sent.left_out->rows() == visits.size() - expected.size());
    }
  }));
}

}  // namespace
}  // namespace candour::node
