// The demo's federation: three bodies that give orders, a hub, three guardians, two outside witnesses and
// machines of providers, each a process of its own, in which the same rows that were counted at the providers
// go to the hub in records mode.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "candour/cli/child.h"
#include "candour/cli/context.h"
#include "candour/cli/statement_files.h"
#include "candour/collection/collection.h"
#include "candour/node/federation.h"

namespace candour::cli {

/// What a process of the demo took.
struct PartyAccount {
  std::string name;
  ChildEnd end;
};

/// An organisation of the demo, and how many people its slice may have at most.
struct DemoOrganisation {
  std::string code, title;
  std::uint64_t people = 0;
};

class DemoFederation {
 public:
  /// Makes the federation in a new folder: keys, version 1 of the charter, and a key ceremony. Nothing is in
  /// the log yet. What is referred to outlives it.
  DemoFederation(Context& context, std::filesystem::path folder, const collection::Collection& collection,
                 std::map<std::string, std::filesystem::path> references,
                 const std::vector<DemoOrganisation>& organisations);

  // What two of the three bodies sign, in the order in which the log takes it.

  /// The ceremony's transcript, which the guardians signed.
  [[nodiscard]] SignedStatement ceremony() const;
  /// Version 2, which takes the ceremony's domain in, at once.
  [[nodiscard]] SignedStatement sign_charter_2();
  [[nodiscard]] SignedStatement sign_collection(const collection::Collection& collection);
  /// In force from now on for 30 days: a demonstration cannot wait for 28. `data_from` is the first day of
  /// the first period that it is for.
  [[nodiscard]] SignedStatement sign_emergency_instruction(const collection::Collection& collection,
                                                           base::Date data_from, instruction::Mode mode);

  /// Enters a statement in the log, over the hub's port for strangers: who has something signed needs no
  /// certificate. Returns when the witnesses have cosigned it.
  void enter(const SignedStatement& statement);
  /// What is in the log now.
  [[nodiscard]] instruction::Register log() const;

  /// The nodes that hold vaults, and what one said in all its runs.
  [[nodiscard]] std::vector<std::string> machines() const;
  [[nodiscard]] std::string said(const std::string& node) const;
  /// The node that holds an organisation's vault.
  [[nodiscard]] const std::string& machine_of(const std::string& code) const;
  /// Where an organisation's vault and its key file are to be.
  [[nodiscard]] std::filesystem::path organisation(const std::string& code) const;
  [[nodiscard]] std::filesystem::path lake() const { return folder_ / "hub" / "lake"; }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  /// How many numbers a day the organisation with the smallest quota can have evaluated.
  [[nodiscard]] std::uint64_t least_numbers_a_day() const;

  /// Starts hub, guardians and witnesses and waits until each answers and the log has begun. Errors: CND-1807
  /// (one does not start: names its log).
  void start();
  /// Runs the flows of every machine, each in a process, and waits for them. Errors: CND-1807 (one failed).
  void run_flows();
  /// Stops hub and guardians. Gives what every process took.
  std::vector<PartyAccount> stop();

 private:
  struct Running {
    std::string name;
    std::uint16_t admin_port = 0;
    Child child;
  };
  [[nodiscard]] Running run(const std::string& name, std::uint16_t admin_port);
  void wait_until_healthy(Running& node);
  void wait_until_begun();
  void hold_ceremony();
  [[nodiscard]] SignedStatement sign(Draft draft) const;
  [[noreturn]] void fail(const std::string& name) const;

  Context& context_;
  std::filesystem::path folder_;
  node::FederationPlan plan_;
  std::optional<instruction::Register> founded_{};  ///< of version 1 alone
  std::map<std::string, std::uint16_t> admin_ports_;
  std::vector<Running> servers_;
  std::vector<PartyAccount> ended_;
};

}  // namespace candour::cli
