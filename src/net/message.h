// What handlers take and give: a whole request, and a response whose body is bytes or a source of known
// length.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "candour/base/bytes.h"
#include "candour/base/error.h"
#include "candour/base/sha256.h"
#include "candour/base/stream.h"
#include "candour/net/request_rules.h"

namespace candour::net {

struct Request {
  Method method = Method::kGet;
  std::string target;  ///< as it came
  std::vector<std::string>
      segments;  ///< of the path: what stood for each {} and for * of the route's pattern
  std::vector<QueryPart> query;
  std::vector<HeaderField> fields;
  std::optional<base::Digest> peer;  ///< SHA-256 of the client's public key; absent over plain HTTP
  base::Bytes body;

  [[nodiscard]] std::optional<std::string_view> query_value(std::string_view name) const;
  [[nodiscard]] std::optional<std::string_view> field_value(std::string_view name) const {
    return only_value(fields, name);
  }
};

/// A body that is read while it is sent: exactly `size_bytes` from `source`, on a worker thread. Where the
/// source gives fewer, or throws, the connection breaks: only that can still tell the client.
struct BodySource {
  std::unique_ptr<base::ByteSource> source;
  std::uint64_t size_bytes = 0;
};

struct Response {
  int status = 200;               ///< one that answer.cpp's table has
  std::string content_type = {};  ///< none where empty
  std::variant<base::Bytes, BodySource> body = {};
  std::vector<HeaderField> more = {};  ///< further fields
};

/// 200 with a text.
[[nodiscard]] Response text_response(std::string_view content_type, std::string_view text);

/// A refusal as application/problem+json (RFC 9457): "title" says the status, "detail" which rule failed,
/// "code" leads to `candour explain`. Texts are literals: a refusal holds nothing that came with a request.
[[nodiscard]] Response problem_response(int status, base::ErrorCode code, base::Literal detail);
/// The same of an error: its code and message, never its fields, which may be paths of this machine.
[[nodiscard]] Response problem_response(int status, const base::Error& error);

}  // namespace candour::net
