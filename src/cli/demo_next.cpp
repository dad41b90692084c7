#include "candour/cli/demo_next.h"

#include "candour/base/error.h"
#include "candour/instruction/judge.h"
#include "candour/node/log_reader.h"
#include "candour/public_register/site.h"
#include "candour/statement/envelope.h"
#include "candour/statement/refusal.h"

namespace candour::cli {
namespace {

/// As a shell takes it.
std::string quoted(const std::filesystem::path& path) {
  std::string text = "'";
  for (const char c : path.string()) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  text += "'";
  const bool is_plain =
      path.string().find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-") ==
      std::string::npos;
  return is_plain ? path.string() : text;
}

/// The id of the first refusal in the log; empty where it has none.
std::string first_refusal(const std::vector<std::string>& entries) {
  for (const std::string& entry : entries) {
    if (instruction::judged_kind(entry) != "refusal") continue;
    return base::to_hex(
        statement::parse_refusal(statement::parse_envelope(entry, "refusal").payload).header.id);
  }
  return "";
}

}  // namespace

std::string show_where_next(Context& context, const DemoOptions& options,
                            const std::filesystem::path& folder) {
  const std::filesystem::path whole = std::filesystem::absolute(folder);
  const std::filesystem::path log_folder = whole / "federation" / "hub" / "log";
  const node::LogReader reader(context.disk, log_folder);
  const instruction::Register log = node::load_register(reader, reader.federation());
  const std::vector<collection::Collection> collections{
      collection::load_collection(collection::find_collection(options.collection))};
  public_register::store_site(
      context.disk, whole / "register",
      public_register::render_site({.log = &log,
                                    .at = context.clock.now_unix_seconds(),
                                    .collections = collections,
                                    .demonstration = public_register::Demonstration::kYes}));
  const std::string program = quoted(std::filesystem::read_symlink("/proc/self/exe"));
  const std::string federation = " --federation " + base::to_hex(log.federation());
  std::string out = "\nWhere to look next\n\n  verify the log yourself:\n    " + program + " log verify " +
                    quoted(log_folder) + federation + "\n";
  const std::string refusal = first_refusal(reader.entries());
  if (!refusal.empty()) {
    out += "  a refusal in plain words:\n    " + program + " explain-denial " + refusal + " --log " +
           quoted(log_folder) + federation + "\n";
  }
  return out + "  the public register, for your browser:\n    " + quoted(whole / "register" / "index.html") +
         "\n";
}

}  // namespace candour::cli
