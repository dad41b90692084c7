#include "candour/submission/sealing_keys.h"

#include <algorithm>
#include <utility>

#include "candour/base/error.h"
#include "candour/collection/period.h"
#include "candour/crypto/sealed_file.h"
#include "candour/statement/envelope.h"

namespace candour::submission {
namespace {

constexpr std::string_view kKind = "sealing-key";
constexpr std::string_view kSecret = ".key";
constexpr std::string_view kStatement = ".dsse";

std::string month_of(base::Date day) { return day.iso().substr(0, 7); }

std::string purpose_of(std::string_view month) { return "package-key-" + std::string(month); }

}  // namespace

SealingKeys::SealingKeys(Surroundings surroundings, std::filesystem::path folder, Federation federation)
    : around_(surroundings), folder_(std::move(folder)), federation_(std::move(federation)) {}

std::filesystem::path SealingKeys::file(std::string_view month, std::string_view ending) const {
  return folder_ / (std::string(month) + std::string(ending));
}

bool SealingKeys::is_old(const statement::SealingKey& statement) const {
  return statement.last_day.plus_days(kSealingKeyGraceDays) < around_.clock.today();
}

// The secret of a month, which is made where there is none, and the statement that belongs to it.
const SealingKeys::Held& SealingKeys::make(base::Date day) {
  base::Disk& disk = around_.disk;
  const std::string month = month_of(day);
  const auto secret_file = file(month, kSecret);
  if (!disk.exists(secret_file)) {
    // Of a secret that was destroyed before its month ended: what was sealed to it is never opened again.
    disk.remove(file(month, kStatement));
    const crypto::SealKey fresh = crypto::SealKey::random(around_.random);
    crypto::store_new_sealed(disk, secret_file, purpose_of(month), fresh.secret(), around_.operator_key,
                             around_.random);
  }
  disk.settle(secret_file);
  const base::SecretBytes secret =
      crypto::load_sealed(disk, secret_file, purpose_of(month), around_.operator_key);
  auto key = std::make_shared<const crypto::SealKey>(secret.view());
  const auto statement_file = file(month, kStatement);
  if (!disk.exists(statement_file)) {
    const collection::Period days = collection::parse_period(month, collection::PeriodKind::kMonth);
    const statement::SealingKey fresh{
        .header = {.federation = federation_.id,
                   .log = federation_.log,
                   .id = statement::derived_id(kKind, base::sha256(key->public_key())),
                   .made = around_.clock.now_unix_seconds()},
        .key = key->public_key(),
        .first_day = days.first_day,
        .last_day = days.last_day};
    disk.store_new(statement_file, statement::write_envelope(statement::sign(
                                       kKind, statement::write_payload(fresh), around_.hub_key)));
  }
  disk.settle(statement_file);
  Held held{.envelope = base::load_text(disk, statement_file, statement::kEnvelopeAtMostBytes),
            .statement = {},
            .key = std::move(key)};
  try {
    held.statement = statement::parse_sealing_key(
        statement::verified_payload(held.envelope, kKind, around_.hub_key.public_key()));
  } catch (const base::Error&) {
    // As it is the hub's own file, whoever sent something is not to blame: the code must not say so.
    throw base::Error("CND-2217", "The statement of a sealing key is not signed by the hub's key of now.")
        .with("month", base::Label(month));
  }
  if (held.statement.key != held.key->public_key() || held.statement.header.federation != federation_.id) {
    throw base::Error("CND-2217", "A sealing key of the hub does not belong to its statement.")
        .with("month", base::Label(month));
  }
  return months_.insert_or_assign(month, std::move(held)).first->second;
}

void SealingKeys::load_all() {
  if (loaded_) return;
  around_.disk.make_folder(folder_);
  for (const std::string& name : around_.disk.list(folder_)) {
    if (!name.ends_with(kSecret)) continue;
    const auto first_day = base::Date::parse_iso(name.substr(0, name.size() - kSecret.size()) + "-01");
    if (first_day) (void)make(*first_day);
  }
  loaded_ = true;
}

std::string SealingKeys::current() {
  const std::lock_guard guard(mutex_);
  load_all();
  const base::Date today = around_.clock.today();
  const auto found = months_.find(month_of(today));
  return found == months_.end() ? make(today).envelope : found->second.envelope;
}

std::shared_ptr<const crypto::SealKey> SealingKeys::find(const statement::Id& id) {
  const std::lock_guard guard(mutex_);
  load_all();
  for (const auto& [month, held] : months_) {
    if (held.statement.header.id == id && !is_old(held.statement)) return held.key;
  }
  throw base::Error("CND-2216", "The hub no longer has the key that the package is sealed to.");
}

void SealingKeys::destroy_those(const std::function<bool(const statement::SealingKey&)>& is_meant) {
  const std::lock_guard guard(mutex_);
  load_all();
  std::erase_if(months_, [&](const auto& entry) {
    if (!is_meant(entry.second.statement)) return false;
    around_.disk.remove(file(entry.first, kSecret));
    return true;
  });
}

void SealingKeys::destroy_old() {
  destroy_those([this](const statement::SealingKey& statement) { return is_old(statement); });
}

void SealingKeys::destroy(const std::set<statement::Id>& ids) {
  destroy_those([&](const statement::SealingKey& statement) { return ids.contains(statement.header.id); });
}

}  // namespace candour::submission
