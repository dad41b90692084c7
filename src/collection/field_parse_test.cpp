#include "candour/collection/field_parse.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <set>

#include "candour/base/catalogue.h"
#include "candour/collection/collection_testing.h"

namespace candour::collection {
namespace {

using Problem = ValueProblem;

// One place that touches the API: a field and a text in, what came of it out.
class Parsing {
 public:
  explicit Parsing(FieldType type) {
    field.type = type;
    field.max_length = 5;
    field.codes = "reasons";
    collection.codes["reasons"] = parse_code_list(
        "value,label,valid_from,valid_to\n01,Law,,\n02,Closed on the first day,2025-04-01,2025-09-01\n"
        "03,New on the last,2025-09-30,\n04,Closed before,2025-04-01,2025-08-31\n05,New after,2025-10-01,\n"
        "06,In the middle,2025-09-14,2025-09-15\n",
        "reasons.csv");
    mapping.date_forms = {"YYYY-MM-DD", "DD/MM/YYYY", "YYYYMMDD", "DD-MMM-YYYY"};
  }

  // The problem's rule, or the value as text after a "=".
  std::string operator()(std::string_view text) const {
    const ParseContext context{
        &collection, &mapping, parse_period("2025-09", PeriodKind::kMonth), {"R1H", "RAL"}};
    table::Column column(column_type(field.type));
    const Problem problem = FieldParser(field, context).parse(text, column);
    CHECK(column.size() == (problem == Problem::kNone ? 1 : 0));
    if (problem != Problem::kNone) return std::string(rule_name(problem));
    if (column.type() == table::Type::kDate) return "=" + column.date(0).iso();
    if (column.type() == table::Type::kInteger) return "=" + std::to_string(column.integer(0));
    return "=" + std::string(column.text(0));
  }

