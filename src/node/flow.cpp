#include "candour/node/flow.h"

#include <algorithm>
#include <memory>
#include <ranges>
#include <set>

#include "candour/base/error.h"
#include "candour/crypto/key.h"
#include "candour/instruction/verdict.h"
#include "candour/node/batch_rows.h"
#include "candour/node/federation.h"
#include "candour/node/guardian_client.h"
#include "candour/node/hub_client.h"
#include "candour/node/logged.h"
#include "candour/node/monthly_figures.h"
#include "candour/node/slice_flow.h"
#include "candour/node/slice_port.h"
#include "candour/node/source.h"
#include "candour/node/vault_rows.h"
#include "candour/node/withdraw_flow.h"
#include "candour/statement/withdraw.h"
#include "candour/submission/outbox.h"
#include "candour/vault/withdraw_orders.h"

namespace candour::node {
namespace {

/// A checkpoint that is older is fetched anew before anything leaves.
constexpr std::int64_t kFreshSeconds = 60;

/// What the organisation itself refuses to send, whatever others say: it is not in force, or the slice went
/// under the other opt-out regime, or nobody has asked who opted out, or the hub's key to seal it to is none.
bool is_own_refusal(std::string_view code) {
  return code.starts_with("CND-20") || code.starts_with("CND-261") || code == "CND-2203";
}

/// One organisation's flows.
class Flows {
 public:
  Flows(FlowSurroundings& around, const Organisation& organisation)
      : around_(around),
        charter_(around.view.charter()),
        organisation_(organisation),
        key_(load_signing_key(around.disk, organisation.keys / "signing.sealed", around.config.key_file)),
        vault_(vault::Vault::open(around.disk, organisation.vault,
                                  crypto::load_key_file(organisation.vault_key_file))),
        hub_(around.peers.hub(*charter_, organisation.code)),
        outbox_({around.disk, around.clock, around.random, key_}, organisation.outbox,
                {charter_->federation(), charter_->log(), charter_->hub.signing_key}, organisation.code),
        slices_({around.disk, around.clock, vault_, outbox_, *hub_}) {}

  std::vector<FlowReport> run() {
    const std::int64_t now = around_.clock.now_unix_seconds();
    if (!around_.log_error) require_logged(around_.disk, outbox_, around_.view.store());
    vault_.forget_batches_before(now - kBatchRecordSeconds);
    vault::OptOuts(vault_).forget_expired(now);
    for (const collection::Collection& collection : around_.collections) {
      try {
        run(collection);
      } catch (const base::Error& error) {
        FlowReport report{.organisation = organisation_.code, .collection = collection.name};
        fail(report, error);
        reports_.push_back(std::move(report));
      }
    }
    run_withdraw(now);
    // After the flows, which may have fetched a receipt of the month before.
    if (!around_.log_error) tell_figures();
    around_.refusals.write_counted(organisation_.code, key_);
    return std::move(reports_);
  }

 private:
  /// Under the instruction in force, of which a log has one at most. Where there was an order and none is
  /// in force, whoever waits for it to go is told why it does not.
  void run(const collection::Collection& collection) {
    const auto log = around_.view.now();
    const instruction::InstructionEntry* of_order = nullptr;
    bool in_force = false;
    for (const auto& [id, entry] : log->instructions()) {
      in_force = verdict(*entry.instruction, collection, std::nullopt).in_force();
      const bool is_newest = of_order == nullptr || entry.index > of_order->index;
      if (in_force || (is_newest && concerns(*entry.instruction, collection))) of_order = &entry;
      if (in_force) break;
    }
    const instruction::Instruction* order = of_order == nullptr ? nullptr : of_order->instruction.get();
    if (order == nullptr) return refuse(collection);
    const minimise::Lookups lookups =
        in_force ? load_lookups(around_.disk, collection, around_.config.provider.references)
                 : minimise::Lookups();
    for (const collection::Table& table : collection.tables) {
      if (!table.has_any_of(order->collection(collection.name)->fields)) continue;
      const vault::Slice any{collection.name, table.name, vault_.submitter(), ""};
      // The newest first: where a quota is used up, the present has gone.
      const auto periods = vault_.periods(any);
      for (const auto& [period, rows] : std::views::reverse(periods)) {
        const SliceJob job{*order, collection, table, collection::parse_period(period, table.period),
                           lookups};
        if (job.period.first_day >= order->data_from) {
          in_force ? run(job) : refuse(job);
        } else if (latest_submission(around_.disk, outbox_, job)) {
          // What never went is nobody's failure; what went under an order of before is told when it changes.
          refuse(job);
        }
      }
    }
  }

