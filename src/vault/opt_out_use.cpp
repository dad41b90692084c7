// What a flow asks of the opt-outs: who may go, which rows do not, and how many those were.
#include <set>

#include "candour/base/error.h"
#include "candour/crypto/mac.h"
#include "candour/vault/opt_outs.h"
#include "candour/vault/row_table.h"
#include "candour/vault/vault_state.h"

namespace candour::vault {
namespace {

void count(MayGo why, LeftOut& counts) {
  switch (why) {
    case MayGo::kYes:
      return;
    case MayGo::kOptedOut:
      ++counts.national;
      return;
    case MayGo::kType1:
      ++counts.type1;
      return;
    case MayGo::kWaits:
      ++counts.waiting;
      return;
    case MayGo::kNoNumber:
      break;
  }
  ++counts.without_number;
}

bool is_valid(std::int64_t made, std::int64_t now) {
  return made <= now + kCheckClockToleranceSeconds && now < made + kCheckValidSeconds;
}

}  // namespace

OptOutFilter OptOuts::filter(std::int64_t now) const {
  Database& database = *vault_.state_->database;
  Statement check = database.prepare(
      "SELECT c.\"key\", c.asked, c.may_go, r.made FROM opt_out_check AS c JOIN opt_out_request AS r ON r.id "
      "= "
      "c.request WHERE c.may_go IS NOT NULL ORDER BY r.id DESC LIMIT 1");
  if (!check.step() || !is_valid(check.integer(3), now)) {
    if (database.ask("SELECT 1 FROM opt_out_request WHERE answered IS NOT NULL").empty()) {
      throw base::Error("CND-2610", "Nobody has asked yet who opted out, so nothing is sent.");
    }
    throw base::Error("CND-2611", "The last check for opt-outs is over, so nothing is sent.");
  }
  std::optional<NumberDigests> type1;
  Statement list = database.prepare("SELECT \"key\", numbers FROM opt_out_type1");
  if (list.step()) type1.emplace(list.blob(0), list.blob(1));
  const base::ByteView may_go = check.blob(2);
  return {NumberDigests(check.blob(0), check.blob(1)), base::Bytes(may_go.begin(), may_go.end()),
          std::move(type1), check.integer(3) + kCheckValidSeconds};
}

SliceLeftOut OptOuts::left_out(const collection::Table& table, const Slice& slice,
                               const OptOutFilter& filter) const {
  CANDOUR_CHECK(!vault_.state_->is_loading);
  SliceLeftOut found;
  const base::SecretBytes key = vault_.local_pseudonym_key();
  std::set<base::Digest> national, type1;
  base::Sha256 rows;  // of a byte for each row in the order of the keys: whether it goes
  RowTable row_table(table, slice.collection);
  const std::optional<std::int64_t> id = vault_.state_->find_slice(slice);
  if (id && row_table.look(*vault_.state_->database)) {
    Statement each = vault_.state_->database->prepare(row_table.select_sql(nullptr));
    each.bind_integer(1, *id);
    while (each.step()) {
      const std::string_view person = row_table.person_of(each);
      const MayGo why = filter.judge(person);
      count(why, found.rows);
      if (why == MayGo::kOptedOut) national.insert(crypto::hmac_sha256(key.view(), base::as_bytes(person)));
      if (why == MayGo::kType1) type1.insert(crypto::hmac_sha256(key.view(), base::as_bytes(person)));
      const std::uint8_t goes = why == MayGo::kYes ? 1 : 0;
      rows.update({&goes, 1});
    }
  }
  found.national_people = national.size();
  found.type1_people = type1.size();
  // Under a key of the vault: in the outbox the plain digest would let somebody try who of a few it was.
  const base::ByteView purpose = base::as_bytes("candour left out");
  const base::Digest digest = rows.finish();
  base::Bytes message(purpose.begin(), purpose.end());
  message.insert(message.end(), digest.begin(), digest.end());
  found.fingerprint = crypto::hmac_sha256(key.view(), message);
  return found;
}

void OptOuts::keep_left_out(const KeptLeftOut& counts) {
  CANDOUR_CHECK(!vault_.state_->is_loading);
  const std::optional<std::int64_t> id = vault_.state_->find_slice(counts.slice);
  CANDOUR_CHECK(id.has_value());
  Statement put = vault_.state_->database->prepare(
      "INSERT OR REPLACE INTO opt_out_count (slice, national, type1, waiting, without_number, at) VALUES "
      "(?1, ?2, ?3, ?4, ?5, ?6)");
  put.bind_integer(1, *id).bind_integer(2, static_cast<std::int64_t>(counts.left_out.national));
  put.bind_integer(3, static_cast<std::int64_t>(counts.left_out.type1));
  put.bind_integer(4, static_cast<std::int64_t>(counts.left_out.waiting));
  put.bind_integer(5, static_cast<std::int64_t>(counts.left_out.without_number));
  put.bind_integer(6, counts.at).run();
}

std::vector<KeptLeftOut> OptOuts::kept_left_out() const {
  std::vector<KeptLeftOut> kept;
  Statement all = vault_.state_->database->prepare(
      "SELECT s.collection, s.\"table\", s.submitter, s.period, c.national, c.type1, c.waiting, "
      "c.without_number, c.at FROM opt_out_count AS c JOIN slice AS s ON s.id = c.slice ORDER BY 1, 2, 3, 4");
  while (all.step()) {
    const auto number = [&](int column) { return static_cast<std::uint64_t>(all.integer(column)); };
    kept.push_back({{std::string(all.text(0)), std::string(all.text(1)), std::string(all.text(2)),
                     std::string(all.text(3))},
                    {number(4), number(5), number(6), number(7)},
                    all.integer(8)});
  }
  return kept;
}

}  // namespace candour::vault