  Field field;
  Collection collection;
  SourceMapping mapping;
};

struct Case {
  std::string_view text;
  std::string_view outcome;
};

void check_cases(const Parsing& parse, std::initializer_list<Case> cases) {
  for (const Case& one : cases) {
    CAPTURE(one.text);
    CHECK(parse(one.text) == one.outcome);
  }
}

TEST_CASE("a date is a day that exists, in a form that the mapping names") {
  check_cases(Parsing(FieldType::kDate), {
                                             {"2025-09-30", "=2025-09-30"},
                                             {"30/09/2025", "=2025-09-30"},
                                             {"20250930", "=2025-09-30"},
                                             {"30-SEP-2025", "=2025-09-30"},
                                             {"30-sep-2025", "=2025-09-30"},
                                             {"2024-02-29", "=2024-02-29"},
                                             {"29/02/2000", "=2000-02-29"},
                                             {"2025-02-29", "date"},
                                             {"1900-02-29", "date"},
                                             {"29/02/2100", "date"},
                                             {"2025-09-31", "date"},
                                             {"31/04/2025", "date"},
                                             {"09/30/2025", "date"},
                                             {"2025-13-01", "date"},
                                             {"2025-00-10", "date"},
                                             {"2025-10-00", "date"},
                                             {"0000-01-01", "date"},
                                             {"30-SEPT-2025", "date"},
                                             {"30-XYZ-2025", "date"},
                                             {"30-09-2025", "date"},
                                             {"30/09/25", "date"},
                                             {"1/9/2025", "date"},
                                             {"2025-9-1", "date"},
                                             {"2025-09-30T00:00", "date"},
                                             {"2025-09-30 00:00:00", "date"},
                                             {"2025/09/30", "date"},
                                             {"+025-09-30", "date"},
                                             {"45930", "date"},
                                         });
}

TEST_CASE("a day that stands for none is refused, and the day after the first of them is not") {
  check_cases(Parsing(FieldType::kDate), {
                                             {"1900-01-01", "sentinel-date"},
                                             {"01/01/1900", "sentinel-date"},
                                             {"1899-12-30", "sentinel-date"},
                                             {"1753-01-01", "sentinel-date"},
                                             {"0001-01-01", "sentinel-date"},
                                             {"9999-12-31", "sentinel-date"},
                                             {"1900-01-02", "=1900-01-02"},
                                             {"9999-12-30", "=9999-12-30"},
                                         });
}

TEST_CASE("a date after the period's last day is refused where the field says so, and nowhere else") {
  Parsing parse(FieldType::kDate);
  check_cases(parse, {{"2025-10-01", "=2025-10-01"}});
  parse.field.not_after_period = true;
  check_cases(parse,
              {{"2025-09-30", "=2025-09-30"}, {"2025-10-01", "future-date"}, {"2026-01-01", "future-date"}});
}

TEST_CASE("a mapping's date forms are the only ones") {
  Parsing parse(FieldType::kDate);
  parse.mapping.date_forms = {"DD/MM/YYYY"};
  check_cases(parse, {{"30/09/2025", "=2025-09-30"}, {"2025-09-30", "date"}, {"20250930", "date"}});
  CHECK_FALSE(is_date_form("MM/DD/YYYY"));
  CHECK_FALSE(parse_date_form("30/09/2025", "unknown"));
}

TEST_CASE("what a form writes it reads back, for every day") {
  CHECK(rc::check("forms are inverse", [](std::uint32_t number) {
    const base::Date day(static_cast<std::int32_t>(number % 3'000'000) - 700'000);
    for (const char* form : {"YYYY-MM-DD", "DD/MM/YYYY", "YYYYMMDD", "DD-MMM-YYYY"}) {
      if (day.year() < 1 || day.year() > 9999) continue;
      if (parse_date_form(format_date_form(day, form), form) != day) return false;
    }
    return true;
  }));
  CHECK(format_date_form(*base::Date::of(2025, 9, 3), "DD-MMM-YYYY") == "03-SEP-2025");
}

TEST_CASE("a code is exactly one of its list, and valid on some day of the period") {
  check_cases(Parsing(FieldType::kCode), {
                                             {"01", "=01"},
                                             {"1", "code-list"},
                                             {"001", "code-list"},
                                             {"01 ", "code-list"},
                                             {"Law", "code-list"},
                                             {"02", "=02"},
                                             {"03", "=03"},
                                             {"04", "code-validity"},
                                             {"05", "code-validity"},
                                             {"06", "=06"},
                                         });
}

TEST_CASE(
    "an organisation code has 3 to 9 letters and digits, and is one of the submitter's where it must be") {
  Parsing parse(FieldType::kOds);
  check_cases(parse, {
                         {"R1H", "=R1H"},
                         {"r1h", "=R1H"},
                         {"R1H12", "=R1H12"},
                         {"8HA03", "=8HA03"},
                         {"01K", "=01K"},
                         {"G7H8J", "=G7H8J"},
                         {"X99999", "=X99999"},
                         {"ABCDEF123", "=ABCDEF123"},
                         {"R1", "ods-code"},
                         {"ABCDEF1234", "ods-code"},
                         {"R1-H", "ods-code"},
                         {"R 1H", "ods-code"},
                         {"RÉH", "ods-code"},
                     });
  parse.field.of_submitter = true;
  check_cases(
      parse,
      {{"R1H", "=R1H"}, {"ral", "=RAL"}, {"R1K", "submitter"}, {"R1H12", "submitter"}, {"?", "ods-code"}});
}

TEST_CASE(
    "an organisation's code is kept in upper case, and never one that leaves a folder or is a formula") {
  CHECK(ods_code("r1h") == "R1H");
  CHECK(ods_code("8HA03") == "8HA03");
  for (const std::string_view text : {"", "R1", "ABCDEF1234", "../R1H", "R1H/..", "=R1H", "R1H ", "RÉH"}) {
    CAPTURE(text);
    CHECK(ods_code(text) == std::nullopt);
  }
}

TEST_CASE("a postcode has the form of one, and is kept with one space") {
  check_cases(Parsing(FieldType::kPostcode),
              {
                  {"M1 1AA", "=M1 1AA"},         {"M11AA", "=M1 1AA"},      {"m60 1nw", "=M60 1NW"},
                  {"CR2 6XH", "=CR2 6XH"},       {"DN55 1PT", "=DN55 1PT"}, {"W1A 1HQ", "=W1A 1HQ"},
                  {"EC1A1BB", "=EC1A 1BB"},      {"M1   1AA", "=M1 1AA"},   {"GIR 0AA", "=GIR 0AA"},
                  {"ZZ99 3VZ", "=ZZ99 3VZ"},     {"ZZ993CZ", "=ZZ99 3CZ"},  {"ZZ20 9ZS", "=ZZ20 9ZS"},
                  {"ZZ20 9VZ", "postcode"},      {"M1 1AC", "postcode"},    {"M1 1IA", "postcode"},
                  {"M1 AAA", "postcode"},        {"1M 1AA", "postcode"},    {"M 1AA", "postcode"},
                  {"AAA1 1AA", "postcode"},      {"M111 1AA", "postcode"},  {"M1AA 1AA", "postcode"},
                  {"M 1 1AA", "postcode"},       {"M1 1 AA", "postcode"},   {"M1-1AA", "postcode"},
                  {"1AA", "postcode"},           {"    1AA", "postcode"},   {"NFA", "postcode"},
                  {"M1 1AA M1 1AA", "postcode"}, {"M1\t1AA", "postcode"},
              });
}

TEST_CASE("a text is counted in characters and has no control characters") {
  check_cases(Parsing(FieldType::kText), {
                                             {"abcde", "=abcde"},
                                             {"äöüßé", "=äöüßé"},
                                             {"abcdef", "length"},
                                             {"äöüßéa", "length"},
                                             {"a\nb", "control-character"},
                                             {"a\tb", "control-character"},
                                             {"a\x1b[b", "control-character"},
                                             {"a\x7f", "control-character"},
                                             {"a\xc2\x85", "control-character"},
                                             {"a\xc2\xa3", "=a£"},
                                             {"\xe2\x80\x9c", "=“"},
                                         });
}

TEST_CASE("an integer is digits, perhaps with a minus, within its range") {
  Parsing parse(FieldType::kInteger);
  check_cases(parse, {
                         {"0", "=0"},
                         {"-12", "=-12"},
                         {"007", "=7"},
                         {"9223372036854775807", "=9223372036854775807"},
                         {"9223372036854775808", "range"},
                         {"-9223372036854775809", "range"},
                         {"+1", "integer"},
                         {"1.0", "integer"},
                         {"1,000", "integer"},
                         {"1e3", "integer"},
                         {"0x10", "integer"},
                         {"1 ", "integer"},
                         {"-", "integer"},
                         {"99999999999999999999x", "integer"},
                     });
  parse.field.min = 0;
  parse.field.max = 600;
  check_cases(parse, {{"0", "=0"}, {"600", "=600"}, {"-1", "range"}, {"601", "range"}});
}

TEST_CASE("any text whatever is parsed or refused by every type") {
  CHECK(rc::check("no text is special", [](const std::string& text) {
    for (FieldType type : {FieldType::kText, FieldType::kInteger, FieldType::kDate, FieldType::kCode,
                           FieldType::kOds, FieldType::kNhsNumber, FieldType::kPostcode}) {
      if (!text.empty()) static_cast<void>(Parsing(type)(text));
    }
    return true;
  }));
}

TEST_CASE("every problem has a rule's name of its own, a sentence, and a page in the catalogue") {
  std::set<std::string_view> rules;
  std::set<std::string_view> pages;
  for (int i = 1; i <= static_cast<int>(Problem::kMustBeAbsent); ++i) {
    const auto problem = static_cast<Problem>(i);
    CAPTURE(rule_name(problem));
    CHECK(rules.insert(rule_name(problem)).second);
    CHECK(pages.insert(page_code(problem)).second);
    CHECK(sentence(problem).ends_with("."));
    CHECK(base::find_page(page_code(problem)) != nullptr);
    CHECK(is_rule_of_types(rule_name(problem)));
  }
  CHECK(rules.size() == 18);
  CHECK_FALSE(is_rule_of_types("clock-stops-after-it-starts"));
}

TEST_CASE("types have names that read back, and columns") {
  for (FieldType type : {FieldType::kText, FieldType::kInteger, FieldType::kDate, FieldType::kCode,
                         FieldType::kOds, FieldType::kNhsNumber, FieldType::kPostcode}) {
    CHECK(parse_field_type(field_type_name(type)) == type);
  }
  CHECK_FALSE(parse_field_type("datetime"));
  CHECK(column_type(FieldType::kDate) == table::Type::kDate);
  CHECK(column_type(FieldType::kInteger) == table::Type::kInteger);
  CHECK(column_type(FieldType::kNhsNumber) == table::Type::kText);
}

}  // namespace
}  // namespace candour::collection
