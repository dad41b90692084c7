// The strict request layer: what a request must be before anything looks at it. RFC 9112 (HTTP/1.1 messages)
// read without its leniencies, because a request that two programs read differently is how one is smuggled
// past the other.
//
// Pure: bytes in, verdict out. Every server of ours uses it. A refused request is answered once and its
// connection closed, for nobody knows where the next request would begin.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace candour::net {

/// The head of a request may have this many bytes, its last empty line counted.
inline constexpr std::size_t kHeadAtMostBytes = 8192;

/// A refusal: an HTTP status, and a sentence that says which rule failed.
struct Refusal {
  int status = 400;
  std::string_view reason;
};

/// What the bytes so far are.
struct Incomplete {};
struct CompleteHead {
  std::size_t size_bytes = 0;  ///< of the head, its last empty line counted
};
/// Looks at the bytes at the beginning of a connection, before any parser: every line ends in CR LF, none
/// holds another control character (NUL, a lone CR or LF), none but the first is a continuation of the one
/// before, and the head has at most kHeadAtMostBytes (431 if more).
[[nodiscard]] std::variant<Incomplete, CompleteHead, Refusal> scan_head(std::string_view bytes);

struct HeaderField {
  std::string name;
  std::string value;  ///< without white space around it
};
/// A head that a parser has taken apart.
struct RequestHead {
  std::string method;
  std::string target;
  int version = 11;  ///< 10 or 11
  std::vector<HeaderField> fields;
};
/// The version that the first line of a scanned head names: 10 or 11; otherwise a refusal (505 for another
/// HTTP/1.x, 400 for anything else). Asked before the parser is, which cannot tell the two apart.
[[nodiscard]] std::variant<int, Refusal> version_of(std::string_view head);

/// The rules over the fields, whatever the method: exactly one Host, of a host's characters;
/// Transfer-Encoding absent or exactly "chunked", never with HTTP/1.0 and never with Content-Length; nothing
/// where all holds.
[[nodiscard]] std::optional<Refusal> refuse_fields(const RequestHead& head);

[[nodiscard]] bool equals_ignoring_case(std::string_view a, std::string_view b);

/// The value of the only field of this name, case ignored; nothing where there is none or more than one.
[[nodiscard]] std::optional<std::string_view> only_value(const std::vector<HeaderField>& fields,
                                                         std::string_view name);

enum class Method { kGet, kHead, kPut, kPost };
[[nodiscard]] std::string_view name_of(Method method);

/// One "name=value" of a query.
struct QueryPart {
  std::string name;
  std::string value;
};
struct JudgedRequest {
  Method method = Method::kGet;
  /// Decoded and normalised: "tables/a.csv"; "" for the front page; a folder ends with '/'.
  std::string path;
  std::vector<QueryPart> query;
  std::uint64_t body_bytes = 0;  ///< that follow the head
};
/// The whole verdict on a head: refuse_fields; a method of the four (405); no Expect (417); a body only with
/// PUT and POST, which say its length in one Content-Length of digits alone (411 where there is none, or
/// where the body would come in chunks: a length that is known first is one less thing that two programs can
/// read differently); a target that normalise_target and parse_query accept.
[[nodiscard]] std::variant<JudgedRequest, Refusal> judge_request(const RequestHead& head);

/// Turns a request's target into the path of a file below a folder: begins with '/', a query is cut off,
/// percent signs are decoded once, and no segment is empty (but the last), "." or "..", begins with '.' (but
/// ".well-known"), or holds a control character, a slash that came encoded, or a backslash. Nothing where
/// that does not hold.
[[nodiscard]] std::optional<std::string> normalise_target(std::string_view target);

/// The parts of a target's query, "a=1&b=2", in their order: at most kQueryPartsAtMost; names of letters,
/// digits, '-' and '_', none twice; values decoded once, without control characters, '+', an encoded slash or
/// a second '='. Nothing where that does not hold.
inline constexpr std::size_t kQueryPartsAtMost = 16;
[[nodiscard]] std::optional<std::vector<QueryPart>> parse_query(std::string_view target);

/// The number of a Content-Length: 1 to 15 digits and nothing else.
[[nodiscard]] std::optional<std::uint64_t> parse_length(std::string_view text);

}  // namespace candour::net
