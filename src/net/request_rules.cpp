#include "candour/net/request_rules.h"

#include <algorithm>
#include <array>

namespace candour::net {
namespace {

constexpr std::string_view kHeadEnd = "\r\n\r\n";
constexpr std::array<std::string_view, 4> kMethods = {"GET", "HEAD", "PUT", "POST"};  // in Method's order

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, to_lower, to_lower);
}

namespace {

std::vector<std::string_view> values_of(const std::vector<HeaderField>& fields, std::string_view name) {
  std::vector<std::string_view> values;
  for (const HeaderField& field : fields) {
    if (equals_ignoring_case(field.name, name)) values.push_back(field.value);
  }
  return values;
}

// The characters of a host and port (RFC 3986 section 3.2.2), without those that only percent-encoding would
// need.
bool is_host(std::string_view host) {
  return !host.empty() && std::ranges::all_of(host, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_' || c == ':' || c == '[' || c == ']';
  });
}

std::optional<int> hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

// Decoded once: a name that holds "%2e" after this is a name with a percent sign. An encoded slash would make
// one segment look like two, so it is refused.
std::optional<std::string> decode_percent(std::string_view text) {
  std::string decoded;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      decoded += text[at];
      continue;
    }
    if (at + 2 >= text.size()) return std::nullopt;
    const std::optional<int> high = hex_digit(text[at + 1]);
    const std::optional<int> low = hex_digit(text[at + 2]);
    if (!high || !low) return std::nullopt;
    const char c = static_cast<char>(*high * 16 + *low);
    if (c == '/') return std::nullopt;
    decoded += c;
    at += 2;
  }
  return decoded;
}

bool is_good_segment(std::string_view segment) {
  if (segment.empty() || (segment.starts_with('.') && segment != ".well-known")) return false;
  return std::ranges::none_of(segment, [](char c) { return is_control(c) || c == '\\'; });
}

// Where Transfer-Encoding stands, refuse_fields has found it to be "chunked".
std::variant<std::uint64_t, Refusal> body_length(const RequestHead& head, Method method) {
  const bool may_have_body = method == Method::kPut || method == Method::kPost;
  const std::vector<std::string_view> lengths = values_of(head.fields, "Content-Length");
  if (!values_of(head.fields, "Expect").empty()) {
    return Refusal{417, "A body is sent with its head here, and not only when it was asked for."};
  }
  if (!values_of(head.fields, "Transfer-Encoding").empty()) {
    if (may_have_body) return Refusal{411, "A body comes with its length here, not in chunks."};
    return Refusal{400, "A request to read may not have a body."};
  }
  if (lengths.empty()) {
    if (may_have_body) return Refusal{411, "A request with this method says how long its body is."};
    return std::uint64_t{0};
  }
  const std::optional<std::uint64_t> length = parse_length(lengths.front());
  if (lengths.size() != 1 || !length) return Refusal{400, "Content-Length is not one number."};
  if (!may_have_body && *length != 0) return Refusal{400, "A request to read may not have a body."};
  return *length;
}

bool is_query_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

std::optional<QueryPart> parse_query_part(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || !is_query_name(text.substr(0, equals))) return std::nullopt;
  const std::string_view encoded = text.substr(equals + 1);
  if (encoded.find_first_of("=+") != std::string_view::npos) return std::nullopt;
  std::optional<std::string> value = decode_percent(encoded);
  if (!value || std::ranges::any_of(*value, is_control)) return std::nullopt;
  return QueryPart{std::string(text.substr(0, equals)), *std::move(value)};
}

}  // namespace

std::variant<Incomplete, CompleteHead, Refusal> scan_head(std::string_view bytes) {
  const std::size_t end = bytes.find(kHeadEnd);
  const std::size_t size = end == std::string_view::npos ? bytes.size() : end + kHeadEnd.size();
  // Even a head that has not ended yet is refused as soon as one byte of it is wrong: nothing can mend it.
  for (std::size_t at = 0; at < std::min(size, kHeadAtMostBytes); ++at) {
    const char c = bytes[at];
    const bool is_last = at + 1 == bytes.size();
    if (c == '\r') {
      if (!is_last && bytes[at + 1] != '\n')
        return Refusal{400, "A line holds a carriage return that does not end it."};
    } else if (c == '\n') {
      if (at == 0 || bytes[at - 1] != '\r') return Refusal{400, "A line ends without a carriage return."};
      // What stands behind the head is the body, which may begin with any byte.
      if (at + 1 < size && (bytes[at + 1] == ' ' || bytes[at + 1] == '\t')) {
        return Refusal{400, "A header field goes on in a second line."};
      }
    } else if (is_control(c) && c != '\t') {
      return Refusal{400, "The head of the request holds a control character."};
    }
  }
  if (size > kHeadAtMostBytes) return Refusal{431, "The head of the request is larger than 8 KiB."};
  if (end == std::string_view::npos) return Incomplete{};
  return CompleteHead{size};
}

