#include "candour/lake/entry.h"

#include <doctest/doctest.h>

#include <fstream>

#include "candour/lake/history.h"
#include "candour/lake/lake_format.h"
#include "candour/lake/lake_testing.h"

using namespace candour;
using namespace candour::lake;
using namespace candour::lake::testing;

namespace {

const std::filesystem::path kPath = "some.json";

SliceFile file_of_name(std::string_view name, std::uint64_t version = 1) {
  SliceFile file;
  file.submission = identity_of(name);
  file.slice = kSeptember;
  file.revision = 1;
  file.committed_at_unix = 1'764'000'000;
  file.written_at_unix = 1'764'000'000;
  file.tags = {{"instruction", "2025-001"}, {"nil_return", "true"}};
  file.path = "data/" + DataName{version, "0123456789abcdef", 0}.text();
  file.size_bytes = 1059;
  file.sha256 = identity_of("file");
  file.rows = 5;
  return file;
}

Entry submitted(std::uint64_t version, const SliceFile& file, std::optional<std::string> removed = {}) {
  Entry entry;
  entry.version = version;
  entry.reason = Reason::kSubmitted;
  entry.added = file;
  entry.removed = std::move(removed);
  return entry;
}

Entry taken_out(std::uint64_t version, const SliceFile& file) {
  Entry entry;
  entry.version = version;
  entry.removed = file.path;
  entry.taken_out_at_unix = 1'764'500'000;
  return entry;
}

Entry created() {
  Entry entry;
  entry.created = Creation{"1f9e2c7a-0000-0000-0000-000000000000", "rows", columns(), 1'764'000'000};
  return entry;
}

/// The code that the entry of `text` is refused with where `from` is replaced by `to`.
std::string code_with(const Entry& entry, const std::string& from, const std::string& to) {
  std::string text = write_entry(entry);
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  text.replace(at, from.size(), to);
  return code_of([&] { static_cast<void>(parse_entry(text, entry.version, kPath)); });
}

}  // namespace

TEST_CASE("An entry is spelled as the format says") {
  CHECK(
      write_entry(created()) ==
      R"({"commitInfo":{"timestamp":1764000000000,"operation":"CREATE TABLE","operationParameters":{},"engineInfo":"candour"}})"
      "\n"
      R"({"protocol":{"minReaderVersion":1,"minWriterVersion":2}})"
      "\n"
      R"({"metaData":{"id":"1f9e2c7a-0000-0000-0000-000000000000","name":"rows","format":{"provider":"parquet","options":{}},"schemaString":"{\"type\":\"struct\",\"fields\":[{\"name\":\"pathway\",\"type\":\"string\",\"nullable\":true,\"metadata\":{}},{\"name\":\"weeks\",\"type\":\"long\",\"nullable\":true,\"metadata\":{}}]}","partitionColumns":[],"configuration":{"delta.checkpointInterval":"100","delta.deletedFileRetentionDuration":"interval 0 seconds","delta.enableExpiredLogCleanup":"false"},"createdTime":1764000000000}})"
      "\n");
  const std::string identity = base::to_hex(identity_of("a"));
  CHECK(
      write_entry(submitted(2, file_of_name("a", 2), file_of_name("b").path)) ==
      R"({"commitInfo":{"timestamp":1764000000000,"operation":"WRITE","operationParameters":{},"engineInfo":"candour"}})"
      "\n"
      R"({"txn":{"appId":")" +
          identity +
          R"(","version":2}})"
          "\n"
          R"({"remove":{"path":"data/00000000000000000001-0123456789abcdef-0.parquet","deletionTimestamp":1764000000000,"dataChange":true}})"
          "\n"
          R"({"add":{"path":"data/00000000000000000002-0123456789abcdef-0.parquet","partitionValues":{},"size":1059,"modificationTime":1764000000000,"dataChange":true,"stats":"{\"numRecords\":5}","tags":{"candour.committed":"1764000000","candour.period":"2025-09","candour.revision":"1","candour.sha256":")" +
          base::to_hex(identity_of("file")) + R"(","candour.submission":")" + identity +
          R"(","candour.submitter":"R1H","instruction":"2025-001","nil_return":"true"}}})"
          "\n");
}

TEST_CASE("A slice may be of a quarter, whose name has a slash, and of nothing like a path") {
  const auto code_of_period = [](std::string period) {
    Entry entry = submitted(1, file_of_name("a"));
    entry.added->slice.period = std::move(period);
    return code_of([&] {
      check_file(*entry.added);
      CHECK(parse_entry(write_entry(entry), entry.version, kPath) == entry);
    });
  };
  CHECK(code_of_period("2025/26-Q1") == "none");
  for (const char* period : {"", "/2025", "2025//26", "2025/26/Q1", "../x", ".", "a b"}) {
    CAPTURE(period);
    CHECK(code_of_period(period) == "CND-2311");
  }
}

