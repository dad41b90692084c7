#include "candour/synth/plants.h"

#include <algorithm>

#include "candour/collection/field_parse.h"

namespace candour::synth {
namespace {

using collection::FieldType;
using collection::ValueProblem;
using How = PlantKind::How;

/// A day that may not exist, in a form: format_date_form cannot write one, so an existing day's digits are
/// changed.
std::string date_text(const std::string& form, int year, std::string_view month, std::string_view day) {
  const auto shaped = base::Date::of(year, 11, 22);
  std::string text = collection::format_date_form(*shaped, form);
  const auto replace = [&](std::string_view what, std::string_view with) {
    const std::size_t at = text.find(what, form.starts_with("YYYY") ? 4 : 0);
    if (at != std::string::npos) text.replace(at, what.size(), with);
  };
  replace("22", day);
  replace("11", month);
  replace("Nov", "Feb");
  replace("NOV", "FEB");
  return text;
}

int common_year(int year) {
  while (base::Date::of(year, 2, 29)) --year;
  return year;
}

class Kinds {
 public:
  explicit Kinds(const FileContext& file) : file_(file), form_(file.mapping->date_forms.front()) {}

  void of_field(std::size_t index) {
    const collection::Field& field = file_.table->fields[index];
    if (field.required.when == collection::Required::When::kAlways ||
        field.required.when == collection::Required::When::kUnlessSet) {
      add(ValueProblem::kMissing, How::kMissing, index, "");
    }
    switch (field.type) {
      case FieldType::kNhsNumber:
        add(ValueProblem::kNhsNumberForm, How::kText, index, "999 12345");
        add(ValueProblem::kNhsNumberFiller, How::kText, index, "9999999999");
        add(ValueProblem::kNhsNumberCheckDigit, How::kCheckDigit, index, "");
        break;
      case FieldType::kDate:
        of_date(index, field);
        break;
      case FieldType::kCode:
        of_code(index, field);
        break;
      case FieldType::kOds:
        add(ValueProblem::kNotAnOdsCode, How::kText, index, "R1-H");
        if (field.of_submitter) {
          add(ValueProblem::kNotOfSubmitter, How::kText, index,
              file_.submitter == "RZZ99" ? "RZZ98" : "RZZ99");
        }
        break;
      case FieldType::kPostcode:
        add(ValueProblem::kNotAPostcode, How::kText, index, "NOT KNOWN");
        break;
      case FieldType::kText:
        add(ValueProblem::kTextTooLong, How::kText, index,
            std::string(static_cast<std::size_t>(field.max_length) + 1, 'X'));
        add(ValueProblem::kControlCharacter, How::kText, index,
            "A\x01"
            "B");
        break;
      case FieldType::kInteger:
        add(ValueProblem::kNotAnInteger, How::kText, index, "1.5");
        if (field.max) add(ValueProblem::kOutOfRange, How::kText, index, std::to_string(*field.max + 1));
        break;
    }
  }

  void add(std::string rule, How how, std::size_t declared = 0) {
    kinds_.push_back({std::move(rule), how, 0, declared, ""});
  }

  [[nodiscard]] std::vector<PlantKind> take() { return std::move(kinds_); }

 private:
  void add(ValueProblem problem, How how, std::size_t field, std::string text) {
    kinds_.push_back({std::string(collection::rule_name(problem)), how, field, 0, std::move(text)});
  }

  void of_date(std::size_t index, const collection::Field& field) {
    const int year = file_.period->first_day.year();
    add(ValueProblem::kNotADate, How::kText, index, date_text(form_, year, "02", "31"));
    add(ValueProblem::kNotADate, How::kText, index, date_text(form_, common_year(year), "02", "29"));
    add(ValueProblem::kNotADate, How::kText, index, "last week");
    add(ValueProblem::kSentinelDate, How::kText, index,
        collection::format_date_form(*base::Date::of(1900, 1, 1), form_));
    if (field.not_after_period) {
      add(ValueProblem::kFutureDate, How::kText, index,
          collection::format_date_form(file_.period->last_day.plus_days(1), form_));
    }
  }

  void of_code(std::size_t index, const collection::Field& field) {
    const collection::CodeList& list = file_.collection->codes.at(field.codes);
    std::string none = "?";
    while (list.find(none) != nullptr) none += '?';
    add(ValueProblem::kNotInCodeList, How::kText, index, none);
    const auto past =
        std::find_if(list.codes().begin(), list.codes().end(),
                     [&](const collection::Code& code) { return !list.contains(code.value, *file_.period); });
    if (past != list.codes().end()) add(ValueProblem::kCodeNotValidThen, How::kText, index, past->value);
  }

  const FileContext& file_;
  const std::string& form_;
  std::vector<PlantKind> kinds_;
};

}  // namespace

std::vector<PlantKind> plant_kinds(const FileContext& file, const collection::SynthSpec& spec) {
  Kinds kinds(file);
  for (const collection::SourceMapping::Column& column : file.mapping->columns) kinds.of_field(column.field);
  for (std::size_t i = 0; i < spec.plants.size(); ++i) kinds.add(spec.plants[i].rule, How::kDeclared, i);
  kinds.add("duplicate", How::kDuplicate);
  for (const How how : {How::kExtraField, How::kMissingField, How::kStrayQuote, How::kNul}) {
    kinds.add("record-shape", how);
  }
  return kinds.take();
}

void spoil(const PlantKind& kind, Row& row) {
  std::optional<std::string>& text = row.texts[kind.field];
  if (kind.how == How::kMissing) text.reset();
  if (kind.how == How::kText) text = kind.text;
  if (kind.how == How::kCheckDigit && text)
    text->back() = text->back() == '9' ? '0' : static_cast<char>(text->back() + 1);
}

}  // namespace candour::synth
