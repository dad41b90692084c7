// The months' figures in the log, for people and for machines: what each provider said of a month that is
// over.
#pragma once

#include <cstdint>
#include <string>

#include "candour/public_register/inputs.h"

namespace candour::public_register {

/// A page of the newest; all are in the files.
[[nodiscard]] std::string render_figures(const Inputs& inputs, std::uint64_t csv_bytes,
                                         std::uint64_t json_bytes);

/// A line a statement, newest month first. A figure that is not told is "suppressed".
[[nodiscard]] std::string write_figures_csv(const Inputs& inputs);
[[nodiscard]] std::string write_figures_json(const Inputs& inputs);

}  // namespace candour::public_register
