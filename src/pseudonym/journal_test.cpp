#include "candour/pseudonym/journal.h"

#include <doctest/doctest.h>

#include "candour/pseudonym/pseudonym_testing.h"
#include "candour/testing/code_of.h"
#include "candour/testing/crash.h"

namespace candour::pseudonym {
namespace {

using namespace testing;  // NOLINT: the tests' own words
using base::SimulatedDisk;
using candour::testing::code_of;

base::Digest batch_of(std::uint64_t number) { return digest_of("batch " + std::to_string(number)); }

AcceptedRecord accepted(std::uint64_t number) {
  return {.time = kNow,
          .batch = batch_of(number),
          .provider = "R1H",
          .domain = std::string(kDomain),
          .points = digest_of("points " + std::to_string(number)),
          .size = 256};
}
AnsweredRecord answered(std::uint64_t number, std::size_t size = 40) {
  return {.time = kNow + 1,
          .batch = batch_of(number),
          .asked = {1, 3},
          .attestation = "{\"of\":\"" + std::string(size, 'x') + std::to_string(number) + "\"}"};
}
const std::vector<JournalRecord> kRecords = {
    accepted(1), answered(1), RefusedRecord{.time = kNow, .provider = "R1H", .code = "CND-2119", .times = 3},
    accepted(2)};

std::vector<JournalRecord> records_of(base::Disk& disk, const std::filesystem::path& folder = "journal") {
  std::vector<JournalRecord> records;
  const GuardianJournal journal(disk, folder,
                                [&](JournalRecord&& one) { records.push_back(std::move(one)); });
  return records;
}

// What a segment with these bytes gives, or the code that it is refused with.
std::vector<JournalRecord> read(const std::string& bytes) {
  SimulatedDisk disk;
  disk.store_new("segment", bytes);
  std::vector<JournalRecord> records;
  read_segment(*disk.open("segment"), "segment", [&](JournalRecord&& one) { records.push_back(one); });
  return records;
}
std::string code_of_bytes(const std::string& bytes) {
  return code_of([&] { (void)read(bytes); });
}

std::string lines_of(const std::vector<JournalRecord>& records) {
  std::string lines;
  for (const JournalRecord& one : records) lines += write_record(one);
  return lines;
}

TEST_CASE("what was appended is read at the next start, and the one after") {
  SimulatedDisk disk;
  {
    GuardianJournal journal(disk, "journal", [](JournalRecord&&) { FAIL("nothing is there"); });
    for (const JournalRecord& one : kRecords) journal.append(one);
  }
  CHECK(records_of(disk) == kRecords);
  CHECK(records_of(disk) == kRecords);
  CHECK(disk.exists("journal/000001.journal"));
  CHECK(disk.exists("journal/000003.journal"));
}

TEST_CASE("two processes cannot write one journal") {
  SimulatedDisk disk;
  const GuardianJournal journal(disk, "journal", [](JournalRecord&&) {});
  CHECK(code_of([&] { (void)records_of(disk); }) == "CND-1006");
}

TEST_CASE("a segment that is cut anywhere gives all records before the cut") {
  const std::string whole = lines_of(kRecords);
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    CAPTURE(size);
    const std::string cut = whole.substr(0, size);
    const auto lines = static_cast<std::size_t>(std::count(cut.begin(), cut.end(), '\n'));
    CHECK(read(cut) == std::vector<JournalRecord>(kRecords.begin(),
                                                  kRecords.begin() + static_cast<std::ptrdiff_t>(lines)));
  }
}

TEST_CASE("any bit changed in a line that is not the last is damage; of the last line it loses that alone") {
  const std::string whole = lines_of(kRecords);
  const std::size_t last = whole.rfind('\n', whole.size() - 2) + 1;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const int bit : {0, 3, 7}) {
      CAPTURE(at);
      std::string changed = whole;
      changed[at] = static_cast<char>(changed[at] ^ (1 << bit));
      // The end of the line before the last: what follows is then one bad last line of both.
      if (at + 1 < last) {
        CHECK(code_of_bytes(changed) == "CND-2112");
      } else if (at >= last) {
        CHECK(read(changed).size() == kRecords.size() - 1);
      }
    }
  }
}

TEST_CASE("a whole line that is no record is damage, and so is an end that is longer than a line can be") {
  const auto line = [](const std::string& text) { return base::to_hex(digest_of(text)) + " " + text + "\n"; };
  REQUIRE(code_of_bytes(write_record(kRecords[0])) == "none");
  CHECK(code_of_bytes(line("{}")) == "CND-2112");
  CHECK(code_of_bytes(line("[]")) == "CND-2112");
  CHECK(code_of_bytes(line("no json")) == "CND-2112");
  CHECK(code_of_bytes(line("{\"record\":\"opened\",\"time\":\"2026-01-01T00:00:00Z\"}")) == "CND-2112");
  CHECK(code_of_bytes(std::string(300'000, 'x')) == "CND-2112");
  std::string lines;
  while (lines.size() < 300'000) lines.append("torn\n");
  CHECK(code_of_bytes(lines) == "CND-2112");
  // What another file left at the end may hold line ends.
  CHECK(read(write_record(kRecords[0]) + "one\ntwo\n\nthree").size() == 1);
  CHECK(code_of_bytes("one\ntwo\n" + write_record(kRecords[0])) == "CND-2112");
}

TEST_CASE("after a write that failed the journal goes on in a new segment") {
  SimulatedDisk disk;
  {
    GuardianJournal journal(disk, "journal", [](JournalRecord&&) {});
    journal.append(kRecords[0]);
    disk.fail_once_at(1);
    CHECK(code_of([&] { journal.append(kRecords[1]); }) == "CND-1003");
    journal.append(kRecords[3]);
  }
  CHECK(records_of(disk) == std::vector<JournalRecord>{kRecords[0], kRecords[3]});
}

// A guardian's life as the disk sees it: batches are taken and answered over two starts. What append returned
// for was acted on.
struct Acted {
  std::vector<JournalRecord> records;
};

void live(SimulatedDisk& disk, Acted& acted) {
  for (std::uint64_t start = 0; start < 2; ++start) {
    GuardianJournal journal(disk, "journal", [](JournalRecord&&) {});
    for (std::uint64_t i = 0; i < 2; ++i) {
      for (const JournalRecord& record :
           {JournalRecord(accepted(2 * start + i)), JournalRecord(answered(2 * start + i, 700))}) {
        journal.append(record);
        acted.records.push_back(record);
      }
    }
  }
}

bool all_acted_on_is_there(SimulatedDisk& disk, const Acted& acted) {
  std::vector<JournalRecord> found;
  try {
    found = records_of(disk);
  } catch (const base::Error&) {
    return false;
  }
  // One more may be there: it was written and power went before append returned.
  if (found.size() < acted.records.size() || found.size() > acted.records.size() + 1) return false;
  return std::equal(acted.records.begin(), acted.records.end(), found.begin());
}

TEST_CASE("whenever power goes, nothing that a guardian acted on is lost") {
  const auto report =
      candour::testing::at_every_crash<Acted>(SimulatedDisk::Sync::kHonest, 20, live, all_acted_on_is_there);
  CHECK(report.crashes > 300);
  CHECK_MESSAGE(report.failures == 0, report.first_failure);
  // The control: a guardian that answers before its record is synced.
  const auto control =
      candour::testing::at_every_crash<Acted>(SimulatedDisk::Sync::kIgnored, 20, live, all_acted_on_is_there);
  CHECK(control.failures > 0);
}

}  // namespace
}  // namespace candour::pseudonym
