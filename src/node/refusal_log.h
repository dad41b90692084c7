// What this node refuses, for the log: written down durably when it happens, and entered in the log when that
// can be reached. Never what was asked: who was refused, what for, under which rule.
//
// The same refusal again within ten minutes is counted, and written after them or when the node stops: nobody
// fills a disk or a log by asking. Strangers are counted together, an hour of the clock at a time. From any
// thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "candour/base/clock.h"
#include "candour/base/disk.h"
#include "candour/base/random.h"
#include "candour/crypto/signature.h"
#include "candour/node/log.h"
#include "candour/statement/refusal.h"

namespace candour::node {

/// One refusal.
struct Refused {
  statement::RefusedAct act = statement::RefusedAct::kSend;
  std::string to{};  ///< an ODS code or a name of the charter; empty for a stranger
  std::optional<statement::Id> instruction{};
  std::string code{};  ///< of the catalogue
};

class RefusalLog {
 public:
  /// Whose refusals, and where they wait. What is referred to outlives it.
  struct Parts {
    base::Disk& disk;
    const base::Clock& clock;
    base::Random& random;
    Log& log;
    std::filesystem::path folder;
    base::Digest federation{};
    std::string origin;
    statement::NodeRole role = statement::NodeRole::kHub;
  };
  explicit RefusalLog(Parts parts);

  /// Notes a refusal of the node `at` (an ODS code, or the charter's name), signed by its key. A disk that
  /// fails makes it no less a refusal: then it is only in this node's own log.
  void note(const Refused& refused, std::string_view at, const crypto::SigningKey& key);

  /// Writes what was counted of this node and is due: ten minutes after it was written last, of strangers
  /// when their hour is over.
  void write_due(std::string_view at, const crypto::SigningKey& key);

  /// Writes all that was counted of this node but of strangers: it stops.
  void write_counted(std::string_view at, const crypto::SigningKey& key);

  using Enter = std::function<void(std::string_view envelope)>;
  /// Enters all that waits; what cannot be entered waits on.
  void send(const Enter& enter);

 private:
  using Key = std::tuple<std::string, std::string, statement::RefusedAct, std::optional<statement::Id>,
                         std::string>;  ///< at, to, act, …
  struct Count {
    std::uint32_t times = 0;                ///< that are not written yet
    std::int64_t since = 0;                 ///< when the first of them was
    std::optional<std::int64_t> written{};  ///< when this was written last
  };
  void write(const Key& key_of, const Count& count, std::int64_t until, const crypto::SigningKey& key);

  const Parts parts_;
  std::mutex mutex_;
  std::map<Key, Count> counts_;
};

}  // namespace candour::node
