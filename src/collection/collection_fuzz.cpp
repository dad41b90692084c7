// Any bytes as a file of a collection: accepted, or refused with an Error, and nothing else. The first byte
// chooses which file of a good collection the rest replaces; what is accepted must still keep its promise
// that no field that identifies leaves without a rule. Run at the top of the sources:
//
//   cmake --preset fuzz && ninja -C build/fuzz collection_fuzz
//   mkdir -p build/corpus && build/fuzz/collection_fuzz -max_len=8192 build/corpus tests/fuzz/collection
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "candour/base/error.h"
#include "candour/collection/declaration.h"

using namespace candour;
using namespace candour::collection;

namespace {

const FolderFiles& good_collection() {
  static const FolderFiles kFiles = read_folder("tests/data/small-collection");
  return kFiles;
}

constexpr std::string_view kFilesFuzzed[] = {
    "collection.toml",      "release.toml",         "codes/reasons.csv",    "measures/visits.local.sql",
    "measures/visits.toml", "published/expand.sql", "published/synth.toml", "examples/examples.toml",
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  FolderFiles files = good_collection();
  files[std::string(kFilesFuzzed[data[0] % std::size(kFilesFuzzed)])] =
      std::string(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    const Collection loaded = parse_collection(files, "fuzz");
    for (const Table& table : loaded.tables) {
      for (const Field& field : table.fields) {
        if (field.identifies && std::holds_alternative<Keep>(field.minimise))
          base::fail_check("a field that identifies is minimised", __FILE__, __LINE__);
      }
    }
  } catch (const base::Error&) {
  }
  return 0;
}
