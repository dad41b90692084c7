// The forms of a day that a source mapping may name. Each has a fixed width, so that a text has at most one
// meaning in one form.
#include <array>

#include "candour/collection/field_parse.h"

namespace candour::collection {
namespace {

// What stands at each place of a form: Y, M, D are digits, m a letter of the month's name, the rest itself.
struct Form {
  std::string_view name;
  std::string_view pattern;
};
constexpr std::array<Form, 4> kForms = {{
    {"YYYY-MM-DD", "YYYY-MM-DD"},
    {"DD/MM/YYYY", "DD/MM/YYYY"},
    {"YYYYMMDD", "YYYYMMDD"},
    {"DD-MMM-YYYY", "DD-mmm-YYYY"},
}};
constexpr std::array<std::string_view, 12> kMonths = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                                      "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};

const Form* find_form(std::string_view name) {
  for (const Form& form : kForms) {
    if (form.name == name) return &form;
  }
  return nullptr;
}

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

// The number of the month, 0 where the letters name none.
int month_of_letters(std::string_view letters) {
  for (std::size_t i = 0; i < kMonths.size(); ++i) {
    if (kMonths[i] == letters) return static_cast<int>(i) + 1;
  }
  return 0;
}

}  // namespace

bool is_date_form(std::string_view form) { return find_form(form) != nullptr; }

std::optional<base::Date> parse_date_form(std::string_view text, std::string_view form) {
  const Form* found = find_form(form);
  if (found == nullptr || text.size() != found->pattern.size()) return std::nullopt;
  int year = 0;
  int month = 0;
  int day = 0;
  std::string letters;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char place = found->pattern[i];
    const char c = text[i];
    if (place == 'm') {
      letters += upper(c);
      continue;
    }
    if (place != 'Y' && place != 'M' && place != 'D') {
      if (c != place) return std::nullopt;
      continue;
    }
    if (c < '0' || c > '9') return std::nullopt;
    int& part = place == 'Y' ? year : place == 'M' ? month : day;
    part = 10 * part + (c - '0');
  }
  if (!letters.empty()) month = month_of_letters(letters);
  return base::Date::of(year, month, day);
}

std::string format_date_form(base::Date date, std::string_view form) {
  const Form* found = find_form(form);
  CANDOUR_CHECK(found != nullptr);
  const std::string iso = date.iso();
  std::string text;
  std::size_t letter = 0;
  std::size_t year = 0;
  std::size_t month = 5;
  std::size_t day = 8;
  for (const char place : found->pattern) {
    switch (place) {
      case 'Y':
        text += iso[year++];
        break;
      case 'M':
        text += iso[month++];
        break;
      case 'D':
        text += iso[day++];
        break;
      case 'm':
        text += kMonths[static_cast<std::size_t>(date.month() - 1)][letter++];
        break;
      default:
        text += place;
    }
  }
  return text;
}

}  // namespace candour::collection
