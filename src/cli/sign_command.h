// `sign`, the same for charters, collections, instructions, sealed entries and redactions: says in plain
// words what is signed, adds one signature, and says who has signed and who must.
#pragma once

#include <functional>
#include <string_view>

#include "candour/cli/statement_files.h"
#include "candour/instruction/in_words.h"

namespace candour::cli {

/// What is about to be signed, and what else is known of it.
struct ToSign {
  const instruction::Register& log;
  std::string_view payload;
  std::filesystem::path file;          ///< beside which its bodies lie
  std::filesystem::path log_folder{};  ///< whose register it is, where a signature is asked for
};
/// Writes in plain words what a payload says. Refuses one that nobody should sign.
using ShowPayload = std::function<void(Context& context, const ToSign& what)>;

void add_sign(CLI::App& group, Context& context, std::string_view kind, ShowPayload show);
/// The same of a group with several kinds: `kind_of` gives that of a file, from its text.
void add_sign_of(CLI::App& group, Context& context, std::function<std::string(std::string_view)> kind_of,
                 ShowPayload show);

void show_charter(Context& context, const ToSign& what);
void show_collection(Context& context, const ToSign& what);
void show_instruction(Context& context, const ToSign& what);

/// The next version of a charter, out of its payload and the list of providers beside its file.
[[nodiscard]] instruction::Charter load_charter_of(const base::Disk& disk, const std::filesystem::path& file,
                                                   std::string_view payload);

/// "of: says" of every member, a value a line.
void write_members(std::ostream& out, const std::vector<instruction::InWords>& members);
/// What is no longer said with "-", and what is said now with "+". False where there is nothing.
bool write_differences(std::ostream& out, const std::vector<instruction::Difference>& differences);

}  // namespace candour::cli
