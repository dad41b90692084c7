// Makes a package at the provider: rows with their tokens are sorted, committed to, compressed and sealed.
// All of it is in memory, because a file of sorted runs would hold tokens; kOpenedBytesAtMost bounds it. The
// same rows, tokens and seeds give the same bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/stream.h"
#include "candour/crypto/seal.h"
#include "candour/submission/commitment.h"
#include "candour/submission/package_format.h"
#include "candour/table/chunk.h"

namespace candour::submission {

/// What the manifest says of a package.
struct PackageFacts {
  base::Digest commitment{};
  base::Digest sha256{};
  std::uint64_t package_bytes = 0;
};

struct PackageSeeds {
  base::ByteView salt;  ///< travels inside the package
  /// From which, with what is sealed, comes the key pair of HPKE's sender: two contents never share one.
  base::ByteView seal;
};

class PackageBuilder {
 public:
  /// For rows of these columns, about so many: with room for them no token is moved, and so left behind.
  PackageBuilder(const table::Schema& minimised, std::size_t rows);
  ~PackageBuilder();
  PackageBuilder(const PackageBuilder&) = delete;
  PackageBuilder& operator=(const PackageBuilder&) = delete;

  /// A row: its record as RecordText gives it, and its token. Errors: CND-2201 (the package would be larger
  /// than one may be, or the record).
  void add(std::string_view record, const std::optional<Token>& token);

  /// Writes the sealed package. So many rows of the slice were refused before. Call once.
  [[nodiscard]] PackageFacts write(base::ByteSink& out, std::uint64_t rows_refused,
                                   const crypto::SealPublicKey& receiver, base::ByteView info,
                                   const PackageSeeds& seeds);

  /// After write(): where each row stands in the package's order, from 0, in the order in which they were
  /// added. Secret: it is the order of the tokens.
  [[nodiscard]] std::vector<std::uint64_t> places() const;

 private:
  struct Row {
    Token token{};
    bool has_token = false;
    std::uint32_t size = 0;
    std::uint64_t at = 0;
    std::uint64_t number = 0;  ///< in the order in which they came
  };
  [[nodiscard]] std::string_view record_of(const Row& row) const {
    return std::string_view(records_).substr(row.at, row.size);
  }
  [[nodiscard]] base::Bytes compressed(const PackageSeeds& seeds, Commitment& commitment);

  std::string header_;
  std::string records_;  ///< one after another, in the order in which they came
  std::vector<Row> rows_;
  std::uint64_t opened_bytes_ = 0;
};

}  // namespace candour::submission
