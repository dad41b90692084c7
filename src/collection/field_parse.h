// From a field's text to a typed value, strictly and natively: what a value may look like is decided here,
// before any SQL sees it. Used by intake (a hospital's rows) and synth (which must know what will be
// refused).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/date.h"
#include "candour/base/error.h"
#include "candour/collection/collection.h"

namespace candour::collection {

/// Why a value was refused. Each has a page in the catalogue and a rule's name.
enum class ValueProblem {
  kNone,
  kMissing,              ///< required and absent                          CND-1201 required
  kNotADate,             ///< not in a form of the mapping, or no such day CND-1202 date
  kSentinelDate,         ///< a filler: up to 1900-01-01, or 9999-12-31   CND-1203 sentinel-date
  kFutureDate,           ///< after the period, where the field forbids it CND-1205 future-date
  kNotAnInteger,         ///<                                              CND-1206 integer
  kOutOfRange,           ///<                                              CND-1207 range
  kNotInCodeList,        ///<                                              CND-1208 code-list
  kCodeNotValidThen,     ///< in the list, but on no day of the period     CND-1209 code-validity
  kNhsNumberForm,        ///< not ten digits                               CND-1210 nhs-number-form
  kNhsNumberCheckDigit,  ///<                                              CND-1211 nhs-number-check-digit
  kNhsNumberFiller,      ///< passes modulus 11 and is nobody's            CND-1212 nhs-number-filler
  kNotAnOdsCode,         ///<                                              CND-1213 ods-code
  kNotOfSubmitter,       ///< an organisation that it may not send for     CND-1214 submitter
  kNotAPostcode,         ///<                                              CND-1215 postcode
  kTextTooLong,          ///<                                              CND-1216 length
  kControlCharacter,     ///<                                              CND-1217 control-character
  kEncoding,             ///< not text in the file's encoding              CND-1218 encoding
  kMustBeAbsent,         ///< Field::absent_if has a value, and so has it   CND-1221 absent
};
// CND-1204 is the page of every row check that a collection declares; CND-1219 duplicate; CND-1220 the shape
// of a record (ragged row, quotes, NUL, too long).

/// "nhs-number-check-digit"; its page, "CND-1211"; a sentence for people, "The check digit of the NHS number
/// is wrong."
[[nodiscard]] std::string_view rule_name(ValueProblem problem);
[[nodiscard]] std::string_view page_code(ValueProblem problem);
[[nodiscard]] std::string_view sentence(ValueProblem problem);
/// Whether `name` is one of those rules, or "duplicate" or "record-shape": no row check may have such a name.
[[nodiscard]] bool is_rule_of_types(std::string_view name);

/// What parsing needs beside the field. Outlives the parsers.
struct ParseContext {
  const Collection* collection = nullptr;
  const SourceMapping* mapping = nullptr;  ///< date forms
  Period period;
  std::vector<std::string> may_send_for;  ///< ODS codes, the submitter's own among them
};

/// A parser of one field, made once a file.
class FieldParser {
 public:
  FieldParser(const Field& field, const ParseContext& context);
  /// Parses `text` (UTF-8, outer spaces trimmed, not empty) and appends the value to `out` (of the field's
  /// column type); appends nothing and says why where it is refused. NHS numbers lose their spaces (3-3-4
  /// form only), postcodes and ODS codes become upper case, postcodes get one space.
  [[nodiscard]] ValueProblem parse(std::string_view text, table::Column& out) const;

 private:
  const Field* field_;
  const ParseContext* context_;
  const CodeList* codes_ = nullptr;
};

/// Modulus 11 of the NHS number (NHS Data Dictionary, NHS NUMBER): weights 10 to 2, check digit 11 − (sum mod
/// 11), 11 is 0, 10 is no number. `digits` is ten ASCII digits.
[[nodiscard]] bool nhs_number_check_digit_holds(std::string_view digits);
/// The check digit of nine digits, or nothing where they make no number.
[[nodiscard]] std::optional<int> nhs_number_check_digit(std::string_view nine_digits);
/// The 19 numbers that pass modulus 11 and are fillers: ten equal digits, and d00000000d.
[[nodiscard]] bool nhs_number_is_filler(std::string_view digits);
/// An organisation's code (ODS) in upper case, or nothing where `text` has not the form of one: 3 to 9 ASCII
/// letters and digits. Such a code is safe as the name of a file and as a cell of a spreadsheet.
[[nodiscard]] std::optional<std::string> ods_code(std::string_view text);
/// A day in one of the forms of SourceMapping::date_forms; nothing for another form or a day that does not
/// exist.
[[nodiscard]] std::optional<base::Date> parse_date_form(std::string_view text, std::string_view form);
[[nodiscard]] std::string format_date_form(base::Date date, std::string_view form);
[[nodiscard]] bool is_date_form(std::string_view form);

}  // namespace candour::collection
