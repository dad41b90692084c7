#include "candour/public_register/frame.h"

#include "candour/base/printable.h"
#include "candour/public_register/words.h"

namespace candour::public_register {

page::Page frame_of(const Inputs& inputs) {
  page::Page page;
  page.caption = "Public register";
  page.content_policy = page::kStaticContentPolicy;
  page.home = "index.html";  // the register is also read from a disk, where a folder has no first page
  page.breadcrumbs = {{"index.html", "All instructions"}};
  if (inputs.demonstration == Demonstration::kYes) {
    page.phase = "An independent demonstration on synthetic patients.";
  }
  page.footer_links = {
      {"index.html", "All instructions"},    {"decides.html", "Who decides"},
      {"figures.html", "How much was sent"}, {"problems.html", "Problems and sealed entries"},
      {"claims.html", "What we claim"},      {"verify.html", "Verify in your browser"},
      {"data.html", "For machines"},         {"feed.xml", "Feed"}};
  page.footer_note = "Written from the first " + counted(inputs.log->size(), "entry", "entries") +
                     " of the log " + base::printable(inputs.log->charter()->log()) + ", as of " +
                     moment_in_words(inputs.at) + ".";
  return page;
}

}  // namespace candour::public_register
