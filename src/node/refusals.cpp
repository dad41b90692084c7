#include "candour/node/refusals.h"

#include <algorithm>
#include <array>

namespace candour::node {

int status_of(const base::Error& error) {
  struct Status {
    std::string_view code;  ///< or how it begins
    int status;
  };
  static constexpr std::array<Status, 11> kStatuses{{{"CND-1003", 503},
                                                     {"CND-1004", 503},
                                                     {"CND-1006", 503},
                                                     {"CND-2211", 503},
                                                     {"CND-2212", 429},
                                                     {"CND-2213", 404},
                                                     {"CND-2224", 409},
                                                     {"CND-2306", 409},
                                                     {"CND-2463", 403},
                                                     {"CND-2465", 404},
                                                     {"CND-202", 403}}};
  const auto found = std::ranges::find_if(
      kStatuses, [&](const Status& one) { return error.code().view().starts_with(one.code); });
  return found == kStatuses.end() ? 422 : found->status;
}

Handler refusing(Handler handler) {
  return [handle = std::move(handler)](const net::Request& request) {
    try {
      return handle(request);
    } catch (const base::Error& error) {
      return net::problem_response(status_of(error), error);
    }
  };
}

}  // namespace candour::node
