// Whether an instruction is in force: one function that every node asks for itself, at each act. Until there
// is a log it judges by the charter alone; the log changes who computes it, not what is asked.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "candour/base/date.h"
#include "candour/base/error.h"
#include "candour/base/sha256.h"
#include "candour/instruction/charter.h"
#include "candour/statement/payload.h"

namespace candour::instruction {

/// What somebody wants to do.
struct Act {
  statement::Id instruction{};
  Mode mode = Mode::kRecords;
  std::string_view domain;      ///< empty in counts mode
  std::string_view provider;    ///< whose data
  std::string_view collection;  ///< its name
  /// Where the actor knows them: what runs is what was approved, and for periods that were.
  const base::Digest* collection_sha256 = nullptr;
  std::optional<base::Date> period_begins{};
};

/// The answer. A refusal names the first thing that fails and what would make it pass.
class [[nodiscard]] Verdict {
 public:
  [[nodiscard]] static Verdict allowed() { return {}; }
  [[nodiscard]] static Verdict refused(base::ErrorCode code, base::Literal reason) { return {code, reason}; }

  [[nodiscard]] bool in_force() const { return in_force_; }
  /// Why not: a code of the catalogue (CND-2020 to CND-2029), and a sentence.
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

/// Judges an act at the time `now` (seconds since 1970-01-01T00:00:00Z, the node's own clock).
[[nodiscard]] Verdict in_force(const Charter& charter, const Act& act, std::int64_t now);

}  // namespace candour::instruction
