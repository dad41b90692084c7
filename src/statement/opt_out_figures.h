// "opt-out-figures": what the public is told of a provider's records of a collection in a month that is over,
// rounded so that nobody is told of: how many went where no opt-out applies, and where one applies how many
// it left out. Never both: of a whole that is known elsewhere, how many went would tell how many did not.
// docs/reference/formats/statements.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "candour/statement/payload.h"

namespace candour::statement {

/// A multiple of 5 from 10 on; nothing where it is suppressed.
using PublishedFigure = std::optional<std::uint64_t>;
/// What is published of a count: nothing under 8, 0 neither: it would say of everybody who is known to be
/// among them that they have not opted out. From 8 on the nearest multiple of 5.
[[nodiscard]] PublishedFigure published_figure(std::uint64_t count);

/// "opt-out-figures", signed by the provider. Its id is derived from opt_out_figures_subject(): a month has
/// one, since from two roundings of nearly the same people the difference could be read.
struct OptOutFigures {
  Header header{};
  std::string provider{};  ///< its ODS code
  std::string collection{};
  std::string month{};         ///< "2025-09", over when this is made
  PublishedFigure rows{};      ///< rows that went; nothing where an opt-out was applied to any of them
  PublishedFigure national{};  ///< left out by the national data opt-out
  PublishedFigure type_1{};    ///< left out by a type 1 opt-out, at a GP
  friend bool operator==(const OptOutFigures&, const OptOutFigures&) = default;
};

/// The month of a moment, in UTC: "2025-09". Months compare as texts.
[[nodiscard]] std::string month_of(std::int64_t unix_seconds);

/// SHA-256(provider ‖ 0x00 ‖ collection ‖ 0x00 ‖ month).
[[nodiscard]] base::Digest opt_out_figures_subject(std::string_view provider, std::string_view collection,
                                                   std::string_view month);

[[nodiscard]] std::string write_payload(const OptOutFigures& figures);
/// Errors: CND-2004, CND-1008.
[[nodiscard]] OptOutFigures parse_opt_out_figures(std::string_view payload);

}  // namespace candour::statement
