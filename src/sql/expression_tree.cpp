#include "candour/sql/expression_tree.h"

#include <algorithm>
#include <array>

#include "candour/sql/lexis.h"

namespace candour::sql {
namespace {

using base::Json;

template <typename List>
bool holds(const List& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

constexpr std::array<std::string_view, 8> kComparisons = {
    "COMPARE_EQUAL",         "COMPARE_NOTEQUAL",          "COMPARE_LESSTHAN",
    "COMPARE_GREATERTHAN",   "COMPARE_LESSTHANOREQUALTO", "COMPARE_GREATERTHANOREQUALTO",
    "COMPARE_DISTINCT_FROM", "COMPARE_NOT_DISTINCT_FROM",
};
constexpr std::array<std::string_view, 6> kOperators = {
    "OPERATOR_IS_NULL",  "OPERATOR_IS_NOT_NULL", "OPERATOR_NOT",
    "OPERATOR_COALESCE", "COMPARE_IN",           "COMPARE_NOT_IN",
};
constexpr std::array<std::string_view, 19> kFunctions = {
    "+",      "-",     "*",     "/",     "||",        "~~",    "!~~",      "least",        "greatest",
    "nullif", "floor", "upper", "lower", "substring", "whole", "month_of", "days_between", "add_days",
    "substr",
};
constexpr std::array<std::string_view, 5> kAggregates = {"count", "count_star", "sum", "min", "max"};
constexpr std::array<std::string_view, 7> kCastTypes = {"BOOLEAN", "INTEGER", "BIGINT", "DOUBLE",
                                                        "DECIMAL", "VARCHAR", "DATE"};
constexpr std::array<std::string_view, 6> kConstantTypes = {"NULL",   "BOOLEAN", "INTEGER",
                                                            "BIGINT", "DECIMAL", "VARCHAR"};
constexpr std::array<std::string_view, 6> kFrameEnds = {
    "UNBOUNDED_PRECEDING", "UNBOUNDED_FOLLOWING", "CURRENT_ROW_ROWS",
    "EXPR_PRECEDING_ROWS", "EXPR_FOLLOWING_ROWS", "CURRENT_ROW_RANGE",
};
// The functions whose result is a fraction where an argument is one.
constexpr std::array<std::string_view, 11> kKeepFractions = {
    "+", "-", "*", "least", "greatest", "nullif", "sum", "min", "max", "whole", "add_days"};
constexpr std::int64_t kDecimalDigits = 18;

// Nothing is said by a property that is null, false, "" or empty, or an ordering without a term.
bool is_blank(const Json& value) {
  if (value.is_null()) return true;
  if (const bool* flag = value.boolean()) return !*flag;
  if (const std::string* text = value.text()) return text->empty();
  if (const Json::Array* array = value.array()) return array->empty();
  if (const Json::Object* object = value.object()) {
    return std::all_of(object->begin(), object->end(), [](const auto& member) {
      return is_blank(member.second) || (member.first == "type" && member.second == Json("ORDER_MODIFIER"));
    });
  }
  return false;
}

std::string_view type_id(const Json& type) { return TreeGuard::text(type, "id"); }

bool fits_decimal(const Json& type) {
  const Json* info = type.find("type_info");
  const Json* width = info == nullptr ? nullptr : info->find("width");
  return width != nullptr && width->integer() != nullptr && *width->integer() <= kDecimalDigits;
}

}  // namespace

void TreeGuard::properties(const Json& node, std::initializer_list<std::string_view> known) {
  const Json::Object* members = node.object();
  if (members == nullptr) refuse("a node that is no object");
  const Json* location = node.find("query_location");
  if (location != nullptr && location->integer() != nullptr && *location->integer() >= 0) {
    offset_ = static_cast<std::size_t>(*location->integer());
  }
  for (const auto& [key, value] : *members) {
    if (key != "query_location" && !holds(known, key) && !is_blank(value)) refuse(key);
  }
}

std::string_view TreeGuard::text(const Json& node, std::string_view key) {
  const Json* value = node.find(key);
  const std::string* text = value == nullptr ? nullptr : value->text();
  return text == nullptr ? std::string_view() : std::string_view(*text);
}

const Json::Array& TreeGuard::list(const Json& node, std::string_view key) const {
  static const Json::Array kNone;
  const Json* value = node.find(key);
  if (value == nullptr || value->is_null()) return kNone;
  if (value->array() == nullptr) refuse(key);
  return *value->array();
}

const Json& TreeGuard::required(const Json& node, std::string_view key) const {
  const Json* value = node.find(key);
  if (value == nullptr) refuse(key);
  return *value;
}

std::size_t TreeGuard::line() const { return line_of(source_.text, offset_); }

void TreeGuard::refuse(std::string_view construct) const {
  throw base::Error("CND-1402", "The statement uses a construct that is outside the portable subset.")
      .with("place", source_.place)
      .with("line", line())
      .with("construct", base::Label(construct));
}

void TreeGuard::refuse_name(std::string_view name) const {
  throw base::Error("CND-1403", "The statement names a relation or column that it may not read.")
      .with("place", source_.place)
      .with("line", line())
      .with("name", base::Label(name));
}

void ExpressionChecker::check(const Json& expression, const Scope& scope) {
  check(expression, scope, Around::kOther);
}

void ExpressionChecker::check(const Json& expression, const Scope& scope, Around around) {
  const std::string_view kind = TreeGuard::text(expression, "class");
  const std::string_view type = TreeGuard::text(expression, "type");
  if (kind == "COLUMN_REF") {
    check_column(expression, scope);
  } else if (kind == "CONSTANT") {
    check_constant(expression);
  } else if (kind == "COMPARISON") {
    guard_.properties(expression, {"class", "type", "alias", "left", "right"});
    if (!holds(kComparisons, type)) guard_.refuse(type);
    check(guard_.required(expression, "left"), scope);
    check(guard_.required(expression, "right"), scope);
  } else if (kind == "CONJUNCTION") {
    guard_.properties(expression, {"class", "type", "alias", "children"});
    if (type != "CONJUNCTION_AND" && type != "CONJUNCTION_OR") guard_.refuse(type);
    check_children(expression, scope);
  } else if (kind == "OPERATOR") {
    check_operator(expression, scope);
  } else if (kind == "CASE") {
    check_case(expression, scope);
  } else if (kind == "CAST") {
    check_cast(expression, scope);
  } else if (kind == "BETWEEN") {
    check_between(expression, scope);
  } else if (kind == "FUNCTION") {
    check_function(expression, scope, around);
  } else if (kind == "WINDOW") {
    check_window(expression, scope, around);
  } else {
    guard_.properties(expression, {});
    guard_.refuse(kind.empty() ? "a node without a class" : kind);
  }
}

void ExpressionChecker::check_children(const Json& expression, const Scope& scope, Around around) {
  for (const Json& child : guard_.list(expression, "children")) check(child, scope, around);
}

void ExpressionChecker::check_column(const Json& reference, const Scope& scope) {
  guard_.properties(reference, {"class", "type", "alias", "column_names"});
  const Json::Array& parts = guard_.list(reference, "column_names");
  const auto part = [&](std::size_t i) -> const std::string& {
    if (parts[i].text() == nullptr) guard_.refuse("column_names");
    return *parts[i].text();
  };
  if (parts.empty() || parts.size() > 2) guard_.refuse("a name of more than two parts");
  const std::string& name = part(parts.size() - 1);
  const std::string column = fold_name(name);
  const std::string relation = parts.size() == 2 ? fold_name(part(0)) : "";
  for (const Scope::Item& item : scope.items) {
    if ((relation.empty() || relation == item.alias) && holds(item.columns, column)) return;
  }
  guard_.refuse_name(relation.empty() ? name : part(0) + "." + name);
}

void ExpressionChecker::check_constant(const Json& expression) {
  guard_.properties(expression, {"class", "type", "alias", "value"});
  const Json& value = guard_.required(expression, "value");
  guard_.properties(value, {"type", "is_null", "value"});
  const Json& type = guard_.required(value, "type");
  if (!holds(kConstantTypes, type_id(type))) guard_.refuse(type_id(type));
  if (type_id(type) == "DECIMAL" && !fits_decimal(type)) guard_.refuse("a number of more than 18 digits");
}

void ExpressionChecker::check_literal(const Json& expression) {
  const std::string_view kind = TreeGuard::text(expression, "class");
  if (kind != "CONSTANT" && kind != "CAST") guard_.refuse("VALUES of anything but literals");
  check(expression, Scope{});
}

void ExpressionChecker::check_operator(const Json& expression, const Scope& scope) {
  guard_.properties(expression, {"class", "type", "alias", "children"});
  const std::string_view type = TreeGuard::text(expression, "type");
  if (!holds(kOperators, type)) guard_.refuse(type);
  check_children(expression, scope);
}

void ExpressionChecker::check_case(const Json& expression, const Scope& scope) {
  guard_.properties(expression, {"class", "type", "alias", "case_checks", "else_expr"});
  for (const Json& branch : guard_.list(expression, "case_checks")) {
    guard_.properties(branch, {"when_expr", "then_expr"});
    check(guard_.required(branch, "when_expr"), scope);
    check(guard_.required(branch, "then_expr"), scope);
  }
  check(guard_.required(expression, "else_expr"), scope);
}

void ExpressionChecker::check_cast(const Json& expression, const Scope& scope) {
  guard_.properties(expression, {"class", "type", "alias", "child", "cast_type"});
  const Json& type = guard_.required(expression, "cast_type");
  const std::string_view id = type_id(type);
  if (!holds(kCastTypes, id)) guard_.refuse("CAST to " + std::string(id));
  if (id == "DECIMAL" && !fits_decimal(type)) guard_.refuse("DECIMAL of more than 18 digits");
  if (id == "DOUBLE" && rules_.reals == Reals::kRefused) guard_.refuse("CAST to DOUBLE");
  const Json& child = guard_.required(expression, "child");
  if (rules_.row_expression && TreeGuard::text(child, "class") != "CONSTANT") {
    // A cast can fail on a row's value; DATE '2025-09-01' and TRUE are casts of literals.
    guard_.refuse("CAST of anything but a literal");
  }
  if ((id == "INTEGER" || id == "BIGINT") && may_be_fraction(child)) {
    guard_.refuse("CAST of a fraction to " + std::string(id));
  }
  check(child, scope, Around::kCast);
}

// DuckDB rounds 2.5 to 3 and Spark cuts it to 2. A column's type is not known here: a cast of one is the
// author's care.
bool ExpressionChecker::may_be_fraction(const Json& expression) const {
  const std::string_view kind = TreeGuard::text(expression, "class");
  if (kind == "CONSTANT") {
    const Json* value = expression.find("value");
    const Json* type = value == nullptr ? nullptr : value->find("type");
    return type != nullptr && type_id(*type) == "DECIMAL";
  }
  if (kind == "CAST") {
    const std::string_view id = type_id(guard_.required(expression, "cast_type"));
    return id == "DOUBLE" || id == "DECIMAL";
  }
  const auto any_child = [&] {
    const Json::Array& children = guard_.list(expression, "children");
    return std::any_of(children.begin(), children.end(),
                       [&](const Json& child) { return may_be_fraction(child); });
  };
  if (kind == "CASE") {
    const Json::Array& branches = guard_.list(expression, "case_checks");
    return may_be_fraction(guard_.required(expression, "else_expr")) ||
           std::any_of(branches.begin(), branches.end(), [&](const Json& branch) {
             return may_be_fraction(guard_.required(branch, "then_expr"));
           });
  }
  if (kind == "OPERATOR") return TreeGuard::text(expression, "type") == "OPERATOR_COALESCE" && any_child();
  if (kind != "FUNCTION" && kind != "WINDOW") return false;
  const std::string name = fold_name(TreeGuard::text(expression, "function_name"));
  return name == "/" || (holds(kKeepFractions, name) && any_child());
}

void ExpressionChecker::check_between(const Json& expression, const Scope& scope) {
  guard_.properties(expression, {"class", "type", "alias", "input", "lower", "upper"});
  check(guard_.required(expression, "input"), scope);
  check(guard_.required(expression, "lower"), scope);
  check(guard_.required(expression, "upper"), scope);
}

void ExpressionChecker::check_aggregate(std::string_view name, std::size_t arguments, Around around) {
  if (rules_.row_expression) guard_.refuse(name);
  // Two arguments make a list of the n largest in DuckDB.
  if (arguments != (name == "count_star" ? 0U : 1U)) guard_.refuse(name);
  // The sum of whole numbers has 128 bits in DuckDB and 64 in Spark.
  if (name == "sum" && around != Around::kCast) guard_.refuse("SUM that is not cast at once");
}

void ExpressionChecker::check_function(const Json& expression, const Scope& scope, Around around) {
  guard_.properties(expression,
                    {"class", "type", "alias", "function_name", "schema", "children", "is_operator"});
  const std::string name = fold_name(TreeGuard::text(expression, "function_name"));
  const std::string_view schema = TreeGuard::text(expression, "schema");
  // SUBSTRING has a syntax of its own, which DuckDB's parser turns into main.substring.
  if (!schema.empty() && !(schema == "main" && name == "substring")) guard_.refuse("a schema name");
  const Json::Array& children = guard_.list(expression, "children");
  if (holds(kAggregates, name)) {
    check_aggregate(name, children.size(), around);
  } else if (!holds(kFunctions, name)) {
    guard_.refuse(name);
  }
  if (name == "/" && rules_.reals == Reals::kRefused && around != Around::kFloor) {
    guard_.refuse("/ outside FLOOR");
  }
  if (name == "whole" || name == "add_days") {
    for (const Json& child : children) {
      if (may_be_fraction(child)) guard_.refuse(name + " of a fraction");
    }
  }
  check_children(expression, scope, name == "floor" ? Around::kFloor : Around::kOther);
}

void ExpressionChecker::check_window(const Json& expression, const Scope& scope, Around around) {
  guard_.properties(expression, {"class", "type", "alias", "function_name", "children", "partitions",
                                 "orders", "start", "end", "start_expr", "end_expr"});
  const std::string name = fold_name(TreeGuard::text(expression, "function_name"));
  if (rules_.row_expression) guard_.refuse("WINDOW");
  if (TreeGuard::text(expression, "type") != "WINDOW_AGGREGATE" || !holds(kAggregates, name)) {
    guard_.refuse(name + " OVER");
  }
  const std::size_t arguments = guard_.list(expression, "children").size();
  // COUNT(*) OVER has no argument, and keeps its name.
  check_aggregate(name == "count" && arguments == 0 ? "count_star" : name, arguments, around);
  check_children(expression, scope);
  for (const Json& key : guard_.list(expression, "partitions")) check(key, scope);
  for (const Json& order : guard_.list(expression, "orders")) {
    guard_.properties(order, {"type", "null_order", "expression"});
    check(guard_.required(order, "expression"), scope);
  }
  check_frame(expression);
}

// Peers of a RANGE frame and a frame of rows that nothing orders differ from run to run or engine to engine.
void ExpressionChecker::check_frame(const Json& expression) {
  const bool ordered = !guard_.list(expression, "orders").empty();
  for (const std::string_view side : {"start", "end"}) {
    const std::string_view bound = TreeGuard::text(expression, side);
    if (!holds(kFrameEnds, bound)) guard_.refuse("a frame other than ROWS");
    if (bound.ends_with("_ROWS") && !ordered) guard_.refuse("ROWS without ORDER BY");
    if (bound == "CURRENT_ROW_RANGE" && ordered) guard_.refuse("ORDER BY in a window without ROWS");
  }
  for (const std::string_view side : {"start_expr", "end_expr"}) {
    const Json* bound = expression.find(side);
    if (bound == nullptr || bound->is_null()) continue;
    if (TreeGuard::text(*bound, "class") != "CONSTANT") guard_.refuse("a frame bound that is no literal");
    check_constant(*bound);
  }
}

}  // namespace candour::sql
