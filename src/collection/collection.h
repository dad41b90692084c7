// A collection: a data set as a folder of declarations, read once and then plain data. The engine knows none
// by name. What a collection may say is in docs/reference/collection.md; ../shared/design/collections.md is
// its design.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/sha256.h"
#include "candour/collection/code_list.h"
#include "candour/collection/field.h"
#include "candour/collection/period.h"
#include "candour/collection/release_spec.h"
#include "candour/sql/engine.h"
#include "candour/sql/subset.h"
#include "candour/table/chunk.h"

namespace candour::collection {

enum class Level { kError, kWarning };  ///< an error refuses the row; a warning counts it

/// A rule over one row, written in the portable subset; NULL passes.
struct RowCheck {
  std::string name;  ///< "clock-stops-after-it-starts"
  Level level = Level::kError;
  std::string sql;
  std::string message;              ///< "The clock stops before it starts."
  std::string remedy;               ///< what the data team does about it
  std::vector<std::size_t> fields;  ///< the fields that the expression reads, for the report
};

struct Table {
  std::string name;
  std::string title;
  PeriodKind period = PeriodKind::kMonth;
  std::vector<std::size_t> key;       ///< fields; the vault's key is (submitter, table, period, key)
  std::optional<std::size_t> person;  ///< the field by which the vault finds a person's records
  std::optional<std::size_t> pathway;
  std::vector<Field> fields;
  std::vector<RowCheck> checks;
  sql::CheckedExpressions expressions;  ///< the checks' expressions, in order, over check_schema()
  double reject_above = 0.1;            ///< a file with a larger share of refused rows is refused whole

  [[nodiscard]] std::optional<std::size_t> find(std::string_view field) const;
  /// All fields as a chunk holds them: a source row after parsing. Identifiable.
  [[nodiscard]] table::Schema row_schema() const;
  /// The fields that may enter SQL, as indices: neither an NHS number nor a text that identifies.
  [[nodiscard]] std::vector<std::size_t> check_fields() const;
  /// What row checks see: check_fields(), then `period_first_day` and `period_last_day` as dates.
  [[nodiscard]] table::Schema check_schema() const;
  /// What is left after minimisation in counts mode.
  [[nodiscard]] table::Schema minimised_schema() const;
  /// Whether minimised_schema() has a column of one of these names.
  [[nodiscard]] bool has_any_of(const std::vector<std::string>& minimised) const;
  /// `rows` of a local step: `submitter`, then minimised_schema().
  [[nodiscard]] table::Schema local_schema() const;
};

/// How a hospital's file maps to a table.
struct SourceMapping {
  struct Column {
    std::size_t field = 0;
    std::string title;  ///< the header's text; compared without case, and runs of space, _ and - are alike
  };
  std::string table;
  char delimiter = ',';
  std::vector<Column> columns;          ///< in the order in which synth writes them
  std::vector<std::string> ignore;      ///< columns that a file may have and that are not read
  std::vector<std::string> date_forms;  ///< "YYYY-MM-DD", "DD/MM/YYYY", "YYYYMMDD", "DD-MMM-YYYY"; synth
                                        ///< writes the first
};

/// A pinned look-up that the provider holds: a CSV with a header.
struct Reference {
  std::string name;
  base::Digest sha256{};
  std::string key_column;
  std::string value_column;
};

enum class Unit { kRow, kPerson, kSharedPathway };

struct Measure {
  std::string name;
  std::string title;
  std::string table;
  Unit unit = Unit::kRow;
  /// The columns of `local` that are counts: whole numbers from 0, which are added. The others are the group.
  std::vector<std::string> counts;
  sql::CheckedSelect local;    ///< reads `rows` (Table::local_schema) and `period`
  sql::CheckedSelect combine;  ///< reads `counts` (what `local` gives) and `period`
};

/// A value for synthesis of one field; docs/reference/synthesis.md. Rules are evaluated in their order, so
/// that one may read a field that stands above it.
struct SynthRule {
  enum class Kind {
    kOneOf,       ///< one of `values`, each as likely
    kDateWithin,  ///< a day of the period, each as likely
    kDateBefore,  ///< the day of `anchor` less a number of days from `from` to `to`, each as likely
    kDateAfter,   ///< the same, added
    kAbsent,      ///< no value
    kGroup,       ///< the group's value in the column `anchor`
  };
  std::size_t field = 0;
  Kind kind = Kind::kOneOf;
  std::vector<std::string> values;
  /// kDateBefore and kDateAfter: a date field that has its value by then, "period_first_day" or
  /// "period_last_day"; where the field has no value, this one has none. kGroup: a column of expand.sql.
  std::string anchor;
  /// kDateBefore and kDateAfter: a number of days, or a column of expand.sql that has it; where the group has
  /// none in it, the field has no value.
  std::string from, to;
};
/// Rules that take the place of those of the same fields (the row is then made in the usual order; rules of
/// fields that had none come last).
using SynthChange = std::vector<SynthRule>;
[[nodiscard]] std::vector<SynthRule> changed_rules(const std::vector<SynthRule>& rules,
                                                   const SynthChange& change);
struct SynthVariant {
  std::int64_t one_in = 0;  ///< rows; which ones is a matter of the seed
  SynthChange set;
};
struct PlantedError {
  std::string rule;  ///< the rule that must refuse the row
  SynthChange set;
};
struct SynthSpec {
  std::string table;
  std::vector<SynthRule> fields;
  std::vector<SynthVariant> variants;  ///< good rows, counted as the others, that look different
  std::vector<PlantedError>
      plants;                       ///< for row checks; those of the types are planted without being declared
  std::vector<SynthChange> decoys;  ///< rows that are right and that the measure must not count
};

/// The organisation and the period of the files in examples/ (examples/examples.toml): valid.csv, invalid.csv
/// with invalid.expected.csv (line,rule), MEASURE.rows.csv (minimised rows) with MEASURE.expected.csv (what
/// the combining step gives).
struct Examples {
  std::string table;
  std::string submitter;
  Period period;
};

struct Collection {
  std::filesystem::path folder;
  std::string name;
  std::string title;
  std::string rows;   ///< "people" or "aggregates"
  std::string about;  ///< about.md
  base::Digest digest{};
  std::map<std::string, CodeList> codes;
  std::map<std::string, Reference> references;
  std::vector<Table> tables;
  std::vector<SourceMapping> sources;  ///< CSV
  std::vector<Measure> measures;
  ReleaseSpec release;
  // published/, where the collection has it. Texts in, texts out: a published figure is compared as it
  // stands.
  std::optional<std::string>
      shape_sql;  ///< `published` (all text) → the first release table's columns but statuses, all text, and
                  ///< perhaps `submitter_name`; checked when the published file's columns are known, over
                  ///< code_list_schemas() and `published`
  std::optional<sql::CheckedSelect>
      expand;                      ///< `published` in that shape → groups: `submitter`, `pathways`
                                   ///< (integer: how many rows), and columns that synth's rules name
  std::optional<SynthSpec> synth;  ///< published/synth.toml; there with `expand`, or neither
  std::optional<Examples> examples;