  /// The week's batch of erasure orders, under each instruction that lets it go. Where somebody ordered an
  /// erasure and a domain has none, whoever waits for it is told.
  void run_withdraw(std::int64_t now) {
    std::set<std::string> gone;  // domains
    const auto log = around_.view.now();
    for (const auto& [id, entry] : log->instructions()) {
      const instruction::Instruction& order = *entry.instruction;
      const bool is_over = entry.revocation || now >= order.expires || now < order.not_before;
      if (order.mode != instruction::Mode::kErasure || !order.covers(organisation_.code) || is_over) continue;
      gone.insert(order.domain);
      FlowReport report{.organisation = organisation_.code,
                        .collection = "erasure-orders",
                        .table = order.domain,
                        .period = statement::week_of(now).iso()};
      try {
        report.state = send_withdraw(order);
      } catch (const base::Error& error) {
        if (is_own_refusal(error.code().view())) note_refusal(order, error.code());
        fail(report, error);
      }
      reports_.push_back(std::move(report));
    }
    const auto orders = vault::WithdrawOrders(vault_).list();
    for (const instruction::Domain& domain : charter_->domains) {
      const bool is_waiting = std::ranges::any_of(
          orders, [&](const vault::WithdrawOrder& one) { return !one.is_received(domain.name); });
      if (!is_waiting || gone.contains(domain.name)) continue;
      reports_.push_back({.organisation = organisation_.code,
                          .collection = "erasure-orders",
                          .table = domain.name,
                          .state = FlowState::kNotOrdered});
    }
  }

  void tell_figures() {
    const auto report = [&](std::string collection, std::string month) {
      return FlowReport{.organisation = organisation_.code,
                        .collection = std::move(collection),
                        .table = "opt-out-figures",
                        .period = std::move(month),
                        .state = FlowState::kFigures};
    };
    try {
      MonthlyFigures figures({.disk = around_.disk,
                              .view = around_.view,
                              .log = around_.log,
                              .outbox = outbox_,
                              .enter = around_.peers.enter,
                              .signing_key = key_,
                              .provider = organisation_.code,
                              .folder = organisation_.outbox / "figures"});
      for (const ToldMonth& one : figures.tell()) {
        reports_.push_back(report(one.collection, one.month));
        if (one.error) fail(reports_.back(), *one.error);
      }
    } catch (const base::Error& error) {
      reports_.push_back(report("", ""));
      fail(reports_.back(), error);
    }
  }

  FlowState send_withdraw(const instruction::Instruction& order) {
    const submission::Federation federation{charter_->federation(), charter_->log(),
                                            charter_->hub.signing_key};
    const WithdrawState state =
        node::send_withdraw({.clock = around_.clock,
                             .random = around_.random,
                             .vault = vault_,
                             .federation = federation,
                             .provider = organisation_.code,
                             .key = key_,
                             .instruction = order,
                             .require_in_force =
                                 [&](const statement::Id& id) {
                                   around_.view.refresh_if_older(kFreshSeconds);
                                   around_.view
                                       .judge({.instruction = id,
                                               .mode = instruction::Mode::kErasure,
                                               .domain = order.domain,
                                               .provider = organisation_.code})
                                       .require();
                                 },
                             .evaluate =
                                 [&](base::ByteView seed, std::span<const pseudonym::Identifier> numbers) {
                                   return evaluate({around_, *charter_, organisation_.code, key_, seen_},
                                                   {.instruction = order.id(),
                                                    .domain = order.domain,
                                                    .collection = "",
                                                    .seed = seed,
                                                    .evidence = organisation_.outbox / "evidence"},
                                                   numbers);
                                 },
                             .sealing_key = [&] { return hub_->sealing_key(); },
                             .send =
                                 [&](base::ByteView request) {
                                   return around_.peers.withdraw(*charter_, organisation_.code, request);
                                 }});
    return state == WithdrawState::kReceived ? FlowState::kReceived : FlowState::kUpToDate;
  }

  /// Whether an instruction orders records of this collection from this organisation, in force or not.
  [[nodiscard]] bool concerns(const instruction::Instruction& instruction,
                              const collection::Collection& collection) const {
    return instruction.mode == instruction::Mode::kRecords && instruction.covers(organisation_.code) &&
           instruction.collection(collection.name) != nullptr;
  }

  [[nodiscard]] instruction::Verdict verdict(const instruction::Instruction& instruction,
                                             const collection::Collection& collection,
                                             std::optional<base::Date> period_begins) const {
    return around_.view.judge({.instruction = instruction.id(),
                               .domain = instruction.domain,
                               .provider = organisation_.code,
                               .collection = collection.name,
                               .collection_sha256 = &collection.digest,
                               .period_begins = period_begins});
  }

  [[nodiscard]] instruction::Verdict verdict(const SliceJob& job) const {
    return verdict(job.instruction, job.collection, job.period.first_day);
  }

  [[nodiscard]] FlowReport report_of(const SliceJob& job) const {
    return {.organisation = organisation_.code,
            .collection = job.collection.name,
            .table = job.table.name,
            .period = job.period.name};
  }

