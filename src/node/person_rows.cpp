#include "candour/node/person_rows.h"

#include "candour/base/error.h"
#include "candour/submission/outbox_names.h"
#include "candour/submission/record_text.h"
#include "candour/table/csv_reader.h"

namespace candour::node {
namespace {

/// The tree over all rows, each complete subtree's hash once.
class RowTree final : public log::HashSource {
 public:
  explicit RowTree(std::vector<base::Digest> leaves) {
    levels_.push_back(std::move(leaves));
    while (levels_.back().size() > 1) {
      const std::vector<base::Digest>& below = levels_.back();
      std::vector<base::Digest> above;
      for (std::size_t i = 0; i + 1 < below.size(); i += 2) {
        above.push_back(log::node_hash(below[i], below[i + 1]));
      }
      levels_.push_back(std::move(above));
    }
  }
  base::Digest subtree(unsigned level, std::uint64_t index) override { return levels_.at(level).at(index); }

 private:
  std::vector<std::vector<base::Digest>> levels_;
};

base::Digest leaf_of(const submission::RowSalt& salt, std::string_view row) {
  base::Bytes bytes(salt.begin(), salt.end());
  bytes.insert(bytes.end(), row.begin(), row.end());
  return log::leaf_hash(bytes);
}

[[noreturn]] void fail_places(const std::filesystem::path& folder) {
  throw base::Error("CND-2490", "The places of a submission's rows do not fit it.").with("path", folder);
}

/// Reads rows.csv back, record by record, in the form in which they were committed to.
class SentRows {
 public:
  explicit SentRows(base::ByteSource& csv) : reader_(csv) {
    if (!reader_.next(record_)) return;
    for (const table::CsvField& field : record_.fields) names_.emplace_back(field.bytes);
  }
  bool next(std::string& row) {
    if (!reader_.next(record_)) return false;
    for (const table::CsvField& field : record_.fields) {
      const bool is_absent = field.bytes.empty() && !field.quoted;
      text_.field(is_absent ? std::nullopt : std::optional<std::string_view>(field.bytes));
    }
    row = text_.finish();
    return true;
  }
  /// What was read last, for people.
  [[nodiscard]] std::string in_words() const {
    std::string words;
    for (std::size_t i = 0; i < std::min(names_.size(), record_.fields.size()); ++i) {
      if (record_.fields[i].bytes.empty()) continue;
      words.append(words.empty() ? "" : "; ").append(names_[i]).append(": ").append(record_.fields[i].bytes);
    }
    return words;
  }

 private:
  table::CsvReader reader_;
  table::CsvRecord record_;
  std::vector<std::string> names_;
  submission::RecordText text_;
};

}  // namespace

std::optional<std::vector<RowOfPerson>> rows_of_person(const base::Disk& disk,
                                                       const std::filesystem::path& folder,
                                                       const vault::Vault& vault,
                                                       const statement::Submission& sent,
                                                       const PersonTag& person) {
  if (sent.nil) return std::vector<RowOfPerson>();
  const auto places = load_places(disk, folder, vault, sent);
  if (!places) return std::nullopt;
  const submission::Plan plan = submission::load_plan(disk, folder);
  const auto file = disk.open(folder / submission::kRowsFile);
  base::FileSource source(*file);
  SentRows rows(source);
  std::vector<base::Digest> leaves(places->size());
  std::vector<RowOfPerson> found;
  std::string row;
  std::size_t read = 0;
  for (; rows.next(row); ++read) {
    if (read >= places->size() || (*places)[read].place >= leaves.size()) fail_places(folder);
    const PlacedRow& placed = (*places)[read];
    const submission::RowSalt salt = submission::row_salt(plan.salt_seed.view(), placed.place);
    leaves[placed.place] = leaf_of(salt, row);
    if (placed.person == person && person != PersonTag{}) {
      found.push_back({.index = placed.place,
                       .count = leaves.size(),
                       .row = row,
                       .in_words = rows.in_words(),
                       .salt = salt,
                       .path = {}});
    }
  }
  if (read != leaves.size()) fail_places(folder);
  if (leaves.empty()) return found;
  RowTree tree(std::move(leaves));
  if (log::root_of(tree, read) != sent.commitment) fail_places(folder);
  for (RowOfPerson& one : found) one.path = log::prove_inclusion(tree, one.index, read);
  return found;
}

}  // namespace candour::node
