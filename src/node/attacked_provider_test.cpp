#include <doctest/doctest.h>
#include <sys/stat.h>

#include <fstream>

#include "candour/crypto/sealed_file.h"
#include "candour/node/attacked_parts_testing.h"
#include "candour/node/flow.h"
#include "candour/node/key_request.h"
#include "candour/node/scratch.h"
#include "candour/submission/submission_testing.h"

// The provider of an attacked federation, and what lies between it and the others.
namespace candour::node::testing {

const base::SecretBytes& operator_key() {
  static const base::SecretBytes key{base::ByteView(base::Bytes(crypto::kKeyBytes, 7))};
  return key;
}

/// Where the operator's key lies, and where DuckDB writes: the only real files.
const std::filesystem::path& real_folder() {
  static const ScratchFolder folder;
  return folder.path();
}
const std::filesystem::path& key_file() {
  static const std::filesystem::path path = [] {
    std::filesystem::path file = real_folder() / "operator.key";
    std::ofstream(file) << base::to_hex(operator_key().view()) << "\n";
    REQUIRE(::chmod(file.c_str(), 0600) == 0);
    return file;
  }();
  return path;
}

/// Visits with a person, as the vault has them; small-visits of the submission's tests.
const collection::Collection& visits() {
  static const collection::Collection made = [] {
    collection::Collection visits = submission::testing::visits();
    visits.tables[0].key = {2};
    visits.tables[0].person = 0;
    visits.tables[0].period = collection::PeriodKind::kMonth;
    return visits;
  }();
  return made;
}

namespace {

/// What a node answers over the network where it refuses.
[[noreturn]] void refused_by_node(const base::Error& error) {
  throw base::Error("CND-2460", "Another node has refused the request.")
      .with("refusal", base::Label(error.code().view()));
}

std::string refusal_in(const base::Error& error) {
  for (const base::Error::Field& field : error.fields()) {
    const auto* text = std::get_if<std::string>(&field.value);
    if (field.name == "refusal" && text != nullptr) return *text;
  }
  return std::string(error.code().view());
}

/// The hub as the provider reaches it, with what happens on the way.
class DirectHub final : public submission::HubPort {
 public:
  DirectHub(AttackedFederation& of, Hub& hub) : of_(of), hub_(hub) {}

  std::string sealing_key() override {
    std::string key = over([&] { return hub_.sealing_key(); });
    if (of_.on_the_way.sealing_key) of_.on_the_way.sealing_key(key);
    return key;
  }
  std::optional<submission::SliceNow> slice_now(const submission::SliceName& slice) override {
    return over([&] { return hub_.slice_now(digest_of("tls R1H"), "R1H", slice); });
  }
  std::optional<std::string> receipt(const submission::Identity& identity) override {
    return over([&] { return hub_.receipt(digest_of("tls R1H"), renamed(identity)); });
  }
  void put_manifest(std::string_view envelope) override {
    std::string sent(envelope);
    if (of_.on_the_way.manifest) {
      auto manifest = statement::parse_submission(statement::parse_envelope(sent, "submission").payload);
      of_.on_the_way.manifest(manifest);
      sent = TestFederation::sign("submission", statement::write_payload(manifest), {"R1H"});
    }
    if (of_.on_the_way.envelope) of_.on_the_way.envelope(sent);
    as_planned_ = submission::identity_of(envelope);
    of_.last_manifest = sent;
    of_.last_identity = submission::identity_of(sent);
    over([&] { hub_.put_manifest(peer(), of_.last_identity, sent); });
  }
  void put_attestations(const submission::Identity& identity, std::string_view body) override {
    std::string sent(body);
    if (of_.on_the_way.attestations) of_.on_the_way.attestations(sent);
    over([&] { hub_.put_attestations(peer(), renamed(identity), sent); });
  }
  std::uint64_t package_received(const submission::Identity& identity) override {
    return over([&] { return hub_.package_received(peer(), renamed(identity)); });
  }
  void put_package(const submission::Identity& identity, std::uint64_t offset,
                   base::ByteView piece) override {
    const base::ByteView other = of_.on_the_way.package;
    if (!other.empty()) piece = other.subspan(offset, piece.size());
    over([&] { hub_.put_package(peer(), renamed(identity), offset, piece); });
  }
  std::string commit(const submission::Identity& identity) override {
    return over([&] { return hub_.commit(peer(), renamed(identity)); });
  }

 private:
  [[nodiscard]] base::Digest peer() const { return digest_of("tls " + of_.on_the_way.caller); }
  [[nodiscard]] submission::Identity renamed(const submission::Identity& identity) const {
    return identity == as_planned_ ? of_.last_identity : identity;
  }
  template <typename Work>
  auto over(const Work& work) -> decltype(work()) {
    try {
      return work();
    } catch (const base::Error& error) {
      refused_by_node(error);
    }
  }
  AttackedFederation& of_;
  Hub& hub_;
  submission::Identity as_planned_{};
};

class DirectGuardian final : public pseudonym::GuardianPort {
 public:
  DirectGuardian(AttackedFederation& of, net::Route& route, int index)
      : of_(of), route_(route), index_(index) {}
  base::Bytes evaluate(base::ByteView request) override {
    if (std::ranges::find(of_.on_the_way.guardians_down, index_) != of_.on_the_way.guardians_down.end()) {
      throw base::Error("CND-2411", "Nobody answers there.");
    }
    try {
      const net::Response response = route_.handle(request_of(request, digest_of("tls R1H")));
      base::Bytes answer = std::get<base::Bytes>(response.body);
      return of_.on_the_way.answer ? of_.on_the_way.answer(index_, request, std::move(answer)) : answer;
    } catch (const base::Error& error) {
      refused_by_node(error);
    }
  }

