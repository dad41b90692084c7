// The header of a hospital's file: which of its columns holds which field. Used by SubmissionCheck; strict,
// because a column that is guessed wrong would pass the types and be wrong in every row.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/error.h"
#include "candour/collection/collection.h"

namespace candour::intake {

struct HeaderMap {
  std::size_t width = 0;  ///< columns of the file
  /// By field of the table: the column that holds it; nothing where the file has no such column.
  std::vector<std::optional<std::size_t>> column_of_field;
  std::vector<std::string> title_of_field;  ///< the hospital's own words; empty where there is no column
  std::vector<std::string> ignored;         ///< columns that the mapping allows and that are not read
};

/// A title as titles are compared: without case, outer spaces gone, runs of space, _ and - one space.
[[nodiscard]] std::string comparable_title(std::string_view title);

/// Whether a cell of the first line reads like a value of a row rather than a title: a number, a day, a
/// postcode. Such a cell must not be repeated in an error.
[[nodiscard]] bool looks_like_value(std::string_view cell, const collection::SourceMapping& mapping);

/// Maps the cells of the first record. Every mapped column must be there, except those of fields that are
/// never required. Errors: CND-1102 (no title of the mapping, or a cell that looks like a value: the file has
/// no header, and its cells are not named), CND-1103 (a column twice), CND-1104 (a column missing), CND-1105
/// (a column that the mapping does not know).
[[nodiscard]] HeaderMap match_header(const std::vector<std::string>& cells, const collection::Table& table,
                                     const collection::SourceMapping& mapping, const base::Label& file);

}  // namespace candour::intake
