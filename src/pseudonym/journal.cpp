#include "candour/pseudonym/journal.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "candour/base/date.h"
#include "candour/base/error.h"
#include "candour/base/json.h"
#include "candour/statement/envelope.h"
#include "candour/statement/payload.h"

namespace candour::pseudonym {
namespace {

constexpr std::size_t kDigestDigits = 64;
// An envelope in JSON, every quote of it escaped, and the other members.
constexpr std::size_t kLineAtMostBytes = 2 * statement::kEnvelopeAtMostBytes + 4096;
constexpr std::uint64_t kSegmentAtMostBytes = std::uint64_t{64} << 20;
constexpr std::string_view kSuffix = ".journal";
constexpr std::size_t kNumberDigits = 6;

base::Json json_of(const AcceptedRecord& record) {
  return base::Json::Object{{"record", "accepted"},
                            {"time", base::utc_text(record.time)},
                            {"batch", base::to_hex(record.batch)},
                            {"provider", record.provider},
                            {"domain", record.domain},
                            {"points", base::to_hex(record.points)},
                            {"size", std::int64_t{record.size}}};
}

base::Json json_of(const AnsweredRecord& record) {
  base::Json::Array asked;
  for (const crypto::ShareIndex index : record.asked) asked.emplace_back(std::int64_t{index});
  return base::Json::Object{{"record", "answered"},
                            {"time", base::utc_text(record.time)},
                            {"batch", base::to_hex(record.batch)},
                            {"asked", std::move(asked)},
                            {"attestation", record.attestation}};
}

base::Json json_of(const RefusedRecord& record) {
  return base::Json::Object{{"record", "refused"},
                            {"time", base::utc_text(record.time)},
                            {"provider", record.provider},
                            {"code", record.code},
                            {"times", record.times}};
}

JournalRecord parse_record(std::string_view text) {
  statement::PayloadReader reader(text);
  const std::string kind = reader.text("record");
  const std::int64_t time = reader.time("time");
  JournalRecord record;
  if (kind == "accepted") {
    record = AcceptedRecord{.time = time,
                            .batch = reader.digest("batch"),
                            .provider = reader.text("provider", 16),
                            .domain = reader.text("domain"),
                            .points = reader.digest("points"),
                            .size = static_cast<std::uint32_t>(reader.integer("size", 1, UINT32_MAX))};
  } else if (kind == "answered") {
    AnsweredRecord answered;
    answered.time = time;
    answered.batch = reader.digest("batch");
    for (const std::int64_t index : reader.integers("asked", 1, UINT16_MAX, 255)) {
      answered.asked.push_back(static_cast<crypto::ShareIndex>(index));
    }
    answered.attestation = reader.text("attestation", statement::kEnvelopeAtMostBytes);
    record = std::move(answered);
  } else if (kind == "refused") {
    record =
        RefusedRecord{.time = time,
                      .provider = reader.text("provider", 16),
                      .code = reader.text("code", 16),
                      .times = static_cast<std::uint64_t>(reader.integer("times", 1, 1'000'000'000'000))};
  } else {
    statement::refuse_member("record", "nobody knows this kind");
  }
  reader.finish();
  return record;
}

// The text of a line whose digest holds; `line` is without its LF.
std::optional<std::string_view> text_of(std::string_view line) {
  if (line.size() <= kDigestDigits + 1 || line[kDigestDigits] != ' ') return std::nullopt;
  const std::string_view text = line.substr(kDigestDigits + 1);
  if (base::to_hex(base::sha256(base::as_bytes(text))) != line.substr(0, kDigestDigits)) return std::nullopt;
  return text;
}

[[noreturn]] void refuse_line(const std::filesystem::path& path, std::uint64_t line) {
  throw base::Error("CND-2112", "A guardian's journal is damaged.").with("path", path).with("line", line);
}

// The number of a segment's name; nothing where it is the name of something else.
std::optional<std::uint64_t> segment_number(std::string_view name) {
  if (!name.ends_with(kSuffix)) return std::nullopt;
  name.remove_suffix(kSuffix.size());
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error != std::errc() || end != name.data() + name.size() || name.size() < kNumberDigits) {
    return std::nullopt;
  }
  return number;
}

std::string segment_name(std::uint64_t number) {
  std::string digits = std::to_string(number);
  if (digits.size() < kNumberDigits) digits.insert(0, kNumberDigits - digits.size(), '0');
  return digits.append(kSuffix);
}

}  // namespace

std::string write_record(const JournalRecord& record) {
  const std::string text =
      base::write_json_line(std::visit([](const auto& one) { return json_of(one); }, record));
  return base::to_hex(base::sha256(base::as_bytes(text))).append(" ").append(text).append("\n");
}

void read_segment(const base::ReadableFile& segment, const std::filesystem::path& path,
                  const std::function<void(JournalRecord&&)>& each) {
  base::FileSource source(segment);
  std::string pending;
  base::Bytes piece(std::size_t{64} << 10);
  std::uint64_t number = 0;
  std::uint64_t first_bad = 0;  // the number of the line from which on none is whole
  std::size_t bad_bytes = 0;
  const auto take = [&](std::string_view line) {
    ++number;
    const auto text = text_of(line);
    if (first_bad == 0 && !text) first_bad = number;
    if (first_bad != 0) bad_bytes += line.size() + 1;
    // What was torn is at most one append, and nothing whole stands behind it.
    if (first_bad != 0 && (text || bad_bytes > kLineAtMostBytes)) refuse_line(path, first_bad);
    if (!text) return;
    try {
      each(parse_record(*text));
    } catch (const base::Error& error) {
      if (error.code() == base::ErrorCode("CND-2004") || error.code() == base::ErrorCode("CND-1008")) {
        refuse_line(path, number);
      }
      throw;
    }
  };
  while (const std::size_t got = source.read(piece)) {
    pending.append(base::as_text(base::ByteView(piece).first(got)));
    std::size_t begin = 0;
    for (std::size_t end; (end = pending.find('\n', begin)) != std::string::npos; begin = end + 1) {
      take(std::string_view(pending).substr(begin, end - begin));
    }
    pending.erase(0, begin);
    if (pending.size() > kLineAtMostBytes) refuse_line(path, number + 1);
  }
}

GuardianJournal::GuardianJournal(base::Disk& disk, std::filesystem::path folder,
                                 const std::function<void(JournalRecord&&)>& each)
    : disk_(disk), folder_(std::move(folder)) {
  disk_.make_folder(folder_);
  lock_ = disk_.lock(folder_ / "lock");
  std::vector<std::uint64_t> numbers;
  for (const std::string& name : disk_.list(folder_)) {
    if (const auto number = segment_number(name)) numbers.push_back(*number);
  }
  std::ranges::sort(numbers);
  for (const std::uint64_t number : numbers) {
    const auto path = folder_ / segment_name(number);
    read_segment(*disk_.open(path), path, each);
    segment_ = number;
  }
  open_segment();
}

void GuardianJournal::open_segment() {
  ++segment_;
  segment_bytes_ = 0;
  file_ = disk_.open_journal(folder_ / segment_name(segment_));
}

void GuardianJournal::append(const JournalRecord& record) {
  const std::string line = write_record(record);
  if (!file_ || segment_bytes_ + line.size() > kSegmentAtMostBytes) open_segment();
  try {
    file_->append(base::as_bytes(line));
    file_->sync();
  } catch (...) {
    // What the segment ends with now nobody knows; as the last line of a segment it may be torn.
    file_.reset();
    throw;
  }
  segment_bytes_ += line.size();
}

}  // namespace candour::pseudonym
