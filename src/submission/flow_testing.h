// Both sides of a submission joined without a network, for tests: a slice with guardians that answer, and a
// hub of a real inbox, real sealing keys and a lake that is a folder of files.
#pragma once

#include <algorithm>
#include <charconv>
#include <functional>

#include "candour/base/clock.h"
#include "candour/base/json.h"
#include "candour/submission/attestation_lines.h"
#include "candour/submission/inbox.h"
#include "candour/submission/outbox.h"
#include "candour/submission/receipt.h"
#include "candour/submission/sealing_keys.h"
#include "candour/submission/submission_testing.h"

namespace candour::submission::testing {

inline const base::SecretBytes& operator_key() {
  static const base::SecretBytes key{base::ByteView(seed_of(5))};
  return key;
}

/// A vault's slice. Its guardians give the same tokens each time, and never the same attestation twice.
class TestSlice final : public SlicePort {
 public:
  explicit TestSlice(std::vector<Visit> visits, std::uint64_t first_answer = 0)
      : visits_(std::move(visits)), answers_(first_answer) {}

  std::unique_ptr<table::ChunkSource> rows() override {
    relations_.push_back(std::make_unique<table::Relation>(minimised(visits_)));
    return std::make_unique<table::RelationSource>(*relations_.back());
  }

  Pseudonymised pseudonymise(const Plan& plan) override {
    Pseudonymised answer{.tokens = Tokens(visits_.size()), .attestations = {}};
    for (std::size_t i = 0; i < visits_.size(); ++i) {
      if (visits_[i].person) answer.tokens[i] = token_of(*visits_[i].person);
    }
    const statement::Batch batch{.header = plan.draft.header,
                                 .instruction = plan.draft.instruction,
                                 .domain = "secondary-uses",
                                 .epoch = 1,
                                 .provider = plan.draft.provider,
                                 .collection = plan.draft.collection,
                                 .size = 256,
                                 .points_sha256 = base::sha256(plan.batch_seed.view())};
    const auto line = [](const statement::Envelope& envelope) {
      return statement::write_envelope(envelope) + "\n";
    };
    answer.attestations = line(statement::sign("batch", statement::write_payload(batch), provider_key()));
    const std::string asked = answer.attestations;
    for (std::uint8_t guardian = 1; guardian <= 2; ++guardian) {
      statement::Attestation one{.header = plan.draft.header,
                                 .batch = batch_leaves(asked).at(0),
                                 .domain = "secondary-uses",
                                 .epoch = 1,
                                 .guardian = guardian,
                                 .asked = {1, 2}};
      one.proof[0] = static_cast<std::uint8_t>(++answers_);
      answer.attestations +=
          line(statement::sign("attestation", statement::write_payload(one), key_of(guardian)));
    }
    return answer;
  }

  std::vector<Visit>& visits() { return visits_; }

 private:
  std::vector<Visit> visits_;
  std::uint64_t answers_;
  std::vector<std::unique_ptr<table::Relation>> relations_;
};

/// What the hub's lake holds: a file a commit, "LAKE/VERSION", with identity, revision, rows and time.
class TestLake {
 public:
  TestLake(base::Disk& disk, std::filesystem::path folder) : disk_(disk), folder_(std::move(folder)) {
    disk_.make_folder(folder_);
  }
  struct Commit {
    StoredSlice stored;
    std::string rows;
  };

  [[nodiscard]] std::vector<Commit> commits() const {
    std::vector<Commit> all;
    for (std::uint64_t version = 0; disk_.exists(folder_ / std::to_string(version)); ++version) {
      disk_.settle(folder_ / std::to_string(version));
      const base::Json json = base::parse_json(base::load_text(disk_, folder_ / std::to_string(version)));
      const auto text = [&](const char* key) { return *json.find(key)->text(); };
      const auto number = [&](const char* key) { return *json.find(key)->integer(); };
      Commit commit{.stored = {.provider = text("provider"),
                               .slice = {text("collection"), text("table"), text("period")},
                               .revision = static_cast<std::uint32_t>(number("revision")),
                               .rows = static_cast<std::uint64_t>(number("rows")),
                               .version = version,
                               .committed_at_unix = number("at")},
                    .rows = text("csv")};
      std::ranges::copy(*base::from_hex(text("submission")), commit.stored.submission.begin());
      all.push_back(std::move(commit));
    }
    return all;
  }

  [[nodiscard]] std::optional<StoredSlice> find(const Identity& identity) const {
    for (const Commit& commit : commits()) {
      if (commit.stored.submission == identity) return commit.stored;
    }
    return std::nullopt;
  }

  [[nodiscard]] std::optional<SliceNow> now(const SliceName& slice) const {
    std::optional<SliceNow> held;
    for (const Commit& commit : commits()) {
      if (commit.stored.slice == slice) held = {commit.stored.submission, commit.stored.revision};
    }
    return held;
  }

