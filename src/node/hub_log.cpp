#include "candour/node/hub_log.h"

#include <chrono>

#include "candour/base/error.h"
#include "candour/instruction/log_policy.h"
#include "candour/instruction/verdict.h"
#include "candour/node/domains.h"
#include "candour/node/named_bodies.h"
#include "candour/node/refusals.h"
#include "candour/statement/envelope.h"
#include "candour/statement/head.h"
#include "candour/statement/kinds.h"
#include "candour/statement/once.h"
#include "candour/statement/payload.h"
#include "candour/statement/submission.h"
#include "candour/statement/withdraw.h"

namespace candour::node {
namespace {

constexpr std::int64_t kToleranceSeconds = 5 * 60;
/// A submission, as a week of erasure orders, is planned up to so long before it comes.
constexpr std::int64_t kSubmissionSeconds = 24 * 3600 + kToleranceSeconds;
/// Below the five minutes for which a checkpoint counts as fresh.
constexpr std::int64_t kRenewSeconds = 120;
constexpr std::int64_t kCosignWithinMs = 10'000;
constexpr auto kAcknowledgeWithin = std::chrono::seconds(30);
constexpr auto kTendEvery = std::chrono::seconds(1);

statement::Header header_of(std::string_view envelope) {
  const std::string payload = statement::parse_any_envelope(envelope).payload;
  return statement::PayloadReader(std::string_view(payload)).header();
}

void require_time(std::string_view kind, std::int64_t made, std::int64_t now) {
  const bool too_early = made > now + kToleranceSeconds;
  const bool is_at_once = kind == "batch" || kind == "run";
  const bool is_within_a_day = kind == "submission" || kind == "withdraw";
  const bool too_late =
      (is_at_once && now - made > kToleranceSeconds) || (is_within_a_day && now - made > kSubmissionSeconds);
  if (!too_early && !too_late) return;
  throw base::Error("CND-2050", "The statement was made at another time than the log's clock shows.")
      .with("kind", base::Label(kind))
      .with("made", base::Label(base::utc_text(made)))
      .with("clock", base::Label(base::utc_text(now)));
}

}  // namespace

LogAdmission::LogAdmission(log::Store& store, const base::Clock& clock, const base::Digest& federation)
    : store_(store), clock_(clock), register_(federation) {
  store_.each_entry(0, store_.next().size, [&](std::uint64_t, std::string_view entry) { fold(entry); });
}

std::string LogAdmission::body_of(std::string_view envelope) const {
  const auto digest = instruction::Register::body_of(envelope);
  if (!digest) return "";
  auto body = store_.bodies().get(*digest);
  if (!body) {
    throw base::Error("CND-2017", "A body that an entry of the log names cannot be had.")
        .with("sha256", base::Label(base::to_hex(*digest)));
  }
  return *std::move(body);
}

statement::Id LogAdmission::judged(std::string_view envelope, std::string_view body) const {
  const std::int64_t now = clock_.now_unix_seconds();
  const std::string_view kind = statement::statement_kind(envelope).name;
  const statement::Id id = register_.judge(envelope, body);
  require_time(kind, header_of(envelope).made, now);
  const instruction::Moment moment{.now = now, .witnessed = now};
  const std::string payload = statement::parse_any_envelope(envelope).payload;
  if (kind == instruction::kCharterKind) require_keys(instruction::parse_charter(payload, body));
  if (kind == "batch") {
    const statement::Batch batch = statement::parse_batch(payload);
    quota_.require_room(*register_.charter()->provider(batch.provider), batch, now);
  } else if (kind == "submission") {
    const statement::Submission submission = statement::parse_submission(payload);
    const auto& order = *register_.find(submission.instruction)->instruction;
    instruction::in_force(register_,
                          {.instruction = submission.instruction,
                           .mode = order.mode,
                           .domain = order.domain,
                           .provider = submission.provider,
                           .collection = submission.collection},
                          moment)
        .require();
  } else if (kind == "withdraw") {
    const statement::Withdraw withdraw = statement::parse_withdraw(payload);
    instruction::in_force(register_,
                          {.instruction = withdraw.instruction,
                           .mode = instruction::Mode::kErasure,
                           .domain = register_.find(withdraw.instruction)->instruction->domain,
                           .provider = withdraw.provider},
                          moment)
        .require();
  }
  return id;
}

// No node would go by such a version, and none without it either: it would end the federation.
void LogAdmission::require_keys(const instruction::Charter& charter) const {
  try {
    require_domains(register_, charter, [this](std::uint64_t index) { return store_.entry(index); });
  } catch (const base::Error& error) {
    if (fault_of(error.code().view()) == Fault::kBusy) throw;
    throw base::Error("CND-2060", "The keys of a domain are not what a ceremony in the log gave.")
        .with("because", base::Label(error.code().view()));
  }
}

void LogAdmission::judge(std::string_view envelope, std::string_view body) const {
  const std::lock_guard lock(mutex_);
  (void)judged(envelope, body);
}

void LogAdmission::fold(std::string_view envelope) {
  const std::size_t problems = register_.problems().size();
  register_.apply(envelope, body_of(envelope));
  if (register_.problems().size() > problems) return;
  if (statement::statement_kind(envelope).name == "batch") {
    quota_.add(statement::parse_batch(statement::parse_any_envelope(envelope).payload),
               statement::leaf_hash(envelope));
    quota_.forget(clock_.now_unix_seconds());
  }
}

bool LogAdmission::has(std::string_view envelope) const {
  const base::Digest leaf = statement::leaf_hash(envelope);
  const std::lock_guard lock(mutex_);
  return taken_.contains(leaf) || store_.find(leaf).has_value();
}

void LogAdmission::take(std::string_view envelope) {
  const std::lock_guard lock(mutex_);
  fold(envelope);
  constexpr std::size_t kTakenAtMost = 10'000;
  if (taken_.size() > kTakenAtMost) {
    std::erase_if(taken_, [&](const base::Digest& leaf) { return store_.find(leaf).has_value(); });
  }
  taken_.insert(statement::leaf_hash(envelope));
}

statement::Id LogAdmission::admit(std::string_view envelope) {
  // What was taken is taken: judged again, a charter would not follow from itself.
  if (has(envelope)) return id_of(envelope);
  const std::lock_guard lock(mutex_);
  (void)judged(envelope, body_of(envelope));
  return id_of(envelope);
}

statement::Id LogAdmission::id_of(std::string_view envelope) const { return statement::once_id(envelope); }

// Judged, its bodies kept, queued and taken in, one after another: what was judged in force stands in the log
// before what ends it, and nothing is taken in that is not on its way.
std::shared_future<log::Acknowledged> queue_entry(LogAdmission& admission, log::Store& store,
                                                  log::Appender& appender, const Entry& entry) {
  const bool is_new = !admission.has(entry.envelope);
  if (is_new) {
    std::string needed;
    if (const auto name = instruction::Register::body_of(entry.envelope)) {
      for (const std::string& one : entry.bodies) {
        if (log::is_digest_of(*name, one)) needed = one;
      }
      if (needed.empty()) needed = store.bodies().get(*name).value_or("");
    }
    admission.judge(entry.envelope, needed);
  }
  // Also of what is there: a free text may come after its statement, whose entry does not wait for it.
  keep_named_bodies(store.bodies(), entry);
  auto future = appender.submit(entry.envelope);
  if (is_new) admission.take(entry.envelope);
  return future;
}

/// The appender with the witnesses of one version of the charter.
struct HubLog::Running {
  std::vector<instruction::Guardian> guardians;
  std::vector<instruction::Witness> witnesses;
  std::uint16_t quorum = 0;
  std::vector<std::unique_ptr<log::WitnessPort>> clients;
  std::unique_ptr<log::WitnessPanel> panel;
  std::unique_ptr<log::Appender> appender;
};

HubLog::HubLog(Parts parts) : parts_(std::move(parts)) {
  store_ = std::make_unique<log::Store>(parts_.disk, parts_.folder);
  const auto body_of = [this](const base::Digest& digest) { return store_->bodies().get(digest); };
  view_ = std::make_unique<LogView>(LogView::Parts{parts_.clock, *store_, parts_.first, nullptr, body_of});
  admission_ = std::make_unique<LogAdmission>(*store_, parts_.clock, parts_.first->federation());
}

HubLog::~HubLog() { stop(); }

std::shared_ptr<HubLog::Running> HubLog::make_running() const {
  auto running = std::make_shared<Running>();
  const auto charter = view_->charter();
  running->guardians = charter->guardians;
  running->witnesses = charter->witnesses;
  running->quorum = charter->quorum;
  std::vector<log::WitnessPort*> ports;
  const auto add = [&](const std::string& address, const base::Digest& tls_key) {
    running->clients.push_back(parts_.witness_at(address, tls_key));
    ports.push_back(running->clients.back().get());
  };
  for (const instruction::Guardian& one : charter->guardians) add(one.address, one.tls_key);
  for (const instruction::Witness& one : charter->witnesses) add(one.address, one.tls_key);
  running->panel = std::make_unique<log::WitnessPanel>(instruction::log_policy(*charter), std::move(ports),
                                                       log::WitnessPanel::Workers::kThreads, kCosignWithinMs);
  running->appender = std::make_unique<log::Appender>(
      *store_, *admission_, charter->log(), parts_.log_key, *running->panel, parts_.clock,
      log::AppenderLimits{.renew_after_seconds = kRenewSeconds});
  return running;
}

std::shared_ptr<HubLog::Running> HubLog::running() const {
  const std::lock_guard lock(running_mutex_);
  if (!running_) throw base::Error("CND-2543", "The log has stopped.");
  return running_;
}

void HubLog::start() {
  running_ = make_running();
  running_->appender->start();
  tender_ = std::jthread([this](const std::stop_token& stop) { tend(stop); });
}

// The appender first: who waits for a quorum, the tender among them, is told that it will not come.
void HubLog::stop() {
  tender_.request_stop();
  std::shared_ptr<Running> stopping;
  {
    const std::lock_guard lock(running_mutex_);
    stopping = running_;
  }
  if (stopping) stopping->appender->stop();
  if (tender_.joinable()) tender_.join();
  const std::lock_guard lock(running_mutex_);
  if (running_) running_->appender->stop();
  running_.reset();
}

std::string HubLog::enter(const Entry& entry) {
  while (true) {
    std::shared_ptr<Running> asked;
    std::shared_future<log::Acknowledged> future;
    {
      const std::lock_guard order(order_mutex_);
      asked = running();
      future = queue_entry(*admission_, *store_, *asked->appender, entry);
    }
    if (future.wait_for(kAcknowledgeWithin) != std::future_status::ready) {
      throw base::Error("CND-2542", "The entry is not co-signed yet: send the same bytes again.");
    }
    try {
      const log::Acknowledged done = future.get();
      // What is acknowledged is in force for the hub too, before whoever entered it comes with the next
      // thing.
      view_->refresh();
      return done.proof;
    } catch (const base::Error& error) {
      // One whose appender was replaced while it waited goes to the next.
      const std::lock_guard order(order_mutex_);
      if (error.code() != base::ErrorCode("CND-2543") || running() == asked) throw;
    }
  }
}

std::string HubLog::enter(std::string_view envelope) {
  return enter(Entry{.envelope = std::string(envelope), .bodies = {}});
}

void HubLog::tend(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    try {
      tend_once();
    } catch (const base::Error& error) {
      parts_.log.event("log.lags").with(error);
    }
    std::this_thread::sleep_for(kTendEvery);
  }
}

