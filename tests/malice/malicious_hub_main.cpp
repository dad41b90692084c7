// A hub of a federation of real processes, without any of its rules: it takes the place of `candour node run`
// at the hub's address, with the hub's folder and keys, and with the witness key of guardian-3, which is its
// friend.
//
//   malicious_hub NODE_TOML GUARDIAN_3_FOLDER MALICE
//
// It prints "ready" when it listens, before it what witnesses and guardians answered, and serves until it is
// stopped. tests/e2e/malicious_hub.py says which MALICE there are and what must catch each.
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <iostream>
#include <thread>

#include "candour/base/error.h"
#include "candour/base/random.h"
#include "candour/crypto/key.h"
#include "candour/instruction/log_policy.h"
#include "candour/log/cosignature.h"
#include "candour/log/tile_reader.h"
#include "candour/log/witness_wire.h"
#include "candour/net/server.h"
#include "candour/node/config.h"
#include "candour/node/federation.h"
#include "candour/node/guardian_client.h"
#include "candour/node/hub_client.h"
#include "candour/node/identity.h"
#include "candour/node/key_request.h"
#include "candour/node/log_reader.h"
#include "candour/node/log_routes.h"
#include "candour/statement/envelope.h"
#include "candour/statement/head.h"
#include "candour/statement/incident.h"
#include "candour/statement/kinds.h"
#include "candour/submission/sealing_keys.h"

using namespace candour;

namespace {

class Hub {
 public:
  Hub(const std::filesystem::path& toml, const std::filesystem::path& friend_folder)
      : config_(node::parse_config(base::load_text(disk_, toml), toml)),
        tls_(node::load_tls(disk_, config_)),
        charter_(node::load_register(node::LogReader(disk_, config_.log), config_.federation).charter()),
        log_key_(load("log.sealed", node::kLogPurpose)),
        hub_key_(node::load_signing_key(disk_, config_.keys / "signing.sealed", config_.key_file)),
        friend_key_(node::load_signing_key(disk_, friend_folder / "keys" / "witness.sealed",
                                           friend_folder / "operator.key", node::kWitnessPurpose)),
        operator_key_(crypto::load_key_file(config_.key_file)),
        store_(disk_, config_.log),
        sealing_({disk_, clock_, random_, operator_key_, hub_key_}, config_.keys / "sealing",
                 {charter_->federation(), charter_->log(), charter_->hub.signing_key}) {
    shown_ = &store_;
    checkpoint_ = store_.published().note;
  }

  void prepare(std::string_view malice) {
    if (malice == "rolled-back") {
      checkpoint_ = an_old_checkpoint();
    } else if (malice == "changed-entry") {
      (void)store_.append(store_.next(), std::vector{something_new()});
      checkpoint_ = collected(store_);
      changes_entries_ = true;
    } else if (malice == "fork") {
      shown_ = &fork();
      checkpoint_ = collected(*shown_);
    } else if (malice == "asks-guardian") {
      ask_guardian();
    } else if (malice == "unlogged-batch") {
      checkpoint_ = collected(store_);
    } else {
      throw std::invalid_argument("there is no such malice");
    }
  }

  void serve() {
    std::vector<net::Route> routes;
    routes.push_back({net::Method::kGet, node::kLogRoute, 0,
                      [this](const net::Request& request) { return answer(request); }});
    // Acknowledged, and not entered.
    routes.push_back(
        node::statements_route([](const node::Entry&) { return std::string("It is in the log.\n"); }));
    routes.push_back({net::Method::kGet, node::kSealingKeyRoute, 0, [this](const net::Request&) {
                        return net::text_response("application/json", sealing_.current());
                      }});
    routes.push_back({net::Method::kGet, node::kSliceRoute, 0,
                      [](const net::Request&) { return net::Response{.status = 204, .content_type = ""}; }});
    net::Server server({.address = config_.listen.host,
                        .port = config_.listen.port,
                        .tls = tls_.get(),
                        .accepts_peer = [](const base::Digest&) { return true; },
                        .signals = net::Signals::kStop},
                       std::move(routes), clock_);
    std::cout << "ready" << std::endl;
    server.run({});
  }

 private:
  [[nodiscard]] crypto::SigningKey load(const char* name, std::string_view purpose) const {
    return node::load_signing_key(disk_, config_.keys / name, config_.key_file, purpose);
  }

  /// What a head in the log holds: everybody has seen more since.
  [[nodiscard]] std::string an_old_checkpoint() const {
    std::string found;
    store_.each_entry(0, store_.next().size, [&](std::uint64_t, std::string_view entry) {
      if (statement::statement_kind(entry).name != "head" || !found.empty()) return;
      found = statement::parse_head(statement::parse_envelope(entry, "head").payload).checkpoint;
    });
    return found;
  }

