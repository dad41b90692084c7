#include "candour/node/hub_run.h"

#include <algorithm>
#include <set>

#include "candour/base/error.h"
#include "candour/instruction/judge.h"
#include "candour/instruction/log_policy.h"
#include "candour/instruction/verdict.h"
#include "candour/log/checkpoint.h"
#include "candour/node/confinement.h"
#include "candour/node/kept_commitment.h"
#include "candour/node/key_request.h"
#include "candour/node/log_reader.h"
#include "candour/node/refusal_log.h"
#include "candour/node/refusals.h"
#include "candour/statement/envelope.h"

namespace candour::node {
namespace {

constexpr const char* kWho = "data team";
constexpr const char* kRun = ".run";
constexpr const char* kResult = ".result";

std::string public_address(const NodeConfig& hub) {
  if (hub.role == Role::kHub && hub.public_port && *hub.public_port != 0) {
    return "127.0.0.1:" + std::to_string(*hub.public_port);
  }
  throw base::Error("CND-2576", "The configuration is not a hub's, or names no public port.");
}

std::unique_ptr<base::DiskLock> lock_folder(base::Disk& disk, const std::filesystem::path& folder) {
  disk.make_folder(folder);
  return disk.lock(folder / "lock");
}

/// All that a measure's SQL is, in the order of the plan.
std::string sql_of(const RunPlan& plan) {
  std::string sql;
  for (const std::string& name : plan.measures) {
    const collection::Measure& measure = plan.collection->measure(name);
    sql += "-- " + name + ", " + plan.period.name + "\n" + measure.local.text() + "\n" +
           measure.combine.text() + "\n";
  }
  return sql;
}

/// What is read of rows that were sent without it would be no figure.
void require_fields(const collection::Collection& collection, const std::vector<std::string>& measures,
                    const instruction::Instruction& order) {
  const std::vector<std::string>& listed = order.collection(collection.name)->fields;
  for (const std::string& name : measures) {
    const collection::Table& table = collection.table(collection.measure(name).table);
    if (order.mode == instruction::Mode::kRecords && !table.has_any_of(listed)) {
      throw base::Error("CND-2037", "A measure reads a table of which the instruction lets no field leave.")
          .with("measure", base::Label(name))
          .with("table", base::Label(table.name));
    }
    for (const std::string& field : collection.fields_read(collection.measure(name))) {
      if (std::ranges::find(listed, field) != listed.end()) continue;
      throw base::Error("CND-2037", "A measure reads a field that the instruction does not list.")
          .with("measure", base::Label(name))
          .with("field", base::Label(field));
    }
  }
}

/// The runs that have a result in the log, by their leaves.
std::set<base::Digest> answered(const LogReader& log) {
  std::set<base::Digest> runs;
  for (const std::string& entry : log.entries()) {
    if (instruction::judged_kind(entry) != "result") continue;
    runs.insert(statement::parse_result(statement::parse_envelope(entry, "result").payload).run);
  }
  return runs;
}

}  // namespace

HubRun::HubRun(Parts parts, const NodeConfig& hub, const RunPlan& plan)
    : parts_(parts),
      folder_(runs_folder(hub)),
      lock_(lock_folder(parts.disk, folder_)),
      key_(load_signing_key(parts.disk, hub.keys / "signing.sealed", hub.key_file)),
      log_(options_of(public_address(hub), {}, nullptr), parts.clock),
      refusals_(hub.log / "waiting" / "refusals"),
      register_(hub.federation) {
  {
    const LogReader entered(parts.disk, hub.log);  // all of the log: not for as long as the run takes
    register_ = load_register(entered, hub.federation);
    end_open_runs(answered(entered));
  }
  try {
    begin(plan);
  } catch (const base::Error& error) {
    refuse(plan, error);
    throw;
  }
}

instruction::Moment HubRun::moment() {
  const auto note = log_.fetch(log::kCheckpointPath);
  if (!note) throw base::Error("CND-2480", "The log has no checkpoint.");
  const log::CheckpointVerdict verdict =
      log::judge_checkpoint(instruction::log_policy(*register_.charter()), log::parse_checkpoint(*note));
  return {.now = parts_.clock.now_unix_seconds(),
          .witnessed = verdict.holds() ? log::lower_median_time(verdict.cosigned) : 0};
}

void HubRun::begin(const RunPlan& plan) {
  const instruction::InstructionEntry* order = register_.find(plan.instruction);
  instruction::in_force(register_,
                        {.instruction = plan.instruction,
                         .mode = plan.mode,
                         .domain = order == nullptr ? std::string_view() : order->instruction->domain,
                         .collection = plan.collection->name,
                         .collection_sha256 = &plan.collection->digest,
                         .period_begins = plan.period.first_day,
                         .measures = plan.measures},
                        moment())
      .require();
  require_fields(*plan.collection, plan.measures, *order->instruction);
  const auto& charter = *register_.charter();
  statement::Run run{.header = {.federation = charter.federation(),
                                .log = charter.log(),
                                .id = {},
                                .made = parts_.clock.now_unix_seconds()},
                     .instruction = plan.instruction,
                     .purpose = plan.purpose,
                     .by = statement::RunBy::kComputer,
                     .who = kWho,
                     .collection = plan.collection->name,
                     .period = plan.period.name,
                     .measures = plan.measures};
  parts_.random.fill(run.header.id);
  const std::string stem = base::to_hex(run.header.id);
  const auto kept = [&](const char* ending, std::string_view text) {
    return keep_commitment(parts_.disk, parts_.random, folder_ / (stem + ending), text);
  };
  run.sql_commitment = kept(".sql", sql_of(plan));
  run.inputs_commitment = kept(".inputs", plan.inputs);
  const std::string envelope =
      statement::write_envelope(statement::sign("run", statement::write_payload(run), key_));
  parts_.disk.store_new(folder_ / (stem + kRun), envelope);
  static_cast<void>(log_.enter(envelope));
  stem_ = stem;
}

// A refusal is in the log as those of the hub's node are.
void HubRun::refuse(const RunPlan& plan, const base::Error& error) {
  const auto& charter = *register_.charter();
  Log silent([](std::string_view) {}, parts_.clock);
  RefusalLog refusals({parts_.disk, parts_.clock, parts_.random, silent, refusals_, charter.federation(),
                       charter.log(), statement::NodeRole::kHub});
  if (is_refusal(error.code().view())) {
    refusals.note(
        {.act = statement::RefusedAct::kRun,
         .to = charter.hub.name,
         .instruction =
             register_.find(plan.instruction) == nullptr ? std::nullopt : std::optional(plan.instruction),
         .code = std::string(error.code().view())},
        charter.hub.name, key_);
  }
  refusals.send([this](std::string_view envelope) { static_cast<void>(log_.enter(envelope)); });
}

std::string HubRun::load(const std::string& name) const {
  return base::load_text(parts_.disk, folder_ / name, statement::kEnvelopeAtMostBytes);
}

// Whatever became of the files: what counts is whether the log has a result. A run that was cut off while it
// was entered may be on its way into the log: the same bytes again are where they were, and what the log
// refuses never ran.
void HubRun::end_open_runs(const std::set<base::Digest>& answered) {
  for (const std::string& name : parts_.disk.list(folder_)) {
    if (!name.ends_with(kRun)) continue;
    const std::string stem = name.substr(0, name.size() - std::string_view(kRun).size());
    const std::string run = load(name);
    if (answered.contains(statement::leaf_hash(run))) continue;
    if (enter_again(run)) {
      end(stem, std::nullopt, statement::Disclosure::kNotReleased);
    } else {
      parts_.disk.remove(folder_ / name);
    }
  }
}

bool HubRun::enter_again(const std::string& run) {
  try {
    static_cast<void>(log_.enter(run));
    return true;
  } catch (const base::Error& error) {
    const Fault fault = fault_of(refusal_by_other(error));
    if (fault == Fault::kNotAllowed || fault == Fault::kSubmission) return false;
    throw;
  }
}

bool HubRun::is_ended() const { return parts_.disk.exists(folder_ / (stem_ + kResult)); }

void HubRun::end(const std::optional<base::Digest>& output, statement::Disclosure disclosure) {
  end(stem_, output, disclosure);
}

void HubRun::end(const std::string& stem, const std::optional<base::Digest>& output,
                 statement::Disclosure disclosure) {
  const std::filesystem::path path = folder_ / (stem + kResult);
  if (!parts_.disk.exists(path)) {
    const auto& charter = *register_.charter();
    statement::Result result{.header = {.federation = charter.federation(),
                                        .log = charter.log(),
                                        .id = {},
                                        .made = parts_.clock.now_unix_seconds()},
                             .run = statement::leaf_hash(load(stem + kRun)),
                             .disclosure = disclosure};
    result.header.id = statement::derived_id("result", result.run);
    result.output_commitment = keep_commitment(parts_.disk, parts_.random, folder_ / (stem + ".output"),
                                               output ? base::to_hex(*output) : "");
    parts_.disk.store_new(
        path, statement::write_envelope(statement::sign("result", statement::write_payload(result), key_)));
  }
  parts_.disk.settle(path);
  // Signed by the key that is pinned now, which may be another than when it was kept.
  const statement::Envelope kept = statement::parse_envelope(load(stem + kResult), "result");
  static_cast<void>(log_.enter(statement::write_envelope(statement::sign("result", kept.payload, key_))));
}

}  // namespace candour::node
