// What the tests of this module share: a small table, submissions to it, and rows as texts.
#pragma once

#include <string>
#include <vector>

#include "candour/base/random.h"
#include "candour/lake/lake.h"
#include "candour/testing/code_of.h"
#include "candour/testing/shared.h"

namespace candour::lake::testing {

using candour::testing::code_of;
using candour::testing::TemporaryFolder;

inline const table::Schema& columns() {
  static const table::Schema schema({{"pathway", table::Type::kText}, {"weeks", table::Type::kInteger}});
  return schema;
}

/// Rows "TEXT:NUMBER", in the order given.
inline table::Relation rows_of(const std::vector<std::string>& rows) {
  table::Relation relation{columns(), {}};
  for (const std::string& row : rows) {
    table::Chunk one(columns());
    const std::size_t colon = row.find(':');
    one.column(0).append_text(row.substr(0, colon));
    one.column(1).append_integer(std::stoll(row.substr(colon + 1)));
    relation.append_row(one, 0);
  }
  return relation;
}

inline std::vector<std::string> texts_of(table::ChunkSource& source) {
  std::vector<std::string> rows;
  table::Chunk chunk(source.schema());
  while (source.next(chunk)) {
    for (std::size_t row = 0; row < chunk.rows(); ++row) {
      rows.push_back(std::string(chunk.column(0).text(row)) + ":" +
                     std::to_string(chunk.column(1).integer(row)));
    }
  }
  return rows;
}

inline base::Digest identity_of(std::string_view name) { return base::sha256(base::as_bytes(name)); }

/// The submission called `name`, which replaces the one called `supersedes` ("" for none).
inline Submission submission_of(std::string_view name, Slice slice, std::uint32_t revision = 1,
                                std::string_view supersedes = "") {
  Submission submission;
  submission.identity = identity_of(name);
  submission.slice = std::move(slice);
  submission.revision = revision;
  if (!supersedes.empty()) submission.supersedes = identity_of(supersedes);
  submission.committed_at_unix = 1'764'000'000 + revision;
  return submission;
}

inline Commit replace(Table& table, const Submission& submission, const std::vector<std::string>& rows) {
  const table::Relation relation = rows_of(rows);
  table::RelationSource source(relation);
  return table.replace_slice(submission, source);
}

inline std::vector<std::string> rows_in(const Table& table, const Snapshot& snapshot, const Slice& slice) {
  return texts_of(*table.rows(snapshot, slice));
}

/// A lake on a real disk, in a folder that goes.
class Lake {
 public:
  [[nodiscard]] Table::Surroundings surroundings() { return {disk_, random_, scratch_.path()}; }
  [[nodiscard]] Table open() {
    return Table::create(surroundings(), folder(), "rows", columns(), 1'764'000'000);
  }
  [[nodiscard]] std::filesystem::path folder() const { return folder_.path() / "waiting-rows"; }
  [[nodiscard]] std::filesystem::path scratch() const { return scratch_.path(); }
  [[nodiscard]] base::PosixDisk& disk() { return disk_; }
  [[nodiscard]] base::Random& random() { return random_; }

 private:
  TemporaryFolder folder_;
  TemporaryFolder scratch_;
  base::PosixDisk disk_;
  base::SystemRandom random_;
};

inline const Slice kSeptember{"R1H", "2025-09"};
inline const Slice kOctober{"R1H", "2025-10"};

}  // namespace candour::lake::testing
