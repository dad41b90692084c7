#include "candour/node/status.h"

#include <doctest/doctest.h>

#include <optional>

#include "candour/pseudonym/pseudonym_testing.h"
#include "candour/statement/envelope.h"
#include "candour/submission/submission_testing.h"
#include "candour/testing/code_of.h"
#include "candour/testing/federation.h"
#include "candour/testing/shared.h"

namespace candour::node {
namespace {

using candour::testing::code_of;
using collection::PeriodKind;
using pseudonym::testing::key_of;
namespace visits = submission::testing;

constexpr std::int64_t kDueDays = 14;

std::int64_t at(std::string_view text) { return base::parse_utc(text).value(); }

// A hub with one table of visits, in a federation of R1H and R2H that are both ordered to send it.
class VisitsHub {
 public:
  explicit VisitsHub(PeriodKind kind = PeriodKind::kMonth) {
    collections_.front().tables.front().period = kind;
    collections_.front().tables.front().title = "Visits";
    order().notice_days = 1;
    order().data_from = base::Date::parse_iso("2025-09-01").value();
    order().expires = at("2100-01-01T00:00:00Z");
    order().collections = {{visits::visits().name, visits::visits().digest, {"hospital"}}};
    begin_own_log();
    const instruction::Charter& charter = own_.charter;
    draft_ = visits::manifest_draft();
    draft_.header.federation = charter.federation();
    draft_.header.log = charter.log();
    draft_.package_bytes = submission::kLeastPackageBytes;
    sealing_keys_.emplace(
        submission::SealingKeys::Surroundings{disk_, clock, random_, secret_, key_of("hub")},
        folder_.path() / "sealing-keys",
        submission::Federation{charter.federation(), charter.log(), key_of("hub").public_key()});
    const std::filesystem::path home = folder_.path();
    erasures_.emplace(
        Erasures::Parts{disk_, clock, random_, *view_, [](std::string_view) {}, hub_key_, home / "erasures"});
    withdrawals_.emplace(Withdrawals::Parts{.disk = disk_,
                                            .clock = clock,
                                            .log = log_,
                                            .view = *view_,
                                            .entries = [this] { return view_->now(); },
                                            .moment = [this] { return view_->moment(); },
                                            .enter = [](std::string_view) {},
                                            .erasures = *erasures_,
                                            .signing_key = hub_key_,
                                            .lake_key = secret_,
                                            .tombstone_key = secret_,
                                            .sealing_keys = *sealing_keys_,
                                            .lake = home / "lake",
                                            .batches = home / "batches"});
    hub_.emplace(Hub::Parts{.disk = disk_,
                            .clock = clock,
                            .random = random_,
                            .log = log_,
                            .view = *view_,
                            .enter = [](std::string_view) {},
                            .refusals = *refusals_,
                            .erasures = *erasures_,
                            .collections = collections_,
                            .signing_key = hub_key_,
                            .lake_key = secret_,
                            .sealing_keys = *sealing_keys_,
                            .withdrawals = *withdrawals_,
                            .lake = home / "lake",
                            .inbox = home / "inbox",
                            .submissions = home / "submissions",
                            .batches = home / "batches",
                            .scratch = scratch_.path()});
  }

  [[nodiscard]] instruction::Instruction& order() { return members_.order; }

  /// Puts so many rows into the lake as a provider's return under the order.
  void store(const std::string& provider, const std::string& period, std::size_t rows, bool nil = false) {
    statement::Submission manifest = draft_;
    manifest.provider = provider;
    manifest.period = period;
    manifest.nil = nil;
    manifest.instruction = order().id();
    const collection::Table& table = collections_.front().tables.front();
    table::Relation relation{lake_schema(table), {}};
    for (std::size_t i = 0; i < rows; ++i) {
      table::Chunk row(relation.schema);
      row.column(0).append_text("pseudonym");
      row.column(1).append_text(provider);
      row.column(2).append_null();
      row.column(3).append_integer(static_cast<std::int64_t>(i));
      relation.append_row(row, 0);
    }
    table::RelationSource source(relation);
    const auto identity = base::sha256(base::as_bytes(provider + period));
    (void)hub_->tables().front()->store(manifest, identity, 0, source);
  }

