#include "candour/cli/demo_reverse.h"

#include <algorithm>
#include <cstdio>
#include <set>

#include "candour/base/error.h"
#include "candour/collection/field_parse.h"
#include "candour/lake/lake.h"
#include "candour/node/config.h"
#include "candour/node/federation.h"
#include "candour/node/guardian_client.h"
#include "candour/node/identity.h"
#include "candour/node/lake_tables.h"
#include "candour/node/log_reader.h"
#include "candour/node/scratch.h"
#include "candour/page/text.h"
#include "candour/pseudonym/evaluate.h"

namespace candour::cli {
namespace {

constexpr std::size_t kSaltBytes = 16;

/// The numbers in the synthetic files, each once: whatever is ten digits with a check digit that holds. Some
/// records are broken on purpose, so that the files are no tables.
std::set<std::string> numbers_in(const Context& context, const std::filesystem::path& sources) {
  const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || c == ' '; };  // "999 123 4567" too
  std::set<std::string> numbers;
  for (const std::string& name : context.disk.list(sources)) {
    const std::string text = base::load_text(context.disk, sources / name);
    for (auto at = text.begin(); at != text.end();) {
      at = std::find_if(at, text.end(), is_digit);
      const auto end = std::find_if_not(at, text.end(), is_digit);
      std::string run(at, end);
      std::erase(run, ' ');
      if (run.size() == 10 && collection::nhs_number_check_digit_holds(run)) numbers.insert(std::move(run));
      at = end;
    }
  }
  return numbers;
}

std::set<std::string> pseudonyms_in(Context& context, const std::filesystem::path& lake,
                                    const collection::Collection& collection,
                                    const collection::Table& table) {
  const node::ScratchFolder scratch;
  lake::Table held = lake::Table::open({context.disk, context.random, scratch.path()},
                                       node::lake_folder(lake, collection.name, table.name));
  const auto rows = held.rows(held.snapshot());
  table::Chunk chunk(rows->schema());
  std::set<std::string> pseudonyms;
  while (rows->next(chunk)) {
    for (std::size_t row = 0; row < chunk.rows(); ++row) {
      if (!chunk.column(0).is_null(row)) pseudonyms.emplace(chunk.column(0).text(row));
    }
  }
  return pseudonyms;
}

/// The hub tries candidates: with its own certificate and keys it asks the guardians for a batch of them, in
/// the name of a provider whose patients it holds.
void attack_from_the_hub(Context& context, const DemoFederation& federation,
                         const std::set<std::string>& candidates, HubAttack& attack) {
  const std::filesystem::path own = federation.folder() / "hub";
  const node::NodeConfig config =
      node::parse_config(base::load_text(context.disk, own / "node.toml"), own / "node.toml");
  const instruction::Register log =
      node::load_register(node::LogReader(context.disk, config.log), config.federation);
  const auto charter = log.charter();
  const auto tls = node::load_tls(context.disk, config);
  const crypto::SigningKey key =
      node::load_signing_key(context.disk, config.keys / "signing.sealed", config.key_file);
  std::vector<std::unique_ptr<node::GuardianClient>> clients;
  std::vector<pseudonym::GuardianAccess> guardians;
  for (const instruction::Guardian& guardian : charter->guardians) {
    clients.push_back(std::make_unique<node::GuardianClient>(guardian, *tls, context.clock));
    guardians.push_back({guardian.index, clients.back().get()});
  }
  std::vector<pseudonym::Identifier> identifiers;
  for (const std::string& candidate : candidates) {
    if (identifiers.size() < pseudonym::kLeastBatch) identifiers.emplace_back(std::string(candidate));
  }
  attack.candidates = identifiers.size();
  base::SecretBytes seed(pseudonym::kPlanSeedBytes);
  context.random.fill(seed.span());
  const auto of_records = std::ranges::find_if(log.instructions(), [](const auto& one) {
    return one.second.instruction->mode == instruction::Mode::kRecords;
  });
  CANDOUR_CHECK(of_records != log.instructions().end());  // the demo entered it
  const instruction::Instruction& order = *of_records->second.instruction;
  try {
    const pseudonym::Evaluation got = pseudonym::evaluate_batches(
        {.charter = *charter,
         .purpose = {order.id(), order.domain, charter->providers.front().code,
                     order.collections.front().name},
         .signing_key = key,
         .seed = seed.view(),
         .guardians = guardians,
         .clock = context.clock,
         .threads = 1,
         .on_failure =
             [&](const pseudonym::GuardianFailure& failure) {
               attack.refusals.push_back(failure.name + ": " + std::string(failure.error.code().view()) +
                                         ", " + std::string(failure.error.message()));
             }},
        identifiers, context.progress);
    attack.found = got.tokens.size();
  } catch (const base::Error&) {
    // Fewer guardians answered than are needed: what on_failure noted says why.
  }
}

std::string grouped(std::uint64_t number) { return page::grouped(static_cast<std::int64_t>(number)); }

}  // namespace

ReverseAccount run_reverse(Context& context, const DemoOptions& options, std::uint64_t prefixes,
                           const std::filesystem::path& folder) {
  ReverseAccount account;
  const auto attack = [&](DemoFederation& federation, const collection::Collection& collection) {
    const collection::Table& table = collection.table(collection.synth->table);
    const std::set<std::string> numbers = numbers_in(context, folder / "sources");
    account.people = numbers.size();
    account.hub.pseudonyms = pseudonyms_in(context, federation.lake(), collection, table).size();
    account.hub.numbers_a_day = federation.least_numbers_a_day();
    attack_from_the_hub(context, federation, numbers, account.hub);
    base::Bytes salt(kSaltBytes);
    context.random.fill(salt);
    std::vector<base::Digest> hashes;
    for (const std::string& number : numbers) hashes.push_back(salted_hash(salt, number));
    account.salted =
        reverse_salted_hashes(hashes, salt, prefixes, options.threads, context.clock, context.progress);
  };
  account.demo_holds = run_demo(context, options, folder, {.while_nodes_run = attack}).holds();
  return account;
}

std::string render_reverse(const ReverseAccount& account) {
  char line[256];
  std::string out =
      "\nThe usual way: SHA-256 of a secret salt and the number, attacked by whoever has the salt\n\n";
  std::snprintf(line, sizeof line, "  %s valid numbers tried in %.1f s on %d threads\n",
                grouped(account.salted.tried).c_str(), account.salted.seconds, account.salted.threads);
  out += line;
  out += "  " + grouped(account.salted.found) + " of " + grouped(account.people) + " people found\n";
  out += "\nCandour: what the hub holds, attacked by the hub with all its keys\n\n";
  out += "  " + grouped(account.hub.pseudonyms) +
         " pseudonyms; each candidate needs a place in a batch at two guardians\n";
  out += "  a batch of " + grouped(account.hub.candidates) + " candidates out of the hospitals' files:\n";
  for (const std::string& refusal : account.hub.refusals) out += "    " + refusal + "\n";
  out += "  " + grouped(account.hub.found) + " people found\n";
  std::snprintf(line, sizeof line,
                "  by way of a provider that helps, with the smallest quota here (%s numbers a day, in "
                "signed batches):\n"
                "    %s days for all numbers\n",
                grouped(account.hub.numbers_a_day).c_str(),
                grouped(static_cast<std::uint64_t>(days_to_try_all(account.hub.numbers_a_day))).c_str());
  return out + line;
}

}  // namespace candour::cli
