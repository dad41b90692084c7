// The heads of a log that a folder holds, in a StateJournal. Three, and each only grows:
//
//   next SIZE ROOT     the entries that are durable, read back and hashed again; none but this head is signed
//   published NOTE     the newest co-signed checkpoint that the folder's owner shows to others
//   seen NOTE          of a mirror: the newest co-signed checkpoint that it has accepted, whose entries it
//   may
//                      still be fetching
//
// ROOT and NOTE in base64. docs/reference/formats/log-folder.md.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "candour/log/merkle.h"
#include "candour/log/state_journal.h"

namespace candour::log {

struct HeadRecord {
  enum class Kind { kNext, kPublished, kSeen };
  Kind kind = Kind::kNext;
  Head head{};         ///< of kNext; of the note otherwise
  std::string note{};  ///< empty for kNext
  friend bool operator==(const HeadRecord&, const HeadRecord&) = default;
};

[[nodiscard]] std::string write_head_record(const HeadRecord& record);
/// Nothing where it is none, or its note is no checkpoint. No signature is verified: they were, before.
[[nodiscard]] std::optional<HeadRecord> parse_head_record(std::string_view text);

class Heads {
 public:
  /// Errors: CND-2531 (the journal is damaged, or what it holds contradicts itself); those of Disk.
  Heads(base::Disk& disk, const std::filesystem::path& folder);

  /// Whether a `next` was there: a folder without one is new.
  [[nodiscard]] bool found_next() const { return found_next_; }
  [[nodiscard]] const Head& next() const { return next_.head; }
  /// Empty note where there is none yet.
  [[nodiscard]] const HeadRecord& published() const { return published_; }
  [[nodiscard]] const HeadRecord& seen() const { return seen_; }

  // Each is durable when it returns.

  /// Puts `head` in the place of `expected`. Errors: CND-2533 (`expected` is not what stands there, or `head`
  /// is not larger).
  void advance(const Head& expected, const Head& head);
  /// Errors: CND-2533 (it is of a size beyond next or below what was published, or has another root than next
  /// at its size).
  void publish(const std::string& note);
  /// Errors: CND-2533 (it is of a size below what was seen).
  void see(const std::string& note);

 private:
  [[nodiscard]] bool take(HeadRecord record);
  [[nodiscard]] StateJournal::Texts state() const;

  bool found_next_ = false;
  HeadRecord next_{HeadRecord::Kind::kNext};
  HeadRecord published_{HeadRecord::Kind::kPublished};
  HeadRecord seen_{HeadRecord::Kind::kSeen};
  StateJournal journal_;
};

}  // namespace candour::log
