#include "candour/measure/count_rules.h"

#include <algorithm>
#include <set>

#include "candour/table/csv_writer.h"

namespace candour::measure {
namespace {

/// The rows of counts with their place in counts.csv, and what they have been found to hold so far.
class CountRules {
 public:
  CountRules(const collection::Measure& measure, const Counts& counts, const std::filesystem::path& path)
      : schema_(counts.relation.schema), submitter_(counts.submitter), path_(path) {
    const std::vector<std::string>& counted = measure.counts;
    for (std::size_t i = 0; i < schema_.size(); ++i) {
      const bool is_count = std::find(counted.begin(), counted.end(), name_of(i)) != counted.end();
      (is_count ? counts_ : group_).push_back(i);
    }
    sums_.resize(counts_.size());
  }

  void take(const table::Chunk& chunk, std::size_t row) {
    for (std::size_t i = 0; i < counts_.size(); ++i) take_count(chunk, row, i);
    if (!groups_.insert(group_key(chunk, row)).second) {
      throw refusal("Counts have two rows of one group, which would be added.");
    }
    line_ += 1 + line_ends_in(chunk, row);
  }

 private:
  [[nodiscard]] const std::string& name_of(std::size_t column) const {
    return schema_.columns()[column].name;
  }

  void take_count(const table::Chunk& chunk, std::size_t row, std::size_t i) {
    const table::Column& column = chunk.column(counts_[i]);
    if (column.is_null(row)) return;
    const std::int64_t count = column.integer(row);
    if (count < 0) {
      throw refusal("A count is less than 0.").with("column", base::Label(name_of(counts_[i])));
    }
    // Not as a sum that is looked at afterwards: two counts can be more than a 64-bit integer holds.
    if (count > kMostCounted - sums_[i]) {
      throw refusal("The counts of a column are together more than can be counted.")
          .with("column", base::Label(name_of(counts_[i])))
          .with("at_most", kMostCounted);
    }
    sums_[i] += count;
  }

  /// The group's values, each with its length, so that no two groups have one key.
  [[nodiscard]] std::string group_key(const table::Chunk& chunk, std::size_t row) const {
    std::string key;
    for (const std::size_t column : group_) {
      const std::optional<std::string> value = table::canonical_text(chunk.column(column), row);
      key += value ? std::to_string(value->size()) + ":" + *value : "-";
    }
    return key;
  }

  /// A text of several lines moves the rows below it down.
  [[nodiscard]] static std::int64_t line_ends_in(const table::Chunk& chunk, std::size_t row) {
    std::int64_t ends = 0;
    for (const table::Column& column : chunk.columns()) {
      if (column.type() != table::Type::kText || column.is_null(row)) continue;
      const std::string_view text = column.text(row);
      ends += std::count(text.begin(), text.end(), '\n');
    }
    return ends;
  }

  [[nodiscard]] base::Error refusal(base::Literal message) const {
    const base::Label submitter(submitter_);
    if (path_.empty())
      return base::Error("CND-1605", message).with("submitter", submitter).with("line", line_);
    return base::Error("CND-1605", message)
        .with("path", path_)
        .with("submitter", submitter)
        .with("line", line_);
  }

  const table::Schema& schema_;
  const std::string& submitter_;
  const std::filesystem::path& path_;
  std::vector<std::size_t> group_, counts_;
  std::vector<std::int64_t> sums_;
  std::set<std::string> groups_;
  std::int64_t line_ = 2;  ///< below the header
};

}  // namespace

void require_counts(const collection::Measure& measure, const Counts& counts,
                    const std::filesystem::path& path) {
  CountRules rules(measure, counts, path);
  for (const table::Chunk& chunk : counts.relation.chunks) {
    for (std::size_t row = 0; row < chunk.rows(); ++row) rules.take(chunk, row);
  }
}

}  // namespace candour::measure
