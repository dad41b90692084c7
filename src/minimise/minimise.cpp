#include "candour/minimise/minimise.h"

#include <algorithm>
#include <string>
#include <utility>

#include "candour/base/error.h"
#include "candour/crypto/mac.h"

namespace candour::minimise {
namespace {

using collection::Field;

// Half of the digest's digits: 128 bits tell a provider's rows apart, and are short enough to read.
constexpr std::size_t kLocalPseudonymDigits = 32;

// The label of the band that holds an age: "18-39", the last "80+". Nothing before birth.
std::optional<std::string> band_of(int age, const std::vector<std::int64_t>& bands) {
  const auto above = std::upper_bound(bands.begin(), bands.end(), std::int64_t{age});
  if (above == bands.begin()) return std::nullopt;
  const std::int64_t lower = *(above - 1);
  if (above == bands.end()) return std::to_string(lower) + "+";
  return std::to_string(lower) + "-" + std::to_string(*above - 1);
}

// One field through its rule: reads its column, fills what is left of it.
class ColumnRule {
 public:
  ColumnRule(const collection::Table& table, const Field& field, const collection::Period& period,
             const Lookups& lookups, const base::SecretBytes& key)
      : table_(table), field_(field), period_(period), lookups_(lookups), key_(key) {}

  void operator()(const collection::Keep& rule, const table::Column& in, table::Column& out) const {
    static_cast<void>(rule);
    for (std::size_t row = 0; row < in.size(); ++row) out.append_from(in, row);
  }

  void operator()(const collection::ToLocalPseudonym& rule, const table::Column& in,
                  table::Column& out) const {
    static_cast<void>(rule);
    // Names hold no line end, so nothing but the same value of the same field gives the same message.
    const std::string domain = table_.name + "\n" + field_.name + "\n";
    std::string message = domain;
    each_value(in, out, [&](std::size_t row) {
      message.resize(domain.size());
      message += in.text(row);
      const base::Digest digest = crypto::hmac_sha256(key_.view(), base::as_bytes(message));
      out.append_text(base::to_hex(digest).substr(0, kLocalPseudonymDigits));
    });
    base::wipe(message);
  }

  void operator()(const collection::ToAgeBand& rule, const table::Column& in, table::Column& out) const {
    const base::Date at =
        rule.at == collection::ToAgeBand::At::kPeriodEnd ? period_.last_day : period_.first_day;
    each_value(in, out, [&](std::size_t row) {
      append(band_of(base::age_in_years(in.date(row), at), rule.bands), out);
    });
  }

  void operator()(const collection::ToMonth& rule, const table::Column& in, table::Column& out) const {
    static_cast<void>(rule);
    each_value(in, out, [&](std::size_t row) { out.append_text(in.date(row).iso().substr(0, 7)); });
  }

  void operator()(const collection::ToLookup& rule, const table::Column& in, table::Column& out) const {
    const Lookup& lookup = lookups_.at(rule.reference);
    each_value(in, out, [&](std::size_t row) { append(lookup.find(in.text(row)), out); });
  }

 private:
  template <typename Append>
  static void each_value(const table::Column& in, table::Column& out, Append append_value) {
    for (std::size_t row = 0; row < in.size(); ++row) {
      if (in.is_null(row)) {
        out.append_null();
      } else {
        append_value(row);
      }
    }
  }
  template <typename Text>
  static void append(const std::optional<Text>& text, table::Column& out) {
    if (text) {
      out.append_text(*text);
    } else {
      out.append_null();
    }
  }

  const collection::Table& table_;
  const Field& field_;
  const collection::Period& period_;
  const Lookups& lookups_;
  const base::SecretBytes& key_;
};

// Whether minimised rows have no column for the field. In counts mode nothing is left of what becomes a
// pseudonym.
bool has_no_column(const Field& field) {
  return std::holds_alternative<collection::Drop>(field.minimise) ||
         std::holds_alternative<collection::ToPseudonym>(field.minimise);
}

}  // namespace

Minimiser::Minimiser(const collection::Table& table, const collection::Period& period, const Lookups& lookups,
                     const base::SecretBytes& local_pseudonym_key, const std::vector<std::string>* only)
    : table_(table), period_(period), lookups_(lookups), key_(local_pseudonym_key) {
  for (const Field& field : table_.fields) {
    // The loader refuses such a collection; the privacy line does not rely on it.
    CANDOUR_CHECK(!(field.identifies && std::holds_alternative<collection::Keep>(field.minimise)));
    const bool is_listed = only == nullptr || std::ranges::find(*only, field.minimised_as) != only->end();
    may_leave_.push_back(is_listed && !has_no_column(field));
    const auto* rule = std::get_if<collection::ToLookup>(&field.minimise);
    if (rule != nullptr && may_leave_.back() && !lookups_.contains(rule->reference)) {
      throw base::Error("CND-1603", "A field is minimised by a look-up that was not given.")
          .with("table", base::Label(table_.name))
          .with("field", base::Label(field.name))
          .with("reference", base::Label(rule->reference));
    }
  }
}

void Minimiser::minimise(const table::IdentifiableChunk& rows, table::Chunk& out) const {
  const table::Chunk& in = rows.reveal();
  CANDOUR_CHECK(in.columns().size() == table_.fields.size());
  out.clear();
  std::size_t filled = 0;
  for (std::size_t i = 0; i < table_.fields.size(); ++i) {
    const Field& field = table_.fields[i];
    if (has_no_column(field)) continue;
    CANDOUR_CHECK(filled < out.columns().size());
    const table::Column& column = in.column(i);
    table::Column& left = out.column(filled++);
    if (!may_leave_[i]) {
      for (std::size_t row = 0; row < in.rows(); ++row) left.append_null();
      continue;
    }
    const ColumnRule rule(table_, field, period_, lookups_, key_);
    std::visit(
        [&](const auto& how) {
          if constexpr (std::is_invocable_v<ColumnRule, decltype(how), const table::Column&,
                                            table::Column&>) {
            rule(how, column, left);
          }
        },
        field.minimise);
    CANDOUR_CHECK(left.size() == in.rows());
  }
  CANDOUR_CHECK(filled == out.columns().size());
}

}  // namespace candour::minimise
