// "refusal": what a node refused to whom, under which rule, never with the input. It is in the log so that
// nobody can say that a rule was not there, or try one in silence. docs/reference/formats/statements.md.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "candour/statement/payload.h"

namespace candour::statement {

/// Which kind of node refused.
enum class NodeRole { kProvider, kGuardian, kHub };
inline constexpr std::array<std::string_view, 3> kNodeRoles{"provider", "guardian", "hub"};

/// What was not done.
enum class RefusedAct { kSend, kEvaluate, kStore, kRun, kShow, kRelease, kAppend };
inline constexpr std::array<std::string_view, 7> kRefusedActs{"send", "evaluate", "store", "run",
                                                              "show", "release",  "append"};

/// "refusal", signed by the node that refused.
struct Refusal {
  Header header{};
  NodeRole role = NodeRole::kHub;
  std::string at{};  ///< the ODS code of a provider, the charter's name of another node
  RefusedAct act = RefusedAct::kSend;
  /// Whom: an ODS code, or a name of the charter. Empty for strangers, who are counted together, an hour of
  /// the clock at a time: which stranger came when is nobody's business.
  std::string to{};
  std::optional<Id> instruction{};  ///< none for strangers
  std::string code{};               ///< of the catalogue: "CND-2022"
  std::uint32_t times = 1;
  std::int64_t since = 0, until = 0;  ///< of the first and the last; for strangers the hour's two ends
  friend bool operator==(const Refusal&, const Refusal&) = default;
};

[[nodiscard]] std::string write_payload(const Refusal& refusal);
/// Errors: CND-2004, CND-1008.
[[nodiscard]] Refusal parse_refusal(std::string_view payload);

}  // namespace candour::statement
