#include "candour/base/error.h"

#include <cstdio>
#include <cstdlib>

#include "candour/base/catalogue.h"
#include "candour/base/printable.h"

namespace candour::base {
namespace {

// Names from files may hold anything; an escape sequence among them must not reach the terminal.
std::string place_of(const Error::Field& field) {
  // The file itself needs no word before it: "list.csv, line 12, column NHS NUMBER".
  if (const auto* path = std::get_if<std::filesystem::path>(&field.value)) {
    const std::string shown = printable(path->string());
    return field.name == "path" ? shown : std::string(field.name) + " " + shown;
  }
  if (const auto* number = std::get_if<std::int64_t>(&field.value)) {
    return std::string(field.name) + " " + std::to_string(*number);
  }
  return std::string(field.name) + " " + printable(std::get<std::string>(field.value));
}

}  // namespace

std::string describe(const Error& error) {
  std::string text = std::string(error.code().view()) + ": " + std::string(error.message());
  std::string separator = "\n  ";
  for (const Error::Field& field : error.fields()) {
    text += separator + place_of(field);
    separator = ", ";
  }
  text += "\n  ";
  if (const CataloguePage* page = find_page(error.code().view())) text += std::string(page->remedy) + "  ";
  return text + "candour explain " + std::string(error.code().view());
}

void fail_check(std::string_view condition, std::string_view file, int line) {
  std::fprintf(stderr, "candour is wrong about itself and stops: %.*s (%.*s:%d)\n",
               static_cast<int>(condition.size()), condition.data(), static_cast<int>(file.size()),
               file.data(), line);
  std::abort();
}

}  // namespace candour::base
