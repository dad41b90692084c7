// How nodes and strangers reach a log over HTTP. Reading is C2SP tlog-tiles below /v1/log/, so that any
// client of that standard reads it; writing is one route, for who has something signed.
// docs/reference/wire.md.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/clock.h"
#include "candour/instruction/charter.h"
#include "candour/log/ports.h"
#include "candour/log/tiles.h"
#include "candour/net/client.h"

namespace candour::node {

/// GET, "*" being "checkpoint", "tile/…" or "body/SHA256".
inline constexpr const char* kLogRoute = "v1/log/*";
/// POST: a statement and the bodies that it names (write_entry); answered with its tlog-proof.
inline constexpr const char* kStatementsRoute = "v1/log/statements";
/// POST: C2SP tlog-witness.
inline constexpr const char* kAddCheckpointRoute = "v1/witness/add-checkpoint";
/// POST, at a guardian: a statement that the log should have, a revocation above all. It takes effect there
/// at once, and the guardian sees to it that the log has it.
inline constexpr const char* kHandInRoute = "v1/hand-in";

inline constexpr std::size_t kPartsAtMostBytes = std::size_t{16} << 20;

/// An envelope and its bodies in one message: each I2OSP(length,4) ‖ bytes, the envelope first.
[[nodiscard]] std::string write_entry(std::string_view envelope, const std::vector<std::string>& bodies);
struct Entry {
  std::string envelope;
  std::vector<std::string> bodies;
};
/// Errors: CND-2468 (it is no such message).
[[nodiscard]] Entry parse_entry(std::string_view bytes);

/// Where a log, a witness or a guardian listens, and by which key it is known; without TLS on this machine.
[[nodiscard]] net::ClientOptions options_of(std::string_view address, const base::Digest& tls_key,
                                            const net::Tls* tls);

/// The files of another node's log. From any thread, one call at a time.
class LogClient final : public log::TileSource {
 public:
  /// Errors: CND-2450 (the address is none).
  LogClient(net::ClientOptions options, const base::Clock& clock);

  /// A file of the log, or nothing. Errors: CND-2460, those of net::Client.
  std::optional<std::string> fetch(std::string_view path) override;
  /// Enters a statement. Gives its tlog-proof once it is in the log for good. Errors: CND-2460 (with the code
  /// of the refusal), those of net::Client.
  [[nodiscard]] std::string enter(std::string_view envelope, const std::vector<std::string>& bodies = {});
  /// Hands a statement to a guardian. Errors: the same.
  void hand_in(std::string_view envelope, const std::vector<std::string>& bodies = {});

 private:
  [[nodiscard]] std::optional<base::Bytes> post(std::string_view route, std::string_view envelope,
                                                const std::vector<std::string>& bodies);
  std::mutex mutex_;
  net::Client client_;
};

/// A witness as the log reaches it.
class WitnessClient final : public log::WitnessPort {
 public:
  WitnessClient(net::ClientOptions options, const base::Clock& clock) : client_(std::move(options), clock) {}
  log::WitnessReply add_checkpoint(std::string_view body, std::int64_t within_ms) override;

 private:
  std::mutex mutex_;
  net::Client client_;
};

}  // namespace candour::node
