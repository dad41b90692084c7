// What is wrong with a row: place, rule and words. A value, not an error: bad rows never stop a file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "candour/base/identifiable.h"
#include "candour/collection/collection.h"

namespace candour::intake {

/// One cell that a problem is about: the hospital's column title, and its text as it stood in the file.
struct ProblemCell {
  std::string column;
  std::optional<base::Identifiable<std::string>> value;  ///< shown only at the provider
};

struct Problem {
  std::uint64_t line = 0;  ///< where the record begins in the file, from 1
  std::uint64_t row = 0;   ///< the record's number after the header, from 1; 0 where only the line is known
  collection::Level level = collection::Level::kError;
  bool row_is_refused = true;  ///< by this problem or, where it is a warning, by another
  std::string rule;            ///< "nhs-number-check-digit", "clock-stops-after-it-starts", "duplicate"
  std::string code;            ///< its page: "CND-1211"
  std::string message;         ///< a sentence
  std::vector<ProblemCell>
      cells;  ///< empty where the whole record is meant; several where a check reads several
  std::optional<std::uint64_t> first_line;  ///< of a duplicate: the line of the row that it repeats
  std::string first_file;  ///< and the file where that is another one; empty where it is the same
};

// Rules of a record that belong to no type and no collection; those of values are in
// collection/field_parse.h.
inline constexpr const char* kRecordShapeRule = "record-shape";
inline constexpr const char* kRecordShapeCode = "CND-1220";
inline constexpr const char* kDuplicateRule = "duplicate";
inline constexpr const char* kDuplicateCode = "CND-1219";
inline constexpr const char* kDuplicateMessage = "The row repeats the key of an earlier row.";
inline constexpr const char* kRowCheckCode = "CND-1204";

}  // namespace candour::intake
