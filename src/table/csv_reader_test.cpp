#include "candour/table/csv_reader.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>
#include <sys/resource.h>

#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "candour/base/json.h"
#include "candour/table/csv_testing.h"
#include "candour/testing/shared.h"

using namespace candour;
using namespace candour::table;
using namespace candour::table::testing;
using namespace std::string_view_literals;

namespace {

std::vector<Record> read(std::string_view text, CsvLimits limits = {}) {
  base::MemorySource source(text);
  return read_all(source, {}, limits);
}

Record good(std::uint64_t line, std::vector<Field> fields) {
  return {line, CsvFault::kNone, std::move(fields)};
}

const Field kNothing;

std::string load(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("records are what RFC 4180 says") {
  struct Case {
    const char* what;
    std::string_view text;
    std::vector<Record> records;
  };
  const Case cases[] = {
      {"an empty file has no record", "", {}},
      {"a file of a byte-order mark alone has no record", "\xEF\xBB\xBF", {}},
      {"a byte-order mark is no part of the first field",
       "\xEF\xBB\xBF"
       "a,b\n",
       {good(1, {"a", "b"})}},
      {"a byte-order mark may stand before a quote", "\xEF\xBB\xBF\"a,\"\n", {good(1, {"a,"})}},
      {"a later byte-order mark is data",
       "a\n\xEF\xBB\xBF"
       "b",
       {good(1, {"a"}), good(2, {"\xEF\xBB\xBF"
                                 "b"})}},
      {"part of a byte-order mark is data", "\xEF\xBB", {good(1, {"\xEF\xBB"})}},
      {"the last record may lack its line end", "a,b\nc,d", {good(1, {"a", "b"}), good(2, {"c", "d"})}},
      {"a line end at the end makes no record", "a\n", {good(1, {"a"})}},
      {"LF and CRLF may be mixed", "a\r\nb\nc\r\n", {good(1, {"a"}), good(2, {"b"}), good(3, {"c"})}},
      {"an empty line is one empty field",
       "a\n\n\r\nb\n",
       {good(1, {"a"}), good(2, {kNothing}), good(3, {kNothing}), good(4, {"b"})}},
      {"empty fields count",
       ",\n,,",
       {good(1, {kNothing, kNothing}), good(2, {kNothing, kNothing, kNothing})}},
      {"an empty text is not nothing", "\"\",,\"\"\n", {good(1, {"", kNothing, ""})}},
      {"an empty text can be all there is", "\"\"", {good(1, {""})}},
      {"spaces are data", " a , b ", {good(1, {" a ", " b "})}},
      {"doubled quotes are one",
       R"("a""b","""","x"""
)",
       {good(1, {"a\"b", "\"", "x\""})}},
      {"quotes hold delimiters and line ends",
       "\"a,b\nc\r\nd\re\",f\ng\n",
       {good(1, {"a,b\nc\r\nd\re", "f"}), good(4, {"g"})}},
      {"a quoted field may end the line with CRLF", "\"a\"\r\n\"b\"\r\n", {good(1, {"a"}), good(2, {"b"})}},
      {"bytes over 7F are data", "\xE9\xFF,\x80", {good(1, {"\xE9\xFF", "\x80"})}},
  };
  for (const Case& example : cases) {
    CAPTURE(example.what);
    CHECK(read(example.text) == example.records);
  }
}

TEST_CASE("what breaks the format is the fault of one record, and the next line is read") {
  using enum CsvFault;
  struct Case {
    const char* what;
    std::string_view text;
    std::vector<Record> records;
  };
  const Case cases[] = {
      {"a quote in a bare field", "a,b\"c\",d\ne\n", {{1, kQuoteInBareField, {"a"}}, good(2, {"e"})}},
      {"a quote behind a space", "a, \"b\"\ne\n", {{1, kQuoteInBareField, {"a"}}, good(2, {"e"})}},
      {"text behind a closing quote",
       "a,\"b\"c,d\ne\n",
       {{1, kTextAfterClosingQuote, {"a"}}, good(2, {"e"})}},
      {"a space behind a closing quote", "\"b\" ,d\ne", {{1, kTextAfterClosingQuote, {}}, good(2, {"e"})}},
      {"text behind quotes at the end of the file", "\"b\"c", {{1, kTextAfterClosingQuote, {}}}},
      {"quotes that do not close", "a\nb,\"c", {good(1, {"a"}), {2, kUnclosedQuote, {"b"}}}},
      {"a quote as the last byte", "a\n\"", {good(1, {"a"}), {2, kUnclosedQuote, {}}}},
      {"a stray quote costs its own line only",
       "a,\"b\nc,d\ne,f\n",
       {{1, kUnclosedQuote, {"a"}}, good(2, {"c", "d"}), good(3, {"e", "f"})}},
      {"a stray quote that meets a later one costs its own line only",
       "1,\"b\n2,x\n3,\"y\",z\n4\n",
       {{1, kTextAfterClosingQuote, {"1"}}, good(2, {"2", "x"}), good(3, {"3", "y", "z"}), good(4, {"4"})}},
      {"the quotes that opened last are the ones at fault",
       "1,\"b\nc\",\"d\n5,6\n",
       {{2, kUnclosedQuote, {"1", "b\nc"}}, good(3, {"5", "6"})}},
      {"a fault outside quotes leaves the lines before it in its record",
       "1,\"b\nc\",d\"\n5\n",
       {{1, kQuoteInBareField, {"1", "b\nc"}}, good(3, {"5"})}},
      {"doubled quotes before the fault are one",
       "\"a\"\"b\",c\"\n5\n",
       {{1, kQuoteInBareField, {"a\"b"}}, good(2, {"5"})}},
      {"NUL in a bare field", "a,b\0c\nd\n"sv, {{1, kNul, {"a"}}, good(2, {"d"})}},
      {"NUL inside quotes", "\"b\0c\"\nd\n"sv, {{1, kNul, {}}, good(2, {"d"})}},
      {"NUL behind a closing quote", "\"b\"\0\nd\n"sv, {{1, kNul, {}}, good(2, {"d"})}},
      {"NUL inside quotes on a later line",
       "\"a\nb\0\"\nd\n"sv,
       {{1, kNul, {}}, {2, kNul, {}}, good(3, {"d"})}},
      {"a lone CR in a line", "a\rb\nc\n", {{1, kLoneCarriageReturn, {}}, good(2, {"c"})}},
      {"a lone CR before CRLF", "x,a\r\r\nc\n", {{1, kLoneCarriageReturn, {"x"}}, good(2, {"c"})}},
      {"a lone CR at the end of the file", "a\r", {{1, kLoneCarriageReturn, {}}}},
      {"a lone CR behind a closing quote", "\"a\"\r,b\nc", {{1, kLoneCarriageReturn, {}}, good(2, {"c"})}},
      {"a file with the line ends of old Macs", "a\rb\rc\r", {{1, kLoneCarriageReturn, {}}}},
      {"the first fault is the one that is told",
       "a\"\0\r\nb"sv,
       {{1, kQuoteInBareField, {}}, good(2, {"b"})}},
  };
  for (const Case& example : cases) {
    CAPTURE(example.what);
    CHECK(read(example.text) == example.records);
  }
}

TEST_CASE("a record is as long as its bytes without the line end, and the limit is exact") {
  using enum CsvFault;
  const CsvLimits limits{.record_bytes = 5, .fields = 9};
  struct Case {
    std::string_view text;
    std::vector<Record> records;
  };
  const Case cases[] = {
      {"ab,cd\nx", {good(1, {"ab", "cd"}), good(2, {"x"})}},
      {"ab,cd\r\nx", {good(1, {"ab", "cd"}), good(2, {"x"})}},
      {"ab,cd", {good(1, {"ab", "cd"})}},
      {"ab,cde\nx", {{1, kRecordTooLong, {"ab"}}, good(2, {"x"})}},
      {"ab,cde", {{1, kRecordTooLong, {"ab"}}}},
      {"abcdef,g\r\nx", {{1, kRecordTooLong, {}}, good(2, {"x"})}},
      {"\"abc\"\nx", {good(1, {"abc"}), good(2, {"x"})}},
      {"\"abcd\"\nx", {{1, kRecordTooLong, {}}, good(2, {"x"})}},
      {"\"abcd\"e\nx", {{1, kRecordTooLong, {}}, good(2, {"x"})}},
      {"\"abc\"e\nx", {{1, kTextAfterClosingQuote, {}}, good(2, {"x"})}},
      {"\"ab\"e\nx", {{1, kTextAfterClosingQuote, {}}, good(2, {"x"})}},
      {"\"a\nbcdefg\nx", {{1, kRecordTooLong, {}}, {2, kRecordTooLong, {}}, good(3, {"x"})}},
      {"a,\"bcdefgh\ni\"\nx", {{1, kRecordTooLong, {"a"}}, {2, kQuoteInBareField, {}}, good(3, {"x"})}},
  };
  for (const Case& example : cases) {
    CAPTURE(example.text);
    CHECK(read(example.text, limits) == example.records);
  }
}

TEST_CASE("one field more than the limit is a fault, and no more of them are kept") {
  using enum CsvFault;
  const CsvLimits limits{.record_bytes = 100, .fields = 2};
  CHECK(read("a,b\nc,d,e\nf", limits) ==
        std::vector<Record>{good(1, {"a", "b"}), {2, kTooManyFields, {"c", "d"}}, good(3, {"f"})});
  CHECK(read("a,b,", limits) == std::vector<Record>{{1, kTooManyFields, {"a", "b"}}});
  CHECK(read("a,b,\"c\nd\"\ne", limits) ==
        std::vector<Record>{{1, kTooManyFields, {"a", "b"}}, good(3, {"e"})});
}

TEST_CASE("a million columns are refused") {
  const std::string wide = std::string(1000000, ',') + "\nnext\n";
  const auto records = read(wide);
  REQUIRE(records.size() == 2);
  CHECK(records[0].fault == CsvFault::kTooManyFields);
  CHECK(records[0].fields.size() == CsvLimits().fields);
  CHECK(records[1] == good(2, {"next"}));
}

TEST_CASE("another delimiter makes the comma data") {
  base::MemorySource source("a;b,c;\"d;e\"\n"sv);
  CHECK(read_all(source, {.delimiter = ';'}) == std::vector<Record>{good(1, {"a", "b,c", "d;e"})});
}

TEST_CASE("the reader tells of byte-order marks before the first record") {
  struct Case {
    std::string_view text;
    bool bom;
    bool utf16;
  };
  for (const Case& example :
       {Case{"\xEF\xBB\xBF"
             "a",
             true, false},
        Case{"a,b", false, false}, Case{"", false, false},
        Case{"\xFF\xFE"
             "a\0"sv,
             false, true},
        Case{"\xFE\xFF\0a"sv, false, true}, Case{"\xFF\xFE", false, true}, Case{"\xFF", false, false}}) {
    PiecesSource source(example.text, {1});
    const CsvReader reader(source);
    CHECK(reader.had_bom() == example.bom);
    CHECK(reader.looks_like_utf16() == example.utf16);
  }
}

TEST_CASE("the bytes read are counted to the end of the record") {
  base::MemorySource source(
      "\xEF\xBB\xBF"
      "a,b\r\ncd\"e\nfg"sv);
  CsvReader reader(source);
  CsvRecord record;
  CHECK(reader.bytes_read() == 3);
  REQUIRE(reader.next(record));
  CHECK(reader.bytes_read() == 8);
  REQUIRE(reader.next(record));
  REQUIRE(reader.next(record));
  CHECK(reader.bytes_read() == 15);
  CHECK(!reader.next(record));
  CHECK(record.fields.empty());
  CHECK(!reader.next(record));
  CHECK(reader.bytes_read() == 15);
}

TEST_CASE("every fault has a word") {
  CHECK(fault_name(CsvFault::kNone) == "none");
  CHECK(fault_name(CsvFault::kUnclosedQuote) == "unclosed-quote");
  CHECK(fault_name(CsvFault::kTooManyFields) == "too-many-fields");
}

TEST_CASE("the same bytes give the same records, however the source cuts them") {
  CHECK(rc::check("pieces do not matter", [] {
    const auto text = *rc::gen::container<std::string>(
        rc::gen::element('a', 'b', ',', '"', '"', '\n', '\r', '\0', '\xEF', ' '));
    const auto sizes =
        *rc::gen::nonEmpty(rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(1, 9)));
    const CsvLimits limits{.record_bytes = *rc::gen::inRange<std::size_t>(0, 40),
                           .fields = *rc::gen::inRange<std::size_t>(1, 6)};
    PiecesSource pieces(text, sizes);
    return read_all(pieces, {}, limits) == read(text, limits);
  }));
}