void HubLog::tend_once() {
  if (store_->next().size == 0) {
    (void)enter(Entry{parts_.first_envelope.envelope, {parts_.first_envelope.providers}});
  }
  view_->refresh();
  replace_witnesses();
  if (view_->now()->wants_head(parts_.clock.now_unix_seconds())) enter_head();
}

// Other witnesses may have to cosign from a version of the charter on. What the old appender had not appended
// is judged anew by the next: nothing is entered meanwhile.
void HubLog::replace_witnesses() {
  const auto charter = view_->charter();
  const std::shared_ptr<Running> before = running();
  if (before->guardians == charter->guardians && before->witnesses == charter->witnesses &&
      before->quorum == charter->quorum) {
    return;
  }
  const std::lock_guard order(order_mutex_);
  before->appender->stop();
  admission_ = std::make_unique<LogAdmission>(*store_, parts_.clock, parts_.first->federation());
  const std::shared_ptr<Running> next = make_running();
  next->appender->start();
  const std::lock_guard lock(running_mutex_);
  running_ = next;
}

bool HubLog::has_failed() const {
  const std::lock_guard lock(running_mutex_);
  return running_ && running_->appender->failure();
}

void HubLog::enter_head() {
  const auto charter = view_->charter();
  statement::Head head{.header = {.federation = charter->federation(),
                                  .log = charter->log(),
                                  .id = {},
                                  .made = parts_.clock.now_unix_seconds()},
                       .checkpoint = store_->published().note};
  head.header.id = statement::derived_id("head", base::sha256(base::as_bytes(head.checkpoint)));
  (void)enter(
      statement::write_envelope(statement::sign("head", statement::write_payload(head), parts_.hub_key)));
}

}  // namespace candour::node
