// A field of a table: what it is called, what type it has, when it must be there, and what is left of it when
// it leaves the provider. The types are Candour's; the fields are the collection's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "candour/table/type.h"

namespace candour::collection {

/// The types that carry their checks (field_parse.h).
enum class FieldType {
  kText,       ///< "text": 1 to max_length characters, no control characters
  kInteger,    ///< "integer": decimal digits, perhaps a minus; min and max
  kDate,       ///< "date": a day in a form that the source mapping names; the sentinel 1900-01-01 is refused
  kCode,       ///< "code": a value of a code list, valid on the period's last day
  kOds,        ///< "ods": an organisation code of the Organisation Data Service
  kNhsNumber,  ///< "nhs-number": modulus 11, no filler number
  kPostcode,   ///< "postcode": the form of a UK postcode; kept with one space before the inward part
};

/// "text", "integer", …
[[nodiscard]] std::string_view field_type_name(FieldType type);
[[nodiscard]] std::optional<FieldType> parse_field_type(std::string_view name);
/// The column type in which a chunk holds it.
[[nodiscard]] table::Type column_type(FieldType type);

/// When a field must have a value.
struct Required {
  enum class When { kAlways, kNever, kUnlessSet, kIfSet };
  When when = When::kNever;
  std::size_t other = 0;  ///< the index of the other field, for kUnlessSet and kIfSet
};

// What is left of a field after minimisation.
struct Keep {};              ///< as it is; not for a field that identifies
struct Drop {};              ///< nothing
struct ToPseudonym {};       ///< the guardians' pseudonym; nothing in counts mode
struct ToLocalPseudonym {};  ///< text: HMAC-SHA-256 under the provider's own key, 32 hexadecimal digits
struct ToAgeBand {           ///< text: "18-39", the last "80+": age in whole years on the day `at`
  enum class At { kPeriodEnd, kPeriodStart } at = At::kPeriodEnd;
  std::vector<std::int64_t> bands;  ///< lower ends, ascending, the first 0
};
struct ToMonth {};        ///< text: "1961-07"
struct ToLookup {         ///< text: the value that a reference gives; null where it has none
  std::string reference;  ///< "lsoa", declared under [reference.lsoa]
};
using Minimise = std::variant<Keep, Drop, ToPseudonym, ToLocalPseudonym, ToAgeBand, ToMonth, ToLookup>;

struct Field {
  std::string name;   ///< snake_case, as SQL and minimised rows call it
  std::string title;  ///< as people read it
  FieldType type = FieldType::kText;
  Required required;
  std::optional<std::size_t> absent_if;  ///< where that field has a value, this one must have none: a
                                         ///< withheld identity (ValueProblem::kMustBeAbsent)
  bool identifies = false;
  Minimise minimise;
  std::string minimised_as;              ///< the name of what is left ("age_band"); `name` unless declared
  std::string codes;                     ///< kCode: its list
  std::int64_t max_length = 0;           ///< kText, in characters; 0 for other types
  std::optional<std::int64_t> min, max;  ///< kInteger
  bool of_submitter = false;             ///< kOds: must be a code that the submitter may send for
  bool not_after_period = false;         ///< kDate: a day after the period's last is a future date
};

}  // namespace candour::collection
