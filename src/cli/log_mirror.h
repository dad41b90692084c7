// A mirror that anybody may keep of a log, knowing nothing of the federation but its pinned digest: `candour
// log mirror` and `log watch`. It needs no key and no certificate, and believes what the witnesses of the
// charter in force have signed: from version 1 on, from one version to the next (log/mirror.h).
#pragma once

#include <filesystem>
#include <memory>

#include "candour/cli/context.h"
#include "candour/log/mirror.h"
#include "candour/log/store.h"
#include "candour/node/log_view.h"

namespace candour::cli {

class PublicMirror {
 public:
  /// Takes up the folder, or begins it with version 1 of the charter as `remote` serves it, if that is the
  /// pinned one. `context` and `remote` outlive it. Errors: CND-2480 (the log has no checkpoint), CND-2011
  /// (its first entry is not the pinned charter), CND-2012 (its list of providers cannot be had); those of
  /// Store, `remote` and LogView.
  PublicMirror(Context& context, log::TileSource& remote, std::filesystem::path folder,
               const base::Digest& federation);
  PublicMirror(const PublicMirror&) = delete;
  PublicMirror& operator=(const PublicMirror&) = delete;

  /// Fetches what is new, with the bodies that it names. Errors: those of Mirror and LogView.
  void update();
  [[nodiscard]] node::LogView& view() { return *view_; }
  [[nodiscard]] log::Store& store() { return store_; }

 private:
  void fetch_bodies(std::string_view entry);

  Context& context_;
  log::Store store_;
  log::Mirror mirror_;
  std::unique_ptr<node::LogView> view_;
};

}  // namespace candour::cli
