// Any bytes as a segment of a guardian's journal, and as the record of a batch: read, or refused as damaged.
// With a first byte of 1 each line gets its digest, so that the records are reached. What is read is written
// as it was.
#include <cstddef>
#include <cstdint>
#include <string>

#include "candour/base/simulated_disk.h"
#include "candour/pseudonym/audit.h"
#include "candour/pseudonym/journal.h"

using namespace candour;
using namespace candour::pseudonym;

namespace {

std::string with_digests(std::string_view text) {
  std::string lines;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    lines.append(base::to_hex(base::sha256(base::as_bytes(line)))).append(" ").append(line).append("\n");
  }
  return lines;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = base::as_text({data, size});
  try {
    base::SimulatedDisk disk;
    disk.store_new("segment", text.starts_with('\1') ? with_digests(text.substr(1)) : std::string(text));
    read_segment(*disk.open("segment"), "segment", [](JournalRecord&& record) {
      base::SimulatedDisk again;
      again.store_new("segment", write_record(record));
      bool same = false;
      read_segment(*again.open("segment"), "segment",
                   [&](JournalRecord&& reread) { same = reread == record; });
      CANDOUR_CHECK(same);
    });
  } catch (const base::Error& error) {
    CANDOUR_CHECK(error.code().view() == "CND-2112");
  }
  try {
    const BatchRecord record = parse_batch_record(base::Identifiable<std::string>(std::string(text)));
    CANDOUR_CHECK(write_batch_record(record).reveal() == text);
  } catch (const base::Error& error) {
    CANDOUR_CHECK(error.code().view() == "CND-2140");
  }
  return 0;
}
