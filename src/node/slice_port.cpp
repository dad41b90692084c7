#include "candour/node/slice_port.h"

#include <algorithm>

#include "candour/base/error.h"
#include "candour/node/batch_rows.h"
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
      minimiser_(job.table, job.period, job.lookups, local_pseudonym_key_,
                 &job.instruction.collection(job.collection.name)->fields) {}

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
  const std::vector<pseudonym::RowKey> keys = row_keys(owner_.vault, job_.table, slice(), persons, filter_);
  return node::evaluate({owner_.around, owner_.charter, owner_.provider, owner_.key, owner_.seen},
                        {.instruction = job_.instruction.id(),
                         .domain = job_.instruction.domain,
                         .collection = job_.collection.name,
                         .seed = plan.batch_seed.view(),
                         .evidence = folder_.parent_path() / "evidence",
                         .keep =
                             [&](const pseudonym::BatchPlan& planned, const pseudonym::BlindedBatch& batch) {
                               const auto record =
                                   pseudonym::record_of(planned, batch.leaf, persons.identifiers(), keys);
                               owner_.vault.keep_batch({batch.leaf, slice(), batch.statement.header.made},
                                                       write_batch_record(record));
                             }},
                        persons.identifiers());
}

}  // namespace candour::node
