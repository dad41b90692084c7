#include "candour/log/state_journal.h"

#include <doctest/doctest.h>

#include "candour/base/error.h"
#include "candour/base/simulated_disk.h"
#include "candour/testing/code_of.h"

using namespace candour;
using namespace candour::log;
using base::SimulatedDisk;
using candour::testing::code_of;

namespace {

/// A state of one text: the last that was appended.
struct Last {
  explicit Last(base::Disk& disk)
      : journal(
            disk, "/state",
            [this](std::string_view text) {
              read.emplace_back(text);
              value = text;
              return text != "no record";
            },
            [this] { return value.empty() ? StateJournal::Texts() : StateJournal::Texts{value}; }) {}
  void set(const std::string& text) {
    journal.append(text);
    value = text;
  }
  std::vector<std::string> read;
  std::string value;
  StateJournal journal;
};

void put(SimulatedDisk& disk, const char* segment, std::string_view bytes) {
  disk.make_folder("/state");
  disk.store_new(std::filesystem::path("/state") / segment, bytes);
}

}  // namespace

TEST_CASE("a state journal gives its lines back, and a start keeps one segment with the state") {
  SimulatedDisk disk;
  {
    Last last(disk);
    CHECK(last.read.empty());
    last.set("one");
    last.set("two");
  }
  Last last(disk);
  CHECK(last.read == std::vector<std::string>{"one", "two"});
  CHECK(disk.list("/state") == std::vector<std::string>{"000002.journal"});
  CHECK(base::load_text(disk, "/state/000002.journal") == write_state_line("two"));
}

TEST_CASE(
    "a torn last line is left out; damage before a whole line, or a line that is no record, is refused") {
  const std::string whole = write_state_line("one") + write_state_line("two");
  for (std::size_t bytes = 0; bytes < whole.size(); ++bytes) {
    SimulatedDisk disk;
    put(disk, "000001.journal", std::string_view(whole).substr(0, bytes));
    const Last last(disk);
    CHECK(last.read.size() == (bytes < write_state_line("one").size() ? 0U : 1U));
  }
  SimulatedDisk flipped;
  std::string damaged = whole;
  damaged[66] ^= 1;
  put(flipped, "000001.journal", damaged);
  CHECK(code_of([&] { const Last last(flipped); }) == "CND-2531");
  SimulatedDisk other;
  put(other, "000001.journal", write_state_line("no record"));
  CHECK(code_of([&] { const Last last(other); }) == "CND-2531");
  SimulatedDisk garbage;
  put(garbage, "000001.journal", std::string(3 << 20, 'x'));
  CHECK(code_of([&] { const Last last(garbage); }) == "CND-2531");
}

TEST_CASE("a line whose writing failed is forgotten, and the next goes to a new segment") {
  for (std::uint64_t nth = 1; nth <= 2; ++nth) {
    SimulatedDisk disk;
    {
      Last last(disk);
      last.set("one");
      disk.fail_once_at(nth);
      CHECK(code_of([&] { last.set("two"); }) == "CND-1003");
      last.set("three");
    }
    CHECK(disk.list("/state") == std::vector<std::string>{"000002.journal"});
    const Last last(disk);
    CHECK(last.read == std::vector<std::string>{"one", "three"});
  }
}

TEST_CASE("a segment that has grown large is followed by one with the state alone") {
  SimulatedDisk disk;
  Last last(disk);
  const std::string large(1 << 20, 'x');
  for (int i = 0; i < 6; ++i) last.set(large + std::to_string(i));
  CHECK(disk.list("/state") == std::vector<std::string>{"000002.journal"});
  CHECK(disk.open("/state/000002.journal")->size_bytes() < (5U << 20U));
}
