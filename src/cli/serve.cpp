#include "candour/cli/serve.h"

#include <ostream>
#include <stop_token>

#include "candour/base/error.h"
#include "candour/base/json.h"
#include "candour/net/site_server.h"

namespace candour::cli {
namespace {

constexpr std::string_view kReleaseFormats = "candour-release-";  // of any version

}  // namespace

void require_release(const base::Disk& disk, const std::filesystem::path& folder) {
  if (!disk.exists(folder)) return;
  const std::filesystem::path path = folder / "release.json";
  if (disk.exists(path)) {
    const base::Json release = base::parse_json(base::load_text(disk, path));
    const base::Json* format = release.find("format");
    if (format != nullptr && format->text() != nullptr && format->text()->starts_with(kReleaseFormats))
      return;
  }
  throw base::Error("CND-1904", "The folder is no release, and everything in it would be shown.")
      .with("path", folder);
}

void serve_until_interrupted(Context& context, const std::filesystem::path& folder, std::uint16_t port) {
  require_release(context.disk, folder);
  net::SiteOptions options;
  options.folder = folder;
  options.port = port;
  options.signals = net::Signals::kStop;
  options.on_listening = [&](std::uint16_t bound) {
    context.out << "http://127.0.0.1:" << bound << "/  (Ctrl-C ends it)" << std::endl;
  };
  net::serve_site(options, context.clock, std::stop_token());
}

}  // namespace candour::cli
