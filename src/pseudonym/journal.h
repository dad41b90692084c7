// What a guardian remembers, on disk: which batches it took, what it attested, what it refused. A record is
// durable before anything follows from it. No record holds a point, a share or anything of a person. Quotas
// are counted over the log (quota.h).
//
// A folder of segments, 000001.journal and so on, each a file of lines: SHA-256 of a JSON text in
// hexadecimal, a space, the text, LF. Each append is synced before the next, and a start or a failure opens a
// new segment, so that power can tear the end of a segment and nothing else: what stands there is left out,
// and damage before a whole line is refused. docs/reference/formats/guardian-journal.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <variant>

#include "candour/base/disk.h"
#include "candour/pseudonym/asked.h"

namespace candour::pseudonym {

/// A batch that was taken: until a day later it may be asked for again.
struct AcceptedRecord {
  std::int64_t time = 0;  ///< seconds since 1970-01-01T00:00:00Z, the guardian's clock
  base::Digest batch{};   ///< leaf
  std::string provider;   ///< ODS code
  std::string domain;
  base::Digest points{};  ///< SHA-256 of its points
  std::uint32_t size = 0;
  friend bool operator==(const AcceptedRecord&, const AcceptedRecord&) = default;
};

/// An attestation that was signed; any retry for the same batch and set gets these bytes.
struct AnsweredRecord {
  std::int64_t time = 0;
  base::Digest batch{};
  AskedSet asked;
  std::string attestation;  ///< its envelope
  friend bool operator==(const AnsweredRecord&, const AnsweredRecord&) = default;
};

/// Requests of a provider that were refused.
struct RefusedRecord {
  std::int64_t time = 0;
  std::string provider;
  std::string code;         ///< of the catalogue; never the input
  std::uint64_t times = 1;  ///< this one and those since the last such record
  friend bool operator==(const RefusedRecord&, const RefusedRecord&) = default;
};

using JournalRecord = std::variant<AcceptedRecord, AnsweredRecord, RefusedRecord>;

/// The line of a record.
[[nodiscard]] std::string write_record(const JournalRecord& record);

/// Reads one segment and hands out its records in their order. Errors: CND-2112 (a line before a whole one is
/// damaged, or a whole one is no record: names the line), CND-1002.
void read_segment(const base::ReadableFile& segment, const std::filesystem::path& path,
                  const std::function<void(JournalRecord&&)>& each);

/// The journal's one writer. Not for several threads at once.
class GuardianJournal {
 public:
  /// Reads all that is in `folder`, which is made where it is missing, and opens a new segment. Errors: those
  /// of read_segment; CND-1006 (another process has it); those of Disk.
  GuardianJournal(base::Disk& disk, std::filesystem::path folder,
                  const std::function<void(JournalRecord&&)>& each);

  /// Durable when it returns. After an error the record may be there or not, and the next goes to a new
  /// segment.
  void append(const JournalRecord& record);

 private:
  void open_segment();

  base::Disk& disk_;
  std::filesystem::path folder_;
  std::unique_ptr<base::DiskLock> lock_;
  std::uint64_t segment_ = 0;  ///< number of the newest
  std::uint64_t segment_bytes_ = 0;
  std::unique_ptr<base::Journal> file_;
};

}  // namespace candour::pseudonym
