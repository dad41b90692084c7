#include "candour/public_register/site.h"

#include "candour/page/assets.h"
#include "candour/public_register/claims.h"
#include "candour/public_register/data_uses.h"
#include "candour/public_register/difference.h"
#include "candour/public_register/federation_pages.h"
#include "candour/public_register/feed.h"
#include "candour/public_register/figures.h"
#include "candour/public_register/instruction_page.h"
#include "candour/public_register/redactions.h"
#include "candour/public_register/words.h"

namespace candour::public_register {

SiteFiles render_site(const Inputs& inputs) {
  SiteFiles files;
  files["candour.css"] = page::style_sheet();
  files["verify.html"] = page::verifier_page();
  files["index.html"] = render_index(inputs);
  files["decides.html"] = render_who_decides(inputs);
  files["problems.html"] = render_problems(inputs);
  files["claims.html"] = render_claims(inputs);
  files["figures.csv"] = write_figures_csv(inputs);
  files["figures.json"] = write_figures_json(inputs);
  files["figures.html"] = render_figures(inputs, files["figures.csv"].size(), files["figures.json"].size());
  files["feed.xml"] = write_feed(inputs);
  files["redactions.json"] = write_redactions_json(inputs);
  files["register.csv"] = write_data_uses_csv(inputs);
  files["register.json"] = write_data_uses_json(inputs);
  files["data.html"] = render_data_page(inputs, files["register.csv"].size(), files["register.json"].size());
  for (const auto& [id, entry] : inputs.log->instructions()) {
    files[page_of(id)] = render_instruction(inputs, entry);
    const instruction::InstructionEntry* before = version_before(*inputs.log, entry);
    if (before != nullptr) files[difference_page_of(id)] = render_difference(inputs, *before, entry);
  }
  return files;
}

void store_site(base::Disk& disk, const std::filesystem::path& folder, const SiteFiles& files) {
  disk.make_folder(folder, base::Access::kPublic);
  for (const auto& [name, bytes] : files) disk.store_new(folder / name, bytes, base::Access::kPublic);
}

}  // namespace candour::public_register