  void run(const SliceJob& job) {
    FlowReport report = report_of(job);
    try {
      send(job, report);
    } catch (const base::Error& error) {
      if (is_own_refusal(error.code().view())) note_refusal(job.instruction, error.code());
      fail(report, error);
    }
    reports_.push_back(std::move(report));
  }

  /// Of what nobody ordered nothing leaves, and who waits for it to go is told.
  void refuse(const collection::Collection& collection) {
    const bool has_rows = std::ranges::any_of(collection.tables, [&](const collection::Table& table) {
      return !vault_.periods({collection.name, table.name, vault_.submitter(), ""}).empty();
    });
    if (!has_rows) return;
    FlowReport report{.organisation = organisation_.code, .collection = collection.name};
    report.state = FlowState::kNotOrdered;
    reports_.push_back(std::move(report));
  }

  /// What was received under the instruction when it was in force stays so; what has changed since must not
  /// go.
  void refuse(const SliceJob& job) {
    FlowReport report = report_of(job);
    if (const auto revision = slices_.received_as_it_is(job)) {
      report.state = FlowState::kUpToDate;
      report.revision = *revision;
    } else {
      const instruction::Verdict verdict = this->verdict(job);
      note_refusal(job.instruction, verdict.code());
      // Where the log could not be asked, that is why.
      const bool is_stale = verdict.code() == base::ErrorCode("CND-2036") && around_.log_error;
      fail(report, is_stale ? *around_.log_error : base::Error(verdict.code(), verdict.reason()));
    }
    reports_.push_back(std::move(report));
  }

  void note_refusal(const instruction::Instruction& order, const base::ErrorCode& code) {
    around_.refusals.note({.act = statement::RefusedAct::kSend,
                           .to = organisation_.code,
                           .instruction = order.id(),
                           .code = std::string(code.view())},
                          organisation_.code, key_);
  }

  void fail(FlowReport& report, const base::Error& error) {
    report.state = FlowState::kFailed;
    report.error.emplace(error);
    around_.log.event("flow.failed")
        .with("organisation", base::Label(report.organisation))
        .with("collection", base::Label(report.collection))
        .with("period", base::Label(report.period))
        .with(error);
  }

  void send(const SliceJob& job, FlowReport& report) {
    const SliceOutcome outcome =
        slices_.send({.job = job,
                      .acceptance = around_.config.provider.acceptance,
                      .legal_notice = around_.config.provider.legal_notice,
                      .even_unchanged = around_.again.contains(job.period.name),
                      .require_in_force =
                          [&] {
                            // What was revoked a minute ago must not go.
                            around_.view.refresh_if_older(kFreshSeconds);
                            verdict(job).require();
                          },
                      .make_port =
                          [&](const std::filesystem::path& folder, const vault::OptOutFilter* filter) {
                            return std::make_unique<SlicePort>(
                                SliceOwner{around_, *charter_, organisation_.code, vault_, key_, seen_}, job,
                                folder, filter);
                          }});
    report.revision = outcome.revision;
    report.left_out = outcome.left_out;
    if (outcome.left_out) report.check_due = slices_.opt_outs().check_due();
    report.state = outcome.receipt ? FlowState::kReceived : FlowState::kUpToDate;
    if (!outcome.receipt) return;
    report.rows = outcome.rows;
    around_.log.event("flow.received")
        .with("organisation", base::Label(report.organisation))
        .with("collection", base::Label(report.collection))
        .with("period", base::Label(report.period))
        .with("revision", report.revision)
        .with("rows", static_cast<std::int64_t>(report.rows));
  }

  FlowSurroundings& around_;
  const std::shared_ptr<const instruction::Charter> charter_;
  const Organisation& organisation_;
  const crypto::SigningKey key_;
  vault::Vault vault_;
  const std::unique_ptr<submission::HubPort> hub_;
  submission::Outbox outbox_;
  SliceFlow slices_;
  GuardiansSeen seen_;
  std::vector<FlowReport> reports_;
};

}  // namespace

FlowPeers network_peers(const net::Tls& tls, const base::Clock& clock, FollowedLog& followed) {
  return {.hub =
              [&tls, &clock](const instruction::Charter& charter, const std::string& organisation) {
                return std::make_unique<HubClient>(charter, tls, clock, organisation);
              },
          .withdraw =
              [&tls, &clock](const instruction::Charter& charter, const std::string& organisation,
                             base::ByteView request) {
                return HubClient(charter, tls, clock, organisation).withdraw(request);
              },
          .guardian =
              [&tls, &clock](const instruction::Guardian& guardian) {
                return std::make_unique<GuardianClient>(guardian, tls, clock);
              },
          .enter = [&followed](std::string_view envelope) { followed.enter(envelope); }};
}

std::vector<FlowReport> run_flows(FlowSurroundings& around, const Organisation& organisation) {
  return Flows(around, organisation).run();
}

}  // namespace candour::node
