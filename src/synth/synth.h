// Synthetic patients from published counts: for every count that many rows of a hospital's file, by field
// type, so that a month of real statistics tests the whole system. Nobody in them exists.
//
// Everything is a function of (collection, publication's counts, seed, submitter): each submitter and each
// person has its own keyed substream, so a subset of submitters does not change the others, and a file is the
// same whatever else is made. Files are streamed. docs/reference/synthesis.md.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/stream.h"
#include "candour/collection/collection.h"
#include "candour/table/chunk.h"

namespace candour::synth {

inline constexpr std::uint64_t kPeople = 700'000;  ///< of the 909,091 valid numbers that begin with 999

/// One row of published/expand.sql's result for a submitter: how many rows, and the columns that the rules
/// name.
struct Group {
  std::uint64_t rows = 0;
  std::vector<std::string> values;  ///< of Expansion::columns
};

/// What a publication asks for.
struct Expansion {
  std::vector<std::string> columns;
  std::map<std::string, std::vector<Group>> groups;  ///< by submitter; one with no groups is a nil return
};

/// Runs published/expand.sql over a publication in the release table's shape (release::shape_published).
/// Every submitter that the publication names is there, also one without any pathway. Errors: CND-1801 (the
/// collection has no expand.sql or synth.toml), CND-1805 (a group without a submitter, or of no rows),
/// CND-14xx.
[[nodiscard]] Expansion expand(const collection::Collection& collection, const table::Relation& published);

struct SynthOptions {
  std::uint64_t seed = 1;
  std::uint32_t planted_per_thousand = 10;  ///< additional rows with an error
};

/// A planted error: the line of the row that must be refused, and the rule that must refuse it.
struct Planted {
  std::uint64_t line = 0;
  std::string rule;
};

struct SynthFile {
  std::uint64_t rows = 0;  ///< good rows, decoys not counted
  std::uint64_t decoys = 0;
  std::vector<Planted> planted;
};

/// One submitter's file, header first, in the form of the collection's source mapping, made as it is read: a
/// file of any size needs the memory of a few rows. The collection and the expansion outlive it. Errors:
/// CND-1804 (a rule names a column that expand.sql does not give); read(): CND-1805 (a group's days are
/// none).
class SyntheticSource final : public base::ByteSource {
 public:
  SyntheticSource(const collection::Collection& collection, const Expansion& expansion,
                  std::string_view submitter, const collection::Period& period, const SynthOptions& options);
  ~SyntheticSource() override;
  std::size_t read(std::span<std::uint8_t> out) override;
  /// What the file holds; whole once read() gave 0.
  [[nodiscard]] const SynthFile& made() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The synthetic postcode look-up whose digest the collection pins; the same for every seed.
[[nodiscard]] std::string postcode_lookup();

}  // namespace candour::synth
