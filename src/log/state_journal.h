// A small state on disk, as lines of text: the heads of a log (heads.h), what a witness has seen (witness.h).
// Whoever replays the lines in their order has the state; a line is durable before anything follows from it.
//
// A folder of segments, 000001.journal and so on, each a file of lines: SHA-256 of a text in hexadecimal, a
// space, the text, LF. Each line is synced before the next is appended, so that power can tear the last line
// of a segment and nothing else: what stands there is left out, and damage before a whole line is refused.
// A start, a failure and a segment of 4 MiB open a new segment, which begins with the whole state; then those
// before it go. docs/reference/formats/log-folder.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/disk.h"

namespace candour::log {

/// The most that one line's text may be: a note (note.h) in base64 fits.
inline constexpr std::size_t kStateTextAtMostBytes = std::size_t{2} << 20;

/// Takes the text of a line; false where it is no record of this state.
using TakesState = std::function<bool(std::string_view text)>;

/// The line of a text, which has no LF.
[[nodiscard]] std::string write_state_line(std::string_view text);

/// Reads one segment. Errors: CND-2531 (a line before a whole one is damaged, or a whole one is no record:
/// names the line), CND-1002.
void read_state_segment(const base::ReadableFile& segment, const std::filesystem::path& path,
                        const TakesState& take);

/// The one writer of such a folder; whose folder it is holds a lock. Not for several threads at once.
class StateJournal {
 public:
  using Texts = std::vector<std::string>;

  /// Replays what is there through `take`, then opens a new segment with what `state` gives, and removes
  /// those before it. `state` is called again whenever a segment is opened. Errors: those of
  /// read_state_segment and Disk.
  StateJournal(base::Disk& disk, std::filesystem::path folder, const TakesState& take,
               std::function<Texts()> state);

  /// Durable when it returns. After an error the line may be there or not until the next append, which begins
  /// a new segment from the state without it.
  void append(std::string_view text);

 private:
  void open_segment();
  void append_line(std::string_view text);

  base::Disk& disk_;
  const std::filesystem::path folder_;
  const std::function<Texts()> state_;
  std::vector<std::uint64_t> older_;  ///< numbers of the segments that the newest replaces
  std::uint64_t segment_ = 0;         ///< number of the newest
  std::uint64_t segment_bytes_ = 0;
  std::unique_ptr<base::Journal> file_;  ///< nothing after a failure
};

}  // namespace candour::log
