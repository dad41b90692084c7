#include "candour/net/head_parser.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

namespace candour::net {
namespace {

namespace beast = boost::beast;

// Whether `parser` has taken all of `head` as a head. What follows it has limits of ours.
template <typename Parser>
bool takes_apart(Parser& parser, std::string_view head) {
  parser.header_limit(static_cast<std::uint32_t>(kHeadAtMostBytes));
  parser.body_limit(boost::none);
  boost::system::error_code error;
  parser.put(boost::asio::buffer(head), error);
  return parser.is_header_done() && (!error || error == beast::http::error::need_more);
}

template <typename Message>
std::vector<HeaderField> fields_of(const Message& message) {
  std::vector<HeaderField> fields;
  for (const auto& field : message) {
    fields.push_back({std::string(field.name_string()), std::string(field.value())});
  }
  return fields;
}

bool has_field(const std::vector<HeaderField>& fields, std::string_view name) {
  return std::ranges::any_of(fields,
                             [name](const HeaderField& field) { return beast::iequals(field.name, name); });
}

}  // namespace

std::variant<RequestHead, Refusal> parse_request_head(std::string_view head) {
  const std::variant<int, Refusal> version = version_of(head);
  if (const auto* refusal = std::get_if<Refusal>(&version)) return *refusal;
  beast::http::request_parser<beast::http::empty_body> parser;
  if (!takes_apart(parser, head)) {
    return Refusal{400, "The head of the request does not follow the grammar of HTTP/1.1."};
  }
  const auto& message = parser.get();
  return RequestHead{.method = std::string(message.method_string()),
                     .target = std::string(message.target()),
                     .version = std::get<int>(version),
                     .fields = fields_of(message)};
}

std::optional<ResponseHead> parse_response_head(std::string_view head, Method method) {
  if (!head.starts_with("HTTP/1.1 ")) return std::nullopt;
  beast::http::response_parser<beast::http::empty_body> parser;
  parser.skip(true);  // the body is not the parser's
  if (!takes_apart(parser, head)) return std::nullopt;
  const auto& message = parser.get();
  ResponseHead response{.status = static_cast<int>(message.result_int()), .fields = fields_of(message)};
  if (response.status < 200 || response.status > 599) return std::nullopt;
  if (has_field(response.fields, "Transfer-Encoding")) return std::nullopt;
  const std::optional<std::string_view> length = only_value(response.fields, "Content-Length");
  const bool is_bodiless = response.status == 204 || response.status == 304;
  if (length) {
    const std::optional<std::uint64_t> bytes = parse_length(*length);
    if (!bytes || (is_bodiless && *bytes != 0)) return std::nullopt;
    if (method != Method::kHead) response.body_bytes = *bytes;
  } else if (!is_bodiless || has_field(response.fields, "Content-Length")) {
    return std::nullopt;
  }
  response.closes = beast::iequals(only_value(response.fields, "Connection").value_or(""), "close");
  return response;
}

}  // namespace candour::net
