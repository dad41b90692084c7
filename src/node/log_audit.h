// An outsider's walk over a whole log: `candour log verify`. It is given the federation's digest, which every
// verifier pins, and files that anybody may serve, and believes nothing else. Eight questions have an answer
// each, so that a log that is whole but late is told apart from one that was changed.
//
// It reads the log once, from its first entry on. Memory: one bundle of entries, the charters, instructions
// and collections, and up to a few hundred bytes for each batch, submission and run.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/progress.h"
#include "candour/instruction/register.h"
#include "candour/log/checkpoint.h"
#include "candour/log/policy.h"
#include "candour/log/tiles.h"

namespace candour::node {

enum class AuditQuestion : std::uint8_t {
  kCheckpoint,
  kEntries,
  kCharter,
  kStatements,
  kKeys,
  kReferences,
  kHeads,
  kPromises
};
/// As a machine reads them.
inline constexpr std::array<std::string_view, 8> kAuditWords{
    "checkpoint", "entries", "charter", "statements", "keys", "references", "heads", "promises"};
/// As people do: what is so where the answer is yes.
inline constexpr std::array<std::string_view, 8> kAuditSentences{
    "The checkpoint is signed by the log and by the quorum of the charter in force.",
    "Every entry is under the checkpoint's root, and the tiles are those of the entries.",
    "The charter goes back to the pinned version 1, each version signed by who must sign it.",
    "Every statement keeps the rules of its kind and is signed by who may say it.",
    "Every key of pseudonyms is what its ceremony gave.",
    "Every id is used once, every batch by one submission, and every receipt answers one.",
    "Every head in the log has the root that the log had.",
    "Every run has its result, every batch its submission, what was sealed is open when it is due, and what "
    "had "
    "to be erased is said to be. What is redacted is not served."};

/// Something that is not as it should be.
struct AuditFinding {
  std::optional<std::uint64_t> index{};  ///< of the entry; nothing where it is of no single one
  std::string kind{};                    ///< of the entry; empty where it is no statement
  std::string code{};                    ///< of the catalogue
  std::string says{};                    ///< a sentence, and names and numbers
};
/// So many are kept for each question; all are counted.
inline constexpr std::size_t kFindingsAtMost = 100;

enum class AuditAnswer : std::uint8_t { kHolds, kFails, kNotEstablished };
inline constexpr std::array<std::string_view, 3> kAuditAnswers{"holds", "fails", "not-established"};

struct AuditVerdict {
  AuditAnswer answer = AuditAnswer::kNotEstablished;
  std::uint64_t count = 0;  ///< of findings
  std::vector<AuditFinding> findings{};
};

/// The free texts beside the log. A mirror need not have them: one that is missing is no finding.
struct AuditTexts {
  std::uint64_t count = 0, bytes = 0;  ///< to which entries commit
  std::uint64_t at_hand = 0;           ///< and that are what was committed to
  std::uint64_t redacted = 0, redacted_bytes = 0;
  std::uint64_t missing = 0;  ///< neither
};

struct [[nodiscard]] LogAudit {
  log::Checkpoint checkpoint{};           ///< what the log claims
  std::uint64_t entries = 0;              ///< that were read
  std::uint32_t charter_version = 0;      ///< in force at the end; 0 where there is none
  std::vector<log::Cosigned> cosigned{};  ///< who saw the checkpoint, and when
  std::int64_t witnessed = 0;  ///< the lower median of their times, unix seconds; 0 where they are no quorum
  std::array<AuditVerdict, 8> verdicts{};  ///< by AuditQuestion
  AuditTexts texts{};
  std::int64_t at = 0;                                    ///< the reader's clock, unix seconds
  std::vector<instruction::RedactionEntry> redactions{};  ///< every one, those that are over too

  [[nodiscard]] const AuditVerdict& of(AuditQuestion question) const {
    return verdicts.at(static_cast<std::size_t>(question));
  }
  [[nodiscard]] bool holds() const;
};

/// What the walk does not establish, in plain words; for every answer, whatever it is.
inline constexpr std::array<std::string_view, 5> kAuditLimits{
    "That no other log of this federation was shown to others: compare the checkpoint with another mirror's "
    "(`candour log watch`).",
    "That what was done was entered: an act that nobody stated leaves no trace here.",
    "That what was stated is true: salted commitments are opened to auditors, and releases and packages are "
    "compared with their digests where they lie.",
    "That the checkpoint is the newest: whoever serves the log may hold entries back. Its time is shown.",
    "That the notice periods were kept by each node when it acted: the log says since when an entry was "
    "public, and what was entered under it."};

/// Walks the log. `files` has "checkpoint", its tiles and bundles, and "body/<sha256>"; `now` in unix seconds
/// is only asked for what is overdue. Errors: CND-2480 (there is no checkpoint), CND-2501, CND-2504 (it is
/// none); those of `files`.
LogAudit audit_log(log::TileSource& files, const base::Digest& federation, std::int64_t now,
                   base::Progress& progress);

}  // namespace candour::node
