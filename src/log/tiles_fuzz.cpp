// Whatever is given as a tile's path or an entry bundle: it is refused, or is written as it was read.
//
//   cmake --preset fuzz && ninja -C build/fuzz tiles_fuzz
//   mkdir -p build/corpus && build/fuzz/tiles_fuzz build/corpus tests/fuzz/tiles
#include <cstdint>
#include <string>
#include <string_view>

#include "candour/base/error.h"
#include "candour/log/tiles.h"

using namespace candour;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = base::as_text({data, size});
  if (const auto name = log::parse_tile_path(bytes)) {
    CANDOUR_CHECK(log::tile_path(*name) == bytes);
    CANDOUR_CHECK(log::tile_width(log::kSizeAtMost, name->level, name->index) <= log::kTileWidth);
  }
  try {
    std::string written;
    for (const std::string_view entry : log::parse_bundle(bytes)) log::append_to_bundle(written, entry);
    CANDOUR_CHECK(written == bytes);
  } catch (const base::Error&) {
  }
  return 0;
}