  /// R1H sends a manifest that the hub's own log, which has no order, does not allow; gives the code.
  std::string send_refused(const std::string& period, std::int64_t age_seconds = 0) {
    statement::Submission manifest = draft_;
    manifest.period = period;
    manifest.header.made = clock.now - age_seconds;
    const std::string envelope = statement::write_envelope(
        statement::sign("submission", statement::write_payload(manifest), key_of("R1H")));
    return code_of([&] {
      hub_->put_manifest(own_.charter.providers.front().tls_key, submission::identity_of(envelope), envelope);
    });
  }

  std::vector<SliceStatus> status(std::string_view now) {
    clock.now = at(now);
    members_.found_with_collection(visits::visits().name, visits::visits().digest);
    return flow_status(*hub_, *members_.log, clock.now, kDueDays);
  }
  /// "PROVIDER PERIOD state" of each slice.
  std::string lines(std::string_view now) {
    std::string lines;
    for (const SliceStatus& one : status(now)) {
      lines += one.provider + " " + one.period + " " + std::string(state_name(one.state)) + "\n";
    }
    return lines;
  }

  pseudonym::testing::MovingClock clock;

 private:
  // What the hub itself goes by: the same parties, and no order.
  void begin_own_log() {
    own_.enter_charter(own_.charter);
    store_.emplace(disk_, folder_.path() / "log");
    (void)store_->append(store_->next(), own_.entries);
    store_->publish(own_.checkpoint(own_.now, own_.charter.quorum));
    view_.emplace(LogView::Parts{.clock = clock,
                                 .store = *store_,
                                 .first = own_.log->charter(),
                                 .follow = nullptr,
                                 .body_of = [this](const base::Digest&) {
                                   return std::optional(instruction::write_providers(own_.charter));
                                 }});
    refusals_.emplace(RefusalLog::Parts{disk_, clock, random_, log_, folder_.path() / "refusals",
                                        own_.charter.federation(), own_.charter.log()});
  }

