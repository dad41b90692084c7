// A table: its key, its persons, its row checks.
#include <algorithm>
#include <set>
#include <utility>

#include "candour/collection/declaration.h"
#include "candour/collection/field_parse.h"

namespace candour::collection {
namespace {

using base::TomlTable;

constexpr std::size_t kChecksMost = 256;

std::size_t find_field(const TomlTable& table, std::string_view key, const std::string& name,
                       const Table& of) {
  const auto found = of.find(name);
  if (!found) refuse("CND-1305", "A table names a field that it does not have.", table, key, name);
  return *found;
}

void load_key(const TomlTable& table, Table& loaded) {
  for (const std::string& name : table.texts("key")) {
    const std::size_t field = find_field(table, "key", name, loaded);
    const bool twice = std::find(loaded.key.begin(), loaded.key.end(), field) != loaded.key.end();
    if (twice || loaded.fields[field].required.when != Required::When::kAlways) {
      refuse("CND-1317", "A key names a field twice, or one that a row need not have.", table, "key", name);
    }
    loaded.key.push_back(field);
  }
  if (loaded.key.empty()) refuse("CND-1317", "A key has at least one field.", table, "key");
}

void load_identity(const TomlTable& table, bool of_people, Table& loaded) {
  if (!of_people) {
    for (const Field& field : loaded.fields) {
      if (field.identifies) {
        refuse("CND-1317", "A collection of aggregates has a field that identifies a person.", table, "name",
               field.name);
      }
    }
    return;
  }
  loaded.person = find_field(table, "person", table.text("person"), loaded);
  if (loaded.fields[*loaded.person].type != FieldType::kNhsNumber) {
    refuse("CND-1317", "The field by which a person's records are found is an NHS number.", table, "person");
  }
  if (!table.has("pathway")) return;
  loaded.pathway = find_field(table, "pathway", table.text("pathway"), loaded);
  if (loaded.fields[*loaded.pathway].type != FieldType::kText) {
    refuse("CND-1317", "The field that tells pathways apart is a text.", table, "pathway");
  }
}

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// The words of an expression in lower case, outside texts in single quotes. Those of comments are among them:
// a name too many in a report does no harm, one too few hides what a check is about.
std::set<std::string, std::less<>> words_of(std::string_view sql) {
  std::set<std::string, std::less<>> found;
  std::string word;
  bool quoted = false;
  for (const char c : sql) {
    if (!quoted && is_word(c)) {
      word += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
      continue;
    }
    found.insert(std::exchange(word, {}));
    if (c == '\'') quoted = !quoted;
  }
  found.insert(word);
  return found;
}

RowCheck load_check(const TomlTable& table, const Table& of) {
  RowCheck check;
  check.name = kebab_name(table, "name");
  check.level = one_of<Level>(table, "level", {{"error", Level::kError}, {"warning", Level::kWarning}});
  check.sql = words(table, "sql");
  check.message = words(table, "message");
  check.remedy = words(table, "remedy");
  const std::vector<std::size_t> visible = of.check_fields();
  const auto used = words_of(check.sql);
  for (std::size_t i = 0; i < of.fields.size(); ++i) {
    if (!used.contains(of.fields[i].name)) continue;
    if (std::find(visible.begin(), visible.end(), i) == visible.end()) {
      refuse("CND-1309", "A row check reads an NHS number or a text that identifies, which never enter SQL.",
             table, "sql", of.fields[i].name);
    }
    check.fields.push_back(i);
  }
  return check;
}

void load_checks(const TomlTable& table, Table& loaded) {
  const std::vector<TomlTable> declared = table.tables("check");
  if (declared.size() > kChecksMost) {
    refuse("CND-1314", "A table has too many row checks.", table, "check");
  }
  std::vector<std::string> texts;
  std::vector<base::Label> places;
  for (const TomlTable& one : declared) {
    RowCheck check = load_check(one, loaded);
    const bool twice = std::any_of(loaded.checks.begin(), loaded.checks.end(),
                                   [&](const RowCheck& other) { return other.name == check.name; });
    if (twice || is_rule_of_types(check.name)) {
      refuse("CND-1304", "A row check has the name of another rule.", one, "name", check.name);
    }
    texts.push_back(check.sql);
    places.emplace_back("collection.toml, check " + check.name);
    loaded.checks.push_back(std::move(check));
  }
  loaded.expressions = sql::check_expressions(texts, loaded.check_schema(), places);
}

}  // namespace

Table load_table(const TomlTable& table, bool of_people, const CodeLists& codes,
                 const References& references) {
  Table loaded;
  loaded.name = snake_name(table, "name");
  loaded.title = words(table, "title");
  loaded.period = one_of<PeriodKind>(
      table, "period",
      {{"day", PeriodKind::kDay}, {"month", PeriodKind::kMonth}, {"quarter", PeriodKind::kQuarter}});
  loaded.reject_above = table.number_or("reject_above", loaded.reject_above);
  if (!(loaded.reject_above >= 0 && loaded.reject_above <= 1)) {
    refuse("CND-1318", "reject_above is a share from 0 to 1.", table, "reject_above");
  }
  (void)table.flag_or("sensitive", false);  // its form; sensitive.h reads it
  loaded.fields = load_fields(table, codes, references);
  load_key(table, loaded);
  load_identity(table, of_people, loaded);
  load_checks(table, loaded);
  return loaded;
}

}  // namespace candour::collection
