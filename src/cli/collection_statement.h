// What the controllers sign of a collection: its name and digest, the manifest of its files, and, beside it,
// the files themselves, so that everybody can read what an instruction lets run.
#pragma once

#include <filesystem>

#include "candour/cli/statement_files.h"

namespace candour::cli {

/// The manifest is the text whose SHA-256 is the collection's digest (collection::digest_of_folder). Errors:
/// those of load_collection; CND-2472 (a file is over 4 MiB, more than the log keeps).
[[nodiscard]] Draft draft_collection(const std::filesystem::path& folder, const statement::Header& header);

/// `candour collection statement`, `sign` and `submit`.
void add_collection_statement_commands(CLI::App& group, Context& context);

}  // namespace candour::cli
