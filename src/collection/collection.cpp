#include "candour/collection/collection.h"

#include <algorithm>

namespace candour::collection {
namespace {

[[noreturn]] void refuse_name(base::Literal message, const Collection& collection, std::string_view name) {
  throw base::Error("CND-1302", message)
      .with("collection", base::Label(collection.name))
      .with("name", base::Label(name));
}

constexpr std::string_view kCodesPrefix = "codes_";

}  // namespace

const Table& Collection::table(std::string_view table_name) const {
  for (const Table& one : tables) {
    if (one.name == table_name) return one;
  }
  refuse_name("The collection has no such table.", *this, table_name);
}

const Measure& Collection::measure(std::string_view measure_name) const {
  for (const Measure& one : measures) {
    if (one.name == measure_name) return one;
  }
  refuse_name("The collection has no such measure.", *this, measure_name);
}

const SourceMapping& Collection::source(std::string_view table_name) const {
  for (const SourceMapping& one : sources) {
    if (one.table == table_name) return one;
  }
  refuse_name("The collection has no source mapping for the table.", *this, table_name);
}

std::vector<sql::NamedSchema> Collection::code_list_schemas() const {
  std::vector<sql::NamedSchema> schemas;
  for (const auto& [list_name, list] : codes) {
    schemas.push_back({std::string(kCodesPrefix) + list_name, list.schema()});
  }
  return schemas;
}

void Collection::put_code_lists(sql::Engine& engine, const sql::CheckedSelect& step) const {
  for (const std::string& relation : step.reads()) {
    if (!relation.starts_with(kCodesPrefix)) continue;
    const auto list = codes.find(relation.substr(kCodesPrefix.size()));
    CANDOUR_CHECK(list != codes.end());
    const table::Relation list_rows = list->second.relation();
    table::RelationSource list_source(list_rows);
    engine.put_table(relation, list_source);
  }
}

void Collection::put_relations(sql::Engine& engine, const sql::CheckedSelect& step,
                               const Period& of_period) const {
  const table::Relation period = period_relation(of_period);
  table::RelationSource source(period);
  engine.put_table("period", source);
  put_code_lists(engine, step);
}

}  // namespace candour::collection
