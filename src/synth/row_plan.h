// How a row is made: the rules of synth.toml and the field types, put into one order once, then followed for
// each row.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/random.h"
#include "candour/collection/collection.h"
#include "candour/synth/people.h"
#include "candour/synth/synth.h"

namespace candour::synth {

/// A row of a hospital's file: the text of each field of the table, and the day where it is a date.
struct Row {
  std::vector<std::optional<std::string>> texts;
  std::vector<std::optional<base::Date>> days;
};

/// What a row is made from.
struct RowInput {
  const Group* group = nullptr;
  std::uint64_t row_of_group = 0;  ///< the first two rows of a group take the ends of its day ranges
  std::uint64_t row_of_file = 0;   ///< the first two rows of a file take the ends of the period
  std::uint64_t sequence = 0;      ///< another number for every record of the file: identifiers come from it
  std::uint64_t person = 0;        ///< its index
};

/// What does not change over a file.
struct FileContext {
  const collection::Collection* collection = nullptr;
  const collection::Table* table = nullptr;
  const collection::SourceMapping* mapping = nullptr;
  const collection::Period* period = nullptr;
  const Expansion* expansion = nullptr;
  std::string submitter;
  const People* people = nullptr;
  const Patients* patients = nullptr;
};

class RowPlan {
 public:
  /// The rules of `spec`, those of `change` in the place of those of the same fields.
  /// Errors: CND-1804 (a rule names a column that expand.sql does not give).
  RowPlan(const FileContext& file, const collection::SynthSpec& spec, const collection::SynthChange& change);
  /// Errors: CND-1805 (a group's days are none).
  void make(const RowInput& input, base::Random& random, Row& row) const;

 private:
  /// A number of days: as it stands, or the group's column that has it.
  struct Days {
    std::int64_t number = 0;
    std::optional<std::size_t> column;
  };
  struct Step {
    std::size_t field = 0;
    const collection::SynthRule* rule = nullptr;  ///< nullptr: by the field's type
    std::optional<std::size_t> anchor_field;
    base::Date anchor_day;
    std::optional<std::size_t> group_column;
    Days from, to;
    std::vector<std::string> codes;  ///< of a code field without a rule
  };

  [[nodiscard]] Step step_of(std::size_t field, const collection::SynthRule* rule) const;
  [[nodiscard]] Days days_of(const std::string& text) const;
  [[nodiscard]] std::optional<std::size_t> column_of(std::string_view name) const;
  [[nodiscard]] std::optional<std::int32_t> distance_of(const Step& step, const RowInput& input,
                                                        base::Random& random) const;
  void follow(const Step& step, const RowInput& input, base::Random& random, Row& row) const;
  void by_type(const Step& step, const RowInput& input, const Person& person, base::Random& random,
               Row& row) const;
  void set_day(std::size_t field, std::optional<base::Date> day, Row& row) const;

  const FileContext& file_;
  std::vector<Step> steps_;
};

}  // namespace candour::synth