TEST_CASE("An entry that was written is parsed to the same") {
  Entry erased = submitted(3, file_of_name("a", 3), file_of_name("a").path);
  erased.reason = Reason::kErased;
  erased.added->written_at_unix += 60;
  for (const Entry& entry : {created(), submitted(1, file_of_name("a")),
                             submitted(2, file_of_name("b", 2), file_of_name("a").path), erased,
                             taken_out(2, file_of_name("a"))}) {
    CHECK(parse_entry(write_entry(entry), entry.version, kPath) == entry);
  }
}

TEST_CASE("An entry that takes a slice out has one spelling too") {
  const Entry entry = taken_out(2, file_of_name("a"));
  CHECK(
      write_entry(entry) ==
      R"({"commitInfo":{"timestamp":1764500000000,"operation":"DELETE","operationParameters":{},"engineInfo":"candour"}})"
      "\n"
      R"({"remove":{"path":"data/00000000000000000001-0123456789abcdef-0.parquet","deletionTimestamp":1764500000000,"dataChange":true}})"
      "\n");
  CHECK(code_with(entry, "\"deletionTimestamp\":1764500000000", "\"deletionTimestamp\":1764500000001") ==
        "CND-2301");
  CHECK(code_with(entry, "\"deletionTimestamp\":1764500000000", "\"deletionTimestamp\":-1") == "CND-2301");
  CHECK(code_with(entry, "\"timestamp\":1764500000000", "\"timestamp\":1764500001000") == "CND-2301");
  CHECK(code_with(entry, "\"dataChange\":true", "\"dataChange\":false") == "CND-2301");
}

TEST_CASE("An entry that is spelled in any other way is refused") {
  const Entry entry = submitted(2, file_of_name("a", 2), file_of_name("b").path);
  const std::vector<std::pair<std::string, std::string>> changes = {
      {"{\"add\"", "{ \"add\""},
      {"\"size\":1059", "\"size\":1059.0"},
      {"\"size\":1059", "\"size\":-1059"},
      {"\"size\":1059", "\"size\":\"1059\""},
      {"\"size\":1059", "\"size\":1059,\"size\":1059"},
      {"\"size\":1059", "\"size\":1059,\"deletionVector\":{}"},
      {"\"partitionValues\":{}", "\"partitionValues\":{\"a\":\"b\"}"},
      {"\"dataChange\":true", "\"dataChange\":false"},
      {"data/00000000000000000002-", "data/../00000000000000000002-"},
      {"data/00000000000000000002-0123456789abcdef-0.parquet", "/etc/passwd"},
      {"data/00000000000000000002-0123456789abcdef-0", "data/00000000000000000002-0123456789abcdef-00"},
      {"data/00000000000000000002-0123456789abcdef-0", "data%2F00000000000000000002-0123456789abcdef-0"},
      {"data/00000000000000000001-", "../data/00000000000000000001-"},
      {"{\\\"numRecords\\\":5}", "{\\\"numRecords\\\":-5}"},
      {"{\\\"numRecords\\\":5}", "{\\\"numRecords\\\":05}"},
      {"{\\\"numRecords\\\":5}", "{}"},
      {"\"candour.revision\":\"1\"", "\"candour.revision\":1"},
      {"\"candour.revision\":\"1\"", "\"candour.revision\":\"01\""},
      {"\"candour.revision\":\"1\"", "\"candour.revision\":\"4294967296\""},
      {"\"candour.revision\":\"1\",", ""},
      {"\"candour.period\":\"2025-09\"", "\"candour.period\":\"../../x\""},
      {"\"instruction\"", "\"candour.new\""},
      {"\"instruction\":\"2025-001\"", "\"instruction\":{}"},
      {"\"version\":2", "\"version\":3"},
      {"\"txn\"", "\"cdc\""},
      {"\n{\"remove\"", "\n{\"domainMetadata\":{}}\n{\"remove\""},
      {"\n{\"remove\"", "\n\n{\"remove\""},
      {"\n{\"remove\"", "\n[]\n{\"remove\""},
      {"\n{\"txn\"", "\n{\"protocol\":{\"minReaderVersion\":1,\"minWriterVersion\":2}}\n{\"txn\""},
      {"\"engineInfo\":\"candour\"", "\"engineInfo\":\"Apache-Spark\""},
      {"1764000000000", "1764000000001"},
      {"}}}\n", "}}}"},
  };
  for (const auto& [from, to] : changes) {
    CAPTURE(to);
    CHECK(code_with(entry, from, to) == "CND-2301");
  }
  std::string upper = base::to_hex(identity_of("a"));
  for (char& c : upper) c = static_cast<char>(std::toupper(c));
  CHECK(code_with(entry, base::to_hex(identity_of("a")), upper) == "CND-2301");
  CHECK(code_of([&] { static_cast<void>(parse_entry("", 1, kPath)); }) == "CND-2301");
  CHECK(code_of([&] { static_cast<void>(parse_entry(write_entry(created()), 1, kPath)); }) == "CND-2301");
  CHECK(code_of([&] { static_cast<void>(parse_entry(write_entry(entry), 0, kPath)); }) == "CND-2301");
}

