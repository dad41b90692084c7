#include "candour/cli/reverse.h"

#include <doctest/doctest.h>

namespace candour::cli {
namespace {

TEST_CASE("whoever has the salt finds every number behind a salted hash, and no number that is not there") {
  const base::Bytes salt(16, 7);
  // 9990000018 is outside the range that is tried here; the other two are valid and in it.
  const std::vector<base::Digest> hashes = {salted_hash(salt, "9999999999"), salted_hash(salt, "9999900003"),
                                            salted_hash(salt, "9990000018")};
  base::SystemClock clock;
  base::SilentProgress progress;
  const Reversal reversal = reverse_salted_hashes(hashes, salt, 100'000, 2, clock, progress);
  CHECK(reversal.found == 2);
  // Of 100,000 all but about one in eleven have a check digit.
  CHECK(reversal.tried > 90'000);
  CHECK(reversal.tried < 92'000);
  const base::Bytes other_salt(16, 8);
  CHECK(reverse_salted_hashes(hashes, other_salt, 100'000, 2, clock, progress).found == 0);
}

TEST_CASE("a quota says how many days it takes to try every number") {
  CHECK(days_to_try_all(768) == doctest::Approx(1'183'712).epsilon(0.001));
}

}  // namespace
}  // namespace candour::cli
