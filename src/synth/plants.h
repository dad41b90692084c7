// Planted errors: every way in which a row can be wrong that the types and the collection know, each breaking
// one rule.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "candour/synth/row_plan.h"

namespace candour::synth {

/// One kind of error.
struct PlantKind {
  enum class How {
    kDeclared,      ///< the change of synth.toml's plant `declared`
    kMissing,       ///< `field` has no value
    kText,          ///< `field` is `text`
    kCheckDigit,    ///< the number's last digit is another
    kDuplicate,     ///< the last good row stands there again
    kExtraField,    ///< the record has a field too many
    kMissingField,  ///< or too few
    kStrayQuote,
    kNul,
  };
  std::string rule;  ///< that must refuse the row
  How how = How::kText;
  std::size_t field = 0;
  std::size_t declared = 0;
  std::string text;
};

/// Every kind for a file, in a fixed order.
[[nodiscard]] std::vector<PlantKind> plant_kinds(const FileContext& file, const collection::SynthSpec& spec);

/// Puts the error of a field (kMissing, kText, kCheckDigit) into a row that was right.
void spoil(const PlantKind& kind, Row& row);

}  // namespace candour::synth
