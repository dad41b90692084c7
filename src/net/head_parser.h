// Takes scanned heads apart. Beast's parser does it, and refuses what scan_head left to refuse: bad methods,
// targets, names, lengths.
#pragma once

#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "candour/net/request_rules.h"

namespace candour::net {

/// `head` is what scan_head found complete.
[[nodiscard]] std::variant<RequestHead, Refusal> parse_request_head(std::string_view head);

struct ResponseHead {
  int status = 0;
  std::vector<HeaderField> fields;
  std::uint64_t body_bytes = 0;
  bool closes = false;  ///< the server closes the connection after it
};
/// The head of an answer to a request with `method`, as strictly as a request's: HTTP/1.1; a status from 200
/// to 599; no Transfer-Encoding; one Content-Length of digits, which only 204 and 304 may leave out (they
/// have no body, nor has an answer to HEAD). Nothing where that does not hold.
[[nodiscard]] std::optional<ResponseHead> parse_response_head(std::string_view head, Method method);

}  // namespace candour::net
