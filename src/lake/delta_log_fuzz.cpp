// Any bytes are refused with one of the log's codes or are an entry that is spelled the same again; and
// entries that were parsed never break the state that they are applied to.
//
//   cmake --preset fuzz && ninja -C build/fuzz delta_log_fuzz
//   mkdir -p build/corpus && build/fuzz/delta_log_fuzz -max_len=8192 build/corpus tests/fuzz/delta_log
#include <cstddef>
#include <cstdint>

#include "candour/base/error.h"
#include "candour/lake/entry.h"
#include "candour/lake/history.h"

using namespace candour;
using namespace candour::lake;

namespace {

const std::filesystem::path kPath = "entry.json";

bool is_refusal(base::ErrorCode code) {
  for (const base::ErrorCode known : {base::ErrorCode("CND-2301"), base::ErrorCode("CND-2303"),
                                      base::ErrorCode("CND-2308"), base::ErrorCode("CND-2313")}) {
    if (code == known) return true;
  }
  return false;
}

std::optional<Entry> parsed(std::string_view text, std::uint64_t version) {
  try {
    Entry entry = parse_entry(text, version, kPath);
    CANDOUR_CHECK(write_entry(entry) == text);
    return entry;
  } catch (const base::Error& error) {
    CANDOUR_CHECK(is_refusal(error.code()));
    return std::nullopt;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::string_view text = base::as_text({data + 1, size - 1});
  const auto entry = parsed(text, data[0] % 4);
  if (!entry) return 0;
  State state;
  try {
    state.apply(*entry, kPath);
    // A slice that this entry made cannot be made by it again, and of none there is nothing to take out.
    if (!entry->created) state.apply(*entry, kPath);
    CANDOUR_CHECK(entry->created.has_value());
  } catch (const base::Error& error) {
    CANDOUR_CHECK(is_refusal(error.code()));
  }
  return 0;
}
