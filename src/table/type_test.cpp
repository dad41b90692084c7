#include "candour/table/type.h"

#include <doctest/doctest.h>

using namespace candour::table;

TEST_CASE("each type has the word that declarations use, and the word gives the type") {
  const std::pair<Type, std::string_view> words[] = {{Type::kBoolean, "boolean"},
                                                     {Type::kInteger, "integer"},
                                                     {Type::kReal, "real"},
                                                     {Type::kText, "text"},
                                                     {Type::kDate, "date"}};
  for (const auto& [type, word] : words) {
    CHECK(type_name(type) == word);
    CHECK(parse_type(word) == type);
  }
}

TEST_CASE("no other word is a type") {
  for (const char* word : {"", "Text", "text ", "bigint", "dates", "tex"}) {
    CAPTURE(word);
    CHECK(!parse_type(word));
  }
}
