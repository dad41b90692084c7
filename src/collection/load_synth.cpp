// published/synth.toml: rules by which rows are made from groups; docs/reference/synthesis.md.
#include <algorithm>

#include "candour/collection/declaration.h"
#include "candour/collection/field_parse.h"

namespace candour::collection {
namespace {

using base::TomlTable;

constexpr std::int64_t kDaysMost = 50'000;

// What the rules may name.
struct Names {
  const Table& table;
  const Collection& collection;

  [[nodiscard]] bool has_group_column(std::string_view name) const {
    return collection.expand->result().find(name).has_value();
  }
};

std::string load_group_column(const TomlTable& rule, std::string_view key, const Names& names) {
  std::string name = rule.text(key);
  if (!names.has_group_column(name)) {
    refuse("CND-1316", "A rule names a column that expand.sql does not give.", rule, key, name);
  }
  return name;
}

std::string load_days(const TomlTable& rule, std::string_view key, const Names& names) {
  if (rule.is_text(key)) return load_group_column(rule, key, names);
  const std::int64_t days = rule.integer(key);
  if (days < 0 || days > kDaysMost) refuse("CND-1316", "A number of days is from 0 to 50000.", rule, key);
  return std::to_string(days);
}

void load_distance(const TomlTable& rule, std::string_view key, const Names& names, SynthRule& loaded) {
  loaded.anchor = rule.text(key);
  const auto field = names.table.find(loaded.anchor);
  const bool period = loaded.anchor == "period_first_day" || loaded.anchor == "period_last_day";
  if (!period && (!field || names.table.fields[*field].type != FieldType::kDate || *field == loaded.field)) {
    refuse("CND-1316", "A rule counts days from what is neither another date field nor an end of the period.",
           rule, key, loaded.anchor);
  }
  loaded.from = load_days(rule, "from", names);
  loaded.to = load_days(rule, "to", names);
  const bool numbers = !rule.is_text("from") && !rule.is_text("to");
  if (numbers && rule.integer("to") < rule.integer("from")) {
    refuse("CND-1316", "to is less than from.", rule, "to");
  }
}

void load_one_of(const TomlTable& rule, const Field& field, const Names& names, SynthRule& loaded) {
  loaded.values = rule.texts("one_of");
  if (loaded.values.empty()) refuse("CND-1316", "one_of has at least one text.", rule, "one_of");
  if (field.type != FieldType::kCode) return;
  const CodeList& codes = names.collection.codes.at(field.codes);
  for (const std::string& value : loaded.values) {
    if (codes.find(value) == nullptr) {
      refuse("CND-1316", "A rule gives a code that is not in the field's code list.", rule, "one_of", value);
    }
  }
}

SynthRule load_rule(const TomlTable& rule, const Names& names) {
  SynthRule loaded;
  const std::string name = rule.text("field");
  const auto field = names.table.find(name);
  if (!field) refuse("CND-1316", "A rule is for a field that the table does not have.", rule, "field", name);
  loaded.field = *field;
  const bool date = names.table.fields[*field].type == FieldType::kDate;
  if (rule.has("one_of")) {
    loaded.kind = SynthRule::Kind::kOneOf;
    load_one_of(rule, names.table.fields[*field], names, loaded);
  } else if (rule.has("group")) {
    loaded.kind = SynthRule::Kind::kGroup;
    loaded.anchor = load_group_column(rule, "group", names);
  } else if (rule.has("absent")) {
    loaded.kind = SynthRule::Kind::kAbsent;
    if (!rule.flag_or("absent", false)) refuse("CND-1316", "absent is true or is not there.", rule, "absent");
  } else if (rule.has("within") && date) {
    loaded.kind = SynthRule::Kind::kDateWithin;
    if (rule.text("within") != "period") refuse("CND-1316", "within is \"period\".", rule, "within");
  } else if (rule.has("before") && date) {
    loaded.kind = SynthRule::Kind::kDateBefore;
    load_distance(rule, "before", names, loaded);
  } else if (rule.has("after") && date) {
    loaded.kind = SynthRule::Kind::kDateAfter;
    load_distance(rule, "after", names, loaded);
  } else {
    refuse("CND-1316", "A rule has one of one_of, group and absent, or for a date within, before or after.",
           rule, "field", name);
  }
  return loaded;
}

std::vector<SynthRule> load_rules(const TomlTable& toml, std::string_view key, const Names& names) {
  std::vector<SynthRule> rules;
  for (const TomlTable& one : toml.tables(key)) {
    rules.push_back(load_rule(one, names));
    for (std::size_t i = 0; i + 1 < rules.size(); ++i) {
      if (rules[i].field == rules.back().field) {
        refuse("CND-1316", "Two rules are for one field.", one, "field", one.text("field"));
      }
    }
  }
  return rules;
}

// A rule may count days from a field that has its value by then: one that no rule makes, or one made above
// it.
void check_order(const TomlTable& toml, std::string_view key, const std::vector<SynthRule>& rules,
                 const Table& table) {
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (rules[i].kind != SynthRule::Kind::kDateBefore && rules[i].kind != SynthRule::Kind::kDateAfter)
      continue;
    const auto anchor = table.find(rules[i].anchor);
    for (std::size_t later = i + 1; anchor && later < rules.size(); ++later) {
      if (rules[later].field == *anchor) {
        refuse("CND-1316", "A rule counts days from a field that is made after it.", toml, key,
               rules[i].anchor);
      }
    }
  }
}

SynthChange load_change(const TomlTable& toml, const SynthSpec& spec, const Names& names) {
  SynthChange change = load_rules(toml, "set", names);
  if (change.empty()) refuse("CND-1316", "set has at least one rule.", toml, "set");
  check_order(toml, "set", changed_rules(spec.fields, change), names.table);
  return change;
}

// Every check that refuses a row is planted: a check that nobody ever saw refuse may not work.
void check_all_planted(const TomlTable& toml, const SynthSpec& spec, const Table& table) {
  for (const RowCheck& check : table.checks) {
    const bool planted = std::any_of(spec.plants.begin(), spec.plants.end(),
                                     [&](const PlantedError& plant) { return plant.rule == check.name; });
    if (check.level == Level::kError && !planted) {
      refuse("CND-1316", "A row check that refuses rows has no [[plant]].", toml, "plant", check.name);
    }
  }
}

}  // namespace

