// What changed from one version of something to the next: members with a label and the texts that they hold.
#pragma once

#include <string>
#include <vector>

#include "candour/page/html.h"

namespace candour::public_register {

/// A member as people read it. One that is a list has a text for each element, in any order.
struct Member {
  std::string label{};
  std::vector<std::string> texts{};
};

struct Change {
  std::string label{};
  std::vector<std::string> before{};  ///< what is there no longer
  std::vector<std::string> after{};   ///< what is new
  friend bool operator==(const Change&, const Change&) = default;
};

/// Every member that differs, in the order of `after`; then those that only `before` has.
[[nodiscard]] std::vector<Change> changes(const std::vector<Member>& before,
                                          const std::vector<Member>& after);

/// The changes as a table; a sentence where there are none.
[[nodiscard]] page::Html changes_table(std::string_view id, std::string_view caption,
                                       const std::vector<Change>& changes);

}  // namespace candour::public_register
