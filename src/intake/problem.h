// What is wrong with a row: place, rule and words. A value, not an error: bad rows never stop a file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "candour/base/identifiable.h"
#include "candour/collection/collection.h"

namespace candour::intake {

struct Problem {
  std::uint64_t line = 0;  ///< where the record begins in the file, from 1
  collection::Level level = collection::Level::kError;
  std::string rule;     ///< "nhs-number-check-digit", "clock-stops-after-it-starts", "duplicate"
  std::string code;     ///< its page: "CND-1211"
  std::string message;  ///< a sentence
  std::string column;   ///< the hospital's column title; empty where the whole record is meant
  std::optional<base::Identifiable<std::string>> value;  ///< shown only at the provider
  std::optional<std::uint64_t> first_line;  ///< of a duplicate: the line of the row that it repeats
};

}  // namespace candour::intake
