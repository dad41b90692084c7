// The federation's log as the hub runs it: judges what wants to enter, appends it, has it cosigned, and shows
// it. What it takes it cannot take back, and what the register would not hold it does not take.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "candour/base/clock.h"
#include "candour/base/disk.h"
#include "candour/crypto/signature.h"
#include "candour/instruction/register.h"
#include "candour/log/appender.h"
#include "candour/log/ports.h"
#include "candour/log/store.h"
#include "candour/log/witness_panel.h"
#include "candour/node/federation.h"
#include "candour/node/log.h"
#include "candour/node/log_view.h"
#include "candour/node/log_wire.h"
#include "candour/pseudonym/quota.h"

namespace candour::node {

/// Judges what wants to enter, against all that was taken before. From any thread.
class LogAdmission final : public log::Admission {
 public:
  /// Folds what the store holds. Both outlive it.
  LogAdmission(log::Store& store, const base::Clock& clock, const base::Digest& federation);

  /// Judges what was not taken before; takes nothing in.
  statement::Id admit(std::string_view envelope) override;
  [[nodiscard]] statement::Id id_of(std::string_view envelope) const override;
  /// Whether it was taken, so that it is in the log or on its way.
  [[nodiscard]] bool has(std::string_view envelope) const;
  /// Takes in what was admitted and queued. Errors: CND-2017.
  void take(std::string_view envelope);

  /// What admit() would say, given the body that the statement needs; takes nothing in. Errors: those of
  /// Register::judge; CND-2050 (it is of another time than now), CND-2060 (a charter's keys are of
  /// no ceremony), CND-2123, CND-2124 (a batch over quota),
  /// those of in_force (a batch, submission or withdraw that is not in force now).
  void judge(std::string_view envelope, std::string_view body) const;

 private:
  statement::Id judged(std::string_view envelope, std::string_view body) const;
  void require_keys(const instruction::Charter& charter) const;
  void fold(std::string_view envelope);
  [[nodiscard]] std::string body_of(std::string_view envelope) const;

  log::Store& store_;
  const base::Clock& clock_;
  mutable std::mutex mutex_;
  instruction::Register register_;
  pseudonym::Quota quota_;
  std::set<base::Digest> taken_;  ///< leaves that are on their way into the store
};

/// Puts an entry on its way: judged against all that went before it, its bodies kept, queued, and taken in.
/// One at a time. Errors: those of LogAdmission::judge and log::Appender::submit.
[[nodiscard]] std::shared_future<log::Acknowledged> queue_entry(LogAdmission& admission, log::Store& store,
                                                                log::Appender& appender, const Entry& entry);

class HubLog {
 public:
  /// The way to a witness that has this address and certificate.
  using WitnessAt = std::function<std::unique_ptr<log::WitnessPort>(const std::string& address,
                                                                    const base::Digest& tls_key)>;
  /// What it stands on; what is referred to outlives it.
  struct Parts {
    base::Disk& disk;
    const base::Clock& clock;
    Log& log;
    WitnessAt witness_at;
    std::filesystem::path folder;  ///< of the log
    FirstCharter first_envelope;
    std::shared_ptr<const instruction::Charter> first;
    const crypto::SigningKey& log_key;
    const crypto::SigningKey& hub_key;
  };
  /// Opens the log, or begins it. Errors: those of log::Store and LogView.
  explicit HubLog(Parts parts);
  ~HubLog();
  HubLog(const HubLog&) = delete;
  HubLog& operator=(const HubLog&) = delete;

  /// Starts its threads: appending, and heads. Call once, when the process is confined.
  void start();
  void stop();

  /// Enters a statement with its bodies; gives its tlog-proof when it is durable and cosigned. The same bytes
  /// again give the same entry. Errors: those of LogAdmission::judge; CND-2017 (a body that it names is
  /// missing), those of log::Appender::append.
  std::string enter(const Entry& entry);
  /// The same of the hub's own, without a body.
  std::string enter(std::string_view envelope);

  [[nodiscard]] log::Store& store() { return *store_; }
  /// Whether an error of the disk has ended it: it takes nothing more until the node is started again.
  [[nodiscard]] bool has_failed() const;
  /// What is published: what the hub itself obeys.
  [[nodiscard]] LogView& view() { return *view_; }

 private:
  struct Running;
  [[nodiscard]] std::shared_ptr<Running> make_running() const;
  [[nodiscard]] std::shared_ptr<Running> running() const;
  void tend(const std::stop_token& stop);
  void tend_once();
  void replace_witnesses();
  void enter_head();

  const Parts parts_;
  std::unique_ptr<log::Store> store_;
  std::unique_ptr<LogView> view_;
  std::unique_ptr<LogAdmission> admission_;
  std::mutex order_mutex_;  ///< what is admitted is queued before anything else is
  mutable std::mutex running_mutex_;
  std::shared_ptr<Running> running_;
  std::jthread tender_;
};

}  // namespace candour::node
