// How an answer is written: the head with its security fields, and the body that explains a refusal.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "candour/net/request_rules.h"

namespace candour::net {

enum class AfterAnswer { kKeepOpen, kClose };

struct Answer {
  int status = 200;
  std::string content_type;
  std::optional<std::uint64_t> content_length;  ///< absent where there may be none: 304
  std::vector<HeaderField> more;
  AfterAnswer after = AfterAnswer::kKeepOpen;
};

/// The head as bytes, with its empty line. Every answer, an error too, carries the same policy: a page loads
/// style sheets and images of its own origin, and nothing else happens in it; it is framed by nobody, and
/// sends no address on.
[[nodiscard]] std::string head_of(const Answer& answer, std::int64_t now_unix_seconds);

/// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 section 5.6.7).
[[nodiscard]] std::string http_date(std::int64_t unix_seconds);

/// A page that says what failed, why, and what would make it pass. It holds nothing that came with the
/// request.
[[nodiscard]] std::string explanation_page(int status, std::string_view reason);

/// The same for a program: application/problem+json (RFC 9457). "code" is left out where it is empty.
inline constexpr std::string_view kProblemType = "application/problem+json";
[[nodiscard]] std::string problem_json(int status, std::string_view code, std::string_view detail);

/// Whether one of the entity tags of an If-None-Match field is `etag` (with its quotation marks), or the
/// field is "*".
[[nodiscard]] bool matches_etag(std::string_view if_none_match, std::string_view etag);

}  // namespace candour::net
