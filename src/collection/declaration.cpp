#include "candour/collection/declaration.h"

#include <algorithm>

namespace candour::collection {
namespace {

bool is_name(std::string_view name, char joint) {
  const auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto allowed = [&](char c) { return lower(c) || (c >= '0' && c <= '9') || c == joint; };
  return !name.empty() && name.size() <= 63 && lower(name.front()) &&
         std::all_of(name.begin(), name.end(), allowed);
}

}  // namespace

void refuse(base::ErrorCode code, base::Literal message, const base::TomlTable& table, std::string_view key,
            std::string_view value) {
  base::Error error = base::Error(code, message)
                          .with("path", table.path())
                          .with("line", table.line_of(key))
                          .with("key", base::Label(key));
  if (value.empty()) throw error;
  throw std::move(error).with("value", base::Label(value));
}

std::string snake_name(const base::TomlTable& table, std::string_view key) {
  std::string name = table.text(key);
  if (!is_name(name, '_')) {
    refuse("CND-1304", "A name must be of lower-case letters, digits and _, beginning with a letter.", table,
           key, name);
  }
  return name;
}

std::string kebab_name(const base::TomlTable& table, std::string_view key) {
  std::string name = table.text(key);
  if (!is_name(name, '-')) {
    refuse("CND-1304", "A name must be of lower-case letters, digits and -, beginning with a letter.", table,
           key, name);
  }
  return name;
}

std::string words(const base::TomlTable& table, std::string_view key) {
  std::string text = table.text(key);
  if (text.find_first_not_of(" \t\n") == std::string::npos) {
    refuse("CND-1303", "A key must have a text with something in it.", table, key);
  }
  return text;
}

std::map<std::string, std::string> text_map(const base::TomlTable& table) {
  std::map<std::string, std::string> map;
  for (const std::string& key : table.keys()) map[key] = table.text(key);
  return map;
}

}  // namespace candour::collection
