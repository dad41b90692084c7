// A code list: values with labels and the days on which they are valid (codes/*.csv: value,label,valid_from,
// valid_to; an empty end is open). A list may have more columns, such as the published group that a code
// belongs to; steps read the whole list as the relation codes_NAME.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "candour/base/date.h"
#include "candour/collection/period.h"
#include "candour/table/chunk.h"

namespace candour::collection {

struct Code {
  std::string value;
  std::string label;
  std::optional<base::Date> valid_from;
  std::optional<base::Date> valid_to;
  std::vector<std::string> more;  ///< of CodeList::more_columns(); an empty text is no value
  /// Whether it is valid on any day of the period. A code that was closed in its middle was right for what
  /// happened before, and one that came into use in it is right for what happened since.
  [[nodiscard]] bool valid_in(const Period& period) const {
    return (!valid_from || *valid_from <= period.last_day) && (!valid_to || period.first_day <= *valid_to);
  }
};

class CodeList {
 public:
  CodeList() = default;
  explicit CodeList(std::vector<Code> codes, std::vector<std::string> more_columns = {});
  [[nodiscard]] const std::vector<Code>& codes() const { return codes_; }  ///< in the order of the file
  /// The code, or nullptr where the list has no such value.
  [[nodiscard]] const Code* find(std::string_view value) const;
  /// Whether the value is in the list and valid on any day of the period.
  [[nodiscard]] bool contains(std::string_view value, const Period& period) const;
  /// The names of the columns after the four, in the order of the file.
  [[nodiscard]] const std::vector<std::string>& more_columns() const { return more_columns_; }
  /// What steps read as codes_NAME: value, label (texts), valid_from, valid_to (dates), the further columns
  /// (texts).
  [[nodiscard]] table::Schema schema() const;
  [[nodiscard]] table::Relation relation() const;

 private:
  // Looks a view up without making a string of it: this runs once for every value of every row.
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };

  std::vector<Code> codes_;
  std::vector<std::string> more_columns_;
  std::unordered_map<std::string, std::size_t, Hash, std::equal_to<>> index_;
};

/// Parses codes/NAME.csv. `path` is for the error's place. Errors: CND-1308 (a column is missing, a value is
/// there twice or empty, a day is none or the last is before the first), CND-1110 (not CSV).
[[nodiscard]] CodeList parse_code_list(std::string_view text, const std::filesystem::path& path);

}  // namespace candour::collection
