// The register: what the log says is binding, and since when. A pure fold over the log's entries, which every
// node makes for itself from its own mirror, so that all who have the same entries have the same register.
// The public register (docs/reference/register.md) is written from it and from nothing else: what people read
// is what is enforced.
//
// An entry that does not hold (a signature too few, an instruction that nobody may give) binds nobody. It is
// kept as a problem: the log should never have taken it.
//
// Time in the log: a `head` entry holds a co-signed checkpoint, and the lower median of its cosignatures'
// times is when all entries below its size were public. Notice periods and the delays of charters count from
// the first head that covers them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "candour/base/error.h"
#include "candour/instruction/charter.h"
#include "candour/instruction/instruction.h"
#include "candour/statement/decision.h"
#include "candour/statement/erasure.h"
#include "candour/statement/incident.h"
#include "candour/statement/opt_out_figures.h"
#include "candour/statement/redaction.h"
#include "candour/statement/refusal.h"
#include "candour/statement/run.h"
#include "candour/statement/sealed.h"

namespace candour::instruction {

/// Where a statement stands in the log.
struct Standing {
  std::uint64_t index = 0;
  base::Digest leaf{};
  std::optional<std::int64_t> known_since{};  ///< unix seconds; nothing until a head covers it
};

struct CharterEntry : Standing {
  std::shared_ptr<const Charter> charter;
  std::int64_t delay_seconds = 0;
  std::optional<std::uint64_t> in_force_from{};  ///< index of the entry with which it took effect
};

struct CollectionEntry : Standing {
  statement::Collection collection;
};

struct AcceptanceEntry : Standing {
  statement::Acceptance acceptance;
};
struct ObjectionEntry : Standing {
  statement::Objection objection;
};

struct ReleaseEntry : Standing {
  statement::Release release;
};
struct ErasureEntry : Standing {
  statement::Erasure erasure;
};
struct IncidentEntry : Standing {
  statement::Incident incident;
};
struct OptOutFiguresEntry : Standing {
  statement::OptOutFigures figures;
};

/// How often an instruction was used, as far as the log says. How many rows, it does not say.
struct Uses {
  std::uint64_t batches = 0, submissions = 0, receipts = 0, runs = 0, results = 0, releases = 0, refusals = 0,
                erasures = 0, opened_runs = 0;
};

struct InstructionEntry : Standing {
  std::shared_ptr<const Instruction> instruction;
  std::shared_ptr<const Charter> charter;           ///< in force at its index
  std::vector<crypto::SigningPublicKey> signers{};  ///< controllers whose signatures hold
  std::optional<statement::Revocation> revocation{};
  std::optional<std::uint64_t> revoked_at{};  ///< index; nothing while it was only handed in
  std::vector<AcceptanceEntry> acceptances{};
  std::vector<ObjectionEntry> objections{};
  Uses uses{};
  std::set<std::string> providers_used{};                       ///< whose submissions it brought
  std::set<std::pair<std::string, std::string>> tables_used{};  ///< collection and table of each of these
  std::map<std::string, std::string> compelled{};  ///< provider → legal notice of its newest such submission
  std::vector<ReleaseEntry> releases{};
  std::vector<ErasureEntry> expiry_erasures{};  ///< of what it brought, after its retention

  /// Whether the hub has said that what it brought is gone, of every table that it brought rows to.
  [[nodiscard]] bool is_erased() const;
  [[nodiscard]] bool is_erased(std::string_view collection, std::string_view table) const;
};

/// Under which rule which act was refused.
struct RefusalRule {
  std::optional<statement::Id> instruction{};  ///< none where a stranger was refused
  std::string code{};                          ///< of the catalogue
  statement::NodeRole role = statement::NodeRole::kHub;
  statement::RefusedAct act = statement::RefusedAct::kSend;
  friend auto operator<=>(const RefusalRule&, const RefusalRule&) = default;
};
struct RefusalCount {
  std::uint64_t times = 0;
  std::int64_t since = 0, until = 0;  ///< the first and the last, unix seconds
};

struct OpeningEntry : Standing {
  statement::Opening opening;
};
struct SealedEntry : Standing {
  statement::Sealed sealed;
  std::optional<OpeningEntry> opening{};
};

/// The log has a head at least every so many entries, so that who follows it need not read further than that
/// to find out who cosigned it (log/mirror.h).
inline constexpr std::uint64_t kHeadEvery = std::uint64_t{1} << 16;

/// A free text beside the log, of the entry that commits to it.
struct TextEntry : Standing {
  std::string kind;
  statement::FreeText text;
};
struct RedactionEntry : Standing {
  statement::Redaction redaction;
  std::uint64_t of_index = 0;  ///< the entry whose text it is
  std::string of_kind;
  /// Whether its day is over, in unix seconds.
  [[nodiscard]] bool is_over(std::int64_t at) const {
    return redaction.until && base::utc_day(at) > *redaction.until;
  }
};

/// An entry that binds nobody, and why.
struct Problem {
  std::uint64_t index = 0;
  std::string kind;  ///< empty where it is no statement
  std::string code;  ///< of the catalogue
  std::string rule;  ///< the error's message
};

class Register {
 public:
  /// Of the federation whose version 1 of the charter has this digest.
  explicit Register(const base::Digest& federation) : federation_(federation) {}

