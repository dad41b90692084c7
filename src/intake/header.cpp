#include "candour/intake/header.h"

#include <algorithm>
#include <cctype>
#include <unordered_map>

#include "candour/base/printable.h"
#include "candour/collection/field_parse.h"
#include "candour/intake/words.h"

namespace candour::intake {
namespace {

// Enough to see what is meant; a header of thousands of wrong columns must not fill the screen.
constexpr std::size_t kColumnsNamed = 10;
constexpr std::size_t kTitleShown = 60;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// The shape of a UK postcode, loosely: two to four letters and digits that begin with a letter and hold a
// digit, then a digit and two letters.
bool looks_like_postcode(std::string_view cell) {
  std::string letters;
  for (char c : cell) {
    if (c != ' ') letters.push_back(c);
  }
  if (letters.size() < 5 || letters.size() > 7) return false;
  const std::string_view outward = std::string_view(letters).substr(0, letters.size() - 3);
  const std::string_view inward = std::string_view(letters).substr(letters.size() - 3);
  const bool outward_fits =
      is_letter(outward[0]) && std::any_of(outward.begin(), outward.end(), is_digit) &&
      std::all_of(outward.begin(), outward.end(), [](char c) { return is_digit(c) || is_letter(c); });
  return outward_fits && is_digit(inward[0]) && is_letter(inward[1]) && is_letter(inward[2]);
}

std::string list_of(const std::vector<std::string>& titles) {
  std::string text;
  for (std::size_t i = 0; i < std::min(titles.size(), kColumnsNamed); ++i) {
    if (!text.empty()) text += ", ";
    text += base::printable(titles[i], kTitleShown);
  }
  if (titles.size() > kColumnsNamed) {
    text += " and " + with_thousands(titles.size() - kColumnsNamed) + " more";
  }
  return text;
}

// What the mapping says about titles, by comparable title.
struct Known {
  std::unordered_map<std::string, std::size_t> fields;
  std::unordered_map<std::string, bool> ignored;

  explicit Known(const collection::SourceMapping& mapping) {
    for (const auto& column : mapping.columns) fields.emplace(comparable_title(column.title), column.field);
    for (const std::string& title : mapping.ignore) ignored.emplace(comparable_title(title), true);
  }
};

void refuse_what_is_no_header(const std::vector<std::string>& cells, const Known& known,
                              const collection::SourceMapping& mapping, const base::Label& file) {
  bool any_known = false;
  bool any_value = false;
  for (const std::string& cell : cells) {
    const std::string title = comparable_title(cell);
    const bool is_known = known.fields.contains(title);
    any_known = any_known || is_known;
    any_value = any_value || (!is_known && !known.ignored.contains(title) && looks_like_value(cell, mapping));
  }
  if (!any_known || any_value) {
    throw base::Error("CND-1102", "The first line of the file is not the header that its collection expects.")
        .with("file", file)
        .with("line", 1)
        .with("columns", cells.size());
  }
}

void refuse_missing(const HeaderMap& map, const collection::Table& table,
                    const collection::SourceMapping& mapping, const base::Label& file) {
  std::vector<std::string> missing;
  for (const auto& column : mapping.columns) {
    const bool may_be_missing =
        table.fields[column.field].required.when == collection::Required::When::kNever;
    if (!map.column_of_field[column.field] && !may_be_missing) missing.push_back(column.title);
  }
  if (missing.empty()) return;
  throw base::Error("CND-1104", "The file lacks columns that its collection needs.")
      .with("file", file)
      .with("missing", base::Label(list_of(missing)));
}

}  // namespace

std::string comparable_title(std::string_view title) {
  std::string result;
  bool gap = false;
  for (char c : title) {
    if (c == ' ' || c == '_' || c == '-') {
      gap = !result.empty();
      continue;
    }
    if (gap) result.push_back(' ');
    gap = false;
    result.push_back(lower(c));
  }
  return result;
}

bool looks_like_value(std::string_view cell, const collection::SourceMapping& mapping) {
  const std::string_view text = trimmed(cell);
  const bool has_digit = std::any_of(text.begin(), text.end(), is_digit);
  if (!has_digit) return false;
  if (std::none_of(text.begin(), text.end(), is_letter)) return true;
  if (looks_like_postcode(text)) return true;
  return std::any_of(mapping.date_forms.begin(), mapping.date_forms.end(), [&](const std::string& form) {
    return collection::parse_date_form(text, form).has_value();
  });
}

HeaderMap match_header(const std::vector<std::string>& cells, const collection::Table& table,
                       const collection::SourceMapping& mapping, const base::Label& file) {
  const Known known(mapping);
  refuse_what_is_no_header(cells, known, mapping, file);

  HeaderMap map;
  map.width = cells.size();
  map.column_of_field.resize(table.fields.size());
  map.title_of_field.resize(table.fields.size());
  std::vector<std::string> unknown;
  std::unordered_map<std::string, std::size_t> seen;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string title = comparable_title(cells[i]);
    const auto field = known.fields.find(title);
    if (field == known.fields.end() && !known.ignored.contains(title)) {
      unknown.push_back(title.empty() ? "column " + std::to_string(i + 1) + " (no title)" : cells[i]);
      continue;
    }
    const auto [first, is_new] = seen.emplace(title, i);
    if (!is_new) {
      throw base::Error("CND-1103", "The file has the same column twice.")
          .with("file", file)
          .with("column", base::Label(base::printable(cells[i], kTitleShown)))
          .with("first at", first->second + 1)
          .with("again at", i + 1);
    }
    if (field == known.fields.end()) {
      map.ignored.push_back(cells[i]);
      continue;
    }
    // Two titles of one field would be a fault of the mapping, which the collection's loader refuses.
    map.column_of_field[field->second] = i;
    map.title_of_field[field->second] = cells[i];
  }
  refuse_missing(map, table, mapping, file);
  if (!unknown.empty()) {
    throw base::Error("CND-1105", "The file has columns that its collection does not know.")
        .with("file", file)
        .with("unknown", base::Label(list_of(unknown)));
  }
  return map;
}

}  // namespace candour::intake
