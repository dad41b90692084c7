#include "candour/cli/serve.h"

#include <optional>
#include <ostream>
#include <stop_token>

#include "candour/base/error.h"
#include "candour/base/json.h"
#include "candour/net/site_server.h"

namespace candour::cli {
namespace {

constexpr std::string_view kReleaseFormats = "candour-release-";  // of any version
constexpr std::string_view kDescription = "release.json";

/// The files that a release lists, with itself; nothing where it is no release.
std::optional<net::SiteFiles> listed_files(const std::string& text) {
  const base::Json release = base::parse_json(text);
  const base::Json* format = release.find("format");
  if (format == nullptr || format->text() == nullptr || !format->text()->starts_with(kReleaseFormats))
    return std::nullopt;
  const base::Json* files = release.find("files");
  if (files == nullptr || files->array() == nullptr) return std::nullopt;
  net::SiteFiles listed;
  for (const base::Json& file : *files->array()) {
    const base::Json* path = file.find("path");
    const base::Json* size = file.find("size_bytes");
    if (path == nullptr || path->text() == nullptr) return std::nullopt;
    if (size == nullptr || size->integer() == nullptr || *size->integer() < 0) return std::nullopt;
    listed[*path->text()] = static_cast<std::uint64_t>(*size->integer());
  }
  listed[std::string(kDescription)] = text.size();
  return listed;
}

}  // namespace

net::SiteFiles release_files(const base::Disk& disk, const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / kDescription;
  if (disk.exists(path)) {
    if (auto files = listed_files(base::load_text(disk, path))) return *std::move(files);
  }
  throw base::Error("CND-1904", "The folder is no release.").with("path", folder);
}

void serve_until_interrupted(Context& context, const std::filesystem::path& folder, std::uint16_t port) {
  net::SiteOptions options;
  // A folder that is missing is for the server to refuse.
  if (context.disk.exists(folder)) options.files = release_files(context.disk, folder);
  options.folder = folder;
  options.port = port;
  options.signals = net::Signals::kStop;
  options.on_listening = [&](std::uint16_t bound) {
    context.out << "http://127.0.0.1:" << bound << "/  (Ctrl-C ends it)" << std::endl;
  };
  net::serve_site(options, context.clock, std::stop_token());
}

}  // namespace candour::cli
