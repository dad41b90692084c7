#include "candour/base/error.h"
#include "candour/minimise/minimise_testing.h"

namespace candour::minimise {
namespace {

using namespace testing;  // NOLINT: the tests' own words

TEST_CASE("a look-up finds each of its keys and no other") {
  std::string csv = "lsoa,name,postcode\r\n";
  for (int i = 0; i < 1000; ++i) {
    csv += "E" + std::to_string(i) + ",x,K" + std::to_string(999 - i) + "\r\n";
  }
  csv += ",x,EMPTY\r\n";
  const Lookup lookup = load_lookup(csv);
  CHECK(lookup.size() == 1001);
  for (int i = 0; i < 1000; ++i) {
    REQUIRE(lookup.find("K" + std::to_string(999 - i)) == "E" + std::to_string(i));
  }
  for (const char* missing : {"", "K", "K1000", "k1", "L", "EMPTY"}) {
    CAPTURE(missing);
    CHECK(!lookup.find(missing));
  }
}

TEST_CASE("a look-up that is not as it must be is refused") {
  struct Case {
    std::string csv;
    std::string words;
  };
  const Case cases[] = {
      {"", "no header"},
      {"postcode;lsoa\nM1 1AA;E1\n", "lacks a column"},
      {"postcode,area\nM1 1AA,E1\n", "lacks a column"},
      {"postcode,lsoa\nM1 1AA\n", "not a row of its header"},
      {"postcode,lsoa\nM1 1AA,E1,x\n", "not a row of its header"},
      {"postcode,lsoa\nM1 \"1AA,E1\n", "not a row of its header"},
      {"postcode,lsoa\n,E1\n", "no key"},
      {"postcode,lsoa\nM1 1AA,\xE9\n", "not UTF-8"},
      {"postcode,lsoa\nM1 1AA,E1\nM2 1AA,E1\nM1 1AA,E1\n", "a key twice"},
  };
  for (const Case& at : cases) {
    CAPTURE(at.csv);
    try {
      static_cast<void>(load_lookup(at.csv));
      FAIL("it was loaded");
    } catch (const base::Error& error) {
      CHECK(error.code() == base::ErrorCode("CND-1602"));
      CHECK(error.message().find(at.words) != std::string_view::npos);
    }
  }
}

TEST_CASE("a file with another digest is not read, however right it looks") {
  const candour::testing::TemporaryFolder folder;
  base::PosixDisk disk;
  const auto path = folder.path() / "lsoa.csv";
  base::StoredFile stored = disk.store_new(path, "postcode,lsoa\nM1 1AA,E1\n");
  CHECK(Lookup::load(disk, path, {"lsoa", stored.digest, "postcode", "lsoa"}).size() == 1);
  stored.digest[31] ^= 1;
  try {
    static_cast<void>(Lookup::load(disk, path, {"lsoa", stored.digest, "postcode", "lsoa"}));
    FAIL("it was loaded");
  } catch (const base::Error& error) {
    CHECK(error.code() == base::ErrorCode("CND-1601"));
  }
  CHECK_THROWS_AS(static_cast<void>(Lookup::load(disk, folder.path() / "none",
                                                 {"lsoa", stored.digest, "postcode", "lsoa"})),
                  base::Error);
}

}  // namespace
}  // namespace candour::minimise
