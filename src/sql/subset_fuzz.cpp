// Any bytes as a statement or a row check: accepted, or refused with an Error of the SQL range, and nothing
// else. What is accepted must also run on empty tables. The first byte chooses the place it is checked for.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/error.h"
#include "candour/sql/engine.h"
#include "candour/sql/subset.h"

using namespace candour;
using namespace candour::sql;

namespace {

const base::Label kPlace("fuzz");

const std::vector<NamedSchema>& relations() {
  using table::Type;
  static const std::vector<NamedSchema> kRelations = {
      {"rows", table::Schema({{"provider", Type::kText},
                              {"treatment_function", Type::kText},
                              {"clock_start", Type::kDate},
                              {"clock_stop", Type::kDate},
                              {"n", Type::kInteger},
                              {"flag", Type::kBoolean},
                              {">0-1", Type::kText}})},
      {"counts", table::Schema({{"provider", Type::kText},
                                {"treatment_function", Type::kText},
                                {"week", Type::kInteger},
                                {"pathways", Type::kInteger}})},
      {"period", table::Schema({{"first_day", Type::kDate}, {"last_day", Type::kDate}})},
  };
  return kRelations;
}

/// One engine with the relations, empty: to open one for each input would be most of the work.
Engine& engine() {
  // Never destroyed: a database may not be closed after main (subset.cpp says why).
  static Engine& kEngine = *new Engine({.memory_limit_bytes = std::uint64_t{64} << 20});
  static const bool kFilled = [] {
    for (const NamedSchema& relation : relations()) {
      const table::Relation empty{relation.schema, {}};
      table::RelationSource source(empty);
      kEngine.put_table(relation.name, source);
    }
    return true;
  }();
  CANDOUR_CHECK(kFilled);
  return kEngine;
}

void drain(Result result) {
  table::Chunk chunk(result.schema());
  while (result.next(chunk)) CANDOUR_CHECK(chunk.rows() > 0);
}

void run_statement(std::string_view text, Reals reals) {
  const CheckedSelect select = check_select(text, relations(), reals, kPlace);
  for (const table::ColumnSpec& column : select.result().columns()) {
    CANDOUR_CHECK(!column.name.empty());
    CANDOUR_CHECK(reals == Reals::kAllowed || column.type != table::Type::kReal);
  }
  drain(engine().run(select));
}

void run_expression(std::string_view text) {
  const table::Schema& schema = relations().front().schema;
  const CheckedExpressions checks = check_expressions({std::string(text)}, schema, {kPlace});
  table::Relation rows{schema, {}};
  table::Chunk row(schema);
  for (std::size_t i = 0; i < schema.size(); ++i) row.column(i).append_null();
  rows.append_row(row, 0);
  table::RelationSource source(rows);
  drain(engine().run_checks(checks, source));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  try {
    if (data[0] % 3 == 0) run_expression(text);
    if (data[0] % 3 == 1) run_statement(text, Reals::kRefused);
    if (data[0] % 3 == 2) run_statement(text, Reals::kAllowed);
  } catch (const base::Error& error) {
    CANDOUR_CHECK(error.code().view().starts_with("CND-14"));
  }
  return 0;
}
