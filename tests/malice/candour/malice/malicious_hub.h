// A hub that can do everything that the real one can, because it has all its keys, and is bound by none of
// its rules: it enters what it likes, keeps as many logs as it likes, signs any head, and shows each caller
// another one. It is made of the code that the real hub is made of (store, checkpoints, tlog-witness, the
// routes of a log over mutual TLS); what is left out is every check. It stands in this test program alone: no
// switch of the shipped program makes one.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/simulated_disk.h"
#include "candour/log/ports.h"
#include "candour/log/store.h"
#include "candour/net/net_testing.h"
#include "candour/node/log_wire.h"

namespace candour::malice {

/// Changes a file that is served: gives what is sent instead, nothing for "there is no such file".
using Spoil =
    std::function<std::optional<std::string>(std::string_view path, std::optional<std::string> file)>;

/// What one caller is shown.
struct Shown {
  log::Store* history = nullptr;
  std::optional<std::string> checkpoint{};  ///< instead of the history's
  Spoil spoil{};
};

class MaliciousHub {
 public:
  explicit MaliciousHub(const net::TestNode& identity);

  [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(server_->port()); }

  /// A log of the hub's, begun where there is none of that name.
  [[nodiscard]] log::Store& history(const std::string& name);
  /// Where it lies, for who reads folders; `disk` is the hub's.
  [[nodiscard]] static std::string folder(const std::string& name) { return "/hub/" + name; }
  /// The log that it shows as the true one.
  [[nodiscard]] log::Store& true_log() { return history("true"); }
  /// Another history, which begins with the true one's first `size` entries; with all its bodies.
  [[nodiscard]] log::Store& fork(const std::string& name, std::uint64_t size);

  /// Takes anything.
  static void enter(log::Store& history, std::span<const std::string> entries);
  /// Signs anything.
  [[nodiscard]] static log::SignedCheckpoint sign(const log::Head& head, const std::string& origin);

  /// Asks for cosignatures as the real hub does, telling each witness what it likes to hear: whatever size a
  /// witness says it has, it is shown a proof from there. Gives the checkpoint with those that it got,
  /// however few; `statuses` has what each answered.
  [[nodiscard]] log::SignedCheckpoint collect(log::Store& history, const log::SignedCheckpoint& checkpoint,
                                              const std::vector<log::WitnessPort*>& witnesses);
  std::vector<int> statuses;

  /// What callers are shown: by the key of their certificate, and everybody else.
  void show(const base::Digest& peer, Shown shown);
  void show_all(Shown shown);
  /// What is done with a statement that somebody wants to enter: gives its proof, or throws. At first all are
  /// taken into nothing, and refused.
  std::function<std::string(const node::Entry& entry)> on_statement;

  base::SimulatedDisk disk;

 private:
  [[nodiscard]] net::Response answer(const net::Request& request);
  std::map<std::string, std::unique_ptr<log::Store>> histories_;
  std::mutex mutex_;  ///< over what follows
  std::map<base::Digest, Shown> shown_;
  Shown to_all_;
  std::unique_ptr<net::RunningServer> server_;
};

/// The files of a log as a stranger without a certificate is served them.
class ServedFiles final : public log::TileSource {
 public:
  explicit ServedFiles(Shown shown) : shown_(std::move(shown)) {}
  std::optional<std::string> fetch(std::string_view path) override;

 private:
  const Shown shown_;
};

}  // namespace candour::malice
