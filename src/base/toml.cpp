#include "candour/base/toml.h"

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include <algorithm>
#include <map>
#include <set>

#include "candour/base/error.h"

namespace candour::base {

// The tables handed out are kept beside their parent, one for each table of the document, so that what was
// asked of any copy counts, and finish() reaches them all.
struct TomlTable::Node {
  std::shared_ptr<const toml::table> document;
  const toml::table* table = nullptr;
  std::filesystem::path path;
  std::int64_t line = 1;
  std::set<std::string, std::less<>> asked;
  std::map<const toml::table*, std::shared_ptr<Node>> children;

  [[noreturn]] void refuse_missing(std::string_view key) const {
    throw Error("CND-1010", "A key that must be there is missing.")
        .with("path", path)
        .with("line", line)
        .with("key", Label(key));
  }
  [[nodiscard]] std::int64_t line_of(std::string_view key) const {
    const auto found = table->find(key);
    return found == table->end() ? line : std::int64_t{found->first.source().begin.line};
  }
  [[noreturn]] void refuse_type(std::string_view key, Error&& error) const {
    throw std::move(error).with("path", path).with("line", line_of(key)).with("key", Label(key));
  }
  const toml::node* ask(std::string_view key) {
    asked.emplace(key);
    return table->get(key);
  }
  const toml::node& need(std::string_view key) {
    const toml::node* found = ask(key);
    if (found == nullptr) refuse_missing(key);
    return *found;
  }
  std::shared_ptr<Node> child(std::string_view key, const toml::table& inner) {
    std::shared_ptr<Node>& kept = children[&inner];
    if (!kept) {
      kept = std::make_shared<Node>();
      kept->document = document;
      kept->table = &inner;
      kept->path = path;
      const std::int64_t own_line = inner.source().begin.line;
      kept->line = own_line > 0 ? own_line : line_of(key);
    }
    return kept;
  }
  // The table's own keys in the order of the file; toml++ keeps them sorted by name.
  [[nodiscard]] std::vector<std::string> keys_in_order() const {
    std::vector<std::pair<toml::source_position, std::string>> found;
    for (const auto& [key, value] : *table) found.emplace_back(key.source().begin, std::string(key.str()));
    std::stable_sort(found.begin(), found.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<std::string> keys;
    for (auto& [position, key] : found) keys.push_back(std::move(key));
    return keys;
  }
};

namespace {

Error wrong_type_text() { return {"CND-1010", "The value of a key must be a text in quotes."}; }
Error wrong_type_integer() { return {"CND-1010", "The value of a key must be a whole number."}; }
Error wrong_type_number() { return {"CND-1010", "The value of a key must be a number."}; }
Error wrong_type_flag() { return {"CND-1010", "The value of a key must be true or false."}; }
Error wrong_type_texts() { return {"CND-1010", "The value of a key must be a list of texts in quotes."}; }
Error wrong_type_integers() { return {"CND-1010", "The value of a key must be a list of whole numbers."}; }
Error wrong_type_table() { return {"CND-1010", "The value of a key must be a table."}; }
Error wrong_type_tables() { return {"CND-1010", "The value of a key must be a list of tables, [[key]]."}; }

// The elements of a list if each of them has the type T; nothing otherwise.
template <typename T>
std::optional<std::vector<T>> elements(const toml::node& node) {
  const toml::array* array = node.as_array();
  if (array == nullptr) return std::nullopt;
  std::vector<T> found;
  for (const toml::node& element : *array) {
    const auto* value = element.as<T>();
    if (value == nullptr) return std::nullopt;
    found.push_back(value->get());
  }
  return found;
}

}  // namespace

TomlTable TomlTable::parse(std::string_view text, const std::filesystem::path& path) {
  toml::parse_result result = toml::parse(text, std::string_view{});
  if (!result) {
    const auto& place = result.error().source().begin;
    throw Error("CND-1009", "The file is not TOML.")
        .with("path", path)
        .with("line", place.line)
        .with("column", place.column);
  }
  auto node = std::make_shared<Node>();
  node->document = std::make_shared<const toml::table>(std::move(result).table());
  node->table = node->document.get();
  node->path = path;
  return TomlTable(std::move(node));
}

bool TomlTable::has(std::string_view key) const { return node_->table->contains(key); }

std::string TomlTable::text(std::string_view key) const {
  const auto* value = node_->need(key).as_string();
  if (value == nullptr) node_->refuse_type(key, wrong_type_text());
  return value->get();
}

std::string TomlTable::text_or(std::string_view key, std::string_view fallback) const {
  return node_->ask(key) == nullptr ? std::string(fallback) : text(key);
}

std::int64_t TomlTable::integer(std::string_view key) const {
  const auto* value = node_->need(key).as_integer();
  if (value == nullptr) node_->refuse_type(key, wrong_type_integer());
  return value->get();
}

std::int64_t TomlTable::integer_or(std::string_view key, std::int64_t fallback) const {
  return node_->ask(key) == nullptr ? fallback : integer(key);
}

double TomlTable::number_or(std::string_view key, double fallback) const {
  const toml::node* node = node_->ask(key);
  if (node == nullptr) return fallback;
  if (const auto* whole = node->as_integer()) return static_cast<double>(whole->get());
  const auto* real = node->as_floating_point();
  if (real == nullptr) node_->refuse_type(key, wrong_type_number());
  return real->get();
}

bool TomlTable::flag_or(std::string_view key, bool fallback) const {
  const toml::node* node = node_->ask(key);
  if (node == nullptr) return fallback;
  const auto* value = node->as_boolean();
  if (value == nullptr) node_->refuse_type(key, wrong_type_flag());
  return value->get();
}

std::vector<std::string> TomlTable::texts(std::string_view key) const {
  auto found = elements<std::string>(node_->need(key));
  if (!found) node_->refuse_type(key, wrong_type_texts());
  return *std::move(found);
}

std::vector<std::string> TomlTable::texts_or_none(std::string_view key) const {
  return node_->ask(key) == nullptr ? std::vector<std::string>{} : texts(key);
}

std::vector<std::int64_t> TomlTable::integers(std::string_view key) const {
  auto found = elements<std::int64_t>(node_->need(key));
  if (!found) node_->refuse_type(key, wrong_type_integers());
  return *std::move(found);
}

TomlTable TomlTable::table(std::string_view key) const {
  const toml::table* inner = node_->need(key).as_table();
  if (inner == nullptr) node_->refuse_type(key, wrong_type_table());
  return TomlTable(node_->child(key, *inner));
}

std::optional<TomlTable> TomlTable::table_if(std::string_view key) const {
  if (node_->ask(key) == nullptr) return std::nullopt;
  return table(key);
}

std::vector<TomlTable> TomlTable::tables(std::string_view key) const {
  std::vector<TomlTable> found;
  const toml::node* node = node_->ask(key);
  if (node == nullptr) return found;
  const toml::array* array = node->as_array();
  if (array == nullptr) node_->refuse_type(key, wrong_type_tables());
  for (const toml::node& element : *array) {
    const toml::table* inner = element.as_table();
    if (inner == nullptr) node_->refuse_type(key, wrong_type_tables());
    found.push_back(TomlTable(node_->child(key, *inner)));
  }
  return found;
}

bool TomlTable::is_text(std::string_view key) const {
  const toml::node* node = node_->table->get(key);
  return node != nullptr && node->is_string();
}

bool TomlTable::is_table(std::string_view key) const {
  const toml::node* node = node_->table->get(key);
  return node != nullptr && node->is_table();
}

std::vector<std::string> TomlTable::keys() const { return node_->keys_in_order(); }
std::int64_t TomlTable::line() const { return node_->line; }
std::int64_t TomlTable::line_of(std::string_view key) const { return node_->line_of(key); }
const std::filesystem::path& TomlTable::path() const { return node_->path; }

void TomlTable::finish() const {
  for (const std::string& key : node_->keys_in_order()) {
    if (node_->asked.contains(key)) continue;
    throw Error("CND-1010", "A key is unknown here; it may be misspelt.")
        .with("path", node_->path)
        .with("line", node_->line_of(key))
        .with("key", Label(key));
  }
  for (const auto& [table, child] : node_->children) TomlTable(child).finish();
}

}  // namespace candour::base
