// Payloads of statements: strict JSON objects. Each member is asked for by name and form; finish() refuses
// what nobody asked for. All hexadecimal is lower case, all times are RFC 3339 in UTC to the second.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/date.h"
#include "candour/base/error.h"
#include "candour/base/json.h"
#include "candour/base/sha256.h"

namespace candour::statement {

/// What tells two statements apart; drawn at random, or derived from what is answered.
using Id = std::array<std::uint8_t, 16>;

/// What every payload begins with.
struct Header {
  base::Digest federation{};  ///< SHA-256 of the payload of charter version 1
  std::string log{};          ///< the origin of the federation's log
  Id id{};
  std::int64_t made = 0;  ///< seconds since 1970-01-01T00:00:00Z
  friend bool operator==(const Header&, const Header&) = default;
};

/// The id of an answer: the first 16 bytes of SHA-256(kind ‖ digest of what is answered), so that a retry
/// gets the same bytes.
[[nodiscard]] Id derived_id(std::string_view kind, const base::Digest& answered);

/// Refuses a header (CND-2004) whose id is not the derived one.
void require_derived_id(const Header& header, std::string_view kind, const base::Digest& answered);

/// How long a text may be, in bytes: the name of a collection, table or measure; of a person, an office or an
/// organisation.
inline constexpr std::size_t kNameAtMostBytes = 128;
inline constexpr std::size_t kProviderCodeAtMostBytes = 16;
inline constexpr std::size_t kPeriodAtMostBytes = 16;

/// The word of an enumerator, where `words` has them in the enumerators' order.
template <typename Enum, std::size_t N>
[[nodiscard]] constexpr std::string_view word_of(Enum value, const std::array<std::string_view, N>& words) {
  return words.at(static_cast<std::size_t>(value));
}

/// A digest in hexadecimal, or null.
[[nodiscard]] base::Json json_of(const std::optional<base::Digest>& digest);

/// An object that begins with the header's members.
[[nodiscard]] base::Json::Object begin_payload(const Header& header);

/// Refuses a payload: CND-2004 with the member and the rule that it breaks.
[[noreturn]] void refuse_member(std::string_view member, base::Literal rule);

/// Errors of every call: CND-2004 (names the member).
class PayloadReader {
 public:
  /// Parses a payload, which must be one JSON object. Errors: CND-2004, CND-1008.
  explicit PayloadReader(std::string_view payload);
  /// An object inside a payload.
  explicit PayloadReader(const base::Json& object);

  [[nodiscard]] Header header();
  [[nodiscard]] std::string text(std::string_view key, std::size_t most_bytes = 4096);
  /// Whether the member, which must be there, is a text.
  [[nodiscard]] bool is_text(std::string_view key);
  /// A text that is not empty.
  [[nodiscard]] std::string name(std::string_view key, std::size_t most_bytes = kNameAtMostBytes);
  /// An array of names, ascending by their bytes, each once.
  [[nodiscard]] std::vector<std::string> names(std::string_view key, std::size_t at_most);
  /// One of the words, which stand in the order of the enumerators.
  template <typename Enum, std::size_t N>
  [[nodiscard]] Enum word(std::string_view key, const std::array<std::string_view, N>& words) {
    return static_cast<Enum>(place_of_word(key, words));
  }
  [[nodiscard]] std::int64_t integer(std::string_view key, std::int64_t least, std::int64_t most);
  /// An array of at most `at_most` whole numbers in a range.
  [[nodiscard]] std::vector<std::int64_t> integers(std::string_view key, std::int64_t least,
                                                   std::int64_t most, std::size_t at_most);
  [[nodiscard]] bool flag(std::string_view key);
  /// Bytes in hexadecimal, exactly so many.
  [[nodiscard]] base::Bytes bytes(std::string_view key, std::size_t size);
  [[nodiscard]] base::Digest digest(std::string_view key);
  [[nodiscard]] std::optional<base::Digest> digest_or_null(std::string_view key);
  [[nodiscard]] std::vector<base::Digest> digests(std::string_view key, std::size_t at_most);
  [[nodiscard]] Id id(std::string_view key);
  [[nodiscard]] std::optional<Id> id_or_null(std::string_view key);
  [[nodiscard]] std::int64_t time(std::string_view key);
  [[nodiscard]] base::Date day(std::string_view key);
  /// The array `key`, of at most so many elements; it lives as long as the reader.
  [[nodiscard]] const base::Json::Array& array(std::string_view key, std::size_t at_most);
  /// The object `key`.
  [[nodiscard]] PayloadReader object(std::string_view key);
  /// Refuses members that nobody asked for.
  void finish() const;

 private:
  [[nodiscard]] const base::Json& member(std::string_view key);
  [[nodiscard]] std::size_t place_of_word(std::string_view key, std::span<const std::string_view> words);
  base::Json object_;
  std::vector<std::string> asked_{};
};

}  // namespace candour::statement
