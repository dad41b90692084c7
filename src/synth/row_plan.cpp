#include "candour/synth/row_plan.h"

#include <algorithm>
#include <charconv>

#include "candour/base/error.h"
#include "candour/collection/field_parse.h"

namespace candour::synth {
namespace {

using collection::FieldType;
using collection::SynthRule;

constexpr std::uint64_t kSpacedOneIn = 10;  ///< NHS numbers that are written 999 123 4567
constexpr std::int64_t kMostDays = 50'000;  ///< as for the numbers in synth.toml

std::optional<std::int64_t> parse_days(std::string_view text) {
  std::int64_t days = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), days);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return days;
}

/// The rules in the order in which they are followed: those of the collection, each changed one in its place,
/// then those of fields that had none.
std::vector<const SynthRule*> ordered_rules(const collection::SynthSpec& spec,
                                            const collection::SynthChange& change) {
  std::vector<const SynthRule*> rules;
  for (const SynthRule& rule : spec.fields) rules.push_back(&rule);
  for (const SynthRule& changed : change) {
    const auto same = std::find_if(rules.begin(), rules.end(),
                                   [&](const SynthRule* rule) { return rule->field == changed.field; });
    if (same == rules.end()) {
      rules.push_back(&changed);
    } else {
      *same = &changed;
    }
  }
  return rules;
}

std::string spaced(const std::string& nhs_number) {
  return nhs_number.substr(0, 3) + " " + nhs_number.substr(3, 3) + " " + nhs_number.substr(6);
}

}  // namespace

RowPlan::RowPlan(const FileContext& file, const collection::SynthSpec& spec,
                 const collection::SynthChange& change)
    : file_(file) {
  const std::vector<const SynthRule*> rules = ordered_rules(spec, change);
  for (std::size_t field = 0; field < file.table->fields.size(); ++field) {
    const bool ruled =
        std::any_of(rules.begin(), rules.end(), [&](const SynthRule* rule) { return rule->field == field; });
    if (!ruled) steps_.push_back(step_of(field, nullptr));
  }
  for (const SynthRule* rule : rules) steps_.push_back(step_of(rule->field, rule));
}

std::optional<std::size_t> RowPlan::column_of(std::string_view name) const {
  const auto& columns = file_.expansion->columns;
  const auto found = std::find(columns.begin(), columns.end(), name);
  if (found == columns.end()) return std::nullopt;
  return static_cast<std::size_t>(found - columns.begin());
}

RowPlan::Days RowPlan::days_of(const std::string& text) const {
  if (const auto number = parse_days(text)) return {*number, std::nullopt};
  const auto column = column_of(text);
  if (!column) {
    throw base::Error("CND-1804", "A rule of synth.toml names a column that expand.sql does not give.")
        .with("column", base::Label(text));
  }
  return {0, column};
}

RowPlan::Step RowPlan::step_of(std::size_t field, const SynthRule* rule) const {
  Step step;
  step.field = field;
  step.rule = rule;
  const collection::Field& declared = file_.table->fields[field];
  if (rule == nullptr) {
    if (declared.type != FieldType::kCode) return step;
    for (const collection::Code& code : file_.collection->codes.at(declared.codes).codes()) {
      if (code.valid_in(*file_.period)) step.codes.push_back(code.value);
    }
    return step;
  }
  if (rule->kind == SynthRule::Kind::kGroup) {
    step.group_column = column_of(rule->anchor);
    if (!step.group_column) {
      throw base::Error("CND-1804", "A rule of synth.toml names a column that expand.sql does not give.")
          .with("column", base::Label(rule->anchor));
    }
  }
  if (rule->kind == SynthRule::Kind::kDateBefore || rule->kind == SynthRule::Kind::kDateAfter) {
    step.anchor_field = file_.table->find(rule->anchor);
    step.anchor_day = rule->anchor == "period_first_day" ? file_.period->first_day : file_.period->last_day;
    step.from = days_of(rule->from);
    step.to = days_of(rule->to);
  }
  return step;
}

void RowPlan::set_day(std::size_t field, std::optional<base::Date> day, Row& row) const {
  row.days[field] = day;
  if (day) row.texts[field] = collection::format_date_form(*day, file_.mapping->date_forms.front());
}

