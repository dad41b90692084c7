#include "candour/node/withdrawals.h"

#include <algorithm>

#include "candour/base/error.h"
#include "candour/crypto/mac.h"
#include "candour/node/refusals.h"
#include "candour/pseudonym/batch.h"
#include "candour/pseudonym/hub.h"
#include "candour/statement/envelope.h"
#include "candour/submission/receipt.h"

namespace candour::node {
namespace {

constexpr std::string_view kStatementEnding = ".withdraw";
constexpr std::string_view kSuppressedEnding = ".suppressed";
constexpr std::string_view kTombstonesEnding = ".tombstones";
constexpr std::string_view kLostEnding = ".lost";
constexpr std::size_t kTimeBytes = 8;
constexpr std::size_t kTombstoneBytes = sizeof(base::Digest);
constexpr std::size_t kTombstonesBytes = kTimeBytes + kWithdrawTokens * kTombstoneBytes;
constexpr std::size_t kPseudonymBytes = sizeof(pseudonym::Pseudonym);
constexpr std::size_t kSuppressedBytes = kWithdrawTokens * kPseudonymBytes;

[[noreturn]] void fail_damaged(const std::filesystem::path& path) {
  throw base::Error("CND-2564", "A file of erasure orders at the hub is damaged.").with("path", path);
}

std::string load_exactly(const base::Disk& disk, const std::filesystem::path& path, std::size_t bytes) {
  std::string text = base::load_text(disk, path, bytes);
  if (text.size() != bytes) fail_damaged(path);
  return text;
}

/// The identities of a folder's files with this ending, in their order.
std::vector<submission::Identity> identities_with(const base::Disk& disk, const std::filesystem::path& folder,
                                                  std::string_view ending) {
  std::vector<submission::Identity> found;
  if (!disk.exists(folder)) return found;
  for (const std::string& name : disk.list(folder)) {
    if (!name.ends_with(ending)) continue;
    const auto identity =
        base::from_hex_exactly<32>(std::string_view(name).substr(0, name.size() - ending.size()));
    if (identity) found.push_back(*identity);
  }
  std::ranges::sort(found);
  return found;
}

std::set<std::string> pseudonyms_in(const base::Disk& disk, const std::filesystem::path& path) {
  const std::string bytes = load_exactly(disk, path, kSuppressedBytes);
  std::set<std::string> found;
  for (std::size_t at = 0; at < bytes.size(); at += kPseudonymBytes) {
    found.insert(base::to_hex(base::as_bytes(bytes).subspan(at, kPseudonymBytes)));
  }
  return found;
}

pseudonym::BatchUse batch_use_of(const statement::Withdraw& withdraw) {
  return {.made = withdraw.header.made,
          .instruction = withdraw.instruction,
          .provider = withdraw.provider,
          .collection = "",
          .batches = {withdraw.batch},
          .attestations_sha256 = withdraw.attestations_sha256};
}

void store_once(base::Disk& disk, const std::filesystem::path& path, std::string_view text) {
  if (!disk.exists(path)) disk.store_new(path, text, base::Access::kPrivate);
  disk.settle(path);
}

}  // namespace

std::filesystem::path withdrawn_folder(const std::filesystem::path& lake) { return lake / "withdrawn"; }

std::set<std::string> suppressed_pseudonyms(const base::Disk& disk, const std::filesystem::path& lake) {
  const std::filesystem::path folder = withdrawn_folder(lake);
  std::set<std::string> all;
  for (const submission::Identity& one : identities_with(disk, folder, kSuppressedEnding)) {
    all.merge(pseudonyms_in(disk, folder / (base::to_hex(one) + std::string(kSuppressedEnding))));
  }
  return all;
}

Withdrawals::Withdrawals(Parts parts)
    : parts_(std::move(parts)), folder_(withdrawn_folder(parts_.lake)), claims_(parts_.disk, parts_.batches) {
  parts_.disk.make_folder(folder_);
  require_key();
  for (const submission::Identity& one : identities_with(parts_.disk, folder_, kTombstonesEnding)) {
    const std::string bytes = load_exactly(parts_.disk, path_of(one, kTombstonesEnding), kTombstonesBytes);
    for (std::size_t at = kTimeBytes; at < bytes.size(); at += kTombstoneBytes) {
      base::Digest tombstone{};
      std::ranges::copy(base::as_bytes(bytes).subspan(at, kTombstoneBytes), tombstone.begin());
      tombstones_.insert(tombstone);
    }
  }
}

std::filesystem::path Withdrawals::path_of(const submission::Identity& identity,
                                           std::string_view ending) const {
  return folder_ / (base::to_hex(identity) + std::string(ending));
}

/// Under another key nobody's token would be known again, and their rows would come back in silence.
void Withdrawals::require_key() {
  const std::filesystem::path path = folder_ / "key-check";
  const std::string check = base::to_hex(
      crypto::hmac_sha256(parts_.tombstone_key.view(), base::as_bytes("candour/v1/tombstone-key-check")));
  store_once(parts_.disk, path, check);
  const std::string held = base::load_text(parts_.disk, path, check.size());
  if (!base::equal_in_constant_time(base::as_bytes(held), base::as_bytes(check))) {
    throw base::Error("CND-2563", "The key of tombstones is not the one that this hub began with.")
        .with("path", path);
  }
}

// The receipts are looked at only where something is missing, which a hub that was killed before it had taken
// a batch may have too.
void Withdrawals::require_tombstones(const std::function<void(const log::EachEntry&)>& each_entry) const {
  const auto is_of = [](std::string_view entry, std::string_view kind) {
    return entry.find(statement::payload_type_of(kind)) != std::string_view::npos;
  };
  std::set<submission::Identity> missing;
  each_entry([&](std::uint64_t, std::string_view entry) {
    if (!is_of(entry, "withdraw")) return;
    const submission::Identity identity = base::sha256(base::as_bytes(entry));
    if (parts_.disk.exists(path_of(identity, kTombstonesEnding))) return;
    if (parts_.disk.exists(path_of(identity, kLostEnding))) return;
    missing.insert(identity);
  });
  if (missing.empty()) return;
  each_entry([&](std::uint64_t index, std::string_view entry) {
    if (!is_of(entry, "receipt")) return;
    const auto receipt = statement::parse_receipt(statement::parse_envelope(entry, "receipt").payload);
    if (!missing.contains(receipt.submission)) return;
    throw base::Error("CND-2565",
                      "A batch of erasure orders that the log has a receipt for is not in the lake.")
        .with("path", path_of(receipt.submission, kTombstonesEnding))
        .with("provider", base::Label(receipt.provider))
        .with("week", base::Label(receipt.period))
        .with("receipt", index);
  });
}

bool Withdrawals::is_withdrawn(const pseudonym::Token& token) const {
  const base::Digest tombstone = pseudonym::tombstone(parts_.tombstone_key.view(), token);
  const std::lock_guard lock(mutex_);
  return tombstones_.contains(tombstone);
}

std::string Withdrawals::take(const base::Digest& peer, base::ByteView request) {
  const WithdrawRequest parts = parse_withdraw_request(request);
  const auto charter = parts_.view.charter();
  // Whose it claims to be; everything is verified below with that provider's key.
  const std::string claimed =
      statement::parse_withdraw(statement::parse_envelope(parts.envelope, "withdraw").payload).provider;
  const instruction::Provider* provider = charter->provider(claimed);
  if (provider == nullptr || provider->tls_key != peer) {
    throw base::Error("CND-2463", "The caller's certificate is not the one of this provider.")
        .with("provider", base::Label(claimed));
  }
  const statement::Withdraw withdraw = statement::parse_withdraw(
      statement::verified_payload(parts.envelope, "withdraw", provider->signing_key));
  const submission::Identity identity = base::sha256(base::as_bytes(parts.envelope));
  const std::lock_guard one(take_mutex_);
  std::optional<Taken> taken = find(identity);
  if (!taken) {
    const Checked checked = check(parts, withdraw, *charter, identity);
    parts_.enter(parts.envelope);
    claims_.claim(withdraw.batch, identity);
    keep(parts, checked, identity, parts_.clock.now_unix_seconds());
    taken = find(identity);
  }
  std::string receipt = this->receipt(taken.value());
  parts_.enter(receipt);
  parts_.log.event("withdraw.taken").with("provider", base::Label(withdraw.provider));
  return receipt;
}

Withdrawals::Checked Withdrawals::check(const WithdrawRequest& request, const statement::Withdraw& withdraw,
                                        const instruction::Charter& charter,
                                        const submission::Identity& identity) const {
  const std::int64_t now = parts_.clock.now_unix_seconds();
  if (withdraw.header.federation != charter.federation() || withdraw.header.log != charter.log()) {
    throw base::Error("CND-2115", "The batch is another federation's.");
  }
  const std::int64_t age = now - withdraw.header.made;
  if (age > pseudonym::kBatchLifeSeconds || age < -pseudonym::kClockToleranceSeconds) {
    throw base::Error("CND-2226", "The submission was not planned within the last 24 hours.")
        .with("made", base::Label(base::utc_text(withdraw.header.made)))
        .with("clock", base::Label(base::utc_text(now)));
  }
  const auto log = parts_.entries();
  const instruction::InstructionEntry* entry = log->find(withdraw.instruction);
  parts_.view
      .judge({.instruction = withdraw.instruction,
              .mode = instruction::Mode::kErasure,
              .domain = entry == nullptr ? std::string_view() : std::string_view(entry->instruction->domain),
              .provider = withdraw.provider})
      .require();
  const std::uint64_t places = pseudonym::verify_attestations(
      charter, *entry->instruction, batch_use_of(withdraw), request.attestations, now,
      [&](const base::Digest& batch) { return claims_.is_used_by_another(batch, identity); });
  if (places != kWithdrawTokens) {
    throw base::Error("CND-2562", "The sealed tokens of erasure orders break a rule.")
        .with("rule", base::Label("their batch has 256 places"));
  }
  const auto key = parts_.sealing_keys.find(withdraw.sealing_key);
  return {withdraw, open_tokens(request.sealed, *key, withdraw)};
}

// The tombstones come last: with them the batch is taken. What was stored before is the same whenever the
// batch comes again.
void Withdrawals::keep(const WithdrawRequest& request, const Checked& checked,
                       const submission::Identity& identity, std::int64_t now) {
  std::string suppressed, tombstones;
  for (int shift = 56; shift >= 0; shift -= 8) {
    tombstones.push_back(static_cast<char>(static_cast<std::uint64_t>(now) >> shift & 0xffU));
  }
  std::vector<base::Digest> made;
  for (const pseudonym::Token& token : checked.tokens) {
    suppressed.append(base::as_text(pseudonym::lake_pseudonym(parts_.lake_key.view(), token)));
    made.push_back(pseudonym::tombstone(parts_.tombstone_key.view(), token));
  }
  // In the tokens' order a tombstone would stand where its pseudonym stands.
  std::ranges::sort(made);
  for (const base::Digest& one : made) tombstones.append(base::as_text(one));
  store_once(parts_.disk, path_of(identity, kStatementEnding), request.envelope);
  store_once(parts_.disk, path_of(identity, ".attestations"), request.attestations);
  store_once(parts_.disk, path_of(identity, kSuppressedEnding), suppressed);
  {
    // Before they are on disk: what comes in meanwhile may as well be held against them.
    const std::lock_guard lock(mutex_);
    tombstones_.insert(made.begin(), made.end());
  }
  store_once(parts_.disk, path_of(identity, kTombstonesEnding), tombstones);
}

std::optional<Withdrawals::Taken> Withdrawals::find(const submission::Identity& identity) const {
  const std::filesystem::path path = path_of(identity, kTombstonesEnding);
  if (!parts_.disk.exists(path)) return std::nullopt;
  parts_.disk.settle(path);
  const std::string bytes = load_exactly(parts_.disk, path, kTombstonesBytes);
  Taken taken{.identity = identity, .withdraw = {}};
  std::uint64_t at = 0;
  for (std::size_t i = 0; i < kTimeBytes; ++i) at = at << 8U | static_cast<std::uint8_t>(bytes[i]);
  taken.at = static_cast<std::int64_t>(at);
  const std::string envelope =
      base::load_text(parts_.disk, path_of(identity, kStatementEnding), statement::kEnvelopeAtMostBytes);
  taken.withdraw = statement::parse_withdraw(statement::parse_envelope(envelope, "withdraw").payload);
  return taken;
}

std::string Withdrawals::receipt(const Taken& taken) const {
  const auto charter = parts_.view.charter();
  return submission::make_receipt({charter->federation(), charter->log(), charter->hub.signing_key},
                                  {.submission = taken.identity,
                                   .provider = taken.withdraw.provider,
                                   .slice = {"", "", taken.withdraw.week.iso()},
                                   .committed_at_unix = taken.at},
                                  parts_.signing_key);
}

std::set<std::string> Withdrawals::suppressed(const submission::Identity& identity) const {
  return pseudonyms_in(parts_.disk, path_of(identity, kSuppressedEnding));
}

void Withdrawals::forget_suppressed(const submission::Identity& identity) {
  parts_.disk.remove(path_of(identity, kSuppressedEnding));
}

std::vector<Withdrawals::Taken> Withdrawals::waiting() const {
  std::vector<Taken> found;
  for (const submission::Identity& one : identities_with(parts_.disk, folder_, kSuppressedEnding)) {
    if (auto taken = find(one)) found.push_back(*std::move(taken));
  }
  return found;
}

}  // namespace candour::node
