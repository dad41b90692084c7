// What an entry may say of a file: the bounds of a submission, and an `add` there and back.
#include <algorithm>
#include <charconv>

#include "candour/base/json.h"
#include "candour/base/printable.h"
#include "candour/lake/entry.h"
#include "candour/lake/lake_format.h"

namespace candour::lake {
namespace {

constexpr std::size_t kNameBytes = 64;
constexpr std::size_t kTagBytes = 1024;
constexpr std::size_t kMostTags = 64;
constexpr std::int64_t kMs = 1000;
constexpr std::int64_t kEndOf9999 = 253402300799;

bool is_name(const std::string& name) {
  return !name.empty() && name.size() <= kNameBytes && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  });
}

/// A quarter is 2025/26-Q1; in no path stands a period.
bool is_period(std::string name) {
  const std::size_t slash = name.find('/');
  if (slash != std::string::npos && slash > 0) name[slash] = '-';
  return is_name(name) && !name.starts_with('.');
}

bool is_tag_key(const std::string& key) {
  return !key.empty() && key.size() <= kNameBytes && !key.starts_with(kReservedTags) &&
         std::all_of(key.begin(), key.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_';
         });
}

bool is_tag_value(const std::string& value) {
  return value.size() <= kTagBytes && base::is_utf8(value) &&
         std::none_of(value.begin(), value.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

bool are_tags(const Tags& tags) {
  return tags.size() <= kMostTags && std::all_of(tags.begin(), tags.end(), [](const auto& tag) {
           return is_tag_key(tag.first) && is_tag_value(tag.second);
         });
}

bool is_time(std::int64_t unix_seconds) { return unix_seconds >= 0 && unix_seconds <= kEndOf9999; }

bool is_storable(const SliceFile& file) {
  return is_name(file.slice.submitter) && is_period(file.slice.period) && are_tags(file.tags) &&
         is_time(file.committed_at_unix) && is_time(file.written_at_unix);
}

template <typename Number>
bool read_number(const std::string& text, Number& number) {
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  return !text.empty() && stopped == end && error == std::errc();
}

bool read_digest(const std::string& text, base::Digest& digest) {
  const auto read = base::from_hex_exactly<32>(text);
  if (read) digest = *read;
  return read.has_value();
}

/// Takes a tag of ours out of `tags`; nothing where it is not there.
std::string take(Tags& tags, const char* key) {
  auto tag = tags.extract(std::string(kReservedTags) + key);
  return tag.empty() ? std::string() : std::move(tag.mapped());
}

}  // namespace

void check_file(const SliceFile& file) {
  if (is_storable(file)) return;
  throw base::Error("CND-2311", "A name, a time or a tag is none that the lake can hold.");
}

std::string stats_text(const SliceFile& file) {
  return base::write_json_line(base::Json::Object{{"numRecords", file.rows}});
}

Tags tags_of(const SliceFile& file) {
  Tags tags = file.tags;
  const auto put = [&tags](const char* key, std::string value) {
    tags.emplace(std::string(kReservedTags) + key, std::move(value));
  };
  put("committed", std::to_string(file.committed_at_unix));
  put("period", file.slice.period);
  put("revision", std::to_string(file.revision));
  put("sha256", base::to_hex(file.sha256));
  put("submission", base::to_hex(file.submission));
  put("submitter", file.slice.submitter);
  return tags;
}

std::optional<SliceFile> file_of(const AddFields& fields) {
  SliceFile file;
  file.tags = fields.tags;
  file.path = fields.path;
  if (fields.size_bytes < 0 || fields.modified_ms < 0) return std::nullopt;
  file.size_bytes = static_cast<std::uint64_t>(fields.size_bytes);
  file.written_at_unix = fields.modified_ms / kMs;
  file.slice = {take(file.tags, "submitter"), take(file.tags, "period")};
  std::int64_t rows = 0;
  constexpr std::string_view kBefore = "{\"numRecords\":";
  const std::string& stats = fields.stats;
  const bool is_read = stats.starts_with(kBefore) && stats.ends_with('}') &&
                       read_number(stats.substr(kBefore.size(), stats.size() - kBefore.size() - 1), rows) &&
                       rows >= 0 && read_number(take(file.tags, "committed"), file.committed_at_unix) &&
                       read_number(take(file.tags, "revision"), file.revision) &&
                       read_digest(take(file.tags, "sha256"), file.sha256) &&
                       read_digest(take(file.tags, "submission"), file.submission);
  if (!is_read) return std::nullopt;
  file.rows = static_cast<std::uint64_t>(rows);
  // What can be written another way is none of ours.
  if (!is_storable(file) || !parse_data_path(file.path) || tags_of(file) != fields.tags ||
      stats_text(file) != stats || file.written_at_unix * kMs != fields.modified_ms) {
    return std::nullopt;
  }
  return file;
}

}  // namespace candour::lake
