// release.toml: what is published, against what the measures give.
#include <algorithm>
#include <charconv>

#include "candour/collection/declaration.h"
#include "candour/collection/load_release_parts.h"

namespace candour::collection {
namespace {

using base::TomlTable;

constexpr std::int64_t kDecimalsAtMost = 9;  ///< more than any tolerance leaves room for

std::string replaced(std::string text, std::string_view mark, std::string_view by) {
  for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + by.size())) {
    text.replace(at, mark.size(), by);
  }
  return text;
}

bool is_nil_of(table::Type type, const std::string& text) {
  if (text.empty() || type == table::Type::kText) return true;
  std::int64_t whole = 0;
  double real = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = type == table::Type::kInteger ? std::from_chars(text.data(), end, whole)
                                                           : std::from_chars(text.data(), end, real);
  return stop == end && error == std::errc();
}

int load_decimals(const TomlTable& toml, table::Type type) {
  const std::int64_t decimals = toml.integer_or("decimals", 1);
  if (type != table::Type::kReal || decimals < 0 || decimals > kDecimalsAtMost) {
    refuse("CND-1313", "Only a real is shown with decimals, and with 0 to 9 of them.", toml, "decimals");
  }
  return static_cast<int>(decimals);
}

ReleaseColumn load_column(const TomlTable& toml) {
  ReleaseColumn column;
  column.title = words(toml, "title");
  column.type = one_of<table::Type>(
      toml, "type",
      {{"integer", table::Type::kInteger}, {"real", table::Type::kReal}, {"text", table::Type::kText}});
  if (column.type != table::Type::kText || toml.has("unit")) column.unit = words(toml, "unit");
  column.tolerance = toml.number_or("tolerance", 0);
  if (column.tolerance < 0 || (column.tolerance > 0 && column.type != table::Type::kReal)) {
    refuse("CND-1313", "Only a real has a tolerance, and it is not negative.", toml, "tolerance");
  }
  if (toml.has("decimals")) column.decimals = load_decimals(toml, column.type);
  column.published = toml.flag_or("published", true);
  if (toml.has("status")) column.status = snake_name(toml, "status");
  column.nil = toml.text("nil");
  if (!is_nil_of(column.type, column.nil)) {
    refuse("CND-1313", "nil is no value of the column's type.", toml, "nil", column.nil);
  }
  return column;
}

// One column, or one for each code of a list.
void load_columns(const TomlTable& toml, const CodeLists& codes, ReleaseTable& table) {
  ReleaseColumn column = load_column(toml);
  if (!toml.has("for_each")) {
    column.name = snake_name(toml, "name");
    table.columns.push_back(std::move(column));
    return;
  }
  const std::string list = toml.text("for_each");
  const auto found = codes.find(list);
  if (found == codes.end()) {
    refuse("CND-1305", "A column is repeated for a code list that is not in codes/.", toml, "for_each", list);
  }
  const std::string name = toml.text("name");
  for (const Code& code : found->second.codes()) {
    ReleaseColumn one = column;
    one.name = replaced(name, "{value}", code.value);
    one.title = replaced(column.title, "{label}", code.label);
    table.columns.push_back(std::move(one));
  }
}

FrameDimension load_dimension(const TomlTable& toml, const CodeLists& codes) {
  FrameDimension dimension;
  dimension.column = snake_name(toml, "column");
  dimension.title = words(toml, "title");
  const std::string of = toml.text("of");
  if (of == "submitters") return dimension;
  if (!codes.contains(of)) {
    refuse("CND-1305", "A dimension is of the submitters or of a code list in codes/.", toml, "of", of);
  }
  dimension.codes = of;
  return dimension;
}

// A status says why a value is absent, so it is a text, it belongs to one column, and it says something where
// the value is nothing.
void load_statuses(const TomlTable& toml, ReleaseTable& table) {
  for (ReleaseColumn& column : table.columns) {
    if (!column.status) continue;
    const auto status = std::find_if(table.columns.begin(), table.columns.end(),
                                     [&](const ReleaseColumn& one) { return one.name == *column.status; });
    if (status == table.columns.end() || status->type != table::Type::kText || status->is_status) {
      refuse("CND-1313", "The status of a column is a text column of the table, and of no other column.",
             toml, "column", column.name);
    }
    status->is_status = true;
  }
  for (const ReleaseColumn& column : table.columns) {
    if (column.is_status || !column.nil.empty()) continue;
    const ReleaseColumn* status = column.status ? table.find(*column.status) : nullptr;
    if (status == nullptr || status->nil.empty()) {
      refuse("CND-1313", "A figure that is absent in a nil return has a status whose nil says why.", toml,
             "column", column.name);
    }
  }
}