 private:
  AttackedFederation& of_;
  net::Route& route_;
  int index_;
};

}  // namespace

struct AttackedFederation::Parts::ProviderNode {
  explicit ProviderNode(AttackedFederation& of)
      : copy(of.disk, of.clock, "R1H", of.parts_->store, of.parts_->first),
        notes(of, "R1H", statement::NodeRole::kProvider, "R1H", copy.view),
        organisation{.code = "R1H",
                     .keys = "R1H/keys",
                     .vault = "R1H/vault",
                     .vault_key_file = key_file(),
                     .outbox = "R1H/outbox"} {
    config.role = Role::kProvider;
    config.key_file = key_file();
    config.provider.organisations = {organisation};
    of.disk.make_folder("R1H/keys");
    of.disk.make_folder(organisation.outbox);
    crypto::store_new_sealed(of.disk, organisation.keys / "signing.sealed", kSigningPurpose, digest_of("R1H"),
                             operator_key(), notes.random);
    (void)vault::Vault::create(of.disk, organisation.vault, operator_key(), notes.random, "R1H");
    peers = {
        .hub = [&of](const instruction::Charter&,
                     const std::string&) { return std::make_unique<DirectHub>(of, of.parts_->hub().hub); },
        // Nobody orders an erasure.
        .withdraw = [](const instruction::Charter&, const std::string&,
                       base::ByteView) { return std::string(); },
        .guardian =
            [&of](const instruction::Guardian& one) {
              return std::make_unique<DirectGuardian>(of, of.parts_->guardian(one.index).evaluate, one.index);
            },
        .enter = [&of](std::string_view envelope) { of.post(envelope, "", "R1H"); }};
  }
  Copy copy;
  Notes notes;
  NodeConfig config;
  Organisation organisation;
  FlowPeers peers;
  const std::vector<collection::Collection> collections{visits()};
  const std::set<std::string> again;
  base::SilentProgress silent;
  int loads = 0;
};

AttackedFederation::Parts::Parts(AttackedFederation& federation)
    : of(federation),
      lines([this](std::string_view line) { said += line; }, federation.clock),
      store(federation.disk, "hub/log") {}
AttackedFederation::Parts::~Parts() = default;
AttackedFederation::Parts::Notes* AttackedFederation::Parts::provider_notes() {
  return provider_node ? &provider_node->notes : nullptr;
}
void AttackedFederation::Parts::refresh_provider() {
  if (provider_node) provider_node->copy.view.refresh();
}
AttackedFederation::Parts::ProviderNode& AttackedFederation::Parts::provider() {
  if (!provider_node) provider_node = std::make_unique<ProviderNode>(of);
  return *provider_node;
}

void AttackedFederation::load(std::string_view period) {
  Parts::ProviderNode& provider = parts_->provider();
  const collection::Table& table = visits().tables.front();
  vault::Vault vault = vault::Vault::open(disk, provider.organisation.vault, operator_key());
  vault::Load load = vault.begin_load(table, {visits().name, table.name, "R1H", std::string(period)},
                                      vault::Scope::kWholeSlice);
  load.begin_file("visits.csv", clock.now);
  table::Chunk chunk(table.row_schema());
  ++provider.loads;
  for (const char* person : {"9990000018", "9990000026"}) {
    chunk.column(0).append_text(person);
    chunk.column(1).append_text("R1H");
    chunk.column(2).append_text("load " + std::to_string(provider.loads) + " of " + person);
    chunk.column(3).append_integer(5);
  }
  const table::IdentifiableChunk rows(std::move(chunk));
  for (std::size_t i = 0; i < 2; ++i) static_cast<void>(load.put(rows, i, i + 2));
  load.end_file(base::to_hex(digest_of(std::to_string(provider.loads))));
  static_cast<void>(load.commit());
}

void AttackedFederation::send() {
  Parts::ProviderNode& provider = parts_->provider();
  try {
    provider.copy.view.refresh();
  } catch (const base::Error&) {
    // As at the node: nothing is in force under a checkpoint that is not fresh.
  }
  FlowSurroundings around{disk,
                          clock,
                          provider.notes.random,
                          provider.silent,
                          parts_->lines,
                          provider.peers,
                          provider.config,
                          provider.collections,
                          provider.again,
                          provider.copy.view,
                          provider.notes.refusals};
  std::size_t received = 0;
  for (const FlowReport& report : run_flows(around, provider.organisation)) {
    if (report.error)
      throw base::Error(*report.error).with("refusal", base::Label(refusal_in(*report.error)));
    received += report.state == FlowState::kReceived ? 1U : 0U;
  }
  REQUIRE(received > 0);
}

}  // namespace candour::node::testing
