// The allow-list for expressions: one class after another. tree.h walks the queries around them.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/json.h"
#include "candour/sql/tree.h"

namespace candour::sql {

/// The relations of one FROM: alias and column names, folded.
struct Scope {
  struct Item {
    std::string alias;
    std::vector<std::string> columns;
  };
  std::vector<Item> items;
};

/// Refuses what is not listed; knows where in the text it is.
class TreeGuard {
 public:
  explicit TreeGuard(const TreeSource& source) : source_(source) {}

  /// Notes the node's place, and refuses a property that is neither in `known` nor empty.
  void properties(const base::Json& node, std::initializer_list<std::string_view> known);
  /// The text of a property; empty where it is absent.
  [[nodiscard]] static std::string_view text(const base::Json& node, std::string_view key);
  /// The elements of a property; none where it is absent.
  [[nodiscard]] const base::Json::Array& list(const base::Json& node, std::string_view key) const;
  /// A property that must be there.
  [[nodiscard]] const base::Json& required(const base::Json& node, std::string_view key) const;
  [[noreturn]] void refuse(std::string_view construct) const;
  [[noreturn]] void refuse_name(std::string_view name) const;

 private:
  [[nodiscard]] std::size_t line() const;
  const TreeSource& source_;
  std::size_t offset_ = 0;
};

class ExpressionChecker {
 public:
  ExpressionChecker(TreeGuard& guard, TreeRules rules) : guard_(guard), rules_(rules) {}

  /// Checks one expression whose names are those of `scope`.
  void check(const base::Json& expression, const Scope& scope);
  /// A literal: what VALUES may hold.
  void check_literal(const base::Json& expression);
  /// The column that `scope` has under the name; refuses one that it has not.
  void check_column(const base::Json& reference, const Scope& scope);

 private:
  /// What stands directly around an expression, where that matters.
  enum class Around { kOther, kCast, kFloor };

  void check(const base::Json& expression, const Scope& scope, Around around);
  void check_children(const base::Json& expression, const Scope& scope, Around around = Around::kOther);
  void check_constant(const base::Json& expression);
  void check_operator(const base::Json& expression, const Scope& scope);
  void check_case(const base::Json& expression, const Scope& scope);
  void check_cast(const base::Json& expression, const Scope& scope);
  void check_between(const base::Json& expression, const Scope& scope);
  void check_function(const base::Json& expression, const Scope& scope, Around around);
  void check_window(const base::Json& expression, const Scope& scope, Around around);
  void check_frame(const base::Json& expression);
  void check_aggregate(std::string_view name, std::size_t arguments, Around around);
  [[nodiscard]] bool may_be_fraction(const base::Json& expression) const;

  TreeGuard& guard_;
  TreeRules rules_;
};

}  // namespace candour::sql
