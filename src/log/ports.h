// What a log asks of others and of its node. src/node implements the ports over network and register; tests
// with the other side's objects. All calls block, and may come from several threads.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "candour/log/checkpoint.h"
#include "candour/statement/payload.h"

namespace candour::log {

/// An answer of a witness: an HTTP status and its body (C2SP tlog-witness). The body of 409 has
/// kSizeContentType.
struct WitnessReply {
  int status = 0;
  std::string body = {};
  friend bool operator==(const WitnessReply&, const WitnessReply&) = default;
};

class WitnessPort {
 public:
  virtual ~WitnessPort() = default;
  /// POST add-checkpoint. Gives up after `within_ms`. Errors: its own, where no answer came.
  [[nodiscard]] virtual WitnessReply add_checkpoint(std::string_view body, std::int64_t within_ms) = 0;
};

/// Who decides what may enter the log.
class Admission {
 public:
  virtual ~Admission() = default;
  /// What the log takes once of a statement that may enter: a valid one of its kind by a party of the
  /// charter. Errors: those of the rule that it breaks.
  [[nodiscard]] virtual statement::Id admit(std::string_view envelope) = 0;
  /// The same of a statement that is in the log, which was admitted when it came.
  [[nodiscard]] virtual statement::Id id_of(std::string_view envelope) const = 0;
};

}  // namespace candour::log
