// The fields of a table. Here a collection is refused that would let an identity out.
#include <algorithm>
#include <array>

#include "candour/collection/declaration.h"

namespace candour::collection {
namespace {

using base::TomlTable;

constexpr std::size_t kFieldsMost = 512;

// The engine's own columns: a field of such a name would hide one.
constexpr std::array<std::string_view, 5> kReserved = {"submitter", "period_first_day", "period_last_day",
                                                       "token", "pseudonym"};

bool is_reserved(std::string_view name) {
  return std::find(kReserved.begin(), kReserved.end(), name) != kReserved.end();
}

ToAgeBand load_age_band(const TomlTable& rule) {
  ToAgeBand band;
  band.at = one_of<ToAgeBand::At>(
      rule, "at", {{"period_end", ToAgeBand::At::kPeriodEnd}, {"period_start", ToAgeBand::At::kPeriodStart}});
  band.bands = rule.integers("bands");
  const bool ascending =
      std::adjacent_find(band.bands.begin(), band.bands.end(), std::greater_equal<>()) == band.bands.end();
  if (band.bands.empty() || band.bands.front() != 0 || band.bands.back() > 130 || !ascending) {
    refuse("CND-1307",
           "Age bands are their lower ends: 0 first, each larger than the one before, none over 130.", rule,
           "bands");
  }
  return band;
}

ToLookup load_lookup(const TomlTable& rule, const References& references) {
  const std::string from = rule.text("from");
  constexpr std::string_view kPrefix = "reference.";
  if (!from.starts_with(kPrefix) || !references.contains(from.substr(kPrefix.size()))) {
    refuse("CND-1305", "A look-up names a reference that the collection does not declare.", rule, "from",
           from);
  }
  return ToLookup{from.substr(kPrefix.size())};
}

Minimise load_minimise(const TomlTable& field, const References& references) {
  if (!field.has("minimise")) return Keep{};
  if (!field.is_table("minimise")) {
    return one_of<Minimise>(field, "minimise",
                            {{"keep", Keep{}},
                             {"drop", Drop{}},
                             {"pseudonym", ToPseudonym{}},
                             {"local-pseudonym", ToLocalPseudonym{}},
                             {"month", ToMonth{}}});
  }
  const TomlTable rule = field.table("minimise");
  if (one_of<bool>(rule, "to", {{"age-band", true}, {"lookup", false}})) return load_age_band(rule);
  return load_lookup(rule, references);
}

void check_minimise(const TomlTable& table, const Field& field) {
  // What these types hold says who somebody is, whatever the collection calls it.
  const bool always = field.type == FieldType::kNhsNumber || field.type == FieldType::kPostcode;
  if (always && !field.identifies) {
    refuse("CND-1306", "An NHS number or a postcode identifies, and its field does not say so.", table,
           "type", field.name);
  }
  if (field.identifies && std::holds_alternative<Keep>(field.minimise)) {
    refuse("CND-1306",
           "A field that identifies has no rule that minimises it, so it could leave the provider.", table,
           table.has("minimise") ? "minimise" : "name", field.name);
  }
  const FieldType type = field.type;
  const bool date = type == FieldType::kDate;
  const bool text = type == FieldType::kText;
  const Minimise& rule = field.minimise;
  const bool fits = (!std::holds_alternative<ToPseudonym>(rule) || type == FieldType::kNhsNumber) &&
                    (!std::holds_alternative<ToLocalPseudonym>(rule) || text) &&
                    (!std::holds_alternative<ToAgeBand>(rule) || date) &&
                    (!std::holds_alternative<ToMonth>(rule) || date) &&
                    (!std::holds_alternative<ToLookup>(rule) || text || type == FieldType::kPostcode);
  if (!fits) {
    refuse("CND-1307", "The rule that minimises a field does not fit the field's type.", table, "minimise",
           field.name);
  }
}

// Options belong to one type each; one on another type would be ignored, and its author would not know.
void load_options(const TomlTable& table, Field& field, const CodeLists& codes) {
  const auto only = [&](std::string_view key, FieldType type) {
    if (table.has(key) && field.type != type) {
      refuse("CND-1318", "A field has an option that its type does not have.", table, key, field.name);
    }
    return field.type == type;
  };
  if (only("codes", FieldType::kCode)) {
    field.codes = table.text("codes");
    if (!codes.contains(field.codes)) {
      refuse("CND-1305", "A field names a code list that is not in codes/.", table, "codes", field.codes);
    }
  }
  if (only("max_length", FieldType::kText)) {
    field.max_length = table.integer("max_length");
    if (field.max_length < 1 || field.max_length > 10'000) {
      refuse("CND-1318", "max_length is from 1 to 10000 characters.", table, "max_length", field.name);
    }
  }
  only("min", FieldType::kInteger);
  only("max", FieldType::kInteger);
  if (table.has("min")) field.min = table.integer("min");
  if (table.has("max")) field.max = table.integer("max");
  if (field.min && field.max && *field.max < *field.min) {
    refuse("CND-1318", "max is smaller than min.", table, "max", field.name);
  }
  only("of_submitter", FieldType::kOds);
  field.of_submitter = table.flag_or("of_submitter", false);
  only("not_after_period", FieldType::kDate);
  field.not_after_period = table.flag_or("not_after_period", false);
}

Field load_field(const TomlTable& table, const CodeLists& codes, const References& references) {
  Field field;
  field.name = snake_name(table, "name");
  if (is_reserved(field.name)) {
    refuse("CND-1304", "A field has the name of a column that the engine adds.", table, "name", field.name);
  }
  field.title = words(table, "title");
  const std::string type = table.text("type");
  const std::optional<FieldType> known = parse_field_type(type);
  if (!known) refuse("CND-1303", "A field has a type that does not exist.", table, "type", type);
  field.type = *known;
  load_options(table, field, codes);
  field.identifies = table.flag_or("identifies", false);
  field.minimise = load_minimise(table, references);
  field.minimised_as = table.has("minimised_as") ? snake_name(table, "minimised_as") : field.name;
  if (is_reserved(field.minimised_as)) {
    refuse("CND-1304", "What is left of a field has the name of a column that the engine adds.", table,
           "minimised_as", field.minimised_as);
  }
  check_minimise(table, field);
  return field;
}

// "unless withheld_reason is set" → "withheld_reason", for the prefix "unless ".
std::optional<std::string> other_field(std::string_view phrase, std::string_view prefix) {
  constexpr std::string_view kSuffix = " is set";
  if (phrase.size() <= prefix.size() + kSuffix.size() || !phrase.starts_with(prefix) ||
      !phrase.ends_with(kSuffix)) {
    return std::nullopt;
  }
  return std::string(phrase.substr(prefix.size(), phrase.size() - prefix.size() - kSuffix.size()));
}

std::size_t find_other(const TomlTable& table, std::string_view key, const std::string& name,
                       const std::vector<Field>& fields, std::size_t own) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].name == name && i != own) return i;
  }
  refuse("CND-1305", "A field names another field that the table does not have.", table, key, name);
}

