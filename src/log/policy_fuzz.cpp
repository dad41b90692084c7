// Whatever is given as a policy: it is refused with an error, or what is written of it reads the same; and it
// can judge a checkpoint.
//
//   cmake --preset fuzz && ninja -C build/fuzz policy_fuzz
//   mkdir -p build/corpus && build/fuzz/policy_fuzz build/corpus tests/fuzz/policy
#include <cstdint>
#include <string_view>

#include "candour/base/error.h"
#include "candour/log/policy.h"

using namespace candour;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const log::Policy policy = log::parse_policy(base::as_text({data, size}));
    CANDOUR_CHECK(log::parse_policy(log::write_policy(policy)) == policy);
    const log::CheckpointVerdict verdict = log::judge_checkpoint(policy, {});
    CANDOUR_CHECK(!verdict.signed_by_log && verdict.quorum_met == (policy.quorum == log::kNoQuorum));
  } catch (const base::Error&) {
  }
  return 0;
}
