// What a submission was made of: the files and the state of the vault's slice, so that a slice is sent again
// when it changed and not otherwise. It lies in the submission's folder in the outbox (source.json), for
// people too: which files of theirs went out.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "candour/base/disk.h"
#include "candour/collection/collection.h"
#include "candour/instruction/instruction.h"
#include "candour/minimise/minimise.h"
#include "candour/submission/outbox.h"
#include "candour/vault/vault.h"

namespace candour::node {

/// A slice that an instruction covers. What it refers to outlives it.
struct SliceJob {
  const instruction::Instruction& instruction;
  const collection::Collection& collection;
  const collection::Table& table;
  collection::Period period;
  const minimise::Lookups& lookups;
};

struct Source {
  struct File {
    std::string name, sha256;
    std::int64_t loaded_at = 0;
    friend bool operator==(const File&, const File&) = default;
  };
  /// Whose pseudonyms, and which regime.
  std::string domain, opt_out;
  std::vector<File> files;
  std::uint64_t rows = 0, rows_refused = 0;
  bool nil = false;
  /// Where the opt-out applies: a keyed digest of which rows went, so that a slice goes again when somebody
  /// else is left out. Empty otherwise.
  std::string left_out{};
  friend bool operator==(const Source&, const Source&) = default;
};

[[nodiscard]] Source source_of(const vault::Vault& vault, const SliceJob& job, std::string left_out);

/// Stores it beside a plan that was just made of it, in the place of what an abandoned one may have left.
void store_source(base::Disk& disk, const std::filesystem::path& submission, const Source& source);

/// What an earlier run stored; nothing where it was stopped before that.
[[nodiscard]] std::optional<Source> load_source(const base::Disk& disk,
                                                const std::filesystem::path& submission);

/// The people whose rows an opt-out left out of a submission.
struct PeopleLeftOut {
  std::uint64_t national = 0, type_1 = 0;
  friend bool operator==(const PeopleLeftOut&, const PeopleLeftOut&) = default;
};
/// Stores beside it how many people an opt-out left out (left_out.json), in the place of what was there: they
/// are exact, and nobody but this machine's people reads them.
void store_left_out(base::Disk& disk, const std::filesystem::path& submission, const PeopleLeftOut& left_out);
/// Nothing where no opt-out was applied, or a version of before stored the submission.
[[nodiscard]] std::optional<PeopleLeftOut> load_left_out(const base::Disk& disk,
                                                         const std::filesystem::path& submission);

/// A slice's newest submission in the outbox.
struct LatestSubmission {
  std::filesystem::path folder;
  std::uint32_t revision = 0;
  bool received = false;
  std::optional<Source> source;  ///< none where it was stopped before that was stored
};
/// Nothing where the outbox has none.
[[nodiscard]] std::optional<LatestSubmission> latest_submission(const base::Disk& disk,
                                                                const submission::Outbox& outbox,
                                                                const SliceJob& job);

}  // namespace candour::node