// Fields may name fields that stand below them, so this comes when all are known.
void load_conditions(const TomlTable& table, std::vector<Field>& fields, std::size_t index) {
  Field& field = fields[index];
  const std::string required = table.text_or("required", "never");
  if (required == "always") {
    field.required.when = Required::When::kAlways;
  } else if (const auto unless = other_field(required, "unless ")) {
    field.required = {Required::When::kUnlessSet, find_other(table, "required", *unless, fields, index)};
  } else if (const auto if_set = other_field(required, "if ")) {
    field.required = {Required::When::kIfSet, find_other(table, "required", *if_set, fields, index)};
  } else if (required != "never") {
    refuse("CND-1303", "required is \"always\", \"never\", \"unless FIELD is set\" or \"if FIELD is set\".",
           table, "required", required);
  }
  if (!table.has("absent")) return;
  const std::string absent = table.text("absent");
  const auto if_set = other_field(absent, "if ");
  if (!if_set) refuse("CND-1303", "absent is \"if FIELD is set\".", table, "absent", absent);
  field.absent_if = find_other(table, "absent", *if_set, fields, index);
  const bool unless_same =
      field.required.when == Required::When::kUnlessSet && field.required.other == *field.absent_if;
  if (field.required.when != Required::When::kNever && !unless_same) {
    refuse("CND-1318", "A field that must be absent in some rows may not be required in them.", table,
           "absent", field.name);
  }
}

}  // namespace

std::vector<Field> load_fields(const TomlTable& table, const CodeLists& codes, const References& references) {
  const std::vector<TomlTable> declared = table.tables("field");
  if (declared.empty() || declared.size() > kFieldsMost) {
    throw base::Error("CND-1314", "A table has no fields, or too many.")
        .with("path", table.path())
        .with("line", table.line())
        .with("limit", kFieldsMost);
  }
  std::vector<Field> fields;
  for (const TomlTable& one : declared) {
    fields.push_back(load_field(one, codes, references));
    for (std::size_t i = 0; i + 1 < fields.size(); ++i) {
      if (fields[i].name == fields.back().name || fields[i].minimised_as == fields.back().minimised_as) {
        refuse("CND-1304", "Two fields of a table have one name, or leave one name when they are minimised.",
               one, "name", fields.back().name);
      }
    }
  }
  for (std::size_t i = 0; i < fields.size(); ++i) load_conditions(declared[i], fields, i);
  return fields;
}

}  // namespace candour::collection
