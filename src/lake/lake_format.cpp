#include "candour/lake/lake_format.h"

#include <algorithm>
#include <charconv>

namespace candour::lake {
namespace {

constexpr std::size_t kVersionDigits = 20;
constexpr std::size_t kWriterDigits = 16;
constexpr std::string_view kParquet = ".parquet";

std::optional<std::uint64_t> parse_number(std::string_view digits) {
  std::uint64_t number = 0;
  const char* end = digits.data() + digits.size();
  const auto [stopped, error] = std::from_chars(digits.data(), end, number);
  if (digits.empty() || stopped != end || error != std::errc()) return std::nullopt;
  return number;
}

}  // namespace

std::string version_name(std::uint64_t version) {
  const std::string digits = std::to_string(version);
  return std::string(kVersionDigits - digits.size(), '0') + digits;
}

std::optional<std::uint64_t> parse_version_name(std::string_view name, std::string_view suffix) {
  if (name.size() != kVersionDigits + suffix.size() || !name.ends_with(suffix)) return std::nullopt;
  return parse_number(name.substr(0, kVersionDigits));
}

std::string DataName::text() const {
  return version_name(version) + "-" + writer + "-" + std::to_string(count) + std::string(kParquet);
}

std::optional<DataName> DataName::parse(std::string_view name) {
  constexpr std::size_t kCountAt = kVersionDigits + 1 + kWriterDigits + 1;
  if (name.size() <= kCountAt + kParquet.size() || !name.ends_with(kParquet)) return std::nullopt;
  const auto version = parse_version_name(name.substr(0, kVersionDigits), "");
  const auto count = parse_number(name.substr(kCountAt, name.size() - kCountAt - kParquet.size()));
  if (!version || !count) return std::nullopt;
  DataName parsed{*version, std::string(name.substr(kVersionDigits + 1, kWriterDigits)), *count};
  const bool is_hex = std::all_of(parsed.writer.begin(), parsed.writer.end(),
                                  [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
  // One spelling: no count with zeros in front, no other marks between.
  if (!is_hex || parsed.text() != name) return std::nullopt;
  return parsed;
}

std::optional<DataName> parse_data_path(std::string_view path) {
  constexpr std::string_view kFolder = "data/";
  if (!path.starts_with(kFolder)) return std::nullopt;
  return DataName::parse(path.substr(kFolder.size()));
}

}  // namespace candour::lake