TEST_CASE("records of every length cross the ends of the buffer unharmed") {
  std::string text;
  std::vector<Record> expected;
  std::uint64_t line = 1;
  for (std::size_t size = 1; size < 700000; size = size * 3 / 2 + 1) {
    for (int copy = 0; copy < 3; ++copy) {
      const std::string bare(size, static_cast<char>('a' + copy));
      text += bare + ",\"" + bare + "\"\"\n\",x\r\n";
      expected.push_back(good(line, {bare, bare + "\"\n", "x"}));
      line += 2;
    }
  }
  const CsvLimits limits{.record_bytes = 2000000};
  CHECK(read(text, limits) == expected);
  PiecesSource pieces(text, {1, 100000, 17, 65536});
  CHECK(read_all(pieces, {}, limits) == expected);
}

namespace {

// One line of a gigabyte that exists nowhere, between two short ones.
class LongLine final : public base::ByteSource {
 public:
  explicit LongLine(std::string_view opening) : head_(opening) {}
  std::size_t read(std::span<std::uint8_t> out) override {
    if (!head_.empty()) return give(head_, out);
    if (left_ == 0) return give(tail_, out);
    const std::size_t got = std::min(out.size(), left_);
    std::memset(out.data(), 'x', got);
    left_ -= got;
    return got;
  }

