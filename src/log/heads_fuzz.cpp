// Any bytes as a segment of a journal of heads (a log's, a witness's) and as evidence of a fork: read, or
// refused as damaged. With a first byte of 1 each line gets its digest, so that the records are reached. What
// is read is written as it was.
#include <cstddef>
#include <cstdint>
#include <string>

#include "candour/base/error.h"
#include "candour/base/simulated_disk.h"
#include "candour/log/fork.h"
#include "candour/log/heads.h"
#include "candour/log/witness.h"

using namespace candour;
using namespace candour::log;

namespace {

std::string with_digests(std::string_view text) {
  std::string lines;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    lines.append(write_state_line(line));
  }
  return lines;
}

bool take(std::string_view text) {
  const auto head = parse_head_record(text);
  if (head) CANDOUR_CHECK(write_head_record(*head) == text);
  const auto cosigned = parse_cosigned_record(text);
  if (cosigned) CANDOUR_CHECK(write_cosigned_record(cosigned->note) == text);
  return head.has_value() || cosigned.has_value();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = base::as_text({data, size});
  try {
    base::SimulatedDisk disk;
    disk.store_new("segment", text.starts_with('\1') ? with_digests(text.substr(1)) : std::string(text));
    read_state_segment(*disk.open("segment"), "segment", take);
  } catch (const base::Error& error) {
    CANDOUR_CHECK(error.code().view() == "CND-2531");
  }
  try {
    CANDOUR_CHECK(write_fork(parse_fork(text)) == text);
  } catch (const base::Error& error) {
    const auto code = error.code().view();
    CANDOUR_CHECK(code == "CND-2553" || code == "CND-2501" || code == "CND-2504");
  }
  return 0;
}
