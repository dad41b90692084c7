#include "candour/sql/tree.h"

#include <algorithm>
#include <optional>
#include <set>

#include "candour/sql/expression_tree.h"

namespace candour::sql {
namespace {

using base::Json;
using Names = std::vector<std::string>;

// A CTE that is read twice is computed twice in the worst case; a chain of such would be 2^n long.
constexpr std::size_t kMaxQueries = 10'000;

bool holds(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// What a query gives: its columns as written ("" where one has no name), and how many queries stand in it.
struct Output {
  Names columns;
  std::size_t queries = 1;
};

struct CommonTable {
  std::string name;  // folded
  Output output;
};

Names fold(const Names& names) {
  Names folded;
  for (const std::string& name : names) folded.push_back(fold_name(name));
  return folded;
}

class QueryChecker {
 public:
  QueryChecker(const std::vector<NamedSchema>& relations, TreeRules rules, const TreeSource& source)
      : relations_(relations), guard_(source), expressions_(guard_, rules) {}

  TreeSummary check_statement(const Json& node) {
    const Output output = check_query(node);
    Names folded = fold(output.columns);
    std::sort(folded.begin(), folded.end());
    if (folded.front().empty()) guard_.refuse("a result column without a name");
    if (std::adjacent_find(folded.begin(), folded.end()) != folded.end()) {
      guard_.refuse("two result columns of one name");
    }
    return {output.columns, Names(reads_.begin(), reads_.end())};
  }

  void check_row_expression(const Json& node) {
    guard_.properties(node, {"type", "cte_map", "select_list", "from_table", "aggregate_handling"});
    const Json::Array& items = guard_.list(node, "select_list");
    const Json& from = guard_.required(node, "from_table");
    if (TreeGuard::text(node, "type") != "SELECT_NODE" || items.size() != 1 ||
        TreeGuard::text(from, "type") != "EMPTY" || !TreeGuard::text(items.front(), "alias").empty()) {
      guard_.refuse("more than one expression");
    }
    expressions_.check(items.front(), row_scope());
  }

 private:
  Output check_query(const Json& node) {
    const std::string_view type = TreeGuard::text(node, "type");
    const std::size_t visible = tables_.size();
    const Json* map = node.find("cte_map");
    if (map != nullptr) check_common_tables(*map);
    Output output;
    if (type == "SELECT_NODE") {
      output = check_select(node);
    } else if (type == "SET_OPERATION_NODE") {
      output = check_union(node);
    } else {
      guard_.refuse(type.empty() ? "a node without a type" : type);
    }
    tables_.resize(visible);
    return output;
  }

  Output checked(Output output) const {
    if (output.queries > kMaxQueries) guard_.refuse("more than 10,000 queries");
    return output;
  }

  void check_common_tables(const Json& map) {
    guard_.properties(map, {"map"});
    for (const Json& entry : guard_.list(map, "map")) {
      guard_.properties(entry, {"key", "value"});
      const std::string name = fold_name(TreeGuard::text(entry, "key"));
      const Json& value = guard_.required(entry, "value");
      guard_.properties(value, {"aliases", "query", "materialized"});
      if (find_relation(name) != nullptr || find_common_table(name) != nullptr) {
        guard_.refuse("a WITH name that another relation has");
      }
      Output output = check_wrapped(guard_.required(value, "query"));
      rename(output.columns, guard_.list(value, "aliases"));
      tables_.push_back({name, std::move(output)});
    }
  }

  Output check_wrapped(const Json& query) {
    guard_.properties(query, {"node"});
    return check_query(guard_.required(query, "node"));
  }

  void rename(Names& columns, const Json::Array& aliases) {
    if (aliases.size() > columns.size()) guard_.refuse("more column names than columns");
    for (std::size_t i = 0; i < aliases.size(); ++i) {
      if (aliases[i].text() == nullptr) guard_.refuse("column_name_alias");
      columns[i] = *aliases[i].text();
    }
  }

  Output check_union(const Json& node) {
    guard_.properties(node, {"type", "cte_map", "setop_type", "setop_all", "left", "right"});
    const std::string_view type = TreeGuard::text(node, "setop_type");
    const Json* all = node.find("setop_all");
    if (type != "UNION") guard_.refuse(type);
    if (all != nullptr && *all != Json(true)) guard_.refuse("UNION without ALL");
    Output output = check_query(guard_.required(node, "left"));
    output.queries += check_query(guard_.required(node, "right")).queries;
    return checked(std::move(output));
  }

  Output check_select(const Json& node) {
    guard_.properties(node, {"type", "modifiers", "cte_map", "select_list", "from_table", "where_clause",
                             "group_expressions", "group_sets", "aggregate_handling", "having"});
    for (const Json& modifier : guard_.list(node, "modifiers")) {
      guard_.properties(modifier, {"type"});
      const std::string_view type = TreeGuard::text(modifier, "type");
      if (type != "DISTINCT_MODIFIER") guard_.refuse(type);
    }
    if (TreeGuard::text(node, "aggregate_handling") != "STANDARD_HANDLING") guard_.refuse("GROUP BY ALL");
    Output output;
    const Scope scope = check_from(guard_.required(node, "from_table"), output.queries);
    Names aliases;
    for (const Json& item : guard_.list(node, "select_list")) {
      expressions_.check(item, scope);
      output.columns.push_back(output_name(item));
      aliases.push_back(fold_name(TreeGuard::text(item, "alias")));
    }
    if (output.columns.empty()) guard_.refuse("SELECT of nothing");
    check_clauses(node, scope, aliases);
    return checked(std::move(output));
  }

  static std::string output_name(const Json& item) {
    const std::string_view alias = TreeGuard::text(item, "alias");
    const Json* parts = item.find("column_names");
    if (!alias.empty() || parts == nullptr) return std::string(alias);
    return *parts->array()->back().text();
  }

  void check_clauses(const Json& node, const Scope& scope, const Names& aliases) {
    const Json* where = node.find("where_clause");
    if (where != nullptr && !where->is_null()) expressions_.check(*where, scope);
    const Json::Array& groups = guard_.list(node, "group_expressions");
    for (const Json& group : groups) expressions_.check(group, scope);
    check_group_sets(guard_.list(node, "group_sets"), groups.size());
    const Json* having = node.find("having");
    if (having == nullptr || having->is_null()) return;
    expressions_.check(*having, scope);
    refuse_aliases(*having, aliases);
  }

  // One set with all expressions: anything else is ROLLUP, CUBE or GROUPING SETS.
  void check_group_sets(const Json::Array& sets, std::size_t expressions) {
    if (sets.empty() && expressions == 0) return;
    if (sets.size() != 1 || sets.front().array() == nullptr || sets.front().array()->size() != expressions) {
      guard_.refuse("GROUPING SETS");
    }
  }

  // In HAVING a bare name that is both a column and an alias means one in DuckDB and the other in Spark.
  void refuse_aliases(const Json& expression, const Names& aliases) {
    if (const Json::Array* array = expression.array()) {
      for (const Json& element : *array) refuse_aliases(element, aliases);
    }
    if (const Json::Object* object = expression.object()) {
      const Json::Array& parts = guard_.list(expression, "column_names");
      if (parts.size() == 1 && holds(aliases, fold_name(*parts.front().text()))) {
        guard_.refuse("an alias in HAVING");
      }
      for (const auto& [key, value] : *object) refuse_aliases(value, aliases);
    }
  }

  Scope check_from(const Json& from, std::size_t& queries) {
    const std::string_view type = TreeGuard::text(from, "type");
    if (type == "EMPTY") {
      guard_.properties(from, {"type"});
      return {};
    }
    if (type == "BASE_TABLE") return check_base_table(from, queries);
    if (type == "SUBQUERY") return check_subquery(from, queries);
    if (type == "JOIN") return check_join(from, queries);
    guard_.properties(from, {"type"});
    guard_.refuse(type.empty() ? "FROM without a type" : type);
  }

  Scope check_base_table(const Json& from, std::size_t& queries) {
    guard_.properties(from, {"type", "alias", "table_name", "column_name_alias"});
    const std::string_view written = TreeGuard::text(from, "table_name");
    const std::string name = fold_name(written);
    Names columns;
    if (const CommonTable* common = find_common_table(name)) {
      columns = common->output.columns;
      queries += common->output.queries;
    } else if (const NamedSchema* relation = find_relation(name)) {
      for (const table::ColumnSpec& column : relation->schema.columns()) columns.push_back(column.name);
      reads_.insert(relation->name);
    } else {
      guard_.refuse_name(written);
    }
    return make_scope(from, std::move(columns), name);
  }

  Scope check_subquery(const Json& from, std::size_t& queries) {
    guard_.properties(from, {"type", "alias", "subquery", "column_name_alias"});
    const Json& subquery = guard_.required(from, "subquery");
    if (std::optional<Names> values = check_values(subquery)) {
      if (guard_.list(from, "column_name_alias").size() != values->size()) {
        guard_.refuse("VALUES without a name for each column");
      }
      return make_scope(from, std::move(*values), "");
    }
    Output output = check_wrapped(subquery);
    queries += output.queries;
    return make_scope(from, std::move(output.columns), "");
  }

  // (VALUES (0), (1)) AS w (week): DuckDB's parser makes it a SELECT * from a list, the only * that passes.
  std::optional<Names> check_values(const Json& subquery) {
    const Json* node = subquery.find("node");
    const Json* from = node == nullptr ? nullptr : node->find("from_table");
    if (from == nullptr || TreeGuard::text(*from, "type") != "EXPRESSION_LIST") return std::nullopt;
    guard_.properties(subquery, {"node"});
    guard_.properties(*node, {"type", "cte_map", "select_list", "from_table", "aggregate_handling"});
    guard_.properties(*from, {"type", "alias", "values"});
    const Json* map = node->find("cte_map");
    if (map != nullptr) guard_.properties(*map, {});
    const Json::Array& items = guard_.list(*node, "select_list");
    if (items.size() != 1 || TreeGuard::text(items.front(), "class") != "STAR") guard_.refuse("STAR");
    guard_.properties(items.front(), {"class", "type"});
    const Json::Array& rows = guard_.list(*from, "values");
    std::size_t width = 0;
    for (const Json& row : rows) {
      if (row.array() == nullptr || row.array()->empty()) guard_.refuse("VALUES");
      width = row.array()->size();
      for (const Json& value : *row.array()) expressions_.check_literal(value);
    }
    return Names(width);
  }

  Scope check_join(const Json& from, std::size_t& queries) {
    guard_.properties(
        from, {"type", "alias", "left", "right", "condition", "join_type", "ref_type", "using_columns"});
    const std::string_view type = TreeGuard::text(from, "join_type");
    const std::string_view kind = TreeGuard::text(from, "ref_type");
    if (type != "INNER" && type != "LEFT" && type != "RIGHT" && type != "FULL" && type != "OUTER") {
      guard_.refuse(std::string(type) + " JOIN");
    }
    if (kind != "REGULAR" && kind != "CROSS") guard_.refuse(std::string(kind) + " JOIN");
    if (!TreeGuard::text(from, "alias").empty()) guard_.refuse("a join with an alias");
    Scope left = check_from(guard_.required(from, "left"), queries);
    Scope right = check_from(guard_.required(from, "right"), queries);
    for (const Json& column : guard_.list(from, "using_columns")) {
      const std::string name = column.text() == nullptr ? "" : fold_name(*column.text());
      if (!has_column(left, name) || !has_column(right, name)) guard_.refuse_name(name);
    }
    left.items.insert(left.items.end(), right.items.begin(), right.items.end());
    const Json* condition = from.find("condition");
    if (condition != nullptr && !condition->is_null()) expressions_.check(*condition, left);
    return left;
  }

  static bool has_column(const Scope& scope, const std::string& name) {
    return std::any_of(scope.items.begin(), scope.items.end(),
                       [&](const Scope::Item& item) { return holds(item.columns, name); });
  }

  Scope make_scope(const Json& from, Names columns, const std::string& name) {
    rename(columns, guard_.list(from, "column_name_alias"));
    const std::string alias = fold_name(TreeGuard::text(from, "alias"));
    return {{{alias.empty() ? name : alias, fold(columns)}}};
  }

  Scope row_scope() const {
    Scope scope;
    for (const NamedSchema& relation : relations_) {
      Names columns;
      for (const table::ColumnSpec& column : relation.schema.columns()) columns.push_back(column.name);
      scope.items.push_back({fold_name(relation.name), fold(columns)});
    }
    return scope;
  }

  const NamedSchema* find_relation(std::string_view folded) const {
    for (const NamedSchema& relation : relations_) {
      if (fold_name(relation.name) == folded) return &relation;
    }
    return nullptr;
  }
  const CommonTable* find_common_table(std::string_view folded) const {
    for (const CommonTable& table : tables_) {
      if (table.name == folded) return &table;
    }
    return nullptr;
  }

  const std::vector<NamedSchema>& relations_;
  TreeGuard guard_;
  ExpressionChecker expressions_;
  std::vector<CommonTable> tables_;  // those in sight, of this query and of those around it
  std::set<std::string> reads_;
};

}  // namespace

std::string fold_name(std::string_view name) {
  std::string folded(name);
  for (char& c : folded) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return folded;
}

TreeSummary check_tree(const Json& node, const std::vector<NamedSchema>& relations, TreeRules rules,
                       const TreeSource& source) {
  QueryChecker checker(relations, rules, source);
  if (!rules.row_expression) return checker.check_statement(node);
  checker.check_row_expression(node);
  return {};
}

}  // namespace candour::sql
