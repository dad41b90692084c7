// `sign`, the same for charters, collections, instructions and sealed entries: says in plain words what is signed, adds one
// signature, and says who has signed and who must.
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
  std::filesystem::path file;  ///< beside which its bodies lie
};
/// Writes in plain words what a payload says. Refuses one that nobody should sign.
using ShowPayload = std::function<void(Context& context, const ToSign& what)>;

void add_sign(CLI::App& group, Context& context, std::string_view kind, ShowPayload show);

void show_charter(Context& context, const ToSign& what);
void show_collection(Context& context, const ToSign& what);
void show_instruction(Context& context, const ToSign& what);
/// What is sealed, out of the secret beside the file. Errors: CND-2580 (it is not there, or another's).
void show_sealed(Context& context, const ToSign& what);

/// Where the secret of a sealed statement lies beside it: FILE.secret.
[[nodiscard]] std::filesystem::path secret_of(std::filesystem::path file);

/// The next version of a charter, out of its payload and the list of providers beside its file.
[[nodiscard]] instruction::Charter load_charter_of(const base::Disk& disk, const std::filesystem::path& file,
                                                   std::string_view payload);

/// "of: says" of every member, a value a line.
void write_members(std::ostream& out, const std::vector<instruction::InWords>& members);
/// What is no longer said with "-", and what is said now with "+". False where there is nothing.
bool write_differences(std::ostream& out, const std::vector<instruction::Difference>& differences);

}  // namespace candour::cli
