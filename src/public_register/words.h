// Words that several pages of the public register share.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "candour/instruction/instruction.h"
#include "candour/public_register/inputs.h"
#include "candour/statement/salted.h"

namespace candour::public_register {

/// "28 November 2026, 16:25:09 UTC".
[[nodiscard]] std::string moment_in_words(std::int64_t unix_seconds);
/// "Official statistics" for "official-statistics".
[[nodiscard]] std::string spoken(std::string_view word);
/// A text of an instruction; "Not said" where it is empty.
[[nodiscard]] std::string said(std::string_view text);
/// "a, b and c"; "none" of nothing.
[[nodiscard]] std::string listed(const std::vector<std::string>& words);
/// "1 batch", "1,204 batches".
[[nodiscard]] std::string counted(std::uint64_t number, std::string_view one, std::string_view many);
/// "because a court said so, until 31 January 2027, by entry 12."
[[nodiscard]] std::string redaction_in_words(const instruction::RedactionEntry& entry);
/// A text that stands beside the log; or that it is redacted and why, or not at hand, and how long it is.
[[nodiscard]] std::string free_text(const Inputs& inputs, const statement::FreeText& text);
/// What a sealed entry hid, once it is open; that it is not, before.
[[nodiscard]] std::string hidden_in_words(const Inputs& inputs, const instruction::SealedEntry& entry);
/// Whether the opt-out applies, in a sentence.
[[nodiscard]] std::string opt_out_in_words(const instruction::Instruction& instruction);
/// The policy's words for a ground on which it does not apply; the instruction's own where the policy has
/// none.
[[nodiscard]] std::string opt_out_ground_in_words(std::string_view code);
/// Whose data an instruction covers.
[[nodiscard]] std::string providers_in_words(const instruction::Instruction& instruction);

/// For a CSV, which people open in spreadsheets: NUL, which CSV cannot carry, is dropped, and what would
/// begin a formula is preceded by an apostrophe, as OWASP advises (CSV Injection).
[[nodiscard]] std::string harmless_in_csv(std::string text);

/// The file of an instruction's page.
[[nodiscard]] std::string page_of(const statement::Id& instruction);

}  // namespace candour::public_register
