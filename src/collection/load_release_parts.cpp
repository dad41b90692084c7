#include "candour/collection/load_release_parts.h"

#include <algorithm>
#include <numeric>

namespace candour::collection {
namespace {

using base::TomlTable;

constexpr std::int64_t kBarsAtMost = 60;  ///< as many as the page draws legibly

std::size_t position(const TomlTable& toml, std::string_view key, const ReleaseTable& table,
                     std::string_view name) {
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (table.columns[i].name == name) return i;
  }
  refuse("CND-1305", "A column is named that the table does not have.", toml, key, name);
}

// ["total", "weeks_000..weeks_017"]: columns by name, and runs of them in the table's order. Sums are made of
// them, so each is an integer.
std::vector<std::string> load_column_names(const TomlTable& toml, std::string_view key,
                                           const ReleaseTable& table) {
  std::vector<std::string> names;
  for (const std::string& text : toml.texts(key)) {
    const std::size_t dots = text.find("..");
    const std::size_t first = position(toml, key, table, text.substr(0, dots));
    const std::size_t last =
        dots == std::string::npos ? first : position(toml, key, table, text.substr(dots + 2));
    if (last < first) refuse("CND-1313", "A run of columns ends before it begins.", toml, key, text);
    for (std::size_t i = first; i <= last; ++i) {
      if (table.columns[i].type != table::Type::kInteger) {
        refuse("CND-1313", "Only columns of integers can be summed.", toml, key, table.columns[i].name);
      }
      names.push_back(table.columns[i].name);
    }
  }
  if (names.empty()) refuse("CND-1313", "At least one column must be named.", toml, key);
  return names;
}

void check_groups(const TomlTable& toml, const ReleaseChart& chart) {
  const bool positive = std::all_of(chart.groups.begin(), chart.groups.end(),
                                    [](std::int64_t n) { return n > 0 && n <= 10'000; });
  const auto grouped = std::accumulate(chart.groups.begin(), chart.groups.end(), std::int64_t{0});
  const bool all = chart.groups.empty() || grouped == static_cast<std::int64_t>(chart.columns.size());
  const std::size_t bars = chart.groups.empty() ? chart.columns.size() : chart.groups.size();
  if (bars > static_cast<std::size_t>(kBarsAtMost)) {
    refuse("CND-1313", "A chart has at most 60 bars: groups makes fewer of many columns.", toml, "columns");
  }
  if (!positive || !all) {
    refuse("CND-1313", "The groups of a chart are numbers of columns that add up to all of them.", toml,
           "groups");
  }
  if (chart.group_titles.size() != bars && !(chart.groups.empty() && chart.group_titles.empty())) {
    refuse("CND-1313", "A chart has one title for each group.", toml, "group_titles");
  }
}

// The names between {{ and }}: one, or two of "{{part / whole}}".
std::vector<std::string> placeholders(const TomlTable& toml, const std::string& text) {
  std::vector<std::string> names;
  for (std::size_t at = text.find("{{"); at != std::string::npos; at = text.find("{{", at)) {
    const std::size_t end = text.find("}}", at);
    if (end == std::string::npos) refuse("CND-1313", "A {{ in the headline has no }}.", toml, "text");
    const std::string placeholder = text.substr(at + 2, end - at - 2);
    const std::size_t stroke = placeholder.find(" / ");
    names.push_back(placeholder.substr(0, stroke));
    if (stroke != std::string::npos) names.push_back(placeholder.substr(stroke + 3));
    at = end;
  }
  return names;
}

}  // namespace

std::map<std::string, std::string> load_where(const TomlTable& where, const ReleaseTable& table,
                                              const CodeLists& codes) {
  std::map<std::string, std::string> conditions = text_map(where);
  for (const auto& [column, value] : conditions) {
    const auto dimension = std::find_if(table.frame.begin(), table.frame.end(),
                                        [&](const FrameDimension& one) { return one.column == column; });
    if (dimension == table.frame.end()) {
      refuse("CND-1305", "A condition names a column that is no dimension of the frame.", where, column,
             column);
    }
    if (!dimension->codes.empty() && codes.at(dimension->codes).find(value) == nullptr) {
      refuse("CND-1305", "A condition names a value that is not in the dimension's code list.", where, column,
             value);
    }
  }
  return conditions;
}

ReleaseChart load_chart(const TomlTable& toml, const ReleaseTable& table, const CodeLists& codes) {
  ReleaseChart chart;
  chart.name = kebab_name(toml, "name");
  chart.title = words(toml, "title");
  chart.description = words(toml, "description");
  chart.kind = one_of<ReleaseChart::Kind>(
      toml, "kind", {{"bands", ReleaseChart::Kind::kBands}, {"ranking", ReleaseChart::Kind::kRanking}});
  chart.columns = load_column_names(toml, "columns", table);
  if (const auto where = toml.table_if("where")) chart.where = load_where(*where, table, codes);
  if (chart.kind == ReleaseChart::Kind::kBands) {
    if (toml.has("groups")) chart.groups = toml.integers("groups");
    chart.group_titles = toml.texts_or_none("group_titles");
    check_groups(toml, chart);
    return chart;
  }
  if (chart.columns.size() != 1) refuse("CND-1313", "A ranking is of one column.", toml, "columns");
  chart.limit = toml.integer_or("limit", chart.limit);
  if (chart.limit < 1 || chart.limit > kBarsAtMost) {
    refuse("CND-1313", "A ranking has 1 to 60 bars.", toml, "limit");
  }
  return chart;
}

void load_headline(const TomlTable& toml, ReleaseSpec& release, const CodeLists& codes) {
  const ReleaseTable& table = release.tables.front();
  release.headline = words(toml, "text");
  if (const auto where = toml.table_if("where")) release.headline_where = load_where(*where, table, codes);
  if (const auto figures = toml.table_if("figures")) {
    for (const std::string& name : figures->keys()) {
      if (table.find(name) != nullptr) {
        refuse("CND-1304", "A figure of the headline has the name of a column.", *figures, name, name);
      }
      release.headline_figures[name] = load_column_names(*figures, name, table);
    }
  }
  for (const std::string& name : placeholders(toml, release.headline)) {
    if (release.headline_figures.contains(name)) continue;
    const ReleaseColumn* column = table.find(name);
    if (column == nullptr || column->type != table::Type::kInteger) {
      refuse("CND-1305", "The headline names what is neither a column of integers nor a figure.", toml,
             "text", name);
    }
  }
}

}  // namespace candour::collection
