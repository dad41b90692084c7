#include "candour/log/state_journal.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "candour/base/error.h"

namespace candour::log {
namespace {

constexpr std::size_t kDigestDigits = 64;
constexpr std::size_t kLineAtMostBytes = kDigestDigits + 1 + kStateTextAtMostBytes + 1;
constexpr std::uint64_t kSegmentAtMostBytes = std::uint64_t{4} << 20;
constexpr std::string_view kSuffix = ".journal";
constexpr std::size_t kNumberDigits = 6;

[[noreturn]] void refuse_line(const std::filesystem::path& path, std::uint64_t line) {
  throw base::Error("CND-2531", "A journal of the log's heads is damaged.")
      .with("path", path)
      .with("line", line);
}

// The text of a line whose digest holds; `line` is without its LF.
std::optional<std::string_view> text_of(std::string_view line) {
  if (line.size() <= kDigestDigits || line[kDigestDigits] != ' ') return std::nullopt;
  const std::string_view text = line.substr(kDigestDigits + 1);
  if (base::to_hex(base::sha256(base::as_bytes(text))) != line.substr(0, kDigestDigits)) return std::nullopt;
  return text;
}

// The number of a segment's name; nothing where it is the name of something else.
std::optional<std::uint64_t> segment_number(std::string_view name) {
  if (!name.ends_with(kSuffix)) return std::nullopt;
  name.remove_suffix(kSuffix.size());
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  const bool whole = error == std::errc() && end == name.data() + name.size();
  return whole && name.size() >= kNumberDigits ? std::optional(number) : std::nullopt;
}

std::string segment_name(std::uint64_t number) {
  std::string digits = std::to_string(number);
  if (digits.size() < kNumberDigits) digits.insert(0, kNumberDigits - digits.size(), '0');
  return digits.append(kSuffix);
}

}  // namespace

std::string write_state_line(std::string_view text) {
  CANDOUR_CHECK(text.size() <= kStateTextAtMostBytes && text.find('\n') == std::string_view::npos);
  return base::to_hex(base::sha256(base::as_bytes(text))).append(" ").append(text).append("\n");
}

void read_state_segment(const base::ReadableFile& segment, const std::filesystem::path& path,
                        const TakesState& take) {
  base::FileSource source(segment);
  base::Bytes piece(std::size_t{64} << 10);
  std::string pending;
  std::uint64_t number = 0;
  std::uint64_t first_bad = 0;  // the number of the line from which on none is whole
  std::size_t bad_bytes = 0;
  const auto take_line = [&](std::string_view line) {
    ++number;
    const auto text = text_of(line);
    if (first_bad == 0 && !text) first_bad = number;
    if (first_bad != 0) bad_bytes += line.size() + 1;
    // What was torn is at most one line, and nothing whole stands behind it.
    if (first_bad != 0 && (text || bad_bytes > kLineAtMostBytes)) refuse_line(path, first_bad);
    if (text && !take(*text)) refuse_line(path, number);
  };
  while (const std::size_t got = source.read(piece)) {
    pending.append(base::as_text(base::ByteView(piece).first(got)));
    std::size_t begin = 0;
    for (std::size_t end; (end = pending.find('\n', begin)) != std::string::npos; begin = end + 1) {
      take_line(std::string_view(pending).substr(begin, end - begin));
    }
    pending.erase(0, begin);
    if (pending.size() > kLineAtMostBytes) refuse_line(path, number + 1);
  }
}

StateJournal::StateJournal(base::Disk& disk, std::filesystem::path folder, const TakesState& take,
                           std::function<Texts()> state)
    : disk_(disk), folder_(std::move(folder)), state_(std::move(state)) {
  disk_.make_folder(folder_);
  for (const std::string& name : disk_.list(folder_)) {
    if (const auto number = segment_number(name)) older_.push_back(*number);
  }
  std::ranges::sort(older_);
  for (const std::uint64_t number : older_) {
    const auto path = folder_ / segment_name(number);
    read_state_segment(*disk_.open(path), path, take);
    segment_ = number;
  }
  open_segment();
}

// Those before go only when the whole state is durable in the new one.
void StateJournal::open_segment() {
  file_ = disk_.open_journal(folder_ / segment_name(++segment_));
  segment_bytes_ = 0;
  std::vector<std::uint64_t> replaced = older_;
  older_.push_back(segment_);  // so that it goes too if it is given up on the way
  for (const std::string& text : state_()) append_line(text);
  for (const std::uint64_t number : replaced) disk_.remove(folder_ / segment_name(number));
  older_ = {segment_};
}

void StateJournal::append_line(std::string_view text) {
  const std::string line = write_state_line(text);
  file_->append(base::as_bytes(line));
  file_->sync();
  segment_bytes_ += line.size();
}

void StateJournal::append(std::string_view text) {
  try {
    if (!file_ || segment_bytes_ > kSegmentAtMostBytes) open_segment();
    append_line(text);
  } catch (...) {
    // What the segment ends with now nobody knows; as the last line of a segment it may be torn.
    file_.reset();
    throw;
  }
}

}  // namespace candour::log
