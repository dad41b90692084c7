#include "candour/cli/log_source.h"

#include "candour/base/error.h"
#include "candour/log/folder_files.h"
#include "candour/node/log_wire.h"

namespace candour::cli {
namespace {

constexpr std::string_view kHttp = "http://";
constexpr std::string_view kHttps = "https://";

[[noreturn]] void refuse_url(const std::string& url) {
  throw base::Error("CND-2489", "A log is read from a folder, or from http://127.0.0.1:PORT.")
      .with("given", base::Label(url));
}

}  // namespace

std::unique_ptr<log::TileSource> open_log(Context& context, const std::string& url_or_folder) {
  if (url_or_folder.starts_with(kHttps)) refuse_url(url_or_folder);
  if (!url_or_folder.starts_with(kHttp)) {
    return std::make_unique<log::FolderFiles>(context.disk, url_or_folder);
  }
  std::string address = url_or_folder.substr(kHttp.size());
  if (address.ends_with('/')) address.pop_back();
  if (!address.starts_with("127.0.0.1:") && !address.starts_with("localhost:")) refuse_url(url_or_folder);
  if (address.find('/') != std::string::npos) refuse_url(url_or_folder);
  return std::make_unique<node::LogClient>(node::options_of(address, {}, nullptr), context.clock);
}

base::Digest parse_federation(std::string_view hex) {
  const auto digest = base::from_hex_exactly<32>(hex);
  if (!digest) throw base::Error("CND-2011", "The federation is not 64 hexadecimal digits.");
  return *digest;
}

}  // namespace candour::cli