std::variant<int, Refusal> version_of(std::string_view head) {
  const std::string_view line = head.substr(0, head.find("\r\n"));
  const std::string_view version = line.substr(std::min(line.rfind(' '), line.size() - 1) + 1);
  if (version == "HTTP/1.1") return 11;
  if (version == "HTTP/1.0") return 10;
  const bool is_minor =
      version.size() == 8 && version.starts_with("HTTP/1.") && version[7] >= '2' && version[7] <= '9';
  if (is_minor) return Refusal{505, "Only HTTP/1.1 and HTTP/1.0 are spoken here."};
  return Refusal{400, "The request does not end its first line with HTTP/1.1."};
}

std::optional<Refusal> refuse_fields(const RequestHead& head) {
  const std::vector<std::string_view> hosts = values_of(head.fields, "Host");
  if (hosts.size() != 1) return Refusal{400, "A request must name exactly one Host."};
  if (!is_host(hosts.front())) return Refusal{400, "The Host is not the name of a host."};
  const std::vector<std::string_view> encodings = values_of(head.fields, "Transfer-Encoding");
  if (encodings.empty()) return std::nullopt;
  if (encodings.size() != 1 || !equals_ignoring_case(encodings.front(), "chunked")) {
    return Refusal{400, "Transfer-Encoding may only be chunked."};
  }
  if (head.version < 11) return Refusal{400, "HTTP/1.0 has no Transfer-Encoding."};
  if (!values_of(head.fields, "Content-Length").empty()) {
    return Refusal{400, "A request may not have both Transfer-Encoding and Content-Length."};
  }
  return std::nullopt;
}

std::optional<std::string_view> only_value(const std::vector<HeaderField>& fields, std::string_view name) {
  const std::vector<std::string_view> values = values_of(fields, name);
  return values.size() == 1 ? std::optional(values.front()) : std::nullopt;
}

std::string_view name_of(Method method) { return kMethods[static_cast<std::size_t>(method)]; }

std::optional<std::uint64_t> parse_length(std::string_view text) {
  constexpr std::size_t kDigitsAtMost = 15;
  if (text.empty() || text.size() > kDigitsAtMost) return std::nullopt;
  std::uint64_t length = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    length = length * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return length;
}

std::variant<JudgedRequest, Refusal> judge_request(const RequestHead& head) {
  if (const std::optional<Refusal> refusal = refuse_fields(head)) return *refusal;
  const auto* method = std::ranges::find(kMethods, head.method);
  if (method == kMethods.end()) return Refusal{405, "No address here has this method."};
  JudgedRequest request;
  request.method = static_cast<Method>(method - kMethods.begin());
  const std::variant<std::uint64_t, Refusal> length = body_length(head, request.method);
  if (const auto* refusal = std::get_if<Refusal>(&length)) return *refusal;
  request.body_bytes = std::get<std::uint64_t>(length);
  std::optional<std::string> path = normalise_target(head.target);
  if (!path) return Refusal{400, "The address is not a plain path."};
  request.path = *std::move(path);
  std::optional<std::vector<QueryPart>> query = parse_query(head.target);
  if (!query) return Refusal{400, "The query of the address is not a list of names and values."};
  request.query = *std::move(query);
  return request;
}

std::optional<std::string> normalise_target(std::string_view target) {
  if (!target.starts_with('/') || target.find('#') != std::string_view::npos) return std::nullopt;
  const std::string_view encoded = target.substr(1, target.find('?') - 1);
  std::optional<std::string> path = decode_percent(encoded);
  if (!path) return std::nullopt;
  for (std::string_view rest = *path; !rest.empty();) {
    const std::size_t slash = rest.find('/');
    if (!is_good_segment(rest.substr(0, slash))) return std::nullopt;
    if (slash == std::string_view::npos) break;
    rest.remove_prefix(slash + 1);
  }
  return path;
}

std::optional<std::vector<QueryPart>> parse_query(std::string_view target) {
  std::vector<QueryPart> parts;
  const std::size_t mark = target.find('?');
  if (mark == std::string_view::npos) return parts;
  for (std::string_view rest = target.substr(mark + 1); !rest.empty();) {
    const std::size_t end = std::min(rest.find('&'), rest.size());
    std::optional<QueryPart> part = parse_query_part(rest.substr(0, end));
    if (!part || parts.size() == kQueryPartsAtMost) return std::nullopt;
    for (const QueryPart& other : parts) {
      if (other.name == part->name) return std::nullopt;
    }
    parts.push_back(*std::move(part));
    if (end + 1 == rest.size()) return std::nullopt;  // an '&' that nothing follows
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return parts;
}

}  // namespace candour::net
