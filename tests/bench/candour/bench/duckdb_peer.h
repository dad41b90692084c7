// The same checks of the same file in DuckDB: read_csv and SQL that is made from the collection's
// declarations. DuckDB is what a data team would reach for otherwise.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "candour/collection/collection.h"
#include "candour/intake/submission.h"

namespace candour::bench {

struct PeerCounts {
  std::uint64_t rows = 0;
  std::uint64_t refused = 0;  ///< by a type, a required rule or a row check
  std::uint64_t duplicates = 0;
};

[[nodiscard]] std::string peer_statement(const collection::Collection& collection,
                                         const collection::Table& table, const intake::Submission& submission,
                                         const std::filesystem::path& file);

/// Runs a statement that gives those three counts; ends the process with DuckDB's words where it fails.
[[nodiscard]] PeerCounts run_peer(const std::string& statement, int threads);

}  // namespace candour::bench
