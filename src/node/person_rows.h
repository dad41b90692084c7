// A person's rows in one submission, each with what shows that the submission commits to it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "candour/base/disk.h"
#include "candour/log/merkle.h"
#include "candour/node/row_places.h"
#include "candour/statement/submission.h"
#include "candour/submission/commitment.h"

namespace candour::node {

struct RowOfPerson {
  std::uint64_t index = 0;  ///< its place in the package's order
  std::uint64_t count = 0;  ///< of all rows that the submission commits to
  std::string row;          ///< as it was sent, beside its token
  std::string in_words;     ///< each field that has a value, with its name: "age_band: 18-39; gender: 2"
  submission::RowSalt salt{};
  log::Path path;  ///< to the commitment
};

/// The rows of the person with this tag in a submission that was received, in the order of rows.csv; nothing
/// where it was sent before places were kept. All rows are read and hashed again: what is given leads to the
/// commitment of the manifest `sent`. Errors: CND-2490 (places, rows or salts are not those that were sent),
/// CND-2202 (plan.json), CND-1002.
[[nodiscard]] std::optional<std::vector<RowOfPerson>> rows_of_person(const base::Disk& disk,
                                                                     const std::filesystem::path& folder,
                                                                     const vault::Vault& vault,
                                                                     const statement::Submission& sent,
                                                                     const PersonTag& person);

}  // namespace candour::node
