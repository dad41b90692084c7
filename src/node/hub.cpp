#include "candour/node/hub.h"

#include <algorithm>

#include "candour/base/error.h"
#include "candour/crypto/mac.h"
#include "candour/instruction/verdict.h"
#include "candour/lake/kept_rows.h"
#include "candour/node/refusals.h"
#include "candour/pseudonym/batch.h"
#include "candour/pseudonym/hub.h"
#include "candour/statement/envelope.h"
#include "candour/submission/opened_package.h"

namespace candour::node {
namespace {

/// How long after it was planned something may wait in the inbox: longer than a batch lives.
constexpr std::int64_t kInboxSeconds = 48 * 3600;

/// Whether an error is the submission's, and not that the hub is full, broken or busy.
bool is_of_submission(const base::Error& error) {
  const Fault fault = fault_of(error.code().view());
  return fault == Fault::kSubmission || fault == Fault::kOvertaken || fault == Fault::kNotAllowed;
}

/// Rows of which the last is followed by something to be done before whoever pulls them goes on.
class ThenRows final : public table::ChunkSource {
 public:
  ThenRows(table::ChunkSource& rows, std::function<void()> then) : rows_(rows), then_(std::move(then)) {}
  [[nodiscard]] const table::Schema& schema() const override { return rows_.schema(); }
  bool next(table::Chunk& chunk) override {
    if (rows_.next(chunk)) return true;
    if (then_) std::exchange(then_, {})();
    return false;
  }

