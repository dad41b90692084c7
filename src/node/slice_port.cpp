#include "candour/node/slice_port.h"

#include <algorithm>
#include <mutex>

#include "candour/base/error.h"
#include "candour/node/batch_rows.h"
#include "candour/node/guardian_client.h"
#include "candour/node/row_places.h"
#include "candour/node/vault_rows.h"
#include "candour/pseudonym/attestations.h"

namespace candour::node {
namespace {

/// Pulls every row of the slice that goes for the people in it.
std::unique_ptr<Persons> persons_of(const vault::Vault& vault, const collection::Table& table,
                                    const vault::Slice& slice, const vault::OptOutFilter* filter) {
  auto persons = std::make_unique<Persons>(table.person, vault.row_count(slice));
  vault::RowCursor cursor = vault.rows(table, slice, filter);
  table::IdentifiableChunk rows{table::Chunk(table.row_schema())};
  while (cursor.next(rows)) persons->add(rows);
  persons->finish();
  return persons;
}

submission::Tokens tokens_by_row(const Persons& persons, const std::vector<pseudonym::Token>& tokens) {
  submission::Tokens by_row(persons.rows());
  for (std::size_t row = 0; row < persons.rows(); ++row) {
    const auto person = persons.identifier_of(row);
    if (!person) continue;
    submission::Token& token = by_row[row].emplace();
    std::ranges::copy(tokens[*person].bytes(), token.begin());
  }
  return by_row;
}

}  // namespace

SlicePort::SlicePort(const SliceOwner& owner, const SliceJob& job, std::filesystem::path folder,
                     const vault::OptOutFilter* filter)
    : owner_(owner),
      job_(job),
      folder_(std::move(folder)),
      filter_(filter),
      local_pseudonym_key_(owner.vault.local_pseudonym_key()),
      minimiser_(job.table, job.period, job.lookups, local_pseudonym_key_) {}

vault::Slice SlicePort::slice() const {
  return slice_of(owner_.vault, job_.collection, job_.table, job_.period);
}

std::unique_ptr<table::ChunkSource> SlicePort::rows() {
  return std::make_unique<MinimisedRows>(owner_.vault.rows(job_.table, slice(), filter_), job_.table,
                                         minimiser_);
}

submission::Pseudonymised SlicePort::pseudonymise(const submission::Plan& plan) {
  if (owner_.seen.out_of_reach) throw base::Error(*owner_.seen.out_of_reach);
  const std::unique_ptr<Persons> persons = persons_of(owner_.vault, job_.table, slice(), filter_);
  const pseudonym::Evaluation result = evaluate(plan, *persons);
  return {tokens_by_row(*persons, result.tokens), pseudonym::write_attestations(result.batches)};
}

void SlicePort::keep_places(const submission::Plan& plan, std::span<const std::uint64_t> places) {
  const std::unique_ptr<Persons> persons = persons_of(owner_.vault, job_.table, slice(), filter_);
  store_places(owner_.around.disk, folder_, owner_.vault, plan.draft, *persons, places);
}

pseudonym::Evaluation SlicePort::evaluate(const submission::Plan& plan, const Persons& persons) {
  std::vector<std::unique_ptr<GuardianClient>> clients;
  std::vector<pseudonym::GuardianAccess> guardians;
  // A charter may name guardians that have no share: who is about to join, or has left.
  const instruction::Domain& domain = *owner_.charter.domain(job_.instruction.domain);
  for (const auto& [index, key] : domain.share_keys) {
    const instruction::Guardian& guardian = *owner_.charter.guardian(index);
    clients.push_back(std::make_unique<GuardianClient>(guardian, owner_.around.tls, owner_.around.clock));
    guardians.push_back({guardian.index, clients.back().get()});
  }
  std::ranges::stable_partition(guardians, [this](const pseudonym::GuardianAccess& one) {
    return !owner_.seen.failed.contains(one.index);
  });
  const std::vector<pseudonym::RowKey> keys = row_keys(owner_.vault, job_.table, slice(), persons, filter_);
  std::mutex keeping;  // one thread at a time uses the vault
  bool has_refused = false;
  const pseudonym::EvaluationJob evaluation{
      .charter = owner_.charter,
      .purpose = {.instruction = job_.instruction.id(),
                  .domain = job_.instruction.domain,
                  .provider = owner_.provider,
                  .collection = job_.collection.name},
      .signing_key = owner_.key,
      .seed = plan.batch_seed.view(),
      .guardians = std::move(guardians),
      .clock = owner_.around.clock,
      // The threads of a machine of many organisations are at work on them already.
      .threads =
          owner_.around.config.provider.organisations.size() > 1 ? 1 : owner_.around.config.provider.threads,
      .on_batch =
          [&](const pseudonym::BatchPlan& planned, const pseudonym::BlindedBatch& batch) {
            const auto record = pseudonym::record_of(planned, batch.leaf, persons.identifiers(), keys);
            {
              const std::lock_guard lock(keeping);
              owner_.vault.keep_batch({batch.leaf, slice(), batch.statement.header.made},
                                      write_batch_record(record));
            }
            // No guardian evaluates what the public cannot see.
            (void)owner_.around.followed.connect()->enter(batch.envelope);
          },
      .on_failure =
          [&](const pseudonym::GuardianFailure& failure) {
            owner_.seen.failed.insert(failure.guardian);
            has_refused = has_refused || failure.error.code() == base::ErrorCode("CND-2460");
            keep_evidence(failure);
          }};
  try {
    return pseudonym::evaluate_batches(evaluation, persons.identifiers(), owner_.around.progress);
  } catch (const base::Error& error) {
    // What a guardian refuses is this slice's; where none answers, the next slice would fare no better.
    if (error.code() == base::ErrorCode("CND-2110") && !has_refused) owner_.seen.out_of_reach = error;
    throw;
  }
}

void SlicePort::keep_evidence(const pseudonym::GuardianFailure& failure) const {
  owner_.around.log.event("guardian.failed")
      .with("guardian", failure.guardian)
      .with("name", base::Label(failure.name))
      .with("batch", base::Label(base::to_hex(failure.batch)))
      .with(failure.error);
  if (failure.answer.empty()) return;
  // A guardian's signature under a wrong answer convinces anybody who has the charter.
  const std::filesystem::path evidence = folder_.parent_path() / "evidence";
  const std::string stem = "guardian-" + std::to_string(failure.guardian) + "-" + base::to_hex(failure.batch);
  owner_.around.disk.make_folder(evidence);
  const auto keep = [&](const char* ending, const base::Bytes& bytes) {
    const std::filesystem::path path = evidence / (stem + ending);
    if (!owner_.around.disk.exists(path)) owner_.around.disk.store_new(path, base::as_text(bytes));
  };
  keep(".request", failure.request);
  keep(".answer", failure.answer);
}

}  // namespace candour::node
