// A collection's examples are its tests: a file that is right, one that is wrong with what must be said of
// it, and for each measure rows with the table that must come of them.
//
//   examples/examples.toml (table, submitter, period)  valid.csv  invalid.csv  invalid.expected.csv
//   (line,rule) MEASURE.rows.csv (minimised rows)  MEASURE.expected.csv (what the combining step gives)
#pragma once

#include <string>
#include <vector>

#include "candour/cli/context.h"
#include "candour/collection/collection.h"

namespace candour::cli {

struct ExampleResult {
  std::string name;  ///< "invalid.csv"
  bool holds = false;
  std::string account;  ///< "6 rows refused as expected", or what is otherwise
};

/// Runs every example. Errors: CND-1319 (there are none), those of intake and measure.
[[nodiscard]] std::vector<ExampleResult> run_examples(Context& context,
                                                      const collection::Collection& collection);

}  // namespace candour::cli