  void store(const StoredSlice& stored, const std::string& csv) {
    disk_.store_new(folder_ / std::to_string(commits().size()),
                    base::write_json(base::Json::Object{{"submission", base::to_hex(stored.submission)},
                                                        {"provider", stored.provider},
                                                        {"collection", stored.slice.collection},
                                                        {"table", stored.slice.table},
                                                        {"period", stored.slice.period},
                                                        {"revision", std::int64_t{stored.revision}},
                                                        {"rows", stored.rows},
                                                        {"at", stored.committed_at_unix},
                                                        {"csv", csv}}));
  }
  [[nodiscard]] std::uint64_t next_version() const { return commits().size(); }

 private:
  base::Disk& disk_;
  const std::filesystem::path folder_;
};

/// kReceiptFirst: a hub that answers before it stores. A control: the crash test must find it out.
enum class HubKind { kHonest, kReceiptFirst };

class TestHub final : public HubPort {
 public:
  TestHub(base::Disk& disk, const base::Clock& clock, base::Random& random, HubKind kind = HubKind::kHonest,
          InboxLimits limits = {})
      : clock_(clock),
        kind_(kind),
        lake(disk, "/hub/lake"),
        inbox(disk, "/hub/inbox", limits),
        keys({disk, clock, random, operator_key(), hub_key()}, "/hub/keys", federation()) {}

  std::string sealing_key() override { return keys.current(); }
  std::optional<SliceNow> slice_now(const SliceName& slice) override {
    store_late();
    return lake.now(slice);
  }
  std::optional<std::string> receipt(const Identity& identity) override {
    store_late();
    const auto stored = lake.find(identity);
    if (!stored) return std::nullopt;
    inbox.forget(identity);
    return make_receipt(federation(), *stored, hub_key());
  }
  void put_manifest(std::string_view envelope) override {
    const statement::Submission manifest = verified_manifest(envelope, federation(), sender());
    (void)table_of(manifest, visits());
    (void)inbox.put_manifest(envelope, manifest);
  }
  void put_attestations(const Identity& identity, std::string_view body) override {
    inbox.put_attestations(identity, body);
  }
  std::uint64_t package_received(const Identity& identity) override {
    return inbox.package_received(identity);
  }
  void put_package(const Identity& identity, std::uint64_t offset, base::ByteView piece) override {
    if (before_piece) before_piece(offset);
    inbox.put_package(identity, offset, piece);
  }

  std::string commit(const Identity& identity) override {
    if (auto there = receipt(identity)) return *std::move(there);
    const CompleteSubmission complete = inbox.complete(identity);
    const statement::Submission& manifest = complete.manifest();
    const auto key = keys.find(manifest.sealing_key);
    const auto sealed = complete.package();
    OpenedPackage opened(*sealed, *key, manifest, rules());
    CsvSource csv(opened);
    std::string text;
    base::Bytes buffer(4096);
    while (const std::size_t size = csv.read(buffer)) {
      text.append(base::as_text(std::span(buffer).first(size)));
    }
    require_next(manifest, lake.now(slice_of(manifest)));
    const StoredSlice stored{.submission = identity,
                             .provider = manifest.provider,
                             .slice = slice_of(manifest),
                             .revision = manifest.revision,
                             .rows = opened.header().rows,
                             .version = lake.next_version(),
                             .committed_at_unix = clock_.now_unix_seconds()};
    late_ = [this, stored, text] { lake.store(stored, text); };
    if (kind_ == HubKind::kHonest) store_late();
    inbox.forget(identity);
    return make_receipt(federation(), stored, hub_key());
  }

  std::function<void(std::uint64_t)> before_piece;

 private:
  void store_late() {
    if (const auto late = std::exchange(late_, nullptr)) late();
  }
  const base::Clock& clock_;
  const HubKind kind_;
  std::function<void()> late_;

 public:
  TestLake lake;
  Inbox inbox;
  SealingKeys keys;
};

inline Intent intent() {
  return {.instruction = {4},
          .slice = {visits().name, visits_table().name, "2025-09"},
          .collection_sha256 = visits().digest,
          .opt_out = "applies"};
}

inline Outbox outbox_on(base::Disk& disk, const base::Clock& clock, base::Random& random) {
  return Outbox({disk, clock, random, provider_key()}, "/outbox", federation(), "R1H");
}

/// Incompressible visits, so that a package has so many bytes about.
inline std::vector<Visit> many_visits(std::size_t count, std::uint64_t seed = 1) {
  base::SeededRandom random(seed, "visits");
  std::vector<Visit> visits;
  for (std::size_t i = 0; i < count; ++i) {
    base::Bytes note(40);
    random.fill(note);
    visits.push_back({i / 2, base::to_hex(note), std::int64_t(i)});
  }
  return visits;
}

}  // namespace candour::submission::testing
