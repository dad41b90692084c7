// The sink of `candour validate`: keeps nothing but what uniqueness needs, in fixed memory whatever the
// size of the files.
//
// Of each accepted row it keeps a 16-byte digest of the key, under a key that exists in this process only,
// and the place. Full buffers are sorted and written as runs to an unnamed scratch file (O_TMPFILE: it has no
// name and is gone when the process is), merged at the end. What lies on disk is digests that nobody can link
// to a patient.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string_view>

#include "candour/base/random.h"
#include "candour/intake/row_sink.h"

namespace candour::intake {

class ValidatingSink final : public RowSink {
 public:
  /// `buffer_rows` digests are held in memory before a run is written. Errors: CND-1003 (scratch disk full).
  ValidatingSink(const collection::Table& table, base::Random& random,
                 const std::filesystem::path& scratch_folder, std::size_t buffer_rows = std::size_t{1} << 20);
  ~ValidatingSink() override;
  void accept(const AcceptedRows& accepted, const DuplicateFound& found) override;
  void refuse(const table::IdentifiableChunk& rows, std::size_t row, std::uint64_t line,
              std::string_view record, std::span<const Problem> problems) override;
  void finish(const DuplicateFound& found) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace candour::intake
