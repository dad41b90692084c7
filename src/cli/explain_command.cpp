// `candour explain CODE`: the page of an error, a refused row or a denial.
#include <CLI/CLI.hpp>
#include <ostream>

#include "candour/base/catalogue.h"
#include "candour/base/error.h"
#include "candour/cli/context.h"

namespace candour::cli {
namespace {

void explain(Context& context, const std::string& code) {
  if (code.empty()) {
    for (const base::CataloguePage& page : base::catalogue())
      context.out << page.code << "  " << page.title << '\n';
    return;
  }
  const base::CataloguePage* page = base::find_page(code);
  if (page == nullptr) {
    throw base::Error("CND-1018", "There is no page with this code.").with("code", base::Label(code));
  }
  context.out << page->text;
}

}  // namespace

void add_explain_command(CLI::App& app, Context& context) {
  auto code = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("explain", "Explain a code: what it means and what to do");
  command->add_option("CODE", *code, "A code such as CND-1211; without one, every code with its title");
  command->callback([&context, code] { explain(context, *code); });
}

}  // namespace candour::cli
