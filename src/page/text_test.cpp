#include "candour/page/text.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cmath>
#include <limits>

namespace candour::page {
namespace {

TEST_CASE("Numbers are grouped in threes") {
  CHECK(grouped(0) == "0");
  CHECK(grouped(999) == "999");
  CHECK(grouped(1000) == "1,000");
  CHECK(grouped(1276491) == "1,276,491");
  CHECK(grouped(-3) == "-3");
  CHECK(grouped(-1000) == "-1,000");
  CHECK(grouped(std::numeric_limits<std::int64_t>::min()) == "-9,223,372,036,854,775,808");
}

TEST_CASE("A decimal is rounded half away from zero on its digits") {
  struct Case {
    const char* decimal;
    int places;
    const char* expected;
  };
  const Case cases[] = {
      {"10.8666", 1, "10.9"},
      {"10.85", 1, "10.9"},
      {"10.849999999999999", 1, "10.8"},
      {"0.15", 1, "0.2"},
      {"-0.15", 1, "-0.2"},
      {"-0.04", 1, "0.0"},
      {"2.5", 0, "3"},
      {"-2.5", 0, "-3"},
      {"999999.95", 1, "1,000,000.0"},
      {"7", 2, "7.00"},
      {"1276491", 0, "1,276,491"},
      {"007.5", 1, "7.5"},
      {"9.999", 2, "10.00"},
      {"123456789012345678901234567890.5", 0, "123,456,789,012,345,678,901,234,567,891"},
  };
  for (const Case& one : cases) {
    CAPTURE(one.decimal);
    CHECK(rounded(one.decimal, one.places) == one.expected);
  }
}

TEST_CASE("What is not a plain decimal number is given back as it is") {
  for (const char* text : {"", "-", "x", "1e5", "1.", ".5", "1,000", "+3", " 1", "--1", "NaN"}) {
    CAPTURE(text);
    CHECK(rounded(text, 1) == text);
  }
}

TEST_CASE("A double is rounded on the decimal that people read, not on its binary fraction") {
  CHECK(rounded(0.15, 1) == "0.2");
  CHECK(rounded(2.675, 2) == "2.68");
  CHECK(rounded(1e22, 0) == "10,000,000,000,000,000,000,000");
  CHECK(rounded(5e-7, 3) == "0.000");
  CHECK(rounded(std::numeric_limits<double>::max(), 0).size() == 309 + 102);
  CHECK(rounded(std::nan(""), 1) == "–");
  CHECK(rounded(std::numeric_limits<double>::infinity(), 1) == "–");
}

TEST_CASE("A share is computed in integers") {
  CHECK(percent(658, 1000, 1) == "65.8");
  CHECK(percent(1, 3, 1) == "33.3");
  CHECK(percent(2, 3, 0) == "67");
  CHECK(percent(1, 2000, 1) == "0.1");     // 0.05 exactly
  CHECK(percent(49, 100000, 1) == "0.0");  // 0.049
  CHECK(percent(0, 7, 2) == "0.00");
  CHECK(percent(7, 7, 1) == "100.0");
  CHECK(percent(3, 2, 0) == "150");
  CHECK(percent(5, 0, 1) == "–");
  const std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  CHECK(percent(most, most, 6) == "100.000000");
}

TEST_CASE("Rounding to the places that there are changes nothing but the grouping") {
  CHECK(rc::check([](std::int64_t whole, std::uint16_t thousandths) {
    if (whole == 0) return true;
    std::string fraction = std::to_string(1000 + thousandths % 1000).substr(1);
    return rounded(std::to_string(whole) + "." + fraction, 3) == grouped(whole) + "." + fraction;
  }));
}

TEST_CASE("A rounded decimal is never further from it than half a unit of its last place") {
  CHECK(rc::check([](std::uint32_t hundredths) {
    const std::string text =
        rounded(std::to_string(hundredths / 100) + "." + std::to_string(100 + hundredths % 100).substr(1), 1);
    std::string plain;
    for (const char c : text) {
      if (c != ',' && c != '.') plain += c;
    }
    const std::int64_t difference = std::stoll(plain) * 10 - static_cast<std::int64_t>(hundredths);
    return difference > -5 && difference <= 5;
  }));
}

}  // namespace
}  // namespace candour::page