TEST_CASE("A refusal names the file and the line") {
  const Entry entry = submitted(2, file_of_name("a", 2), file_of_name("b").path);
  std::string text = write_entry(entry);
  text.replace(text.find("\"deletionTimestamp\""), 19, "\"deletionTimestamq\"");
  try {
    static_cast<void>(parse_entry(text, 2, kPath));
    FAIL("it was parsed");
  } catch (const base::Error& error) {
    REQUIRE(error.fields().size() == 2);
    CHECK(std::get<std::filesystem::path>(error.fields()[0].value) == kPath);
    CHECK(std::get<std::int64_t>(error.fields()[1].value) == 3);
  }
}

TEST_CASE("A newer protocol, and types that no table of Candour has, are refused by their own names") {
  CHECK(code_with(created(), "\"minReaderVersion\":1", "\"minReaderVersion\":3") == "CND-2313");
  CHECK(code_with(created(), "\"minWriterVersion\":2", "\"minWriterVersion\":7") == "CND-2313");
  CHECK(code_with(created(), R"(\"long\")", R"(\"timestamp_ntz\")") == "CND-2303");
  CHECK(code_with(created(), R"(\"long\")", R"(\"decimal(10,2)\")") == "CND-2303");
  CHECK(code_with(created(), "weeks", "pathway") == "CND-2303");
  CHECK(code_with(created(), "\"partitionColumns\":[]", "\"partitionColumns\":[\"weeks\"]") == "CND-2301");
}

TEST_CASE("A log that contradicts itself is refused") {
  State state;
  state.apply(created(), kPath);
  const SliceFile a = file_of_name("a");
  const auto code = [&](const Entry& entry) {
    State copy = state;
    return code_of([&] { copy.apply(entry, kPath); });
  };
  // A file removed where none is held; a file of a version that is not yet.
  CHECK(code(submitted(1, a, file_of_name("z", 0).path)) == "CND-2308");
  CHECK(code(submitted(1, file_of_name("a", 2))) == "CND-2308");
  state.apply(submitted(1, a), kPath);
  SliceFile b = file_of_name("b", 2);
  b.revision = 2;
  CHECK(code(submitted(2, b, a.path)) == "none");
  // Two files of one slice; another file removed; the same file again; the same submission; no later
  // revision.
  CHECK(code(submitted(2, b)) == "CND-2308");
  CHECK(code(submitted(2, b, b.path)) == "CND-2308");
  SliceFile wrong = b;
  wrong.path = a.path;
  CHECK(code(submitted(2, wrong, a.path)) == "CND-2308");
  wrong = b;
  wrong.submission = a.submission;
  CHECK(code(submitted(2, wrong, a.path)) == "CND-2308");
  wrong = b;
  wrong.revision = 1;
  CHECK(code(submitted(2, wrong, a.path)) == "CND-2308");
  // An erasure that changes whose rows they are, or adds some.
  Entry erased = submitted(2, a, a.path);
  erased.reason = Reason::kErased;
  erased.added->path = b.path;
  CHECK(code(erased) == "none");
  erased.added->rows = 6;
  CHECK(code(erased) == "CND-2308");
  erased.added = b;
  CHECK(code(erased) == "CND-2308");
  // What is not there cannot be taken out, and what was taken out replaces nothing.
  CHECK(code(taken_out(2, b)) == "CND-2308");
  state.apply(taken_out(2, a), kPath);
  CHECK(state.newest.slices.empty());
  CHECK(code(taken_out(3, a)) == "CND-2308");
  CHECK(code(submitted(3, b, a.path)) == "CND-2308");
  CHECK(code(submitted(3, a)) == "CND-2308");
  CHECK(code(submitted(3, b)) == "none");
}

TEST_CASE("An entry that is missing or too large is not passed over") {
  Lake lake;
  {
    Table table = lake.open();
    replace(table, submission_of("a", kSeptember), {"p1:1"});
    replace(table, submission_of("b", kSeptember, 2, "a"), {"p1:2"});
  }
  const std::filesystem::path log = lake.folder() / "_delta_log";
  const auto code = [&] {
    return code_of([&] { static_cast<void>(Table::open(lake.surroundings(), lake.folder())); });
  };
  const std::filesystem::path first = log / (version_name(1) + ".json");
  std::filesystem::rename(first, lake.scratch() / "kept");
  CHECK(code() == "CND-2302");
  std::filesystem::rename(lake.scratch() / "kept", first);
  CHECK(code() == "none");
  // A line of a gigabyte, which takes no space on the disk and would take it in memory.
  Table table = Table::open(lake.surroundings(), lake.folder());
  std::ofstream(log / (version_name(3) + ".json")) << "{";
  std::filesystem::resize_file(log / (version_name(3) + ".json"), std::uintmax_t{1} << 30U);
  CHECK(code() == "CND-1007");
  CHECK(code_of([&] { static_cast<void>(table.snapshot()); }) == "CND-1007");
  // What is there is not jumped over by the next commit either.
  std::filesystem::rename(log / (version_name(3) + ".json"), log / (version_name(4) + ".json"));
  CHECK(code_of([&] { replace(table, submission_of("c", kSeptember, 3, "b"), {"p1:3"}); }) == "CND-2302");
}
