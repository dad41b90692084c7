// The error catalogue inside the program: the pages of docs/reference/errors, compiled in by
// cmake/catalogue.cmake, so that `candour explain CODE` needs no files.
#pragma once

#include <span>
#include <string_view>

namespace candour::base {

struct CataloguePage {
  std::string_view code;    ///< "CND-1104"
  std::string_view title;   ///< the page's first heading without the code
  std::string_view remedy;  ///< the first paragraph under "## Remedy": one or two sentences
  std::string_view text;    ///< the whole page, Markdown
};

/// Every page, ordered by code.
[[nodiscard]] std::span<const CataloguePage> catalogue();

/// The page of `code`, or nullptr.
[[nodiscard]] const CataloguePage* find_page(std::string_view code);

}  // namespace candour::base
