#include "candour/node/words.h"

#include "candour/base/date.h"

namespace candour::node {

std::string utc_in_words(std::int64_t unix_seconds) {
  return base::DateTime::parse_iso(base::utc_text(unix_seconds).substr(0, 16)).value().in_words();
}

}  // namespace candour::node
