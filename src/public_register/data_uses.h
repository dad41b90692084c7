// The register for machines, in the shape of NHS England's data uses register: a line an instruction, the
// columns that readers of that register know, and then those that only a log can fill. The mapping is
// docs/reference/register.md; the page data.html is written from the same table.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "candour/public_register/inputs.h"

namespace candour::public_register {

struct DataUseColumn {
  std::string_view title;    ///< the CSV's heading
  std::string_view key;      ///< the JSON's member
  std::string_view meaning;  ///< for the data dictionary
  std::string (*text)(const Inputs& inputs, const instruction::InstructionEntry& entry);
};

/// The columns, in order.
[[nodiscard]] std::span<const DataUseColumn> data_use_columns();

/// In the log's order. No text begins as a formula does: a spreadsheet would compute what somebody signed.
[[nodiscard]] std::string write_data_uses_csv(const Inputs& inputs);
/// The same, to the letter of the texts, with what the register was read from.
[[nodiscard]] std::string write_data_uses_json(const Inputs& inputs);
/// The data dictionary, with the downloads.
[[nodiscard]] std::string render_data_page(const Inputs& inputs, std::uint64_t csv_bytes,
                                           std::uint64_t json_bytes);

}  // namespace candour::public_register
