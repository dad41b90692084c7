// An instruction: what may be collected, from whom, why, for how long, who may see it, and who says so.
// People draft it as TOML; the controllers sign its payload; it binds once it is in the log (register.h) and
// is in force under the conditions of verdict.h. docs/reference/formats/instruction.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/date.h"
#include "candour/base/random.h"
#include "candour/base/sha256.h"
#include "candour/statement/payload.h"

namespace candour::instruction {

inline constexpr std::string_view kInstructionKind = "instruction";

/// Pseudonymised rows; counts alone, which are personal data in all but name where they are small; or nothing
/// but whose rows are to be erased (statement/withdraw.h): no row comes under it, and it has no collection.
enum class Mode { kRecords, kCounts, kErasure };
[[nodiscard]] std::string_view name_of(Mode mode);

struct InstructedCollection {
  std::string name{};
  base::Digest sha256{};              ///< of the folder: what runs is what was approved
  std::vector<std::string> fields{};  ///< the only ones that may leave; they may only narrow the collection
  friend bool operator==(const InstructedCollection&, const InstructedCollection&) = default;
};

struct Recipient {
  std::string name{};
  std::string legal_person{};
  friend bool operator==(const Recipient&, const Recipient&) = default;
};

struct Contract {
  std::string value{}, route{}, notice{}, expires{};
  std::vector<std::string> extensions{};
  friend bool operator==(const Contract&, const Contract&) = default;
};

/// Who works with the data for the recipient, what it may see, and what it is paid.
struct Processor {
  std::string name{};
  std::string legal_person{};
  std::string may_see{};  ///< "pseudonymised", "counts" or "nothing"
  Contract contract{};
  friend bool operator==(const Processor&, const Processor&) = default;
};

struct Interest {
  std::string signer{};     ///< a legal person
  std::string interests{};  ///< "none", or which
  friend bool operator==(const Interest&, const Interest&) = default;
};

struct Instruction {
  statement::Header header{};
  std::string name{};
  std::string title{};
  std::string purpose{};                                 ///< a word: "official-statistics"
  std::string why{}, why_now{}, benefits{}, complain{};  ///< in plain words, for the public
  std::string legal_basis{};
  Mode mode = Mode::kRecords;
  std::string domain{};          ///< of pseudonyms; empty in counts mode
  std::string opt_out{};         ///< "applies" or "does-not-apply"
  std::string opt_out_ground{};  ///< why it does not (opt_out_ground.h); empty where it applies
  std::string opt_out_source{};  ///< the direction, regulation or approval that the ground rests on
  std::vector<InstructedCollection> collections{};
  std::vector<std::string> providers{};  ///< ODS codes, or "*" alone
  Recipient recipient{};
  std::vector<Processor> processors{};
  std::vector<Interest> declarations_of_interest{};
  std::int64_t notice_days = 28;             ///< known to the public so long before the first flow
  base::Date data_from{};                    ///< only periods that begin on this day or later
  std::int64_t not_before = 0, expires = 0;  ///< not_before ≤ T < expires; unix seconds
  std::int64_t retention_days = 0;           ///< after `expires`; then every row and key goes
  std::vector<std::string> measures{};       ///< the only ones that may run
  std::string queries{};                     ///< "none": nobody asks anything of their own

  [[nodiscard]] const statement::Id& id() const { return header.id; }
  /// Notice 0: shown as such everywhere, and over after 30 days.
  [[nodiscard]] bool is_emergency() const { return notice_days == 0; }
  [[nodiscard]] const InstructedCollection* collection(std::string_view of_name) const;
  [[nodiscard]] bool covers(std::string_view provider) const;
  /// When rows and keys are gone; unix seconds.
  [[nodiscard]] std::int64_t erased_by() const { return expires + retention_days * 86'400; }
  friend bool operator==(const Instruction&, const Instruction&) = default;
};

inline constexpr std::int64_t kEmergencySeconds = 30 * 86'400;

[[nodiscard]] std::string write_payload(const Instruction& instruction);
/// Errors: CND-2004, CND-1008; CND-2030 (a rule of instructions is broken: names it).
[[nodiscard]] Instruction parse_instruction(std::string_view payload);

/// Reads a draft: TOML with the members of the payload but the header. Federation, log, id and time of making
/// are the caller's. Errors: CND-1009, CND-1010, CND-2030.
[[nodiscard]] Instruction parse_draft(std::string_view text, const std::filesystem::path& path,
                                      const statement::Header& header);
/// The TOML of an instruction, without its header: parse_draft gives it back.
[[nodiscard]] std::string write_draft(const Instruction& instruction);

/// Refuses an instruction that breaks a rule which needs no log: an emergency of more than 30 days, no ground
/// for leaving opt-outs out, a retention without end, …. Errors: CND-2030.
void require_rules(const Instruction& instruction);

}  // namespace candour::instruction
