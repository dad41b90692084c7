#include "candour/collection/field_parse.h"

namespace candour::collection {
namespace {

struct Words {
  std::string_view rule;
  std::string_view page;
  std::string_view sentence;
};

Words words(ValueProblem problem) {
  switch (problem) {
    case ValueProblem::kNone:
      return {"", "", ""};
    case ValueProblem::kMissing:
      return {"required", "CND-1201", "A value is missing that every such row must have."};
    case ValueProblem::kNotADate:
      return {"date", "CND-1202",
              "This is not a day in a form that the file may use, or there is no such day."};
    case ValueProblem::kSentinelDate:
      return {"sentinel-date", "CND-1203", "This day stands for an unknown date, and is nobody's date."};
    case ValueProblem::kFutureDate:
      return {"future-date", "CND-1205", "This day is after the period that the file is for."};
    case ValueProblem::kNotAnInteger:
      return {"integer", "CND-1206", "This is not a whole number."};
    case ValueProblem::kOutOfRange:
      return {"range", "CND-1207", "The number is smaller or larger than it can be."};
    case ValueProblem::kNotInCodeList:
      return {"code-list", "CND-1208", "The code is not in the code list."};
    case ValueProblem::kCodeNotValidThen:
      return {"code-validity", "CND-1209",
              "The code is in the code list, but not valid on any day of this period."};
    case ValueProblem::kNhsNumberForm:
      return {"nhs-number-form", "CND-1210", "The NHS number does not have ten digits."};
    case ValueProblem::kNhsNumberCheckDigit:
      return {"nhs-number-check-digit", "CND-1211", "The check digit of the NHS number is wrong."};
    case ValueProblem::kNhsNumberFiller:
      return {"nhs-number-filler", "CND-1212", "The NHS number is a filler that belongs to nobody."};
    case ValueProblem::kNotAnOdsCode:
      return {"ods-code", "CND-1213", "This cannot be an organisation code."};
    case ValueProblem::kNotOfSubmitter:
      return {"submitter", "CND-1214", "The sending organisation may not send for this organisation."};
    case ValueProblem::kNotAPostcode:
      return {"postcode", "CND-1215", "This does not have the form of a UK postcode."};
    case ValueProblem::kTextTooLong:
      return {"length", "CND-1216", "The text is longer than the field allows."};
    case ValueProblem::kControlCharacter:
      return {"control-character", "CND-1217",
              "The text has a control character, such as a line end, in it."};
    case ValueProblem::kEncoding:
      return {"encoding", "CND-1218", "The bytes are not text in the file's encoding."};
    case ValueProblem::kMustBeAbsent:
      return {"absent", "CND-1221", "A value is given in a row that must not have one here."};
  }
  return {"", "", ""};
}

}  // namespace

std::string_view rule_name(ValueProblem problem) { return words(problem).rule; }
std::string_view page_code(ValueProblem problem) { return words(problem).page; }
std::string_view sentence(ValueProblem problem) { return words(problem).sentence; }

bool is_rule_of_types(std::string_view name) {
  if (name == "duplicate" || name == "record-shape") return true;
  for (int i = 1; i <= static_cast<int>(ValueProblem::kMustBeAbsent); ++i) {
    if (rule_name(static_cast<ValueProblem>(i)) == name) return true;
  }
  return false;
}

}  // namespace candour::collection
