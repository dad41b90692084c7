#include "candour/cli/serve.h"

#include <ostream>
#include <stop_token>

#include "candour/net/site_server.h"

namespace candour::cli {

void serve_until_interrupted(Context& context, const std::filesystem::path& folder, std::uint16_t port) {
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
