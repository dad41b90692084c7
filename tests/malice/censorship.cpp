// Scenarios in which the hub keeps something out of the log, or out of somebody's sight.
#include "candour/malice/world.h"
#include "candour/node/log_routes.h"
#include "candour/statement/refusal.h"

namespace candour::malice {
namespace {

/// What a guardian's witness answers when the head of now is offered, where that is not 200.
std::string cosigned_by(World& world, std::size_t place) {
  (void)world.hub.collect(world.true_log(), MaliciousHub::sign(world.true_log().next(), world.origin()),
                          world.witnesses({place}));
  const int status = world.hub.statuses.front();
  return status == 200 ? std::string(kNothing) : std::to_string(status);
}

/// The hub is not down: its head is cosigned every minute.
void minutes_pass(World& world, int minutes) {
  for (int i = 0; i < minutes; ++i) {
    world.clock.now += kMinute;
    (void)world.publish();
  }
}

/// A statement is handed to both honest guardians. On: the hub enters it not, and goes on.
std::string kept_out(Malice malice, const std::string& envelope, World& world, const std::string& body = "") {
  for (const auto& one : world.guardians) {
    const std::string said =
        one->hand_in(envelope, body.empty() ? std::vector<std::string>() : std::vector{body});
    if (said != kNothing) return "handed in: " + said;
  }
  if (malice == Malice::kOff) world.enter(envelope, body);
  minutes_pass(world, 11);
  for (const auto& one : world.guardians) {
    (void)one->refresh();
    one->handed_in.send();
  }
  return cosigned_by(world, 0);
}

std::string charter_kept_out(Malice malice) {
  World world;
  instruction::Charter next = world.members().charter;
  next.version = 3;
  next.header.id = id_of("charter 3");
  next.title = "Another title";
  const std::string envelope = candour::testing::TestFederation::sign(
      "charter", instruction::write_payload(next), {"controller a", "controller b"});
  return kept_out(malice, envelope, world, instruction::write_providers(next));
}

std::string incident_kept_out(Malice malice) {
  World world;
  return kept_out(malice, world.incident("incident"), world);
}

std::string refusal_kept_out(Malice malice) {
  World world;
  statement::Refusal one{.header = world.members().header("refusal"), .role = statement::NodeRole::kGuardian};
  one.at = "guardian 1";
  one.act = statement::RefusedAct::kEvaluate;
  one.to = "R1H";
  one.code = "CND-2123";
  one.since = one.until = kFounded;
  return kept_out(
      malice,
      candour::testing::TestFederation::sign("refusal", statement::write_payload(one), {"guardian 1"}),
      world);
}

// Handed to one guardian, which hands it on: without that four of five would go on cosigning.
std::string revocation_kept_out(Malice malice) {
  World world;
  HonestGuardian& first = *world.guardians[0];
  HonestGuardian& second = *world.guardians[1];
  std::vector<net::Route> routes;
  routes.push_back(node::hand_in_route([&](const node::Entry& entry) { second.handed_in.hand_in(entry); }));
  const net::RunningServer server(
      {.tls = &second.identity.tls, .accepts_peer = [](const base::Digest&) { return true; }, .workers = 1},
      std::move(routes), kFounded);
  const std::string revocation = world.revocation();
  if (first.hand_in(revocation) != kNothing) return "it was not taken";
  node::LogClient to_second(node::options_of("127.0.0.1:" + std::to_string(server.port()),
                                             second.identity.tls.own_spki(), &first.identity.tls),
                            world.clock);
  first.handed_in.pass_on(2, to_second);
  if (malice == Malice::kOff) world.enter(revocation);
  minutes_pass(world, 11);
  return cosigned_by(world, 1);
}

std::string log_stands_still(Malice malice) {
  World world;
  Follower provider(world, "R1H");
  const std::string said = kept_out(malice, world.incident("incident"), world);
  if ((malice == Malice::kOn) != (said == "503")) return "the guardian said " + said;
  minutes_pass(world, 5);
  if (provider.refresh() != kNothing) return "the provider noticed before";
  return provider.verdict();
}

// The hub sees the revocation that a guardian sends it, and enters a statement of its own with that id.
std::string id_taken(Malice malice) {
  World world;
  const std::string revocation = world.revocation("an id that is taken");
  for (const auto& one : world.guardians) {
    if (one->hand_in(revocation) != kNothing) return "it was not taken";
  }
  world.enter(malice == Malice::kOn ? world.incident("an id that is taken", "hub") : revocation);
  for (int i = 0; i < 11; ++i) {
    minutes_pass(world, 1);
    for (const auto& one : world.guardians) {
      (void)one->refresh();
      one->handed_in.send();
    }
  }
  return cosigned_by(world, 0);
}

// An entry that looks like a charter and whose list of providers nobody has stops every reader before it. The
// heads go on being cosigned, and behind it is a revocation that nobody reads.
std::string blinded(Malice malice) {
  World world;
  Follower provider(world, "R1H");
  if (provider.refresh() != kNothing) return "the provider did not follow";
  if (malice == Malice::kOn) {
    instruction::Charter next = world.members().charter;
    next.version = 3;
    next.providers.front().quota_day = 1;
    const std::string junk =
        candour::testing::TestFederation::sign("charter", instruction::write_payload(next), {"a stranger"});
    MaliciousHub::enter(world.true_log(), std::vector{junk, world.revocation()});
  } else {
    world.enter(world.incident("incident"));
  }
  minutes_pass(world, 6);
  if (!world.publish()) return "no quorum";
  (void)provider.refresh();
  return provider.verdict();
}

std::string other_body(Malice malice) {
  World world;
  Follower provider(world, "R1H");
  if (provider.refresh() != kNothing) return "the provider did not follow";
  instruction::Charter next = world.members().charter;
  next.version = 3;
  next.header.id = id_of("charter 3");
  next.providers.front().quota_day = 1;
  world.enter(candour::testing::TestFederation::sign("charter", instruction::write_payload(next),
                                                     {"controller a", "controller b"}),
              instruction::write_providers(next));
  if (!world.publish()) return "no quorum";
  Shown shown{.history = &world.true_log()};
  if (malice == Malice::kOn) {
    next.providers.front().quota_day = 1'000'000;
    shown.spoil = [other = instruction::write_providers(next)](std::string_view path,
                                                               std::optional<std::string> file) {
      return path.starts_with("body/") ? std::optional(other) : std::move(file);
    };
  }
  world.hub.show_all(shown);
  return provider.refresh();
}

constexpr Scenario kCensorship[] = {
    {"a revocation is kept out",
     "enters no revocation that one guardian was handed, and goes on with the other four",
     "the other guardian, which it was handed on to", "503", "node/handed_in.h", Ground::kQuorum,
     revocation_kept_out},
    {"a revocation's id is taken",
     "enters a statement of its own under the id of the revocation that it was sent", "a guardian", "503",
     "node/handed_in.h", Ground::kQuorum, id_taken},
    {"a charter is kept out", "enters no new version of the charter, which guardians were handed",
     "a guardian", "503", "node/handed_in.h", Ground::kQuorum, charter_kept_out},
    {"a refusal is kept out", "enters no refusal of a guardian", "a guardian", "503", "node/handed_in.h",
     Ground::kQuorum, refusal_kept_out},
    {"an incident is kept out", "enters no incident that a provider reports", "a guardian", "503",
     "node/handed_in.h", Ground::kQuorum, incident_kept_out},
    {"a hub that keeps something out goes on all the same",
     "shows the newest head that it could have cosigned, a quarter of an hour later", "a provider",
     "CND-2036", "instruction/verdict.h", Ground::kQuorum, log_stands_still},
    {"readers are blinded",
     "enters what needs a body that nobody has, and behind it a revocation; heads go on", "a provider",
     "CND-2036", "node/log_view.h", Ground::kClock, blinded},
    {"a body is another", "serves another list of providers than the charter names", "a provider's mirror",
     "CND-2535", "log/bodies.h", Ground::kMathematics, other_body},
};

}  // namespace

std::span<const Scenario> censorship() { return kCensorship; }

}  // namespace candour::malice
