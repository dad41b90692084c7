// Whether an instruction is in force: one function that every node asks for itself, at each act, of its own
// register. ../shared/design/instructions-and-log.md, "An instruction".
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/date.h"
#include "candour/base/error.h"
#include "candour/base/sha256.h"
#include "candour/instruction/register.h"
#include "candour/statement/batch.h"
#include "candour/statement/payload.h"

namespace candour::instruction {

/// What somebody wants to do. What is left out is not asked about.
struct Act {
  statement::Id instruction{};
  Mode mode = Mode::kRecords;
  std::string_view domain = {};      ///< empty in counts mode
  std::string_view provider = {};    ///< whose data; empty where it is everybody's
  std::string_view collection = {};  ///< its name
  const base::Digest* collection_sha256 = nullptr;
  std::optional<base::Date> period_begins = {};
  std::span<const std::string> measures = {};  ///< that would run
};

/// What a batch asks for. One without a collection is of erasure orders, and one with a collection of
/// records.
[[nodiscard]] Act act_of(const statement::Batch& batch);

/// When: the node's own clock, and what the witnesses say, both in unix seconds.
struct Moment {
  std::int64_t now = 0;
  std::int64_t witnessed = 0;  ///< lower median of the newest checkpoint's cosignatures
};
/// The two may differ by so much; a log's head is cosigned anew more often.
inline constexpr std::int64_t kClockSeconds = 5 * 60;

/// One condition, and whether it holds.
struct Check {
  base::Literal condition;  ///< what must be so, as a sentence
  base::ErrorCode code;     ///< of the refusal where it is not
  base::Literal reason;     ///< the refusal's sentence
  bool holds = false;
};

/// The answer. A refusal names the first thing that fails; its page says what would make it pass.
class [[nodiscard]] Verdict {
 public:
  [[nodiscard]] static Verdict allowed() { return {}; }
  [[nodiscard]] static Verdict refused(base::ErrorCode code, base::Literal reason) { return {code, reason}; }

  [[nodiscard]] bool in_force() const { return in_force_; }
  /// Why not: a code of the catalogue, and a sentence.
  [[nodiscard]] base::ErrorCode code() const { return code_; }
  [[nodiscard]] base::Literal reason() const { return reason_; }
  /// Throws the refusal as an error, where it is one.
  void require() const;

 private:
  Verdict() = default;
  Verdict(base::ErrorCode code, base::Literal reason) : in_force_(false), code_(code), reason_(reason) {}
  bool in_force_ = true;
  base::ErrorCode code_ = "CND-2020";
  base::Literal reason_ = "";
};

/// Every condition of an act, in the order in which they are asked. Without the instruction there is one.
[[nodiscard]] std::vector<Check> reasoning(const Register& log, const Act& act, const Moment& moment);

/// Judges an act: the first of its conditions that does not hold refuses it.
[[nodiscard]] Verdict in_force(const Register& log, const Act& act, const Moment& moment);

/// Another instruction, earlier in the log, that gives somebody who can see these rows the same rows under
/// the other opt-out regime: with both in hand one reads off who opted out. nullptr where there is none.
/// `now` in unix seconds: what an instruction brought and has erased makes no twin.
[[nodiscard]] const InstructionEntry* twin_of(const Register& log, const Instruction& instruction,
                                              std::uint64_t index, std::int64_t now);

}  // namespace candour::instruction
