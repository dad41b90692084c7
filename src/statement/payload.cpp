#include "candour/statement/payload.h"

#include <algorithm>

#include "candour/base/date.h"
#include "candour/base/error.h"

namespace candour::statement {
namespace {

// Lower case alone: two spellings of one digest would be two statements.
std::optional<base::Bytes> bytes_of(const base::Json& value, std::size_t size) {
  const std::string* text = value.text();
  if (text == nullptr || text->size() != 2 * size) return std::nullopt;
  auto bytes = base::from_hex(*text);
  if (!bytes || base::to_hex(*bytes) != *text) return std::nullopt;
  return bytes;
}

template <std::size_t N>
std::array<std::uint8_t, N> fixed(const base::Bytes& bytes) {
  std::array<std::uint8_t, N> array{};
  std::ranges::copy(bytes, array.begin());
  return array;
}

}  // namespace

void refuse_member(std::string_view member, base::Literal rule) {
  throw base::Error("CND-2004", "A signed statement does not have the members that its kind has.")
      .with("member", base::Label(member))
      .with("rule", base::Label(rule.view()));
}

Id derived_id(std::string_view kind, const base::Digest& answered) {
  base::Sha256 hash;
  hash.update(base::as_bytes(kind));
  hash.update(answered);
  const base::Digest digest = hash.finish();
  Id id{};
  std::copy_n(digest.begin(), id.size(), id.begin());
  return id;
}

void require_derived_id(const Header& header, std::string_view kind, const base::Digest& answered) {
  if (header.id != derived_id(kind, answered))
    refuse_member("id", "it does not follow from what is answered");
}

base::Json json_of(const std::optional<base::Digest>& digest) {
  return digest ? base::Json(base::to_hex(*digest)) : base::Json();
}

base::Json::Object begin_payload(const Header& header) {
  return {{"federation", base::to_hex(header.federation)},
          {"log", header.log},
          {"id", base::to_hex(header.id)},
          {"made", base::utc_text(header.made)}};
}

PayloadReader::PayloadReader(std::string_view payload) : PayloadReader(base::parse_json(payload)) {}

PayloadReader::PayloadReader(const base::Json& object) : object_(object) {
  if (object_.object() == nullptr) refuse_member("", "it is no object");
}

const base::Json& PayloadReader::member(std::string_view key) {
  const base::Json* member = object_.find(key);
  if (member == nullptr) refuse_member(key, "it is missing");
  asked_.emplace_back(key);
  return *member;
}

Header PayloadReader::header() {
  Header header;
  header.federation = digest("federation");
  header.log = text("log", 256);
  header.id = id("id");
  header.made = time("made");
  return header;
}

std::string PayloadReader::text(std::string_view key, std::size_t most_bytes) {
  const std::string* text = member(key).text();
  if (text == nullptr) refuse_member(key, "it is no text");
  if (text->size() > most_bytes) refuse_member(key, "it is too long");
  return *text;
}

bool PayloadReader::is_text(std::string_view key) { return member(key).text() != nullptr; }

std::string PayloadReader::name(std::string_view key, std::size_t most_bytes) {
  std::string name = text(key, most_bytes);
  if (name.empty()) refuse_member(key, "it is empty");
  return name;
}

std::vector<std::string> PayloadReader::names(std::string_view key, std::size_t at_most) {
  std::vector<std::string> names;
  for (const base::Json& one : array(key, at_most)) {
    const std::string* name = one.text();
    if (name == nullptr || name->empty() || name->size() > kNameAtMostBytes) {
      refuse_member(key, "an element is no name");
    }
    if (!names.empty() && *name <= names.back()) refuse_member(key, "its names do not ascend");
    names.push_back(*name);
  }
  return names;
}

std::size_t PayloadReader::place_of_word(std::string_view key, std::span<const std::string_view> words) {
  const auto place = std::ranges::find(words, name(key, kNameAtMostBytes));
  if (place == words.end()) refuse_member(key, "it is none of the words that it may be");
  return static_cast<std::size_t>(place - words.begin());
}

std::int64_t PayloadReader::integer(std::string_view key, std::int64_t least, std::int64_t most) {
  const std::int64_t* number = member(key).integer();
  if (number == nullptr || *number < least || *number > most)
    refuse_member(key, "it is no whole number in its range");
  return *number;
}

std::vector<std::int64_t> PayloadReader::integers(std::string_view key, std::int64_t least, std::int64_t most,
                                                  std::size_t at_most) {
  std::vector<std::int64_t> numbers;
  for (const base::Json& one : array(key, at_most)) {
    const std::int64_t* number = one.integer();
    if (number == nullptr || *number < least || *number > most)
      refuse_member(key, "an element is no whole number in its range");
    numbers.push_back(*number);
  }
  return numbers;
}

bool PayloadReader::flag(std::string_view key) {
  const bool* flag = member(key).boolean();
  if (flag == nullptr) refuse_member(key, "it is neither true nor false");
  return *flag;
}

base::Bytes PayloadReader::bytes(std::string_view key, std::size_t size) {
  auto bytes = bytes_of(member(key), size);
  if (!bytes) refuse_member(key, "it is not so many bytes in lower-case hexadecimal");
  return *std::move(bytes);
}

base::Digest PayloadReader::digest(std::string_view key) { return fixed<32>(bytes(key, 32)); }

std::optional<base::Digest> PayloadReader::digest_or_null(std::string_view key) {
  if (member(key).is_null()) return std::nullopt;
  return digest(key);
}

std::vector<base::Digest> PayloadReader::digests(std::string_view key, std::size_t at_most) {
  std::vector<base::Digest> digests;
  for (const base::Json& one : array(key, at_most)) {
    const auto bytes = bytes_of(one, 32);
    if (!bytes) refuse_member(key, "an element is no digest in lower-case hexadecimal");
    digests.push_back(fixed<32>(*bytes));
  }
  return digests;
}

Id PayloadReader::id(std::string_view key) { return fixed<16>(bytes(key, 16)); }

std::optional<Id> PayloadReader::id_or_null(std::string_view key) {
  if (member(key).is_null()) return std::nullopt;
  return id(key);
}

base::Date PayloadReader::day(std::string_view key) {
  const auto day = base::Date::parse_iso(text(key, 10));
  if (!day) refuse_member(key, "it is no day as YYYY-MM-DD");
  return *day;
}

std::int64_t PayloadReader::time(std::string_view key) {
  const auto moment = base::parse_utc(text(key, 20));
  if (!moment) refuse_member(key, "it is no time in UTC to the second");
  return *moment;
}

const base::Json::Array& PayloadReader::array(std::string_view key, std::size_t at_most) {
  const base::Json::Array* array = member(key).array();
  if (array == nullptr || array->size() > at_most)
    refuse_member(key, "it is no array, or a longer one than may be");
  return *array;
}

PayloadReader PayloadReader::object(std::string_view key) { return PayloadReader(member(key)); }

void PayloadReader::finish() const {
  for (const auto& [key, value] : *object_.object()) {
    if (std::ranges::find(asked_, key) == asked_.end()) refuse_member(key, "nobody knows it");
  }
}

}  // namespace candour::statement
