// "opt-out-figures": how many of a provider's records of a collection an opt-out left out in a month, rounded
// so that nobody is told of. docs/reference/formats/statements.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "candour/statement/payload.h"

namespace candour::statement {

/// A multiple of 5 from 10 on; nothing where it is suppressed.
using PublishedFigure = std::optional<std::uint64_t>;
/// What is published of a count: nothing under 8, 0 neither; from 8 on the nearest multiple of 5.
[[nodiscard]] PublishedFigure published_figure(std::uint64_t count);

/// "opt-out-figures", signed by the provider. Its id is derived from opt_out_figures_subject(): a month has
/// one, since from two roundings of nearly the same people the difference could be read.
struct OptOutFigures {
  Header header{};
  std::string provider{};  ///< its ODS code
  std::string collection{};
  std::string month{};         ///< "2025-09"
  PublishedFigure national{};  ///< left out by the national data opt-out
  PublishedFigure type_1{};    ///< left out by a type 1 opt-out, at a GP
  friend bool operator==(const OptOutFigures&, const OptOutFigures&) = default;
};

/// SHA-256(provider ‖ 0x00 ‖ collection ‖ 0x00 ‖ month).
[[nodiscard]] base::Digest opt_out_figures_subject(std::string_view provider, std::string_view collection,
                                                   std::string_view month);

[[nodiscard]] std::string write_payload(const OptOutFigures& figures);
/// Errors: CND-2004, CND-1008.
[[nodiscard]] OptOutFigures parse_opt_out_figures(std::string_view payload);

}  // namespace candour::statement