 private:
  static std::size_t give(std::string_view& text, std::span<std::uint8_t> out) {
    const std::size_t got = std::min(text.size(), out.size());
    std::copy_n(text.begin(), got, out.begin());
    text.remove_prefix(got);
    return got;
  }
  std::string_view head_;
  std::size_t left_ = std::size_t{1} << 30U;
  std::string_view tail_ = "\nlast\n";
};

long peak_kib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

}  // namespace

TEST_CASE("a line of a gigabyte is one fault and is not held") {
  for (const char* opening : {"first\nlong,", "first\nlong,\"", "first\nlong,\"\""}) {
    const long before = peak_kib();
    LongLine source(opening);
    const auto records = read_all(source);
    CHECK(peak_kib() - before < 64 * 1024);
    REQUIRE(records.size() == 3);
    CHECK(records[0] == good(1, {"first"}));
    CHECK(records[1].line == 2);
    CHECK(records[1].fault != CsvFault::kNone);
    CHECK(records[1].fields == std::vector<Field>{"long"});
    CHECK(records[2] == good(3, {"last"}));
  }
}

namespace {

// The records under a header, as csv-spectrum writes them down: a list of objects of texts.
base::Json as_objects(const std::vector<Record>& records) {
  base::Json::Array rows;
  for (std::size_t row = 1; row < records.size(); ++row) {
    base::Json::Object object;
    for (std::size_t index = 0; index < records[row].fields.size(); ++index) {
      object.emplace_back(records[0].fields.at(index).value_or(""), records[row].fields[index].value_or(""));
    }
    rows.emplace_back(std::move(object));
  }
  return rows;
}

}  // namespace

TEST_CASE("the files of csv-spectrum mean what they say") {
  const auto folder = candour::testing::shared_file("bad-input/csv-spectrum");
  if (!folder) return;
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(*folder / "csvs")) {
    CAPTURE(entry.path());
    const std::string text = load(entry.path());
    const std::string json = load(*folder / "json" / entry.path().filename().replace_extension(".json"));
    CHECK(as_objects(read(text)) == base::parse_json(json));
    ++files;
  }
  CHECK(files == 11);
}
