#include "candour/collection/field_parse.h"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace candour::collection {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

std::string upper_case(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), upper);
  return result;
}

// C0, DEL, and C1 in UTF-8 (C2 80 to C2 9F): a terminal or a spreadsheet acts on them instead of showing
// them.
bool has_control_character(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 || byte == 0x7f) return true;
    if (byte == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0) return true;
  }
  return false;
}

std::int64_t count_characters(std::string_view text) {
  return std::count_if(text.begin(), text.end(),
                       [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; });
}

ValueProblem parse_text(const Field& field, std::string_view text, table::Column& out) {
  if (has_control_character(text)) return ValueProblem::kControlCharacter;
  if (count_characters(text) > field.max_length) return ValueProblem::kTextTooLong;
  out.append_text(text);
  return ValueProblem::kNone;
}

ValueProblem parse_integer(const Field& field, std::string_view text, table::Column& out) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::invalid_argument || end != text.data() + text.size()) {
    return ValueProblem::kNotAnInteger;
  }
  if (error != std::errc() || (field.min && value < *field.min) || (field.max && value > *field.max)) {
    return ValueProblem::kOutOfRange;
  }
  out.append_integer(value);
  return ValueProblem::kNone;
}

// Systems write these days where they have none: the zero of spreadsheets and databases, and the end of time.
bool is_sentinel(base::Date date) {
  static const base::Date first_real = *base::Date::of(1900, 1, 2);
  static const base::Date end_of_time = *base::Date::of(9999, 12, 31);
  return date < first_real || date == end_of_time;
}

ValueProblem parse_date(const Field& field, const ParseContext& context, std::string_view text,
                        table::Column& out) {
  for (const std::string& form : context.mapping->date_forms) {
    const std::optional<base::Date> date = parse_date_form(text, form);
    if (!date) continue;
    if (is_sentinel(*date)) return ValueProblem::kSentinelDate;
    if (field.not_after_period && *date > context.period.last_day) return ValueProblem::kFutureDate;
    out.append_date(*date);
    return ValueProblem::kNone;
  }
  return ValueProblem::kNotADate;
}

ValueProblem parse_code(const CodeList& codes, const ParseContext& context, std::string_view text,
                        table::Column& out) {
  const Code* code = codes.find(text);
  if (code == nullptr) return ValueProblem::kNotInCodeList;
  if (!code->valid_in(context.period)) return ValueProblem::kCodeNotValidThen;
  out.append_text(text);
  return ValueProblem::kNone;
}

// The form says little: since 2020 a code's kind can no longer be read from it. Whether such an organisation
// exists is for a code list or the submitter's own list to say.
ValueProblem parse_ods(const Field& field, const ParseContext& context, std::string_view text,
                       table::Column& out) {
  const std::optional<std::string> code = ods_code(text);
  if (!code) return ValueProblem::kNotAnOdsCode;
  const auto& allowed = context.may_send_for;
  if (field.of_submitter && std::find(allowed.begin(), allowed.end(), *code) == allowed.end()) {
    return ValueProblem::kNotOfSubmitter;
  }
  out.append_text(*code);
  return ValueProblem::kNone;
}

ValueProblem parse_nhs_number(std::string_view text, table::Column& out) {
  char digits[10];
  const bool spaced = text.size() == 12 && text[3] == ' ' && text[7] == ' ';
  if (!spaced && text.size() != 10) return ValueProblem::kNhsNumberForm;
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (spaced && (i == 3 || i == 7)) continue;
    if (!is_digit(text[i])) return ValueProblem::kNhsNumberForm;
    digits[count++] = text[i];
  }
  const std::string_view number(digits, 10);
  ValueProblem problem = ValueProblem::kNone;
  if (!nhs_number_check_digit_holds(number)) {
    problem = ValueProblem::kNhsNumberCheckDigit;
  } else if (nhs_number_is_filler(number)) {
    problem = ValueProblem::kNhsNumberFiller;
  } else {
    out.append_text(number);
  }
  base::wipe(digits, sizeof digits);
  return problem;
}

// The outward part: A9, A99, AA9, AA99, A9A or AA9A.
bool is_outward(std::string_view text) {
  std::string shape;
  for (char c : text) shape += is_digit(c) ? '9' : is_upper(c) ? 'A' : '?';
  for (std::string_view known : {"A9", "A99", "AA9", "AA99", "A9A", "AA9A"}) {
    if (shape == known) return true;
  }
  return false;
}

// ZZ99 is the district of the pseudo-postcodes (no fixed abode, countries abroad), whose letters follow no
// rule.
bool is_postcode(std::string_view outward, std::string_view inward) {
  if (outward == "GIR" && inward == "0AA") return true;
  if (!is_outward(outward) || !is_digit(inward[0])) return false;
  constexpr std::string_view kNeverInward = "CIKMOV";
  const auto allowed = [&](char c) {
    return is_upper(c) && (outward == "ZZ99" || kNeverInward.find(c) == std::string_view::npos);
  };
  return allowed(inward[1]) && allowed(inward[2]);
}

ValueProblem parse_postcode(std::string_view text, table::Column& out) {
  std::string postcode = upper_case(text);
  ValueProblem problem = ValueProblem::kNotAPostcode;
  if (postcode.size() >= 5) {
    const std::string_view all = postcode;
    const std::string_view inward = all.substr(all.size() - 3);
    std::string_view outward = all.substr(0, all.size() - 3);
    while (!outward.empty() && outward.back() == ' ') outward.remove_suffix(1);
    if (is_postcode(outward, inward)) {
      std::string canonical(outward);
      canonical += ' ';
      canonical += inward;
      out.append_text(canonical);
      base::wipe(canonical);
      problem = ValueProblem::kNone;
    }
  }
  base::wipe(postcode);
  return problem;
}

}  // namespace

std::optional<std::string> ods_code(std::string_view text) {
  std::string code = upper_case(text);
  const bool of_form =
      code.size() >= 3 && code.size() <= 9 &&
      std::all_of(code.begin(), code.end(), [](char c) { return is_digit(c) || is_upper(c); });
  if (!of_form) return std::nullopt;
  return code;
}

FieldParser::FieldParser(const Field& field, const ParseContext& context)
    : field_(&field), context_(&context) {
  if (field.type == FieldType::kCode) codes_ = &context.collection->codes.at(field.codes);
}

ValueProblem FieldParser::parse(std::string_view text, table::Column& out) const {
  switch (field_->type) {
    case FieldType::kText:
      return parse_text(*field_, text, out);
    case FieldType::kInteger:
      return parse_integer(*field_, text, out);
    case FieldType::kDate:
      return parse_date(*field_, *context_, text, out);
    case FieldType::kCode:
      return parse_code(*codes_, *context_, text, out);
    case FieldType::kOds:
      return parse_ods(*field_, *context_, text, out);
    case FieldType::kNhsNumber:
      return parse_nhs_number(text, out);
    case FieldType::kPostcode:
      return parse_postcode(text, out);
  }
  return ValueProblem::kNone;
}

}  // namespace candour::collection
