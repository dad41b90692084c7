// `candour withdraw add | list | again | cancel`: erasure orders, which `candour node run` carries to the
// hub. A number is read from standard input, and never printed.
#include <CLI/CLI.hpp>
#include <ostream>

#include "candour/base/date.h"
#include "candour/base/printable.h"
#include "candour/cli/options.h"
#include "candour/node/person_answer.h"
#include "candour/vault/withdraw_orders.h"

namespace candour::cli {
namespace {

struct AddOptions {
  VaultOptions vault;
  std::string ordered_by, reference;
};

constexpr std::size_t kDomainAtMostBytes = 64;

/// One order.
struct OrderOptions {
  VaultOptions vault;
  std::int64_t order = 0;
};

void add(Context& context, const AddOptions& options) {
  vault::Vault vault = options.vault.open(context);
  const pseudonym::Identifier number =
      node::nhs_number_of_person(read_secret_line(context, "NHS number: ").view());
  const std::int64_t id = vault::WithdrawOrders(vault).add(number, options.ordered_by, options.reference,
                                                           context.clock.now_unix_seconds());
  context.out << "Erasure order " << id << " waits for the week's batch\n";
}

std::string progress(const vault::WithdrawProgress& of) {
  if (of.received) return "the hub took it " + base::utc_text(*of.received);
  if (of.planned) return "in the batch of the week of " + of.planned->iso();
  return "waits";
}

void list(Context& context, const VaultOptions& options) {
  vault::Vault vault = options.open(context);
  const auto orders = vault::WithdrawOrders(vault).list();
  if (orders.empty()) context.out << "No erasure orders\n";
  for (const vault::WithdrawOrder& one : orders) {
    const std::string order = std::to_string(one.id) + " " + base::utc_text(one.ordered_at) + ", " +
                              base::printable(one.ordered_by, vault::kWithdrawTextAtMostBytes) + ", " +
                              base::printable(one.reference, vault::kWithdrawTextAtMostBytes) + ": ";
    if (one.domains.empty()) context.out << order << "waits\n";
    for (const vault::WithdrawProgress& of : one.domains) {
      context.out << order << progress(of) << ", " << base::printable(of.domain, kDomainAtMostBytes) << '\n';
    }
  }
}

void cancel(Context& context, const OrderOptions& options) {
  vault::Vault vault = options.vault.open(context);
  vault::WithdrawOrders(vault).cancel(options.order);
  context.out << "Erasure order " << options.order << " is forgotten\n";
}

void again(Context& context, const OrderOptions& options) {
  vault::Vault vault = options.vault.open(context);
  vault::WithdrawOrders(vault).order_again(options.order);
  context.out << "Erasure order " << options.order << " waits for the next week's batch\n";
}

}  // namespace

void add_withdraw_command(CLI::App& app, Context& context) {
  CLI::App* group = app.add_subcommand("withdraw", "Erasure orders: whose rows must go, wherever they are");
  group->require_subcommand(1);

  auto added = std::make_shared<AddOptions>();
  CLI::App* command =
      group->add_subcommand("add", "Keep an order; the NHS number is read from standard input");
  added->vault.add_to(*command);
  command->add_option("--ordered-by", added->ordered_by, "Who ordered it: a court, or the person")
      ->required();
  command->add_option("--reference", added->reference, "Of the order, for your own files")->required();
  command->callback([&context, added] { add(context, *added); });

  auto shown = std::make_shared<VaultOptions>();
  command = group->add_subcommand("list", "The orders, and in which domain the hub has taken them");
  shown->add_to(*command);
  command->callback([&context, shown] { list(context, *shown); });

  auto repeated = std::make_shared<OrderOptions>();
  command = group->add_subcommand("again", "Send an order once more, to a hub that has lost it");
  repeated->vault.add_to(*command);
  command->add_option("ORDER", repeated->order, "Its number, as `candour withdraw list` prints it")
      ->required();
  command->callback([&context, repeated] { again(context, *repeated); });

  auto cancelled = std::make_shared<OrderOptions>();
  command = group->add_subcommand("cancel", "Forget an order that stands in no batch yet");
  cancelled->vault.add_to(*command);
  command->add_option("ORDER", cancelled->order, "Its number, as `candour withdraw list` prints it")
      ->required();
  command->callback([&context, cancelled] { cancel(context, *cancelled); });
}

}  // namespace candour::cli
