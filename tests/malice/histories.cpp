// Scenarios in which the hub has more than one history, or another one than it said.
#include "candour/log/appender.h"
#include "candour/log/fork.h"
#include "candour/log/proof.h"
#include "candour/log/witness_wire.h"
#include "candour/malice/world.h"

namespace candour::malice {
namespace {

/// A batch, of which there may be any number.
std::string another(World& world, const std::string& name) { return world.audited.batch(name); }

/// Two histories of one size: `mine` and `theirs` differ in their last entry.
struct Forked {
  explicit Forked(World& world) : theirs(world.hub.fork("other", world.true_log().next().size)) {
    MaliciousHub::enter(theirs, std::vector{another(world, "of the others")});
    world.enter(another(world, "of mine"));
  }
  log::Store& theirs;
};

std::string code_of_provider(World& world, Shown shown) {
  Follower provider(world, "R1H");
  world.hub.show(provider.identity.tls.own_spki(), std::move(shown));
  return provider.refresh();
}

// The bad guardian signs both; each honest witness signs the one that it was shown.
std::string halves(Malice malice) {
  World world;
  const Forked forked(world);
  const auto mine = malice == Malice::kOn ? world.witnesses({0, 2, 3}) : world.witnesses();
  const auto cosigned =
      world.hub.collect(world.true_log(), MaliciousHub::sign(world.true_log().next(), world.origin()), mine);
  (void)world.hub.collect(forked.theirs, MaliciousHub::sign(forked.theirs.next(), world.origin()),
                          world.witnesses({1, 2, 4}));
  return code_of_provider(world,
                          {.history = &world.true_log(), .checkpoint = log::write_note(cosigned.note)});
}

std::string same_witness_twice(Malice malice) {
  World world;
  const Forked forked(world);
  if (!world.publish()) return "no quorum";
  log::Store& offered = malice == Malice::kOn ? forked.theirs : world.true_log();
  (void)world.hub.collect(offered, MaliciousHub::sign(offered.next(), world.origin()), world.witnesses({3}));
  if (world.hub.statuses.front() == 200) return std::string(kNothing);
  const auto evidence = world.outside_disks[0]->list("/witness/evidence");
  const auto fork =
      log::parse_fork(base::load_text(*world.outside_disks[0], "/witness/evidence/" + evidence.at(0)));
  const log::VerifierKey log_key{world.origin(), log::KeyType::kEd25519, world.members().charter.log_key};
  return std::to_string(world.hub.statuses.front()) +
         (log::proves_fork(fork, log_key) ? ", with evidence" : "");
}

// Guardians follow the true log; the provider is shown another, as long, signed by the log and the bad
// guardian.
std::string split_view(Malice malice) {
  World world;
  const Forked forked(world);
  if (!world.publish()) return "no quorum";
  if (malice == Malice::kOff) return code_of_provider(world, {.history = &world.true_log()});
  const auto cosigned =
      world.hub.collect(forked.theirs, MaliciousHub::sign(forked.theirs.next(), world.origin()),
                        world.witnesses({2, 0, 1, 3, 4}));
  return code_of_provider(world, {.history = &forked.theirs, .checkpoint = log::write_note(cosigned.note)});
}

/// Admits whatever comes, as the real appender asks.
class AdmitsAll final : public log::Admission {
 public:
  statement::Id admit(std::string_view envelope) override { return id_of(envelope); }
  [[nodiscard]] statement::Id id_of(std::string_view envelope) const override {
    const std::string payload = statement::parse_any_envelope(envelope).payload;
    return statement::PayloadReader(std::string_view(payload)).header().id;
  }
};

// The batch is acknowledged with a proof; then the log goes on from before it.
std::string dropped(Malice malice) {
  World world;
  AdmitsAll admission;
  const auto& charter = world.members().charter;
  log::WitnessPanel panel(instruction::log_policy(charter), world.witnesses(),
                          log::WitnessPanel::Workers::kNone, 1000);
  const crypto::SigningKey key = key_of("log");
  log::Appender appender(world.true_log(), admission, world.origin(), key, panel, world.clock);
  const std::string batch = another(world, "batch to be dropped");
  const auto future = appender.submit(batch);
  (void)appender.run_round();
  const log::Acknowledged done = future.get();
  const auto proof = log::verify_proof(base::as_bytes(batch), log::parse_proof(done.proof),
                                       instruction::log_policy(charter));
  if (!proof.holds()) return "it was not acknowledged";
  log::Store& without = world.hub.fork("without", done.index + (malice == Malice::kOn ? 0 : 1));
  MaliciousHub::enter(without, std::vector{another(world, "one"), another(world, "two")});
  (void)world.hub.collect(without, MaliciousHub::sign(without.next(), world.origin()), world.witnesses({3}));
  const int status = world.hub.statuses.front();
  return status == 200 ? std::string(kNothing) : std::to_string(status);
}

/// What a provider says of a file that was changed on its way.
std::string spoilt(Malice malice, std::string_view path_begins, const Spoil& change) {
  World world;
  Shown shown{.history = &world.true_log()};
  if (malice == Malice::kOn) {
    shown.spoil = [=](std::string_view path, std::optional<std::string> file) {
      return path.starts_with(path_begins) ? change(path, std::move(file)) : file;
    };
  }
  return code_of_provider(world, std::move(shown));
}

std::optional<std::string> flip_last(std::string_view, std::optional<std::string> file) {
  file.value().back() ^= 1;
  return file;
}

std::string rewritten_entry(Malice malice) { return spoilt(malice, "tile/entries/", flip_last); }
std::string rewritten_tile(Malice malice) { return spoilt(malice, "tile/0/", flip_last); }
std::string withheld_bundle(Malice malice) {
  return spoilt(malice, "tile/entries/", [](auto, auto) { return std::optional<std::string>(); });
}

// An old entry is another, and the whole tree over it is made anew and signed.
std::string rewritten_tree(Malice malice) {
  World world;
  Follower provider(world, "R1H");
  if (provider.refresh() != kNothing) return "the provider did not follow";
  log::Store* shown = &world.true_log();
  if (malice == Malice::kOn) {
    const std::uint64_t size = shown->next().size;
    shown = &world.hub.fork("rewritten", size - 2);
    MaliciousHub::enter(*shown, std::vector{another(world, "in its place"), another(world, "and the last")});
  }
  const auto cosigned =
      world.hub.collect(*shown, MaliciousHub::sign(shown->next(), world.origin()), world.witnesses());
  world.hub.show_all({.history = shown, .checkpoint = log::write_note(cosigned.note)});
  return provider.refresh();
}

// The same, and every witness is bad: a provider that held the true history has what proves it.
std::string rewritten_by_all(Malice malice) {
  World world;
  Follower provider(world, "R1H");
  if (provider.refresh() != kNothing) return "the provider did not follow";
  log::Store* shown = &world.true_log();
  if (malice == Malice::kOn) {
    shown = &world.hub.fork("rewritten", shown->next().size - 1);
    MaliciousHub::enter(*shown, std::vector{another(world, "one"), another(world, "two")});
  }
  world.hub.show_all({.history = shown, .checkpoint = world.forged(shown->next(), 4)});
  const std::string said = provider.refresh();
  if (said == kNothing) return said;
  const auto evidence = provider.disk.list("/log/evidence");
  const auto fork = log::parse_fork(base::load_text(provider.disk, "/log/evidence/" + evidence.at(0)));
  const log::VerifierKey log_key{world.origin(), log::KeyType::kEd25519, world.members().charter.log_key};
  return said + (log::proves_fork(fork, log_key) ? ", with evidence" : "");
}

// Two people who never held the other's history: who compares what both are shown has it.
std::string two_readers(Malice malice) {
  World world;
  const Forked forked(world);
  if (!world.publish()) return "no quorum";
  forked.theirs.publish(world.forged(forked.theirs.next(), 4));
  world.hub.fork("copy", world.true_log().next().size).publish(world.true_log().published().note);
  return world.watch({"true", malice == Malice::kOn ? "other" : "copy"});
}

std::string rolled_back(Malice malice) {
  World world;
  Follower provider(world, "R1H");
  const std::string before = world.true_log().published().note;
  world.enter(another(world, "after"));
  if (!world.publish() || provider.refresh() != kNothing) return "the provider did not follow";
  Shown shown{.history = &world.true_log()};
  if (malice == Malice::kOn) shown.checkpoint = before;
  world.hub.show_all(shown);
  return provider.refresh();
}

// Before anybody followed, so that nobody has seen more: the proof that somebody is shown is of another
// entry.
std::string false_proof(Malice malice) {
  World world;
  const std::string shown = another(world, "shown to somebody");
  if (malice == Malice::kOff) world.enter(shown);
  world.enter(another(world, "in the log"));
  if (!world.publish()) return "no quorum";
  const log::HeadRecord published = world.true_log().published();
  log::TileReader reader(world.true_log(), published.head);
  const std::uint64_t index = published.head.size - (malice == Malice::kOn ? 1 : 2);
  const log::Proof proof{.index = index,
                         .path = log::prove_inclusion(reader, index, published.head.size),
                         .checkpoint = log::parse_checkpoint(published.note)};
  const auto verdict = log::verify_proof(base::as_bytes(shown), log::parse_proof(log::write_proof(proof)),
                                         instruction::log_policy(world.members().charter));
  if (!verdict.checkpoint.holds()) return "the checkpoint does not hold";
  return verdict.included ? std::string(kNothing) : "not included";
}

constexpr Scenario kHistories[] = {
    {"a fork, each half of the witnesses on its own branch",
     "signs two heads of one size, shows each honest witness one of them, and the bad guardian cosigns both",
     "a provider's mirror", "CND-2550", "log/mirror.h", Ground::kQuorum, halves},
    {"a fork, both branches to one witness",
     "has a witness cosign one head, then offers it another of the same size", "a witness",
     "422, with evidence", "log/witness.h", Ground::kMathematics, same_witness_twice},
    {"guardians on one log, a provider on another",
     "shows the provider a log of its own, under the log's signature and the bad guardian's",
     "a provider's mirror", "CND-2550", "log/mirror.h", Ground::kQuorum, split_view},
    {"an acknowledged entry is dropped",
     "acknowledges a batch with a proof, and goes on with a log that lacks it", "a witness", "422",
     "log/witness.h", Ground::kMathematics, dropped},
    {"a stored entry is changed", "serves a bundle in which one bit is another", "a provider's mirror",
     "CND-2510", "log/tile_reader.h", Ground::kMathematics, rewritten_entry},
    {"a stored tile is changed", "serves a hash tile in which one bit is another", "a provider's mirror",
     "CND-2510", "log/tile_reader.h", Ground::kMathematics, rewritten_tile},
    {"the past is written anew", "replaces old entries, makes all tiles and the root anew, and signs them",
     "a provider's mirror", "CND-2550", "log/mirror.h", Ground::kQuorum, rewritten_tree},
    {"the past is written anew, and a whole quorum cosigns it",
     "the same, when four witnesses of five are bad", "a provider's mirror", "CND-2552, with evidence",
     "log/mirror.h", Ground::kMirror, rewritten_by_all},
    {"two readers are shown two histories, each with a quorum",
     "a bad quorum cosigns both; neither reader has ever held the other's", "`candour log watch`", "CND-2552",
     "cli/log_watch.cpp", Ground::kMirror, two_readers},
    {"the log is rolled back", "serves a checkpoint of before, whose cosignatures all hold",
     "a provider's mirror", "CND-2551", "log/mirror.h", Ground::kMirror, rolled_back},
    {"a bundle is held back", "serves a checkpoint, and not the entries under it", "a provider's mirror",
     "CND-2509", "log/tile_reader.h", Ground::kMathematics, withheld_bundle},
    {"a false proof", "gives somebody the proof of another entry, under a checkpoint that holds",
     "`candour log prove --check`", "not included", "log/proof.h", Ground::kMathematics, false_proof},
};

}  // namespace

std::span<const Scenario> histories() { return kHistories; }

}  // namespace candour::malice
