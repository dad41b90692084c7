// The beginning of a collection: small, complete, and passing its own check, so that somebody who changes it
// a little at a time always knows which change broke it.
#pragma once

#include <filesystem>

#include "candour/cli/context.h"

namespace candour::cli {

/// Writes the folder. Its name becomes the collection's. Errors: CND-1005 (it holds a collection already),
/// CND-1304 (a name of other than lower-case letters, digits and hyphens).
void write_collection_skeleton(Context& context, const std::filesystem::path& folder);

}  // namespace candour::cli
