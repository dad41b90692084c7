#include "candour/base/catalogue.h"

#include <algorithm>

namespace candour::base {

const CataloguePage* find_page(std::string_view code) {
  const auto pages = catalogue();
  const auto found =
      std::lower_bound(pages.begin(), pages.end(), code,
                       [](const CataloguePage& page, std::string_view wanted) { return page.code < wanted; });
  return found != pages.end() && found->code == code ? &*found : nullptr;
}

}  // namespace candour::base