void RowPlan::by_type(const Step& step, const RowInput& input, const Person& person, base::Random& random,
                      Row& row) const {
  const collection::Field& field = file_.table->fields[step.field];
  std::optional<std::string>& text = row.texts[step.field];
  const collection::Period& period = *file_.period;
  switch (field.type) {
    case FieldType::kNhsNumber:
      text = random.below(kSpacedOneIn) == 0 ? spaced(person.nhs_number) : person.nhs_number;
      break;
    case FieldType::kPostcode:
      text = synthetic_postcode(person.postcode_row);
      break;
    case FieldType::kDate: {
      const auto days = static_cast<std::uint64_t>(base::days_between(period.first_day, period.last_day)) + 1;
      const auto later = static_cast<std::int32_t>(random.below(days));
      set_day(step.field, field.identifies ? person.birth_date : period.first_day.plus_days(later), row);
      break;
    }
    case FieldType::kText: {
      const auto& key = file_.table->key;
      const bool of_person = field.identifies && std::find(key.begin(), key.end(), step.field) == key.end();
      const char letter = static_cast<char>(field.name.front() - 'a' + 'A');
      text = file_.patients->local_identifier(letter, of_person ? input.person : input.sequence);
      if (field.max_length > 0 && text->size() > static_cast<std::size_t>(field.max_length)) {
        text->erase(0, text->size() - static_cast<std::size_t>(field.max_length));
      }
      break;
    }
    case FieldType::kCode:
      text = step.codes[random.below(step.codes.size())];
      break;
    case FieldType::kOds:
      text = file_.submitter;
      break;
    case FieldType::kInteger: {
      const std::int64_t least = field.min.value_or(0);
      const std::int64_t most = field.max.value_or(least + 1000);
      text = std::to_string(
          least + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(most - least) + 1)));
      break;
    }
  }
}

/// How many days a rule goes from its anchor, or nothing where the group has no number.
std::optional<std::int32_t> RowPlan::distance_of(const Step& step, const RowInput& input,
                                                 base::Random& random) const {
  const auto number = [&](const Days& of) -> std::optional<std::int64_t> {
    if (!of.column) return of.number;
    const std::string& text = input.group->values[*of.column];
    if (text.empty()) return std::nullopt;
    const auto days = parse_days(text);
    if (days && *days >= 0 && *days <= kMostDays) return days;
    throw base::Error("CND-1805", "A group of expand.sql has no number of days where a rule takes one.")
        .with("column", base::Label(file_.expansion->columns[*of.column]));
  };
  const auto from = number(step.from);
  const auto to = number(step.to);
  if (!from || !to) return std::nullopt;
  if (*to < *from) {
    throw base::Error("CND-1805", "A group of expand.sql has fewer days at the end than at the beginning.")
        .with("field", base::Label(file_.table->fields[step.field].name));
  }
  std::int64_t distance =
      *from + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(*to - *from) + 1));
  if (input.row_of_group == 0) distance = *from;
  if (input.row_of_group == 1) distance = *to;
  return static_cast<std::int32_t>(distance);
}

void RowPlan::follow(const Step& step, const RowInput& input, base::Random& random, Row& row) const {
  const SynthRule& rule = *step.rule;
  const auto group_text = [&](std::size_t column) -> const std::string& {
    return input.group->values[column];
  };
  switch (rule.kind) {
    case SynthRule::Kind::kOneOf:
      row.texts[step.field] = rule.values[random.below(rule.values.size())];
      break;
    case SynthRule::Kind::kGroup:
      if (!group_text(*step.group_column).empty()) row.texts[step.field] = group_text(*step.group_column);
      break;
    case SynthRule::Kind::kAbsent:
      break;
    case SynthRule::Kind::kDateWithin: {
      const std::int32_t last = base::days_between(file_.period->first_day, file_.period->last_day);
      std::int32_t later = static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(last) + 1));
      if (input.row_of_file == 0) later = 0;
      if (input.row_of_file == 1) later = last;
      set_day(step.field, file_.period->first_day.plus_days(later), row);
      break;
    }
    case SynthRule::Kind::kDateBefore:
    case SynthRule::Kind::kDateAfter: {
      const std::optional<base::Date> anchor =
          step.anchor_field ? row.days[*step.anchor_field] : std::optional<base::Date>(step.anchor_day);
      if (!anchor) break;
      const auto distance = distance_of(step, input, random);
      if (!distance) break;
      set_day(step.field,
              anchor->plus_days(rule.kind == SynthRule::Kind::kDateBefore ? -*distance : *distance), row);
      break;
    }
  }
}

void RowPlan::make(const RowInput& input, base::Random& random, Row& row) const {
  const Person person = file_.people->person(input.person);
  row.texts.assign(file_.table->fields.size(), std::nullopt);
  row.days.assign(file_.table->fields.size(), std::nullopt);
  for (const Step& step : steps_) {
    if (step.rule == nullptr) {
      by_type(step, input, person, random, row);
    } else {
      follow(step, input, random, row);
    }
  }
}

}  // namespace candour::synth
