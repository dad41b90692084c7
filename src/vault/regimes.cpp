#include "candour/vault/regimes.h"

#include "candour/base/error.h"
#include "candour/vault/vault_state.h"

namespace candour::vault {

void Regimes::require(const Slice& slice, const collection::Period& period, std::string_view regime) const {
  CANDOUR_CHECK(regime == "applies" || regime == "does-not-apply");
  Statement other = vault_.state_->database->prepare(
      "SELECT 1 FROM regime AS r JOIN slice AS s ON s.id = r.slice WHERE s.collection = ?1 AND s.\"table\" = "
      "?2 AND s.submitter = ?3 AND r.first_day <= ?4 AND r.last_day >= ?5 AND r.regime <> ?6");
  other.bind_text(1, slice.collection).bind_text(2, slice.table).bind_text(3, slice.submitter);
  other.bind_integer(4, period.last_day.days_since_1970());
  other.bind_integer(5, period.first_day.days_since_1970()).bind_text(6, regime);
  if (!other.step()) return;
  throw base::Error("CND-2614",
                    "The slice was sent under the other opt-out regime, and never goes under this.")
      .with("collection", base::Label(slice.collection))
      .with("table", base::Label(slice.table))
      .with("period", base::Label(slice.period))
      .with("refused", base::Label(regime));
}

void Regimes::remember(const Slice& slice, const collection::Period& period, std::string_view regime,
                       std::int64_t now) {
  CANDOUR_CHECK(!vault_.state_->is_loading);
  require(slice, period, regime);
  const std::optional<std::int64_t> id = vault_.state_->find_slice(slice);
  CANDOUR_CHECK(id.has_value());
  Statement put = vault_.state_->database->prepare(
      "INSERT INTO regime (slice, first_day, last_day, regime, since) VALUES (?1, ?2, ?3, ?4, ?5) "
      "ON CONFLICT (slice) DO NOTHING");
  put.bind_integer(1, *id).bind_integer(2, period.first_day.days_since_1970());
  put.bind_integer(3, period.last_day.days_since_1970()).bind_text(4, regime).bind_integer(5, now).run();
}

}  // namespace candour::vault
