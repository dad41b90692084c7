// The statements about what was done with rows: the intent before it happens (`run`), what came of it before
// anybody sees it (`result`), and what was published (`release`). docs/reference/formats/statements.md.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "candour/statement/payload.h"

namespace candour::statement {

/// What a run is for: a measure's counts, somebody's query, figures shown before they are published, a
/// release.
enum class RunPurpose { kMeasure, kQuery, kShow, kRelease };
inline constexpr std::array<std::string_view, 4> kRunPurposes{"measure", "query", "show", "release"};

/// "A computer ran over it" is another thing than "a person opened it".
enum class RunBy { kComputer, kPerson };
inline constexpr std::array<std::string_view, 2> kRunBys{"computer", "person"};

/// "run", signed by the hub.
struct Run {
  Header header{};
  Id instruction{};
  RunPurpose purpose = RunPurpose::kMeasure;
  RunBy by = RunBy::kComputer;
  std::string who{};  ///< the role of who does it: "data team"; no person's name is asked for
  std::string collection{};
  std::string period{};                 ///< empty where it is over all of them
  std::vector<std::string> measures{};  ///< ascending, each once; none in a query
  base::Digest sql_commitment{};        ///< commit_digest of the SQL and its parameters
  base::Digest inputs_commitment{};     ///< and of the list of what is read
  friend bool operator==(const Run&, const Run&) = default;
};

/// What disclosure control says of a result.
enum class Disclosure {
  kPassed,       ///< it may be published
  kNotReleased,  ///< it stays inside, or there is nothing
  kRefused,      ///< it could tell of a person
};
inline constexpr std::array<std::string_view, 3> kDisclosures{"passed", "not-released", "refused"};

/// "result", signed by the hub. Its id is derived from the run's leaf hash: a run has one.
struct Result {
  Header header{};
  base::Digest run{};                ///< the run's leaf hash
  base::Digest output_commitment{};  ///< commit_digest of the output; of no bytes, where the run gave nothing
  Disclosure disclosure = Disclosure::kNotReleased;
  friend bool operator==(const Result&, const Result&) = default;
};

/// "release", signed by the producer's key.
struct Release {
  Header header{};
  Id instruction{};
  base::Digest run{};  ///< its leaf hash
  std::string title{}, period{};
  base::Digest release_sha256{};                ///< of release.json
  std::vector<std::string> disclosure_rules{};  ///< of its tables, ascending, each once: "hes-2018"
  base::Digest audit_commitment{};              ///< commit_digest of the audit, which passed
  std::optional<base::Digest> supersedes{};     ///< the leaf hash of the release that it corrects
  friend bool operator==(const Release&, const Release&) = default;
};

[[nodiscard]] std::string write_payload(const Run& run);
[[nodiscard]] std::string write_payload(const Result& result);
[[nodiscard]] std::string write_payload(const Release& release);
/// Errors: CND-2004, CND-1008.
[[nodiscard]] Run parse_run(std::string_view payload);
[[nodiscard]] Result parse_result(std::string_view payload);
[[nodiscard]] Release parse_release(std::string_view payload);

}  // namespace candour::statement
