// A package as the hub reads it: opened, decompressed, parsed and checked row by row, in memory that does not
// grow with it. Nothing is whole before next() has said false: then, and not earlier, every row, their order,
// their number and the commitment were what the manifest says. Who stores rows commits them after that.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "candour/base/stream.h"
#include "candour/collection/collection.h"
#include "candour/crypto/seal.h"
#include "candour/statement/submission.h"
#include "candour/submission/package_format.h"
#include "candour/table/chunk.h"

namespace candour::submission {

/// What a package must keep to, beside its manifest.
struct PackageRules {
  const collection::Table& table;                      ///< outlives the package
  std::uint64_t tokens_at_most = 0;                    ///< distinct ones: as many as its batches cover
  std::function<std::string(const Token&)> pseudonym;  ///< asked once for each row with a token
  /// The columns of minimised rows that may have values; nullptr: all. Outlives the package.
  const std::vector<std::string>* fields = nullptr;
};

class OpenedPackage final : public table::ChunkSource {
 public:
  /// Reads `sealed` once. It and the key outlive the package. `manifest` was verified.
  OpenedPackage(base::ByteSource& sealed, const crypto::SealKey& key, const statement::Submission& manifest,
                PackageRules rules);
  ~OpenedPackage() override;

  /// kPseudonymColumn (null where the row has no valid NHS number), then Table::minimised_schema().
  [[nodiscard]] const table::Schema& schema() const override;

  /// What it says of itself, which next() holds it to. Errors: CND-1021, CND-1022 (it is sealed to another
  /// key, as something else, or was changed); CND-2227 (a number that it cannot have: names the rule).
  [[nodiscard]] const PackageHeader& header();

  /// The next rows; false when the package was whole and right. Errors: those of header(); CND-2220,
  /// CND-2221 (it does not decompress, or to another size); CND-2222 (a row breaks a rule: names line, column
  /// and rule, no value); CND-2223 (another number of rows than its header says, or another commitment than
  /// the manifest's); CND-2037 (a value of a field that may not leave); CND-2225 (more tokens than its
  /// batches cover); CND-2227 (its padding).
  bool next(table::Chunk& rows) override;

 private:
  class Reader;
  std::unique_ptr<Reader> reader_;
};

}  // namespace candour::submission
