#include "candour/node/hub_log.h"

#include <chrono>

#include "candour/base/error.h"
#include "candour/instruction/log_policy.h"
#include "candour/instruction/verdict.h"
#include "candour/statement/decision.h"
#include "candour/statement/envelope.h"
#include "candour/statement/head.h"
#include "candour/statement/kinds.h"
#include "candour/statement/payload.h"
#include "candour/statement/submission.h"

namespace candour::node {
namespace {

constexpr std::int64_t kToleranceSeconds = 5 * 60;
/// A submission is planned up to so long before its manifest comes.
constexpr std::int64_t kSubmissionSeconds = 24 * 3600 + kToleranceSeconds;
/// Below the five minutes for which a checkpoint counts as fresh.
constexpr std::int64_t kRenewSeconds = 120;
constexpr std::int64_t kCosignWithinMs = 10'000;
constexpr auto kTendEvery = std::chrono::seconds(1);

statement::Header header_of(std::string_view envelope) {
  const std::string payload = statement::parse_any_envelope(envelope).payload;
  return statement::PayloadReader(std::string_view(payload)).header();
}

void require_time(std::string_view kind, std::int64_t made, std::int64_t now) {
  const bool too_early = made > now + kToleranceSeconds;
  const bool too_late = (kind == "batch" && now - made > kToleranceSeconds) ||
                        (kind == "submission" && now - made > kSubmissionSeconds);
  if (!too_early && !too_late) return;
  throw base::Error("CND-2050", "The statement was made at another time than the log's clock shows.")
      .with("kind", base::Label(kind))
      .with("made", base::Label(base::utc_text(made)))
      .with("clock", base::Label(base::utc_text(now)));
}

}  // namespace

LogAdmission::LogAdmission(log::Store& store, const base::Clock& clock, const base::Digest& federation)
    : store_(store), clock_(clock), register_(federation) {
  store_.each_entry(0, store_.next().size, [&](std::uint64_t, std::string_view entry) {
    const std::size_t problems = register_.problems().size();
    take(entry, body_of(entry));
    CANDOUR_CHECK(register_.problems().size() == problems);  // it was judged when it came
  });
  taken_.clear();
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
  }
  return id;
}

void LogAdmission::judge(std::string_view envelope, std::string_view body) const {
  const std::lock_guard lock(mutex_);
  (void)judged(envelope, body);
}

void LogAdmission::take(std::string_view envelope, std::string_view body) {
  register_.apply(envelope, body);
  if (statement::statement_kind(envelope).name == "batch") {
    quota_.add(statement::parse_batch(statement::parse_any_envelope(envelope).payload),
               statement::leaf_hash(envelope));
    quota_.forget(clock_.now_unix_seconds());
  }
}

statement::Id LogAdmission::admit(std::string_view envelope) {
  const base::Digest leaf = statement::leaf_hash(envelope);
  const std::lock_guard lock(mutex_);
  // What was taken is taken: judged again, a charter would not follow from itself.
  if (taken_.contains(leaf) || store_.find(leaf)) return id_of(envelope);
  const std::string body = body_of(envelope);
  const statement::Id id = judged(envelope, body);
  take(envelope, body);
  taken_.insert(leaf);
  return id;
}

statement::Id LogAdmission::id_of(std::string_view envelope) const { return header_of(envelope).id; }

/// The appender with the witnesses of one version of the charter.
struct HubLog::Running {
  std::vector<instruction::Guardian> guardians;
  std::vector<instruction::Witness> witnesses;
  std::uint16_t quorum = 0;
  std::vector<std::unique_ptr<WitnessClient>> clients;
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
    running->clients.push_back(
        std::make_unique<WitnessClient>(options_of(address, tls_key, &parts_.tls), parts_.clock));
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
  const auto body = instruction::Register::body_of(entry.envelope);
  const bool is_known = store_->find(statement::leaf_hash(entry.envelope)).has_value();
  if (!is_known) {
    std::string needed;
    for (const std::string& one : entry.bodies) {
      if (body && base::sha256(base::as_bytes(one)) == *body) needed = one;
    }
    if (body && needed.empty()) needed = store_->bodies().get(*body).value_or("");
    admission_->judge(entry.envelope, needed);
    keep_bodies(entry);
  }
  log::Acknowledged done = append(entry.envelope);
  // What is acknowledged is in force for the hub too, before whoever entered it comes with the next thing.
  view_->refresh();
  return std::move(done.proof);
}

// One whose appender was replaced while it waited goes to the next.
log::Acknowledged HubLog::append(const std::string& envelope) {
  while (true) {
    const std::shared_ptr<Running> asked = running();
    try {
      return asked->appender->append(envelope);
    } catch (const base::Error& error) {
      if (error.code() != base::ErrorCode("CND-2543") || running() == asked) throw;
    }
  }
}

std::string HubLog::enter(std::string_view envelope) {
  return enter(Entry{.envelope = std::string(envelope), .bodies = {}});
}

// Only what a statement names, which was judged: nobody fills the hub's disk with what nobody asked for.
void HubLog::keep_bodies(const Entry& entry) {
  std::set<base::Digest> named;
  if (const auto providers = instruction::Register::body_of(entry.envelope)) named.insert(*providers);
  if (statement::statement_kind(entry.envelope).name == "collection") {
    const auto collection =
        statement::parse_collection(statement::parse_any_envelope(entry.envelope).payload);
    named.insert(collection.manifest_sha256);
    for (const std::string& one : entry.bodies) {
      if (base::sha256(base::as_bytes(one)) != collection.manifest_sha256) continue;
      // The manifest is what sha256sum prints: a digest, two spaces, a name, a line each.
      for (std::size_t at = 0; at < one.size(); at = one.find('\n', at) + 1) {
        if (const auto digest = base::from_hex_exactly<32>(std::string_view(one).substr(at, 64))) {
          named.insert(*digest);
        }
        if (one.find('\n', at) == std::string::npos) break;
      }
    }
  }
  for (const std::string& one : entry.bodies) {
    const base::Digest digest = base::sha256(base::as_bytes(one));
    if (named.contains(digest)) store_->bodies().put(digest, one);
  }
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

// Other witnesses may have to cosign from a version of the charter on. Only one appender changes the store:
// the old one has stopped when the new one begins, which takes what comes meanwhile.
void HubLog::replace_witnesses() {
  const auto charter = view_->charter();
  const std::shared_ptr<Running> before = running();
  if (before->guardians == charter->guardians && before->witnesses == charter->witnesses &&
      before->quorum == charter->quorum) {
    return;
  }
  const std::shared_ptr<Running> next = make_running();
  {
    const std::lock_guard lock(running_mutex_);
    running_ = next;
  }
  before->appender->stop();
  next->appender->start();
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
