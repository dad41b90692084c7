#include "candour/base/simulated_disk.h"

#include <doctest/doctest.h>

#include <string>

#include "candour/base/error.h"
#include "candour/testing/crash.h"

namespace candour::base {
namespace {

using testing::CrashReport;
using Sync = SimulatedDisk::Sync;

constexpr std::uint64_t kSeeds = 20;

std::string code_of(const auto& call) {
  try {
    call();
  } catch (const Error& error) {
    return std::string(error.code().view());
  }
  return "none";
}

// Larger than a sector and than the buffer of store_new, and different at every place.
std::string long_content(char first) {
  std::string text(300'000, first);
  for (std::size_t i = 0; i < text.size(); i += 7) text[i] = static_cast<char>('a' + i % 26);
  return text;
}

// What the workload below was told is durable.
struct Acknowledged {
  bool folder = false;
  bool release = false;
  bool removed = false;
  std::string journal;
};

void store_and_append(SimulatedDisk& disk, Acknowledged& acknowledged) {
  disk.make_folder("vault/slices");
  acknowledged.folder = true;
  disk.store_new("vault/slices/release", long_content('r'));
  acknowledged.release = true;
  const auto journal = disk.open_journal("vault/journal");
  std::string written;
  for (int record = 0; record < 4; ++record) {
    const std::string text = std::string(700, static_cast<char>('0' + record)) + "\n";
    journal->append(as_bytes(text));
    written += text;
    if (record % 2 == 1) {
      journal->sync();
      acknowledged.journal = written;
    }
  }
  disk.store_new("vault/slices/manifest", "small");
  disk.remove("vault/slices/manifest");
  acknowledged.removed = true;
}

bool file_is_whole_or_absent(const SimulatedDisk& disk, const char* path, const std::string& content,
                             bool acknowledged) {
  if (!disk.exists(path)) return !acknowledged;
  return load_text(disk, path) == content;
}

bool nothing_acknowledged_is_lost(const SimulatedDisk& disk, const Acknowledged& acknowledged) {
  if (acknowledged.folder && !disk.exists("vault/slices")) return false;
  if (!file_is_whole_or_absent(disk, "vault/slices/release", long_content('r'), acknowledged.release)) {
    return false;
  }
  if (acknowledged.removed && disk.exists("vault/slices/manifest")) return false;
  // The removal may have begun once the manifest was acknowledged: it is then there or not, but never in
  // part.
  if (!file_is_whole_or_absent(disk, "vault/slices/manifest", "small", false)) return false;
  if (acknowledged.journal.empty()) return true;
  return load_text(disk, "vault/journal").starts_with(acknowledged.journal);
}

TEST_CASE("no crash loses what was acknowledged or leaves a half file under its final name") {
  const CrashReport report = testing::at_every_crash<Acknowledged>(Sync::kHonest, kSeeds, store_and_append,
                                                                   nothing_acknowledged_is_lost);
  CHECK_MESSAGE(report.failures == 0, report.first_failure);
  // Before each of 27 operations, and after the last: 4 for the folders, 7 and 6 for the two files, 8 for the
  // journal, 2 for the removal.
  CHECK(report.crashes == 28 * kSeeds);
}

TEST_CASE("control: the same test fails on a disk that ignores syncs") {
  const CrashReport report = testing::at_every_crash<Acknowledged>(Sync::kIgnored, kSeeds, store_and_append,
                                                                   nothing_acknowledged_is_lost);
  CHECK(report.failures > 100);
}

TEST_CASE("store_new works after any crash of an earlier one, and leaves no temporary file") {
  struct Nothing {};
  const auto store = [](SimulatedDisk& disk, Nothing&) { disk.store_new("release", long_content('r')); };
  const auto can_store_again = [](SimulatedDisk& disk, const Nothing&) {
    if (!disk.exists("release")) disk.store_new("release", long_content('r'));
    const bool is_whole = load_text(disk, "release") == long_content('r');
    if (!disk.exists(".release.tmp")) return is_whole;
    // The file was linked and the crash kept its temporary name: removing the file frees the name for a
    // later store_new, which takes the leftover away and does not write into it.
    disk.remove("release");
    disk.store_new("release", "other");
    return is_whole && load_text(disk, "release") == "other" && !disk.exists(".release.tmp");
  };
  const CrashReport report = testing::at_every_crash<Nothing>(Sync::kHonest, kSeeds, store, can_store_again);
  CHECK_MESSAGE(report.failures == 0, report.first_failure);
}

TEST_CASE("settle after any crash of store_new leaves the finished file alone, or nothing") {
  struct Nothing {};
  const auto store = [](SimulatedDisk& disk, Nothing&) { disk.store_new("release", long_content('r')); };
  const auto settles = [](SimulatedDisk& disk, const Nothing&) {
    const bool was_there = disk.exists("release");
    disk.settle("release");
    if (disk.exists(".release.tmp") || disk.exists("release") != was_there) return false;
    return !was_there || load_text(disk, "release") == long_content('r');
  };
  const CrashReport report = testing::at_every_crash<Nothing>(Sync::kHonest, kSeeds, store, settles);
  CHECK_MESSAGE(report.failures == 0, report.first_failure);
}

TEST_CASE("a leftover that is the finished file's other name is not written into") {
  // A crash between link and unlink leaves two names of one file. If store_new reused the leftover instead
  // of removing it, storing another file would change the finished one.
  bool saw_both_names = false;
  for (std::uint64_t seed = 0; seed < 200 && !saw_both_names; ++seed) {
    SimulatedDisk disk;
    SeededRandom random(seed, "both names");
    disk.crash_after(4);
    CHECK_THROWS_AS(disk.store_new("release", "first"), CrashNow);
    disk.restart(random);
    saw_both_names = disk.exists("release") && disk.exists(".release.tmp");
    if (!saw_both_names) continue;
    const auto first = disk.open("release");
    disk.remove("release");
    disk.store_new("release", "second");
    std::uint8_t byte = 0;
    CHECK(first->size_bytes() == 5);
    CHECK(first->read_at(0, {&byte, 1}) == 1);
    CHECK(byte == 'f');
  }
  CHECK(saw_both_names);
}

TEST_CASE("an operation that fails once ends in CND-1003 and no file, and the next try succeeds") {
  // unlink of no leftover is no operation: create, write, fsync, link, unlink, fsync of the folder.
  for (std::uint64_t nth = 1; nth <= 6; ++nth) {
    CAPTURE(nth);
    SimulatedDisk disk;
    disk.fail_once_at(nth);
    CHECK(code_of([&] { disk.store_new("release", "content"); }) == "CND-1003");
    CHECK(!disk.exists("release"));
    CHECK(!disk.exists(".release.tmp"));
    disk.store_new("release", "content");
    CHECK(load_text(disk, "release") == "content");
  }
}

TEST_CASE("a folder whose making failed is made again, so that no later call takes it for durable") {
  for (std::uint64_t nth = 1; nth <= 4; ++nth) {
    SimulatedDisk disk;
    disk.fail_once_at(nth);
    CHECK(code_of([&] { disk.make_folder("log/tile"); }) == "CND-1003");
    disk.make_folder("log/tile");
    base::SeededRandom random(nth, "crash");
    disk.crash(random);
    CHECK(disk.exists("log/tile"));
  }
}

TEST_CASE("a journal whose sync failed is refused from then on, because a second sync would lie") {
  SimulatedDisk disk;
  const auto journal = disk.open_journal("journal");
  journal->append(as_bytes("record"));
  disk.fail_once_at(1);
  CHECK(code_of([&] { journal->sync(); }) == "CND-1003");
  CHECK(code_of([&] { journal->sync(); }) == "CND-1003");
  CHECK(code_of([&] { journal->append(as_bytes("next")); }) == "CND-1003");
  // What the failed sync dropped never reaches the disk, whatever a new handle is told.
  disk.open_journal("journal")->sync();
  SeededRandom random(1, "crash");
  disk.crash(random);
  CHECK(load_text(disk, "journal") != "record");
}

TEST_CASE("writes that were not synced are lost, torn at sectors and reordered") {
  bool saw_none = false;
  bool saw_all = false;
  bool saw_torn = false;
  bool saw_later_without_earlier = false;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    SimulatedDisk disk;
    const auto file = disk.open_random("file", OpenMode::kCreate);
    file->write_at(0, Bytes(2048, 'o'));
    file->sync();
    file->write_at(0, Bytes(1024, 'a'));
    file->write_at(1024, Bytes(1024, 'b'));
    SeededRandom random(seed, "tear");
    disk.crash(random);
    const std::string text = load_text(disk, "file");
    REQUIRE(text.size() == 2048);
    for (std::size_t sector = 0; sector < 4; ++sector) {
      // A sector is written whole or not at all.
      CHECK(text.substr(512 * sector, 512) == std::string(512, text[512 * sector]));
    }
    const std::string sectors{text[0], text[512], text[1024], text[1536]};
    saw_none |= sectors == "oooo";
    saw_all |= sectors == "aabb";
    saw_torn |= sectors.starts_with("ao");
    saw_later_without_earlier |= sectors == "oobb";
  }
  CHECK(saw_none);
  CHECK(saw_all);
  CHECK(saw_torn);
  CHECK(saw_later_without_earlier);
}

TEST_CASE("the same seed loses the same") {
  const auto survivors = [](std::uint64_t seed) {
    SimulatedDisk disk;
    const auto file = disk.open_random("file", OpenMode::kCreate);
    file->write_at(0, as_bytes(long_content('x')));
    SeededRandom random(seed, "same");
    disk.crash(random);
    return load_text(disk, "file");
  };
  CHECK(survivors(5) == survivors(5));
  CHECK(survivors(5) != survivors(6));
}

TEST_CASE("without power every call throws, and what was open before stays unusable after") {
  SimulatedDisk disk;
  const auto journal = disk.open_journal("journal");
  const auto lock = disk.lock("lock");
  CHECK(code_of([&] { (void)disk.lock("lock"); }) == "CND-1006");
  disk.crash_after(0);
  CHECK_THROWS_AS(journal->append(as_bytes("x")), CrashNow);
  CHECK(disk.is_down());
  CHECK_THROWS_AS((void)disk.exists("journal"), CrashNow);
  CHECK_THROWS_AS((void)disk.list("."), CrashNow);
  CHECK_THROWS_AS((void)disk.open("journal"), CrashNow);
  CHECK_THROWS_AS(disk.store_new("other", "x"), CrashNow);
  SeededRandom random(1, "down");
  disk.restart(random);
  CHECK_THROWS_AS(journal->append(as_bytes("x")), CrashNow);
  CHECK(disk.exists("journal"));
  CHECK_NOTHROW((void)disk.lock("lock"));
}

}  // namespace
}  // namespace candour::base