  [[nodiscard]] const Table& table(std::string_view table_name) const;           ///< errors: CND-1302
  [[nodiscard]] const Measure& measure(std::string_view measure_name) const;     ///< errors: CND-1302
  [[nodiscard]] const SourceMapping& source(std::string_view table_name) const;  ///< errors: CND-1302

  /// The minimised fields that a measure's local step reads, in the table's order: it cannot be bound without
  /// any one of them.
  [[nodiscard]] std::vector<std::string> fields_read(const Measure& of) const;

  /// `codes_NAME` for each code list: what any statement of the collection may read beside its own relations.
  [[nodiscard]] std::vector<sql::NamedSchema> code_list_schemas() const;
  /// Puts the code lists that the statement reads into the engine.
  void put_code_lists(sql::Engine& engine, const sql::CheckedSelect& step) const;
  /// Puts what a step of a measure may read beside its rows into the engine: `period`, and its code lists.
  void put_relations(sql::Engine& engine, const sql::CheckedSelect& step, const Period& of_period) const;
};

/// Reads and checks a collection folder whole: every declaration, code list and statement. A collection that
/// would let a field that identifies leave without a rule, or whose SQL is outside the subset or reads what
/// it may not, is refused here. Errors: CND-13xx with file and line, CND-14xx for SQL, CND-1002.
[[nodiscard]] Collection load_collection(const std::filesystem::path& folder);

/// Finds a collection by name or path: a folder as given, else `collections/NAME` under the current folder,
/// else beside the program or where it was installed. Errors: CND-1301 (there is none; names those that there
/// are).
[[nodiscard]] std::filesystem::path find_collection(std::string_view name_or_path);

/// SHA-256 over the sorted lines of `sha256sum` of the folder's files (paths relative to it), so that anyone
/// can recompute it: (cd FOLDER && find . -type f | sed 's|^\./||' | LC_ALL=C sort | xargs sha256sum |
/// sha256sum).
[[nodiscard]] base::Digest digest_of_folder(const std::filesystem::path& folder);

}  // namespace candour::collection
