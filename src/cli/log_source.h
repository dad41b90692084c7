// A log as the commands of `candour log` are given it: a URL on this machine, or a folder.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "candour/base/sha256.h"
#include "candour/cli/context.h"
#include "candour/log/tiles.h"

namespace candour::cli {

/// http://127.0.0.1:PORT is a log's public port, or what leads to it; anything else the folder of a log or a
/// mirror, which is read without a lock. Errors: CND-2489 (a URL that is none of these).
[[nodiscard]] std::unique_ptr<log::TileSource> open_log(Context& context, const std::string& url_or_folder);

/// The federation that somebody pins. Errors: CND-2011 (it is not 64 hexadecimal digits).
[[nodiscard]] base::Digest parse_federation(std::string_view hex);

}  // namespace candour::cli
