#include "candour/node/withdraw_flow.h"

#include "candour/base/error.h"
#include "candour/node/withdraw_wire.h"
#include "candour/pseudonym/attestations.h"
#include "candour/pseudonym/batch.h"
#include "candour/statement/envelope.h"
#include "candour/submission/plan.h"
#include "candour/submission/receipt.h"
#include "candour/vault/withdraw_orders.h"

namespace candour::node {
namespace {

/// A batch is good for a day; what could not be sent until shortly before is made anew.
constexpr std::int64_t kRequestLifeSeconds = 23 * 3600;

static_assert(vault::kWithdrawPlaces == kWithdrawTokens && kWithdrawTokens == pseudonym::kLeastBatch);

/// Asks the guardians, and seals what they gave.
WithdrawRequest make_request(const WithdrawJob& job, const vault::WithdrawWeek& week, base::Date monday) {
  const std::int64_t made = job.clock.now_unix_seconds();
  const pseudonym::Evaluation evaluation = job.evaluate(week.seed.view(), week.numbers);
  CANDOUR_CHECK(evaluation.batches.size() == 1);
  const std::string key_envelope = job.sealing_key();
  const statement::SealingKey sealing_key =
      submission::verified_sealing_key(key_envelope, job.federation, job.clock.today());
  WithdrawRequest request;
  request.attestations = pseudonym::write_attestations(evaluation.batches);
  statement::Withdraw withdraw{
      .header = {.federation = job.federation.id, .log = job.federation.log, .made = made},
      .instruction = job.instruction.id(),
      .provider = job.provider,
      .week = monday,
      .batch = evaluation.batches.front().leaf,
      .attestations_sha256 = base::sha256(base::as_bytes(request.attestations)),
      .sealing_key = sealing_key.header.id};
  job.random.fill(withdraw.header.id);
  const std::vector<pseudonym::Token> tokens = filled_up(evaluation.tokens, job.random);
  request.sealed = seal_tokens(tokens, withdraw, sealing_key.key, job.random);
  withdraw.package_sha256 = base::sha256(request.sealed);
  request.envelope =
      statement::write_envelope(statement::sign("withdraw", statement::write_payload(withdraw), job.key));
  return request;
}

/// Whether what was made before can go: in time, and under an instruction in force. It may be another of the
/// same domain: what the hub may have taken goes again as it is.
bool is_good(const WithdrawJob& job, const vault::WithdrawWeek& week, std::int64_t now) {
  const std::int64_t age = now - week.request_made;
  if (week.request.empty() || age > kRequestLifeSeconds || age < -pseudonym::kClockToleranceSeconds) {
    return false;
  }
  const std::string envelope = parse_withdraw_request(week.request).envelope;
  try {
    job.require_in_force(
        statement::parse_withdraw(statement::parse_envelope(envelope, "withdraw").payload).instruction);
    return true;
  } catch (const base::Error&) {
    return false;
  }
}

}  // namespace

WithdrawState send_withdraw(const WithdrawJob& job) {
  const std::int64_t now = job.clock.now_unix_seconds();
  const base::Date monday = statement::week_of(now);
  vault::WithdrawOrders orders(job.vault);
  job.require_in_force(job.instruction.id());
  vault::WithdrawWeek week = orders.plan(job.instruction.domain, monday, job.random);
  if (week.received) return WithdrawState::kUpToDate;
  if (!is_good(job, week, now)) {
    week.request = write_withdraw_request(make_request(job, week, monday));
    orders.keep_request(week, week.request, now);
  }
  job.require_in_force(job.instruction.id());
  const std::string receipt = job.send(week.request);
  const std::string envelope = parse_withdraw_request(week.request).envelope;
  (void)submission::verified_receipt(receipt, job.federation,
                                     {.submission = base::sha256(base::as_bytes(envelope)),
                                      .provider = job.provider,
                                      .slice = {"", "", monday.iso()}});
  orders.receive(week, receipt, now);
  return WithdrawState::kReceived;
}

}  // namespace candour::node