  candour::testing::TemporaryFolder folder_, scratch_;
  base::PosixDisk disk_;
  base::SystemRandom random_;
  Log log_{[](std::string_view) {}, clock};
  candour::testing::TestFederation members_{at("2020-01-01T00:00:00Z")};
  candour::testing::TestFederation own_ = [] {
    candour::testing::TestFederation own(at("2020-01-01T00:00:00Z"));
    own.charter.domains.clear();  // whose ceremony would have to be in the log
    return own;
  }();
  std::optional<log::Store> store_;
  std::optional<LogView> view_;
  std::optional<RefusalLog> refusals_;
  std::optional<Erasures> erasures_;
  std::vector<collection::Collection> collections_{visits::visits()};
  crypto::SigningKey hub_key_ = key_of("hub");
  base::SecretBytes secret_{std::size_t{32}};
  statement::Submission draft_;
  std::optional<submission::SealingKeys> sealing_keys_;
  std::optional<Withdrawals> withdrawals_;
  std::optional<Hub> hub_;
};

TEST_CASE("what is expected of everybody is the period that ended last, due and then late") {
  struct Case {
    PeriodKind kind;
    const char* now;
    const char* expected;
  };
  const std::vector<Case> cases = {
      {PeriodKind::kMonth, "2025-10-01T00:00:00Z", "2025-09 due"},
      {PeriodKind::kMonth, "2025-09-30T23:59:59Z", "2025-08 late"},
      {PeriodKind::kMonth, "2025-10-14T23:59:59Z", "2025-09 due"},
      {PeriodKind::kMonth, "2025-10-15T00:00:00Z", "2025-09 late"},
      {PeriodKind::kMonth, "2026-01-01T00:00:00Z", "2025-12 due"},
      {PeriodKind::kMonth, "2024-03-01T00:00:00Z", "2024-02 due"},
      {PeriodKind::kDay, "2025-10-01T12:00:00Z", "2025-09-30 due"},
      {PeriodKind::kDay, "2024-03-01T00:00:00Z", "2024-02-29 due"},
      {PeriodKind::kDay, "2026-01-01T00:00:00Z", "2025-12-31 due"},
      // A quarter has the name of the financial year, which begins in April.
      {PeriodKind::kQuarter, "2025-06-30T23:59:59Z", "2024/25-Q4 late"},
      {PeriodKind::kQuarter, "2025-07-01T00:00:00Z", "2025/26-Q1 due"},
      {PeriodKind::kQuarter, "2025-12-31T00:00:00Z", "2025/26-Q2 late"},
      {PeriodKind::kQuarter, "2026-01-01T00:00:00Z", "2025/26-Q3 due"},
      {PeriodKind::kQuarter, "2026-02-10T00:00:00Z", "2025/26-Q3 late"},
      {PeriodKind::kQuarter, "2026-04-01T00:00:00Z", "2025/26-Q4 due"},
      {PeriodKind::kQuarter, "2099-07-01T00:00:00Z", "2099/00-Q1 due"},
  };
  for (const Case& one : cases) {
    CAPTURE(one.now);
    VisitsHub hub(one.kind);
    const std::string expected(one.expected);
    hub.order().data_from =
        collection::parse_period(expected.substr(0, expected.find(' ')), one.kind).first_day;
    CHECK(hub.lines(one.now) == "R1H " + expected + "\nR2H " + expected + "\n");
  }
}

TEST_CASE("what came is shown with its rows, revision and time, beside what is due; newest period first") {
  VisitsHub hub;
  hub.order().data_from = base::Date::parse_iso("2025-08-01").value();
  hub.clock.now = at("2025-09-05T10:00:00Z");
  hub.store("R1H", "2025-08", 0, true);
  hub.clock.now = at("2025-10-02T10:00:00Z");
  hub.store("R2H", "2025-09", 3);
  CHECK(hub.lines("2025-10-03T00:00:00Z") ==
        "R1H 2025-09 due\nR2H 2025-09 received\nR1H 2025-08 received\nR2H 2025-08 late\n");
  const std::vector<SliceStatus> all = hub.status("2025-10-03T00:00:00Z");
  CHECK(all[0].title == "Visits, September 2025");
  CHECK(all[0].due.iso() == "2025-10-14");
  CHECK(all[1].rows == 3);
  CHECK(all[1].revision == 1);
  CHECK(all[1].received_at == at("2025-10-02T10:00:00Z"));
  CHECK_FALSE(all[1].nil);
  CHECK(all[2].nil);
  const base::Json json = status_json(all, hub.clock.now);
  const base::Json& first = json.find("slices")->array()->front();
  CHECK(first.find("rows")->is_null());
  CHECK(first.find("received_at")->is_null());
  CHECK(*json.find("slices")->array()->at(1).find("rows")->integer() == 3);
}

TEST_CASE("why nothing came is the last refusal, until the slice comes after it") {
  VisitsHub hub;
  const auto page = [&](const char* now) {
    return status_page(hub.status(now), "A federation", hub.clock.now);
  };
  CHECK(page("2025-10-03T00:00:00Z").find("Nothing has come.") != std::string::npos);
  REQUIRE(hub.send_refused("2025-09") == "CND-2020");
  std::vector<SliceStatus> all = hub.status("2025-10-04T00:00:00Z");
  REQUIRE(all[0].refusal);
  CHECK(all[0].refusal->code == "CND-2020");
  CHECK(all[0].refusal->time == at("2025-10-03T00:00:00Z"));
  CHECK_FALSE(all[1].refusal);
  CHECK(page("2025-10-04T00:00:00Z").find("CND-2020: There is no such instruction in the log.") !=
        std::string::npos);
  hub.store("R1H", "2025-09", 2);
  CHECK(page("2025-10-05T00:00:00Z").find("CND-2020") == std::string::npos);
  CHECK(page("2025-10-05T00:00:00Z").find("As it should be.") != std::string::npos);
  // A refusal of what was to replace it is the newer news.
  REQUIRE(hub.send_refused("2025-09") == "CND-2020");
  CHECK(page("2025-10-06T00:00:00Z").find("CND-2020") != std::string::npos);
}

TEST_CASE("what nobody sent is late for as long as an order expects it, and what came stays shown") {
  VisitsHub hub(PeriodKind::kDay);
  hub.order().data_from = base::Date::parse_iso("2025-09-29").value();
  hub.order().providers = {"R1H"};
  hub.store("R1H", "2025-09-30", 1);
  CHECK(hub.lines("2025-10-17T00:00:00Z")
            .ends_with("R1H 2025-10-01 late\nR1H 2025-09-30 received\nR1H 2025-09-29 late\n"));
  hub.order().expires = at("2025-10-10T00:00:00Z");
  CHECK(hub.lines("2025-10-17T00:00:00Z") == "R1H 2025-09-30 received\n");
}

TEST_CASE(
    "what came under an order of before is still to come under the next, and a table that no order asks for "
    "is not") {
  VisitsHub hub;
  hub.store("R1H", "2025-09", 1);
  CHECK(hub.lines("2025-10-03T00:00:00Z") == "R1H 2025-09 received\nR2H 2025-09 due\n");
  hub.order().header.id = {9};
  CHECK(hub.lines("2025-10-03T00:00:00Z") == "R1H 2025-09 due\nR2H 2025-09 due\n");
  hub.order().collections.front().fields = {"of another table"};
  CHECK(hub.lines("2025-10-03T00:00:00Z") == "R1H 2025-09 received\n");
}

TEST_CASE("a submission is let in for a period that has begun and within a day of its plan") {
  VisitsHub hub;
  hub.clock.now = at("2025-09-30T12:00:00Z");
  CHECK(hub.send_refused("2025-11") == "CND-1112");
  CHECK(hub.send_refused("2025-9") == "CND-1014");
  CHECK(hub.status("2025-09-30T12:00:00Z").empty());  // nothing is noted of a period that cannot be
  // The control: the hub's charter has no order, which is looked at next.
  CHECK(hub.send_refused("2025-10") == "CND-2020");  // for a clock ahead of midnight
  CHECK(hub.send_refused("2025-09", 24 * 3600) == "CND-2020");
  CHECK(hub.send_refused("2025-09", 24 * 3600 + 1) == "CND-2226");
  CHECK(hub.send_refused("2025-09", -300) == "CND-2020");
  CHECK(hub.send_refused("2025-09", -301) == "CND-2226");
}

TEST_CASE("nothing is expected of whom no order in force covers, nor of a time before the order") {
  VisitsHub hub;
  hub.order().providers = {"R2H"};
  CHECK(hub.lines("2025-10-03T00:00:00Z") == "R2H 2025-09 due\n");
  hub.order().data_from = base::Date::parse_iso("2025-09-02").value();
  CHECK(hub.lines("2025-10-03T00:00:00Z") == "");
  CHECK(hub.lines("2025-11-03T00:00:00Z") == "R2H 2025-10 due\n");
  // The order came when the period was over.
  hub.order().not_before = at("2025-11-01T00:00:00Z");
  CHECK(hub.lines("2025-11-03T00:00:00Z") == "");
  hub.order().not_before = at("2025-10-31T00:00:00Z");
  CHECK(hub.lines("2025-11-03T00:00:00Z") == "R2H 2025-10 due\n");
  hub.order().expires = at("2025-11-02T00:00:00Z");
  CHECK(hub.lines("2025-11-03T00:00:00Z") == "");
}

}  // namespace
}  // namespace candour::node