 private:
  table::ChunkSource& rows_;
  std::function<void()> then_;
};

}  // namespace

Hub::Hub(Parts parts)
    : parts_(std::move(parts)),
      inbox_(parts_.disk, parts_.inbox, submission::InboxLimits{}),
      claims_(parts_.disk, parts_.batches) {
  for (const std::filesystem::path& folder : {parts_.lake, parts_.submissions}) {
    parts_.disk.make_folder(folder);
  }
  require_lake_key();
  for (const collection::Collection& collection : parts_.collections) {
    for (const collection::Table& table : collection.tables) {
      tables_.push_back(
          std::make_unique<LakeTable>(lake::Table::Surroundings{parts_.disk, parts_.random, parts_.scratch},
                                      parts_.clock, parts_.lake, collection, table));
      if (const auto& problem = tables_.back()->checkpoint_problem()) {
        parts_.log.event("lake.checkpoint_unusable").with(*problem);
      }
    }
  }
  for (const submission::WaitingSubmission& one : inbox_.waiting()) {
    if (find(one.identity)) inbox_.forget(one.identity);
  }
  forget_old();
}

void Hub::forget_old() {
  const std::int64_t now = parts_.clock.now_unix_seconds();
  for (const submission::WaitingSubmission& one : inbox_.waiting()) {
    if (one.made < now - kInboxSeconds) inbox_.forget(one.identity);
  }
}

// A provider has one submission of a slice on its way: what it planned before, it has given up.
void Hub::forget_given_up(const statement::Submission& manifest, const submission::Identity& identity) {
  for (const submission::WaitingSubmission& one : inbox_.waiting()) {
    if (one.provider == manifest.provider && one.slice == submission::slice_of(manifest) &&
        one.identity != identity) {
      inbox_.forget(one.identity);
    }
  }
}

void Hub::require_recent(const statement::Submission& manifest) const {
  const std::int64_t now = parts_.clock.now_unix_seconds();
  const std::int64_t age = now - manifest.header.made;
  if (age <= pseudonym::kBatchLifeSeconds && age >= -pseudonym::kClockToleranceSeconds) return;
  throw base::Error("CND-2226", "The submission was not planned within the last 24 hours.")
      .with("made", base::Label(base::utc_text(manifest.header.made)))
      .with("clock", base::Label(base::utc_text(now)));
}

void Hub::require_lake_key() {
  const std::filesystem::path path = parts_.lake / "key-check";
  const std::string check =
      base::to_hex(crypto::hmac_sha256(parts_.lake_key.view(), base::as_bytes("candour/v1/lake-key-check")));
  if (!parts_.disk.exists(path)) parts_.disk.store_new(path, check);
  parts_.disk.settle(path);
  const std::string held = base::load_text(parts_.disk, path, check.size());
  if (!base::equal_in_constant_time(base::as_bytes(held), base::as_bytes(check))) {
    throw base::Error("CND-2455", "The key of pseudonyms is not the one that this lake was begun with.")
        .with("lake", parts_.lake);
  }
}

submission::Federation Hub::federation(const instruction::Charter& charter) const {
  return {charter.federation(), charter.log(), charter.hub.signing_key};
}

LakeTable& Hub::table_of(const submission::SliceName& slice) {
  const auto found = std::ranges::find_if(tables_, [&](const auto& one) {
    return one->collection().name == slice.collection && one->table().name == slice.table;
  });
  if (found == tables_.end()) {
    throw base::Error("CND-2465", "The hub does not have this collection or table.")
        .with("collection", base::Label(slice.collection))
        .with("table", base::Label(slice.table));
  }
  return **found;
}

std::optional<submission::StoredSlice> Hub::find(const submission::Identity& identity) {
  for (const auto& table : tables_) {
    if (auto stored = table->find(identity)) return stored;
  }
  return std::nullopt;
}

void Hub::require_may_speak(const base::Digest& peer, const std::string& provider) const {
  const auto charter = parts_.view.charter();
  const instruction::Provider* found = charter->provider(provider);
  if (found == nullptr || found->tls_key != peer) {
    throw base::Error("CND-2463", "The caller's certificate is not the one of this provider.")
        .with("provider", base::Label(provider));
  }
}

void Hub::require_owner(const base::Digest& peer, const submission::Identity& identity) const {
  for (const submission::WaitingSubmission& one : inbox_.waiting()) {
    if (one.identity == identity) return require_may_speak(peer, one.provider);
  }
  throw base::Error("CND-2213", "The hub has let no such submission in.")
      .with("due", base::Label("manifest"));
}

std::string Hub::sealing_key() {
  parts_.sealing_keys.destroy_old();
  std::string key = parts_.sealing_keys.current();
  parts_.enter(key);
  return key;
}

std::optional<submission::SliceNow> Hub::slice_now(const base::Digest& peer, const std::string& provider,
                                                   const submission::SliceName& slice) {
  require_may_speak(peer, provider);
  return table_of(slice).slice_now(provider, slice.period);
}

std::optional<std::string> Hub::receipt(const base::Digest& peer, const submission::Identity& identity) {
  const auto stored = find(identity);
  if (!stored) return std::nullopt;
  require_may_speak(peer, stored->provider);
  return submission::make_receipt(federation(*parts_.view.charter()), *stored, parts_.signing_key);
}

statement::Submission Hub::verified(const base::Digest& peer, std::string_view envelope,
                                    const instruction::Charter& charter) const {
  // Whose it claims to be; everything is verified below with that provider's key.
  const std::string claimed =
      statement::parse_submission(statement::parse_envelope(envelope, "submission").payload).provider;
  require_may_speak(peer, claimed);
  const statement::Submission manifest = submission::verified_manifest(
      envelope, federation(charter), {claimed, charter.provider(claimed)->signing_key});
  return manifest;
}

std::shared_ptr<const instruction::Instruction> Hub::require_in_force(const statement::Submission& manifest,
                                                                      const LakeTable& table) const {
  const instruction::InstructionEntry* entry = parts_.view.now()->find(manifest.instruction);
  const collection::Period period = collection::parse_period(manifest.period, table.table().period);
  parts_.view
      .judge({.instruction = manifest.instruction,
              .domain = entry == nullptr ? std::string_view() : std::string_view(entry->instruction->domain),
              .provider = manifest.provider,
              .collection = manifest.collection,
              .collection_sha256 = &table.collection().digest,
              .period_begins = period.first_day})
      .require();
  if (entry->instruction->opt_out != manifest.opt_out) {
    throw base::Error("CND-2043", "The submission is under another opt-out regime than its instruction.");
  }
  if (!table.table().has_any_of(entry->instruction->collection(manifest.collection)->fields)) {
    throw base::Error("CND-2037", "The instruction lets no field of the table leave.")
        .with("table", base::Label(manifest.table));
  }
  return entry->instruction;
}

Claim Hub::claim_of(const submission::Identity& identity) const {
  for (const submission::WaitingSubmission& one : inbox_.waiting()) {
    if (one.identity == identity) return {one.provider, one.instruction};
  }
  return {};
}

template <typename Work>
auto Hub::noting(const base::Digest& peer, const std::function<Claim()>& claim, const Work& work) {
  const Claim of = claim();  // before the work, which may forget what it refuses
  try {
    return work();
  } catch (const base::Error& error) {
    RefusingNode{parts_.refusals, parts_.view, parts_.signing_key,
                 [this] { return parts_.view.charter()->hub.name; }}
        .note(statement::RefusedAct::kStore, peer, of, error);
    throw;
  }
}

void Hub::put_manifest(const base::Digest& peer, const submission::Identity& identity,
                       std::string_view envelope) {
  noting(peer, [&] { return claim_of_statement(envelope); }, [&] { let_in(peer, identity, envelope); });
}

void Hub::let_in(const base::Digest& peer, const submission::Identity& identity, std::string_view envelope) {
  if (submission::identity_of(envelope) != identity) {
    throw base::Error("CND-2463", "The manifest is another submission's than the address names.");
  }
  const auto charter = parts_.view.charter();
  const statement::Submission manifest = verified(peer, envelope, *charter);
  // Of a slice that cannot be, nothing is noted: a provider could name as many as it likes.
  LakeTable& table = table_of(submission::slice_of(manifest));
  (void)submission::table_of(manifest, table.collection());
  // A day more than today, for clocks that differ.
  collection::require_begun(collection::parse_period(manifest.period, table.table().period),
                            parts_.clock.today().plus_days(1));
  // What is being committed is not forgotten, and nothing is let in behind an erasure.
  const std::lock_guard lock(commit_mutex_);
  try {
    require_recent(manifest);
    (void)require_in_force(manifest, table);
    // What could not be opened need not be sent.
    (void)parts_.sealing_keys.find(manifest.sealing_key);
    submission::require_next(manifest, table.slice_now(manifest.provider, manifest.period));
    forget_old();
    forget_given_up(manifest, identity);
    (void)inbox_.put_manifest(envelope, manifest);
  } catch (const base::Error& error) {
    remember_refusal(manifest, error);
    throw;
  }
}

void Hub::put_attestations(const base::Digest& peer, const submission::Identity& identity,
                           std::string_view body) {
  noting(
      peer, [&] { return claim_of(identity); },
      [&] {
        require_owner(peer, identity);
        inbox_.put_attestations(identity, body);
      });
}

std::uint64_t Hub::package_received(const base::Digest& peer, const submission::Identity& identity) {
  require_owner(peer, identity);
  return inbox_.package_received(identity);
}

void Hub::put_package(const base::Digest& peer, const submission::Identity& identity, std::uint64_t offset,
                      base::ByteView piece) {
  noting(
      peer, [&] { return claim_of(identity); },
      [&] {
        require_owner(peer, identity);
        inbox_.put_package(identity, offset, piece);
      });
}

std::string Hub::commit(const base::Digest& peer, const submission::Identity& identity) {
  const std::lock_guard lock(commit_mutex_);
  return noting(
      peer, [&] { return claim_of(identity); },
      [&] {
        if (auto before = receipt(peer, identity)) {
          // A hub that was killed between the commit and the log enters it now.
          parts_.enter(*before);
          inbox_.forget(identity);
          return *std::move(before);
        }
        require_owner(peer, identity);
        return store_or_refuse(inbox_.complete(identity), identity);
      });
}

std::string Hub::store_or_refuse(const submission::CompleteSubmission& complete,
                                 const submission::Identity& identity) {
  const auto charter = parts_.view.charter();
  try {
    const submission::StoredSlice stored = store(complete, identity, *charter);
    std::string receipt = submission::make_receipt(federation(*charter), stored, parts_.signing_key);
    parts_.enter(receipt);
    inbox_.forget(identity);
    parts_.log.event("submission.stored")
        .with("provider", base::Label(stored.provider))
        .with("collection", base::Label(stored.slice.collection))
        .with("period", base::Label(stored.slice.period))
        .with("revision", stored.revision)
        .with("rows", static_cast<std::int64_t>(stored.rows));
    return receipt;
  } catch (const base::Error& error) {
    if (is_of_submission(error)) {
      remember_refusal(complete.manifest(), error);
      inbox_.forget(identity);
    }
    throw;
  }
}

submission::StoredSlice Hub::store(const submission::CompleteSubmission& complete,
                                   const submission::Identity& identity,
                                   const instruction::Charter& charter) {
  const statement::Submission& manifest = complete.manifest();
  LakeTable& table = table_of(submission::slice_of(manifest));
  const auto order = require_in_force(manifest, table);
  submission::require_next(manifest, table.slice_now(manifest.provider, manifest.period));
  const std::uint64_t places = pseudonym::verify_attestations(
      charter, *order, pseudonym::batch_use_of(manifest), complete.attestations(),
      parts_.clock.now_unix_seconds(),
      [&](const base::Digest& batch) { return claims_.is_used_by_another(batch, identity); });
  const std::shared_ptr<const crypto::SealKey> key = parts_.sealing_keys.find(manifest.sealing_key);
  const auto package = complete.package();
  std::set<std::string> withdrawn;  // pseudonyms whose rows an erasure order keeps out
  submission::OpenedPackage rows(
      *package, *key, manifest,
      {.table = submission::table_of(manifest, table.collection()),
       .tokens_at_most = places,
       .pseudonym =
           [&](const submission::Token& of_row) {
             const pseudonym::Token token(of_row);
             std::string pseudonym = base::to_hex(pseudonym::lake_pseudonym(parts_.lake_key.view(), token));
             if (parts_.withdrawals.is_withdrawn(token)) withdrawn.insert(pseudonym);
             return pseudonym;
           },
       .fields = &order->collection(manifest.collection)->fields});
  lake::KeptRows kept(rows, 0, withdrawn);
  // Nothing of a submission stays before its last row was checked; and nothing is committed before it stands
  // in the log and its batches are its own.
  ThenRows then(kept, [&] {
    parts_.enter(complete.envelope());
    for (const base::Digest& batch : manifest.batches) claims_.claim(batch, identity);
    keep(complete, identity);
  });
  return table.store(manifest, identity, rows.header().rows_refused, then);
}

void Hub::keep(const submission::CompleteSubmission& complete, const submission::Identity& identity) {
  const std::string stem = base::to_hex(identity);
  const auto put = [&](const std::filesystem::path& path, std::string_view text) {
    if (parts_.disk.exists(path)) return parts_.disk.settle(path);
    parts_.disk.store_new(path, text);
  };
  put(parts_.submissions / (stem + ".attestations"), complete.attestations());
  put(parts_.submissions / (stem + ".manifest"), complete.envelope());
}

void Hub::remember_refusal(const statement::Submission& manifest, const base::Error& error) {
  parts_.log.event("submission.refused")
      .with("provider", base::Label(manifest.provider))
      .with("collection", base::Label(manifest.collection))
      .with("period", base::Label(manifest.period))
      .with(error);
  const std::lock_guard lock(refusals_mutex_);
  refusals_[{manifest.provider, submission::slice_of(manifest)}] = {
      parts_.clock.now_unix_seconds(), std::string(error.code().view()), std::string(error.message())};
}

std::optional<SliceRefusal> Hub::last_refusal(const std::string& provider,
                                              const submission::SliceName& slice) const {
  const std::lock_guard lock(refusals_mutex_);
  const auto found = refusals_.find({provider, slice});
  if (found == refusals_.end()) return std::nullopt;
  return found->second;
}

}  // namespace candour::node
