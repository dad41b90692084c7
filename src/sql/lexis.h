// The words and signs of the portable subset. DuckDB's tree does not show how a statement was spelt
// (`x::DATE` is a CAST, LATERAL and MATERIALIZED leave no trace), so that the spelling is checked before the
// tree: what is not one of these tokens is refused, and no statement is deep enough to exhaust a parser.
#pragma once

#include <cstddef>
#include <string_view>

#include "candour/base/error.h"

namespace candour::sql {

inline constexpr std::size_t kStatementBytes = std::size_t{64} << 10;
inline constexpr std::size_t kParenthesisDepth = 64;

enum class Phrase { kStatement, kExpression };

/// Checks the spelling of one statement (it begins with SELECT or WITH, and may end with a semicolon) or of
/// one expression. Errors: CND-1401 (too long or deep, unclosed or unbalanced, not text), CND-1402 (a sign or
/// word outside the subset, with its line).
void check_lexis(std::string_view text, Phrase phrase, const base::Label& place);

/// The line, from 1, of an offset in bytes.
[[nodiscard]] std::size_t line_of(std::string_view text, std::size_t offset);

}  // namespace candour::sql
