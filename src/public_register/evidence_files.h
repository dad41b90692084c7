// The names of files in a folder of evidence, which who collects and who verifies share (evidence.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "candour/base/sha256.h"
#include "candour/instruction/register.h"

namespace candour::public_register {

/// "entries/000000000012-instruction.dsse".
[[nodiscard]] std::string entry_path(std::uint64_t index, std::string_view kind);
/// "entries/000000000012.tlog-proof".
[[nodiscard]] std::string proof_path(std::uint64_t index);
/// "bodies/<sha256>".
[[nodiscard]] std::string body_path(const base::Digest& digest);
/// "collections/<sha256>/".
[[nodiscard]] std::string collection_path(const base::Digest& digest);
/// The index of an entry's path; nothing where it is none.
[[nodiscard]] std::optional<std::uint64_t> index_of_entry(std::string_view path);

/// README.txt: what the evidence establishes and what not.
[[nodiscard]] std::string evidence_readme(const instruction::InstructionEntry& entry, std::uint64_t log_size);

}  // namespace candour::public_register