std::vector<SynthRule> changed_rules(const std::vector<SynthRule>& rules, const SynthChange& change) {
  std::vector<SynthRule> changed = rules;
  for (const SynthRule& one : change) {
    const auto same = std::find_if(changed.begin(), changed.end(),
                                   [&](const SynthRule& rule) { return rule.field == one.field; });
    if (same == changed.end()) {
      changed.push_back(one);
    } else {
      *same = one;
    }
  }
  return changed;
}

SynthSpec load_synth(const TomlTable& toml, const Collection& collection) {
  SynthSpec spec;
  spec.table = toml.text("table");
  const auto table = std::find_if(collection.tables.begin(), collection.tables.end(),
                                  [&](const Table& one) { return one.name == spec.table; });
  if (table == collection.tables.end()) {
    refuse("CND-1305", "Synthesis is of a table that the collection does not have.", toml, "table",
           spec.table);
  }
  const Names names{*table, collection};
  spec.fields = load_rules(toml, "fields", names);
  check_order(toml, "fields", spec.fields, *table);
  for (const TomlTable& one : toml.tables("variant")) {
    const std::int64_t one_in = one.integer("one_in");
    if (one_in < 2) refuse("CND-1316", "one_in is at least 2.", one, "one_in");
    spec.variants.push_back({one_in, load_change(one, spec, names)});
  }
  for (const TomlTable& one : toml.tables("plant")) {
    std::string rule = one.text("rule");
    const bool declared = std::any_of(table->checks.begin(), table->checks.end(), [&](const RowCheck& check) {
      return check.name == rule && check.level == Level::kError;
    });
    if (!declared && !is_rule_of_types(rule)) {
      refuse("CND-1316", "A plant names a rule that refuses no rows.", one, "rule", rule);
    }
    spec.plants.push_back({std::move(rule), load_change(one, spec, names)});
  }
  check_all_planted(toml, spec, *table);
  for (const TomlTable& one : toml.tables("decoy")) spec.decoys.push_back(load_change(one, spec, names));
  return spec;
}

}  // namespace candour::collection
