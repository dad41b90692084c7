#include "candour/collection/release_spec.h"

namespace candour::collection {

const ReleaseColumn* ReleaseTable::find(std::string_view column) const {
  for (const ReleaseColumn& one : columns) {
    if (one.name == column) return &one;
  }
  return nullptr;
}

}  // namespace candour::collection
