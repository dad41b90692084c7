// Any bytes as a file of a collection: accepted, or refused with an Error, and nothing else. The first byte
// chooses which file of a good collection the rest replaces, and from 128 on that the whole collection is
// loaded; else only the part that reads the file is, which is up to a hundred times faster. What is accepted
// must still keep its promise that no field that identifies leaves without a rule. Run at the top of the
// sources:
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

const FolderFiles& good_files() {
  static const FolderFiles kFiles = read_folder("tests/data/small-collection");
  return kFiles;
}

const Collection& good_collection() {
  static const Collection kLoaded = parse_collection(good_files(), "fuzz");
  return kLoaded;
}

void load_whole(const FolderFiles& files) {
  const Collection loaded = parse_collection(files, "fuzz");
  for (const Table& table : loaded.tables) {
    for (const Field& field : table.fields) {
      if (field.identifies && std::holds_alternative<Keep>(field.minimise))
        base::fail_check("a field that identifies is minimised", __FILE__, __LINE__);
    }
  }
}

void load_published_part(Folder& folder) {
  Collection collection = good_collection();
  load_published(folder, collection);
}

struct FuzzedFile {
  const char* name;
  void (*load_part)(Folder& folder);  ///< reads the file as a part of the good collection; none: the whole
};

constexpr FuzzedFile kFilesFuzzed[] = {
    {"collection.toml", nullptr},
    {"release.toml", [](Folder& folder) { static_cast<void>(load_release(folder, good_collection())); }},
    {"codes/reasons.csv",
     [](Folder& folder) { static_cast<void>(parse_code_list(folder.text("codes/reasons.csv"), "fuzz")); }},
    {"measures/visits.local.sql",
     [](Folder& folder) { static_cast<void>(load_measure(folder, "visits", good_collection())); }},
    {"measures/visits.toml",
     [](Folder& folder) { static_cast<void>(load_measure(folder, "visits", good_collection())); }},
    {"published/expand.sql", load_published_part},
    {"published/synth.toml",
     [](Folder& folder) {
       const auto toml = base::TomlTable::parse(folder.text("published/synth.toml"), "fuzz");
       static_cast<void>(load_synth(toml, good_collection()));
       toml.finish();
     }},
    {"examples/examples.toml",
     [](Folder& folder) {
       const auto toml = base::TomlTable::parse(folder.text("examples/examples.toml"), "fuzz");
       static_cast<void>(load_examples(toml, good_collection()));
     }},
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const FuzzedFile& fuzzed = kFilesFuzzed[data[0] % std::size(kFilesFuzzed)];
  FolderFiles files = good_files();
  files[fuzzed.name] = std::string(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    if (fuzzed.load_part == nullptr || data[0] >= 128) {
      load_whole(files);
    } else {
      Folder folder(files, "fuzz");
      fuzzed.load_part(folder);
    }
  } catch (const base::Error&) {
  }
  return 0;
}
