// `candour site serve`: the files of a folder, over HTTP, for a browser on the same machine.
//
// It listens on 127.0.0.1 only, answers GET and HEAD only, and serves what lies in the folder (of a
// list of files, where there is one) and nothing beside it: a symbolic link that leads out is refused by the
// kernel (openat2, RESOLVE_BENEATH), not by looking at names. Every answer carries a policy that lets a page
// load its own style sheet and images and nothing else. Its memory does not grow with the size of a file or
// the number of clients: files are read in pieces, connections are limited, and each wait has a deadline.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>

#include "candour/base/clock.h"
#include "candour/net/server.h"
#include "candour/net/site_folder.h"

namespace candour::net {

struct SiteOptions {
  std::filesystem::path folder;
  /// What of the folder is served; everything where there is no list.
  std::optional<SiteFiles> files = std::nullopt;
  std::uint16_t port = 0;  ///< 0 takes any free one
  /// Told once, when connections are accepted: which port it is.
  std::function<void(std::uint16_t port)> on_listening = {};
  /// Whether SIGINT and SIGTERM stop it too.
  Signals signals = Signals::kIgnore;
  /// More than this wait in the kernel's queue until one ends.
  std::size_t connections_at_most = 64;
  /// For the whole head of a request, and between two requests.
  std::chrono::milliseconds head_deadline = std::chrono::seconds(10);
  /// For each piece of an answer to be taken by the client.
  std::chrono::milliseconds write_deadline = std::chrono::seconds(20);
  /// For answers that are under way when it is told to stop.
  std::chrono::milliseconds stop_deadline = std::chrono::seconds(2);
};

/// Serves until `stop` is requested (or a signal comes, if that is asked for), then lets answers under way
/// finish and returns. Errors: CND-1901 (the folder cannot be opened), CND-1902 (the port cannot be had),
/// CND-1903 (this kernel cannot confine a path to a folder).
void serve_site(const SiteOptions& options, const base::Clock& clock, const std::stop_token& stop);

}  // namespace candour::net
