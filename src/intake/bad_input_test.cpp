// Files that nobody should send: no crash, bounded memory, and no value of a row in an error.
#include <rapidcheck.h>
#include <sys/resource.h>

#include <algorithm>
#include <fstream>

#include "candour/base/random.h"
#include "candour/intake/intake_testing.h"
#include "candour/testing/shared.h"

namespace candour::intake {
namespace {

using namespace testing;  // NOLINT: the tests' own words

/// Gives a text, then one byte again and again, then another text.
class LongSource final : public base::ByteSource {
 public:
  LongSource(std::string before, std::uint64_t repeats, std::string after)
      : before_(std::move(before)), repeats_(repeats), after_(std::move(after)) {}
  std::size_t read(std::span<std::uint8_t> out) override {
    if (!before_.empty()) return take(before_, out);
    if (repeats_ > 0) {
      const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(repeats_, out.size()));
      std::fill_n(out.begin(), size, std::uint8_t{'x'});
      repeats_ -= size;
      return size;
    }
    return take(after_, out);
  }

 private:
  static std::size_t take(std::string& text, std::span<std::uint8_t> out) {
    const std::size_t size = std::min(text.size(), out.size());
    std::copy_n(text.begin(), size, out.begin());
    text.erase(0, size);
    return size;
  }
  std::string before_;
  std::uint64_t repeats_;
  std::string after_;
};

// A sanitizer keeps what was freed, and more of its own: the process is then no measure of what we hold.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kIsSanitized = true;
#else
constexpr bool kIsSanitized = false;
#endif

std::uint64_t peak_memory_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

QualityReport check_source(base::ByteSource& source) {
  const collection::Collection& collection = small_collection();
  RememberingSink sink(collection.tables[0]);
  return check_one(collection, collection.tables[0], september(),
                   {"stops.csv", 0, &source, Nil::kNotDeclared}, sink);
}

void check_a_long_line(std::uint64_t line_bytes) {
  static_cast<void>(check_rows(row_of("A1")));
  const std::uint64_t before = peak_memory_bytes();
  LongSource bare(std::string(kHeader) + row_of("A1") + "9434765919,", line_bytes, "\n" + row_of("A3"));
  const QualityReport report = check_source(bare);
  CHECK(report.rows_in == 3);
  CHECK(report.rows_accepted == 2);
  CHECK(rules_of(report) == "record-shape:1");
  LongSource quoted(std::string(kHeader) + row_of("A1") + "\"", line_bytes, "");
  const QualityReport unclosed = check_source(quoted);
  CHECK(unclosed.rows_accepted == 1);
  CHECK(unclosed.rows_refused == 1);
  CHECK((kIsSanitized || peak_memory_bytes() - before < (std::uint64_t{64} << 20)));
}

TEST_CASE("a line of 128 MB is one refused row in bounded memory, also inside a quote that never closes") {
  check_a_long_line(std::uint64_t{128} << 20);
}

TEST_CASE("a line of 1 GB is one refused row in bounded memory" * doctest::test_suite("slow") *
          doctest::skip()) {
  check_a_long_line(std::uint64_t{1} << 30);
}

TEST_CASE("long records do not add up: three hundred of a megabyte pass in bounded memory") {
  // An ignored column may be long and the row right, so that nothing is refused and everything waits for its
  // verdict.
  constexpr int kRows = 300;
  class Rows final : public base::ByteSource {
   public:
    std::size_t read(std::span<std::uint8_t> out) override {
      if (rest_.empty() && row_ < kRows) {
        rest_ = row_ == 0 ? "CONSULTANT CODE," + std::string(kHeader) : "";
        rest_ += std::string(900'000, 'x') + "," + row_of("P" + std::to_string(row_));
        ++row_;
      }
      const std::size_t size = std::min(rest_.size() - at_, out.size());
      std::copy_n(rest_.begin() + static_cast<std::ptrdiff_t>(at_), size, out.begin());
      at_ += size;
      if (at_ == rest_.size()) {
        rest_.clear();
        at_ = 0;
      }
      return size;
    }

   private:
    std::string rest_;
    std::size_t at_ = 0;
    int row_ = 0;
  };
  class DroppingSink final : public RowSink {
   public:
    void accept(const AcceptedRows& accepted, const DuplicateFound&) override {
      rows += accepted.kept.size();
    }
    void refuse(const table::IdentifiableChunk&, std::size_t, std::uint64_t, std::string_view,
                std::span<const Problem>) override {}
    void finish(const DuplicateFound&) override {}
    std::size_t rows = 0;
  };
  const std::uint64_t before = peak_memory_bytes();
  Rows source;
  DroppingSink sink;
  const collection::Collection& collection = small_collection();
  static_cast<void>(check_one(collection, collection.tables[0], september(),
                              {"stops.csv", 0, &source, Nil::kNotDeclared}, sink));
  CHECK(sink.rows == kRows);
  CHECK((kIsSanitized || peak_memory_bytes() - before < (std::uint64_t{128} << 20)));
}

TEST_CASE("the naughty strings are texts like others, and none reaches an error") {
  const auto path = candour::testing::shared_file("bad-input/blns/blns.txt");
  if (!path) return;
  std::ifstream file(*path);
  std::string line;
  std::string rows;
  std::vector<std::string> strings;
  while (std::getline(file, line)) {
    if (line.empty() || line.front() == '#') continue;
    std::string quoted = "\"";
    for (char c : line) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    rows += row_of("N" + std::to_string(strings.size()), {{kNote, quoted + "\""}});
    strings.push_back(line);
  }
  REQUIRE(strings.size() > 400);
  const Checked checked = check_rows(rows);
  CHECK(checked.report.rows_in == strings.size());
  // Some hold control characters or more than 1,000 characters; the rest is kept as it is, spaces aside.
  CHECK(checked.report.rows_accepted > 450);
  for (const std::string& note : checked.sink.notes) {
    const bool known = std::any_of(strings.begin(), strings.end(), [&](const std::string& text) {
      return text.find(note) != std::string::npos;
    });
    REQUIRE(known);
  }
  for (Values values : {Values::kShown, Values::kHidden}) {
    const std::string page = render_html(checked.report, values);
    CHECK(page.find("<script>alert") == std::string::npos);
    const std::string text = render_text(checked.report, values, 1000);
    CHECK(text.find('\x1b') == std::string::npos);
  }
}

TEST_CASE("no error names a value of a row, whatever is wrong with the file") {
  // A canary stands in every cell that can identify somebody.
  const std::string canaries[] = {"9434765919", "1961-07-04", "M1 1AA", "PATHWAYCANARY", "Mrs Canary"};
  const std::string row = row_of("PATHWAYCANARY", {{kNote, "Mrs Canary"}});
  std::vector<std::string> files = {
      row,
      row + std::string(kHeader),
      "\n" + row,
      "\xFF\xFE" + row,
      std::string(kHeader),
      "Mrs Canary\n" + row,
      "NHS NUMBER\n" + row,
      "\"" + row,
      row + row,
  };
  for (std::size_t cut = 1; cut < kHeader.size(); cut += 3) {
    files.push_back(std::string(kHeader.substr(0, cut)) + row);
    files.push_back(std::string(kHeader.substr(cut)) + row);
  }
  std::size_t refused = 0;
  for (const std::string& file : files) {
    for (Nil nil : {Nil::kDeclared, Nil::kNotDeclared}) {
      const Refusal refusal = refusal_of(file, nil);
      if (!refusal.code.empty()) ++refused;
      for (const std::string& canary : canaries) {
        CAPTURE(canary);
        CHECK(refusal.words.find(canary) == std::string::npos);
      }
    }
  }
  CHECK(refused > files.size());
}

TEST_CASE("the JSON form and hidden values show nothing of a row") {
  const Checked checked = check_rows(
      row_of("PATHWAYCANARY", {{kNumber, "9434765918"}, {kBirth, "1961-02-30"}, {kPostcode, "CANARY1"}}) +
      row_of("CANARYPATHWAY", {{kNote, "Mrs\tCanary"}}));
  REQUIRE(checked.report.rows_refused == 2);
  const std::string forms[] = {base::write_json(render_json(checked.report)),
                               render_text(checked.report, Values::kHidden),
                               render_html(checked.report, Values::kHidden)};
  for (const std::string& form : forms) {
    for (std::string_view canary : {"9434765918", "1961-02-30", "CANARY1", "PATHWAYCANARY", "Canary"}) {
      CAPTURE(canary);
      CHECK(form.find(canary) == std::string::npos);
    }
  }
  const std::string shown_text = render_text(checked.report, Values::kShown);
  CHECK(shown_text.find("9434765918") != std::string::npos);
  CHECK(shown_text.find("Mrs?Canary") != std::string::npos);
}

TEST_CASE("bytes at random never crash the check, and every record is accepted or refused") {
  const bool holds = rc::check([](std::uint64_t seed) {
    base::SeededRandom random(seed, "bad input");
    std::string text =
        std::string(kHeader) + row_of("A1") + row_of("A2", {{kNote, "\"x\"\"y\""}}) + row_of("A3");
    const std::size_t edits = 1 + random.below(8);
    for (std::size_t i = 0; i < edits; ++i) {
      const std::size_t at = kHeader.size() + random.below(text.size() - kHeader.size());
      constexpr std::string_view kNasty("\0\"\n\r,\xFF\xC3\x1b'9", 10);
      text[at] = kNasty[random.below(kNasty.size())];
    }
    const Checked checked = check(text);
    return checked.report.rows_in == checked.report.rows_accepted + checked.report.rows_refused &&
           checked.report.rows_accepted == checked.sink.pathways.size() && checked.report.rows_in > 0;
  });
  CHECK(holds);
}

}  // namespace
}  // namespace candour::intake