  /// A statement that the real hub could have entered, so that it can go on from there.
  [[nodiscard]] std::string something_new() {
    statement::Incident one{.header = {.federation = charter_->federation(),
                                       .log = charter_->log(),
                                       .id = {},
                                       .made = clock_.now_unix_seconds()},
                            .party = charter_->hub.name};
    random_.fill(one.header.id);
    one.text = {base::sha256(one.header.id), 20};
    return statement::write_envelope(statement::sign("incident", statement::write_payload(one), hub_key_));
  }

  /// The same log but for its last entry.
  log::Store& fork() {
    std::vector<std::string> entries;
    store_.each_entry(0, store_.next().size,
                      [&](std::uint64_t, std::string_view entry) { entries.emplace_back(entry); });
    entries.back() = "another entry in the place of the last";
    forked_.emplace(disk_, config_.log.parent_path() / "forked-log");
    (void)forked_->append(forked_->next(), entries);
    return *forked_;
  }

  /// The head of a history, signed, with every cosignature that can be had for it.
  [[nodiscard]] std::string collected(log::Store& history) {
    const log::Head head = history.next();
    log::SignedCheckpoint made = log::sign_checkpoint({charter_->log(), head, {}}, log_key_);
    const std::string text = made.note.text;
    const log::SignedCheckpoint bare = made;
    const auto ask = [&](const std::string& address, const base::Digest& tls_key) {
      node::WitnessClient witness(node::options_of(address, tls_key, tls_.get()), clock_);
      log::AddCheckpoint request{.old_size = head.size, .path = {}, .checkpoint = bare};
      log::WitnessReply reply = witness.add_checkpoint(log::write_add_checkpoint(request), 10'000);
      if (reply.status == 409 && log::parse_witness_size(reply.body) <= head.size) {
        log::TileReader reader(history, head);
        request.old_size = log::parse_witness_size(reply.body);
        request.path = log::prove_consistency(reader, request.old_size, head.size);
        reply = witness.add_checkpoint(log::write_add_checkpoint(request), 10'000);
      }
      std::cout << "a witness said " << reply.status << std::endl;
      if (reply.status == 200) made.note.signatures.push_back(log::parse_signature_lines(reply.body).front());
    };
    for (const auto& one : charter_->guardians) {
      if (one.index != 3) ask(one.address, one.tls_key);
    }
    for (const auto& one : charter_->witnesses) ask(one.address, one.tls_key);
    made.note.signatures.push_back(log::cosign(instruction::witness_name(*charter_, *charter_->guardian(3)),
                                               friend_key_, text, clock_.now_unix_seconds()));
    return log::write_note(made.note);
  }

  void ask_guardian() {
    node::GuardianClient guardian(*charter_->guardian(1), *tls_, clock_);
    try {
      (void)guardian.evaluate(base::as_bytes("pseudonyms, please"));
      std::cout << "a guardian answered" << std::endl;
    } catch (const base::Error& error) {
      std::cout << base::describe(error) << std::endl;
    }
  }

  [[nodiscard]] net::Response answer(const net::Request& request) {
    std::string path;
    for (const std::string& segment : request.segments) path += (path.empty() ? "" : "/") + segment;
    std::optional<std::string> file;
    if (path == log::kCheckpointPath) {
      file = checkpoint_;
    } else if (path.starts_with("body/")) {
      file = store_.bodies().get(base::from_hex_exactly<32>(std::string_view(path).substr(5)).value());
    } else {
      file = shown_->fetch(path);
    }
    if (!file) return {.status = 404, .content_type = ""};
    if (changes_entries_ && path.starts_with("tile/entries/")) file->back() ^= 1;
    return net::text_response("application/octet-stream", *file);
  }

  base::PosixDisk disk_;
  base::SystemClock clock_;
  base::SystemRandom random_;
  const node::NodeConfig config_;
  const std::unique_ptr<net::Tls> tls_;
  const std::shared_ptr<const instruction::Charter> charter_;
  const crypto::SigningKey log_key_, hub_key_, friend_key_;
  const base::SecretBytes operator_key_;
  log::Store store_;
  std::optional<log::Store> forked_;
  submission::SealingKeys sealing_;
  log::Store* shown_ = nullptr;
  std::string checkpoint_;
  bool changes_entries_ = false;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  try {
    Hub hub(argv[1], argv[2]);
    hub.prepare(argv[3]);
    hub.serve();
  } catch (const base::Error& error) {
    std::cerr << base::describe(error) << "\n";
    return 1;
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
  return 0;
}