  /// Which body an entry needs to be judged: a charter's list of providers. Never an error.
  [[nodiscard]] static std::optional<base::Digest> body_of(std::string_view envelope);

  /// Refuses a statement that would bind nobody as the next entry. Gives its id. `body` is what body_of()
  /// names. Errors: CND-2001 to CND-2006, CND-2010 to CND-2015, CND-2020 to CND-2044: the rule that it
  /// breaks.
  statement::Id judge(std::string_view envelope, std::string_view body) const;

  /// Takes the next entry in, as what it is or as a problem.
  void apply(std::string_view envelope, std::string_view body);

  /// Passes over entries up to `index`, for who folds a part of a log: the rest keeps its places. What was
  /// passed over is not judged, and what needed it does not hold.
  void skip_to(std::uint64_t index) { size_ = std::max(size_, index); }

  /// A revocation that was handed to this node and is not in the log yet: it takes effect at once. Errors:
  /// CND-2001 to CND-2004, CND-2020.
  void hand_in(std::string_view revocation);

  [[nodiscard]] std::uint64_t size() const { return size_; }  ///< entries applied
  [[nodiscard]] const base::Digest& federation() const { return federation_; }
  /// The charter in force. Errors: CND-2016 (the log does not begin with the federation's charter).
  [[nodiscard]] const std::shared_ptr<const Charter>& charter() const;
  /// The version that was in force when the entry with this index came, and by which it was judged. Errors:
  /// CND-2016.
  [[nodiscard]] const CharterEntry& charter_at(std::uint64_t index) const;
  /// When the newest head was cosigned; 0 before the first.
  [[nodiscard]] std::int64_t log_time() const { return log_time_; }

  [[nodiscard]] const std::vector<CharterEntry>& charters() const { return charters_; }
  [[nodiscard]] const std::map<statement::Id, InstructionEntry>& instructions() const {
    return instructions_;
  }
  [[nodiscard]] const std::vector<CollectionEntry>& collections() const { return collections_; }
  [[nodiscard]] const std::vector<SealedEntry>& sealed() const { return sealed_; }
  [[nodiscard]] const std::vector<Problem>& problems() const { return problems_; }
  [[nodiscard]] const std::vector<IncidentEntry>& incidents() const { return incidents_; }
  /// In the log's order, of each provider, collection and month one.
  [[nodiscard]] const std::vector<OptOutFiguresEntry>& opt_out_figures() const { return opt_out_figures_; }
  /// Every free text that an entry commits to.
  [[nodiscard]] const std::vector<TextEntry>& texts() const { return texts_; }
  [[nodiscard]] const std::vector<RedactionEntry>& redactions() const { return redactions_; }
  /// What takes the text of this commitment away at a moment: the redaction that lasts the longest, or
  /// nullptr.
  [[nodiscard]] const RedactionEntry* redacted(const base::Digest& text, std::int64_t at) const;
  /// Every refusal in the log, strangers' included, by its rule.
  [[nodiscard]] const std::map<RefusalRule, RefusalCount>& refusals() const { return refusals_; }
  [[nodiscard]] const InstructionEntry* find(const statement::Id& instruction) const;
  [[nodiscard]] const CollectionEntry* find(std::string_view collection, const base::Digest& sha256) const;
  /// Where the transcript of a ceremony stands, by SHA-256 of its envelope.
  [[nodiscard]] std::optional<std::uint64_t> ceremony(const base::Digest& envelope_sha256) const;
  /// The version that a head of this time would bring into force: the one in force where none is due. Who
  /// follows the log believes its witnesses too, once those in force have signed at that time. Errors:
  /// CND-2016.
  [[nodiscard]] const std::shared_ptr<const Charter>& charter_due(std::int64_t time) const;
  /// Whether something of the log waits for a head: so that its notice or delay begins, or ends; or the last
  /// one is kHeadEvery entries back.
  [[nodiscard]] bool wants_head(std::int64_t now) const;

 private:
  friend class Judge;
  void activate(std::uint64_t index);
  [[nodiscard]] static bool is_due(const CharterEntry& next, std::int64_t time);

  base::Digest federation_;
  std::uint64_t size_ = 0;
  std::int64_t log_time_ = 0;
  std::uint64_t known_size_ = 0;  ///< what the newest head covers
  std::vector<CharterEntry> charters_;
  std::size_t in_force_ = 0;  ///< its place among them
  std::map<statement::Id, InstructionEntry> instructions_;
  std::vector<CollectionEntry> collections_;
  std::map<base::Digest, std::uint64_t> ceremonies_;
  std::map<base::Digest, statement::Id> runs_;     ///< leaf → instruction, of runs without a result
  std::map<base::Digest, statement::Id> results_;  ///< the same of runs that have one
  std::vector<SealedEntry> sealed_;
  std::vector<TextEntry> texts_;
  std::vector<RedactionEntry> redactions_;
  std::vector<Problem> problems_;
  std::vector<IncidentEntry> incidents_;
  std::vector<OptOutFiguresEntry> opt_out_figures_;
  std::map<RefusalRule, RefusalCount> refusals_;
};

}  // namespace candour::instruction
