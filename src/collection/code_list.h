// A code list: values with labels and the days on which they are valid (codes/*.csv: value,label,valid_from,
// valid_to; an empty end is open).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "candour/base/date.h"

namespace candour::collection {

struct Code {
  std::string value;
  std::string label;
  std::optional<base::Date> valid_from;
  std::optional<base::Date> valid_to;
};

class CodeList {
 public:
  CodeList() = default;
  explicit CodeList(std::vector<Code> codes);
  [[nodiscard]] const std::vector<Code>& codes() const { return codes_; }  ///< in the order of the file
  /// The code, or nullptr where the list has no such value.
  [[nodiscard]] const Code* find(std::string_view value) const;
  /// Whether the value is in the list and valid on that day.
  [[nodiscard]] bool contains(std::string_view value, base::Date on) const;

 private:
  std::vector<Code> codes_;
  std::unordered_map<std::string, std::size_t> index_;
};

}  // namespace candour::collection
