#include "candour/pseudonym/share.h"

#include <doctest/doctest.h>

#include "candour/crypto/key.h"
#include "candour/crypto/sealed_file.h"
#include "candour/pseudonym/pseudonym_testing.h"
#include "candour/testing/code_of.h"

namespace candour::pseudonym {
namespace {

using namespace testing;  // NOLINT: the tests' own words
using candour::testing::code_of;

base::SecretBytes operators_key() { return base::SecretBytes(base::Bytes(crypto::kKeyBytes, 3)); }

TEST_CASE("a share that was stored is loaded as it was, and is the charter's") {
  Federation federation;
  base::SimulatedDisk disk;
  Share share = federation.share(2);
  share.epoch = 70'000;
  store_new_share(disk, "share", share, operators_key(), federation.random);
  const Share loaded = load_share(disk, "share", operators_key());
  CHECK(loaded.domain == share.domain);
  CHECK(loaded.epoch == 70'000);
  CHECK(loaded.index == 2);
  CHECK(loaded.share == share.share);
  CHECK(base::equal_in_constant_time(loaded.nonce_key.view(), share.nonce_key.view()));
  CHECK(code_of([&] { require_share_of(loaded, *federation.charter); }) == "CND-2102");
  federation.charter->domains[0].epoch = 70'000;
  CHECK(code_of([&] { require_share_of(loaded, *federation.charter); }) == "none");
}

TEST_CASE("a share of another guardian, domain or value is not the charter's") {
  const Federation federation;
  const auto code = [&](const auto& change) {
    Share share = federation.share(1);
    change(share);
    return code_of([&] { require_share_of(share, *federation.charter); });
  };
  CHECK(code([](Share&) {}) == "none");
  CHECK(code([](Share& share) { share.index = 2; }) == "CND-2102");
  CHECK(code([](Share& share) { share.index = 9; }) == "CND-2102");
  CHECK(code([](Share& share) { share.domain = "none"; }) == "CND-2102");
  CHECK(code([](Share& share) { ++share.epoch; }) == "CND-2102");
  CHECK(code([](Share& share) { share.share = share.share + crypto::Scalar(1); }) == "CND-2102");
}

TEST_CASE("what was sealed as a share and is none is refused") {
  base::SimulatedDisk disk;
  base::SeededRandom random(1, "share");
  const auto code = [&](const base::Bytes& bytes) {
    disk.remove("share");
    crypto::store_new_sealed(disk, "share", "share", bytes, operators_key(), random);
    return code_of([&] { (void)load_share(disk, "share", operators_key()); });
  };
  base::Bytes good = {1, 'd', 0, 0, 0, 1, 0, 1};
  good.resize(good.size() + 64, 0x01);
  CHECK(code(good) == "none");
  base::Bytes bad = good;
  bad.pop_back();
  CHECK(code(bad) == "CND-2101");
  bad = good;
  bad.push_back(0);
  CHECK(code(bad) == "CND-2101");
  bad = good;
  bad[0] = 2;
  CHECK(code(bad) == "CND-2101");
  bad = good;
  bad[7] = 0;  // index 0
  CHECK(code(bad) == "CND-2101");
  bad = good;
  std::fill(bad.begin() + 8, bad.begin() + 40, 0xff);  // not reduced
  CHECK(code(bad) == "CND-2101");
  CHECK(code({0}) == "CND-2101");
}

}  // namespace
}  // namespace candour::pseudonym
