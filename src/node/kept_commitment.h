// What the hub commits to in the log and keeps, so that an auditor can be shown it: a file of the salt (32
// bytes) and the text. docs/reference/formats/statements.md, "Salted commitments".
#pragma once

#include <filesystem>
#include <string_view>

#include "candour/base/disk.h"
#include "candour/base/random.h"
#include "candour/base/sha256.h"

namespace candour::node {

/// Makes the file with a new salt and gives the commitment. Where the file is there it is what was committed
/// to, so that one thing has one commitment. Errors: those of store_new.
[[nodiscard]] base::Digest keep_commitment(base::Disk& disk, base::Random& random,
                                           const std::filesystem::path& path, std::string_view text);

/// Whether such a file's bytes are what was committed to.
[[nodiscard]] bool opens(const base::Digest& commitment, std::string_view kept);

}  // namespace candour::node
