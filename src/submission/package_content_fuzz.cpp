// The header, the frame's bounds and the padding of a package: whatever a provider seals, it is refused, or
// it is the one content that its header and its frame have.
#include <cstdint>

#include "candour/base/error.h"
#include "candour/submission/submission_testing.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace candour;
  using namespace candour::submission;
  // As much padding as the header asks for, so that not only what is refused for it comes; then as it came.
  base::Bytes padded(data, data + size);
  if (size >= kHeaderBytes) padded.resize(padded_bytes(size));
  for (const base::ByteView content : {base::ByteView(padded), base::ByteView(data, size)}) {
    try {
      base::MemorySource source(content);
      ContentSource reading(source);
      const PackageHeader header = reading.header();
      CANDOUR_CHECK(header.opened_bytes <= kOpenedBytesAtMost && header.rows <= header.opened_bytes);
      base::Bytes frame;
      base::Bytes buffer(1000);
      while (const std::size_t got = reading.read(buffer)) {
        frame.insert(frame.end(), buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(got));
      }
      CANDOUR_CHECK(std::ranges::equal(testing::content_of(header, frame), content));
    } catch (const base::Error&) {
    }
  }
  return 0;
}