// The combining step gives the table: the same columns, in the same order, of the same types.
void check_against_measure(const TomlTable& toml, const ReleaseTable& table, const Measure& measure) {
  std::vector<table::ColumnSpec> expected;
  for (const FrameDimension& dimension : table.frame)
    expected.push_back({dimension.column, table::Type::kText});
  for (const ReleaseColumn& column : table.columns) expected.push_back({column.name, column.type});
  const auto& given = measure.combine.result().columns();
  for (std::size_t i = 0; i < std::max(expected.size(), given.size()); ++i) {
    if (i < expected.size() && i < given.size() && expected[i] == given[i]) continue;
    throw base::Error("CND-1312", "The combining step does not give the columns that the table declares.")
        .with("path", toml.path())
        .with("line", toml.line())
        .with("position", i + 1)
        .with("declared", base::Label(i < expected.size() ? expected[i].name : "nothing"))
        .with("given", base::Label(i < given.size() ? given[i].name : "nothing"));
  }
}

void check_names(const TomlTable& toml, const ReleaseTable& table) {
  std::vector<std::string> names = {"return"};  // which the release adds
  for (const FrameDimension& dimension : table.frame) names.push_back(dimension.column);
  for (const ReleaseColumn& column : table.columns) names.push_back(column.name);
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice != names.end()) {
    refuse("CND-1304", "A column stands twice in a table, or is called return.", toml, "column", *twice);
  }
}

ReleaseTable load_release_table(const TomlTable& toml, const Collection& collection) {
  ReleaseTable table;
  table.name = kebab_name(toml, "name");
  table.title = words(toml, "title");
  table.measure = toml.text("measure");
  table.rule = one_of<std::string>(toml, "rule",
                                   {{"none", "none"},
                                    {"hes-2018", "hes-2018"},
                                    {"suppress", "suppress"},
                                    {"round", "round"},
                                    {"noise", "noise"}});
  for (const TomlTable& one : toml.tables("frame"))
    table.frame.push_back(load_dimension(one, collection.codes));
  if (table.frame.empty()) refuse("CND-1313", "A release table has a frame.", toml, "frame");
  for (const TomlTable& one : toml.tables("column")) load_columns(one, collection.codes, table);
  check_names(toml, table);
  load_statuses(toml, table);
  const auto measure = std::find_if(collection.measures.begin(), collection.measures.end(),
                                    [&](const Measure& one) { return one.name == table.measure; });
  if (measure == collection.measures.end()) {
    refuse("CND-1305", "A release table names a measure that the collection does not have.", toml, "measure",
           table.measure);
  }
  check_against_measure(toml, table, *measure);
  for (const TomlTable& one : toml.tables("chart"))
    table.charts.push_back(load_chart(one, table, collection.codes));
  table.summary = toml.texts("summary");
  for (const std::string& column : table.summary) {
    if (table.find(column) == nullptr) {
      refuse("CND-1305", "The summary names a column that the table does not have.", toml, "summary", column);
    }
  }
  if (const auto where = toml.table_if("summary_where")) {
    table.summary_where = load_where(*where, table, collection.codes);
  }
  table.footnotes = toml.text_or("footnotes", "");
  return table;
}

std::vector<SeriesBreak> load_series_breaks(const TomlTable& toml) {
  std::vector<SeriesBreak> breaks;
  for (const TomlTable& one : toml.tables("series_break")) {
    const std::string day = one.text("from");
    const auto from = base::Date::parse_iso(day);
    if (!from) refuse("CND-1313", "A series breaks on a day such as 2025-09-30.", one, "from", day);
    breaks.push_back({*from, words(one, "what")});
  }
  std::stable_sort(breaks.begin(), breaks.end(),
                   [](const SeriesBreak& a, const SeriesBreak& b) { return a.from < b.from; });
  return breaks;
}

}  // namespace

ReleaseSpec load_release(Folder& folder, const Collection& collection) {
  const TomlTable toml = TomlTable::parse(folder.text("release.toml"), folder.path_of("release.toml"));
  ReleaseSpec release;
  release.title = words(toml, "title");
  release.label =
      one_of<std::string>(toml, "label",
                          {{"accredited official statistics", "accredited official statistics"},
                           {"official statistics", "official statistics"},
                           {"official statistics in development", "official statistics in development"},
                           {"management information", "management information"}});
  release.contact = words(toml, "contact");
  release.lead_statistician = words(toml, "lead_statistician");
  for (const TomlTable& one : toml.tables("table")) {
    release.tables.push_back(load_release_table(one, collection));
    for (std::size_t i = 0; i + 1 < release.tables.size(); ++i) {
      if (release.tables[i].name == release.tables.back().name) {
        refuse("CND-1304", "Two tables of a release have one name.", one, "name", release.tables[i].name);
      }
    }
  }
  if (release.tables.empty()) refuse("CND-1313", "A release has at least one table.", toml, "table");
  load_headline(toml.table("headline"), release, collection.codes);
  release.series_breaks = load_series_breaks(toml);
  toml.finish();
  return release;
}

}  // namespace candour::collection
