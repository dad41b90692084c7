// From a collection to an instruction that people can fill in, and whether what they wrote fits the
// collection: asked when it is drafted, so that nobody signs an order that cannot be carried out.
#pragma once

#include <string>
#include <vector>

#include "candour/base/clock.h"
#include "candour/collection/collection.h"
#include "candour/instruction/charter.h"
#include "candour/instruction/instruction.h"

namespace candour::cli {

/// An instruction over all of a collection: its digest, every measure, of the columns that are left after
/// minimisation those that the measures read, every provider. The texts are the draftsman's.
[[nodiscard]] instruction::Instruction draft_of(const collection::Collection& collection);

/// The draft as TOML, with a comment above each member that has to be filled in. Dates are 28 days from now
/// and a year on. With a charter, its bodies and its only domain stand in it; nullptr leaves them out.
[[nodiscard]] std::string write_skeleton(const collection::Collection& collection, const base::Clock& clock,
                                         const instruction::Charter* charter);

/// Why an instruction's part on this collection cannot be carried out, in sentences; empty where it can. The
/// folder is the one that it names; every field is a column of minimised rows; every measure of the
/// collection that it names reads none but those fields, as DuckDB's binder finds by looking at the
/// statement. `measures` are those of all its collections.
[[nodiscard]] std::vector<std::string> problems_of(const instruction::Instruction& instruction,
                                                   const collection::Collection& collection);

/// The same of the whole: each collection, a measure that none of them has, and the ground for leaving
/// opt-outs out. `collections` are those that it names, in its order.
[[nodiscard]] std::vector<std::string> problems_of(const instruction::Instruction& instruction,
                                                   const std::vector<collection::Collection>& collections);

}  // namespace candour::cli
