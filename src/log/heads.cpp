#include "candour/log/heads.h"

#include "candour/base/error.h"
#include "candour/log/checkpoint.h"
#include "candour/log/text_lines.h"

namespace candour::log {
namespace {

constexpr std::string_view kNext = "next ";
constexpr std::string_view kPublished = "published ";
constexpr std::string_view kSeen = "seen ";

std::optional<HeadRecord> parse_next(std::string_view text) {
  const std::size_t space = text.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const auto size = parse_decimal(text.substr(0, space));
  const auto root = parse_hash(text.substr(space + 1));
  if (!size || !root) return std::nullopt;
  return HeadRecord{HeadRecord::Kind::kNext, {*size, *root}, {}};
}

std::optional<HeadRecord> parse_noted(HeadRecord::Kind kind, std::string_view text) {
  const auto bytes = base::from_base64(text);
  if (!bytes) return std::nullopt;
  std::string note(base::as_text(*bytes));
  try {
    const Head head = parse_checkpoint(note).checkpoint.head;
    return HeadRecord{kind, head, std::move(note)};
  } catch (const base::Error&) {
    return std::nullopt;
  }
}

[[noreturn]] void refuse_head(base::Literal rule, const Head& head) {
  throw base::Error("CND-2533", "The log's next head would not follow from the one that stands.")
      .with("rule", base::Label(rule.view()))
      .with("size", head.size);
}

}  // namespace

std::string write_head_record(const HeadRecord& record) {
  if (record.kind == HeadRecord::Kind::kNext) {
    return std::string(kNext) + std::to_string(record.head.size) + " " + base::to_base64(record.head.root);
  }
  const std::string_view word = record.kind == HeadRecord::Kind::kPublished ? kPublished : kSeen;
  return std::string(word) + base::to_base64(base::as_bytes(record.note));
}

std::optional<HeadRecord> parse_head_record(std::string_view text) {
  if (text.starts_with(kNext)) return parse_next(text.substr(kNext.size()));
  if (text.starts_with(kPublished)) {
    return parse_noted(HeadRecord::Kind::kPublished, text.substr(kPublished.size()));
  }
  if (text.starts_with(kSeen)) return parse_noted(HeadRecord::Kind::kSeen, text.substr(kSeen.size()));
  return std::nullopt;
}

Heads::Heads(base::Disk& disk, const std::filesystem::path& folder)
    : journal_(
          disk, folder,
          [this](std::string_view text) {
            auto record = parse_head_record(text);
            return record && take(std::move(*record));
          },
          [this] { return state(); }) {
  const bool beyond = published_.head.size > next_.head.size;
  const bool differs = published_.head.size == next_.head.size && published_.head.root != next_.head.root;
  if (!published_.note.empty() && (beyond || differs)) {
    throw base::Error("CND-2531", "A journal of the log's heads is damaged.")
        .with("path", folder)
        .with("published_size", published_.head.size)
        .with("next_size", next_.head.size);
  }
}

bool Heads::take(HeadRecord record) {
  switch (record.kind) {
    case HeadRecord::Kind::kNext:
      next_ = std::move(record);
      found_next_ = true;
      break;
    case HeadRecord::Kind::kPublished:
      published_ = std::move(record);
      break;
    case HeadRecord::Kind::kSeen:
      seen_ = std::move(record);
      break;
  }
  return true;
}

StateJournal::Texts Heads::state() const {
  StateJournal::Texts texts{write_head_record(next_)};
  if (!published_.note.empty()) texts.push_back(write_head_record(published_));
  if (!seen_.note.empty()) texts.push_back(write_head_record(seen_));
  return texts;
}

void Heads::advance(const Head& expected, const Head& head) {
  if (next_.head != expected) refuse_head("the head before it is not the one that stands", head);
  if (head.size <= expected.size) refuse_head("a head only grows", head);
  HeadRecord record{HeadRecord::Kind::kNext, head, {}};
  journal_.append(write_head_record(record));
  next_ = std::move(record);
}

void Heads::publish(const std::string& note) {
  HeadRecord record{HeadRecord::Kind::kPublished, parse_checkpoint(note).checkpoint.head, note};
  const Head& head = record.head;
  if (head.size > next_.head.size) refuse_head("what is published is not beyond next", head);
  if (head.size == next_.head.size && head != next_.head) {
    refuse_head("what is published has the root that next has", head);
  }
  if (head.size < published_.head.size) refuse_head("what is published only grows", head);
  journal_.append(write_head_record(record));
  published_ = std::move(record);
}

void Heads::see(const std::string& note) {
  HeadRecord record{HeadRecord::Kind::kSeen, parse_checkpoint(note).checkpoint.head, note};
  if (record.head.size < seen_.head.size) refuse_head("what was seen only grows", record.head);
  journal_.append(write_head_record(record));
  seen_ = std::move(record);
}

}  // namespace candour::log
