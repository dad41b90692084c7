// Scenarios in which the hub answers a provider, or a person, with what is not so.
#include "candour/instruction/log_policy.h"
#include "candour/log/proof.h"
#include "candour/log/tile_reader.h"
#include "candour/malice/world.h"
#include "candour/node/logged.h"
#include "candour/node/person_receipt.h"
#include "candour/statement/submission.h"
#include "candour/submission/commitment.h"
#include "candour/submission/flow_testing.h"

namespace candour::malice {
namespace {

namespace sending = submission::testing;

/// The hub as a provider reaches it: that of the submission's tests, with answers that may be others.
class LyingHub final : public submission::HubPort {
 public:
  explicit LyingHub(sending::TestHub& hub) : hub_(hub) {}
  std::string sealing_key() override { return other_key.empty() ? hub_.sealing_key() : other_key; }
  std::optional<submission::SliceNow> slice_now(const submission::SliceName& slice) override {
    return forgets ? std::nullopt : hub_.slice_now(slice);
  }
  std::optional<std::string> receipt(const submission::Identity& identity) override {
    return other_receipt.empty() ? hub_.receipt(identity) : std::optional(other_receipt);
  }
  void put_manifest(std::string_view envelope) override { hub_.put_manifest(envelope); }
  void put_attestations(const submission::Identity& identity, std::string_view body) override {
    hub_.put_attestations(identity, body);
  }
  std::uint64_t package_received(const submission::Identity& identity) override {
    return hub_.package_received(identity);
  }
  void put_package(const submission::Identity& identity, std::uint64_t offset,
                   base::ByteView piece) override {
    hub_.put_package(identity, offset, piece);
  }
  std::string commit(const submission::Identity& identity) override { return hub_.commit(identity); }

  std::string other_key, other_receipt;
  bool forgets = false;

 private:
  sending::TestHub& hub_;
};

/// A provider with an outbox, and the hub that it sends to.
struct Sending {
  [[nodiscard]] std::filesystem::path send() {
    const auto folder = outbox.begin(sending::intent(), hub);
    sending::TestSlice slice(visits);
    (void)outbox.send(folder, slice, hub);
    return folder;
  }
  base::SimulatedDisk disk, hub_disk;
  node::testing::MovingClock clock{sending::kNow};
  base::SeededRandom random{1, "sending"};
  sending::TestHub honest{hub_disk, clock, random};
  LyingHub hub{honest};
  submission::Outbox outbox = sending::outbox_on(disk, clock, random);
  std::vector<sending::Visit> visits{{1, "a note", 10}, {2, "another", 20}};
};

// A key that it would have destroyed by now, so that whoever keeps packages could open them for ever.
std::string other_months_key(Malice malice) {
  Sending one;
  if (malice == Malice::kOn) {
    one.clock.now -= 62 * kDay;
    one.hub.other_key = one.honest.sealing_key();
    one.clock.now = sending::kNow;
  }
  return said_by([&] { (void)one.send(); });
}

std::string other_receipt(Malice malice) {
  Sending one;
  const auto first = one.send();
  if (malice == Malice::kOn) one.hub.other_receipt = base::load_text(one.disk, first / "receipt.dsse");
  one.visits.pop_back();
  return said_by([&] { (void)one.send(); });
}

std::string forgotten_slice(Malice malice) {
  Sending one;
  (void)one.send();
  one.hub.forgets = malice == Malice::kOn;
  one.visits.pop_back();
  return said_by([&] { (void)one.send(); });
}

std::string unlogged_submission(Malice malice) {
  Sending one;
  const auto folder = one.send();
  log::Store mirror(one.disk, "/mirror");
  const std::string manifest = base::load_text(one.disk, folder / "manifest.dsse");
  (void)mirror.append(mirror.next(),
                      std::vector<std::string>{malice == Malice::kOn ? "something else" : manifest});
  return said_by([&] { node::require_logged(one.disk, one.outbox, mirror); });
}

// The provider sends a batch to be entered; what comes back is the proof of another entry.
std::string false_acknowledgement(Malice malice) {
  World world;
  Follower provider(world, "R1H");
  if (provider.refresh() != kNothing) return "the provider did not follow";
  world.hub.on_statement = [&](const node::Entry& entry) {
    world.enter(malice == Malice::kOn ? world.incident("another entry") : entry.envelope);
    (void)world.publish();
    const log::HeadRecord published = world.true_log().published();
    log::TileReader reader(world.true_log(), published.head);
    const std::uint64_t index = published.head.size - 1;
    return log::write_proof({.index = index,
                             .path = log::prove_inclusion(reader, index, published.head.size),
                             .checkpoint = log::parse_checkpoint(published.note)});
  };
  return said_by([&] { provider.followed.enter(world.batch("to be entered", world.clock.now)); });
}

/// A person's receipt of the one row of a submission: `row` in it, under the true log or another one. Gives
/// the first question that fails.
std::string judged(World& world, log::Store& history, const std::string& checkpoint,
                   const std::string& submission, const std::string& row, const submission::RowSalt& salt) {
  const auto held = log::parse_checkpoint(checkpoint);
  log::TileReader reader(history, held.checkpoint.head);
  const std::uint64_t entry = history.find(statement::leaf_hash(submission)).value();
  const auto policy = instruction::log_policy(world.members().charter);
  const node::PersonReceipt receipt{
      .submission = submission,
      .proof = log::write_proof({.index = entry,
                                 .path = log::prove_inclusion(reader, entry, held.checkpoint.head.size),
                                 .checkpoint = held}),
      .policy = log::write_policy(policy),
      .index = 0,
      .count = 1,
      .row = row,
      .salt = salt,
      .path = {}};
  for (const node::ReceiptCheck& one :
       node::check_receipt(node::parse_person_receipt(node::write_person_receipt(receipt)),
                           {world.members().charter.federation(), world.members().log.get()})) {
    if (one.finding != node::Finding::kHolds) return std::string(one.check);
  }
  return std::string(kNothing);
}

constexpr std::string_view kRow = "R1H,a note,10";

/// A submission whose only row is kRow.
std::string submission_of_row(World& world, const base::Bytes& seed) {
  submission::Commitment commitment(seed);
  commitment.add(kRow);
  statement::Submission one = statement::parse_submission(
      statement::parse_envelope(world.audited.submission("of one row", {world.audited.batch("one")}),
                                "submission")
          .payload);
  one.commitment = commitment.root();
  return candour::testing::TestFederation::sign("submission", statement::write_payload(one), {"R1H"});
}

std::string false_row(Malice malice) {
  World world;
  const base::Bytes seed(submission::kSeedBytes, 7);
  world.enter(world.audited.batch("one"));
  const std::string sent = submission_of_row(world, seed);
  world.enter(sent);
  if (!world.publish()) return "no quorum";
  return judged(world, world.true_log(), world.true_log().published().note, sent,
                malice == Malice::kOn ? "R1H,another note,10" : std::string(kRow),
                submission::row_salt(seed, 0));
}

// The submission was never in the log that everybody follows: it is in one that was made for this person.
std::string log_for_one(Malice malice) {
  World world;
  const base::Bytes seed(submission::kSeedBytes, 7);
  const std::string sent = submission_of_row(world, seed);
  log::Store& shown =
      malice == Malice::kOn ? world.hub.fork("for one", world.true_log().next().size) : world.true_log();
  world.enter(malice == Malice::kOn ? world.batch("of the true log", world.clock.now) : sent);
  if (malice == Malice::kOn) MaliciousHub::enter(shown, std::vector{sent});
  if (!world.publish()) return "no quorum";
  const auto got =
      world.hub.collect(shown, MaliciousHub::sign(shown.next(), world.origin()), world.witnesses());
  return judged(world, shown, log::write_note(got.note), sent, std::string(kRow),
                submission::row_salt(seed, 0));
}

constexpr Scenario kAnswers[] = {
    {"a sealing key of another month", "hands a provider a key that it should have destroyed by now",
     "a provider", "CND-2203", "submission/manifest.h", Ground::kOwn, other_months_key},
    {"a receipt for something else", "answers a submission with the receipt of the one before", "a provider",
     "CND-2207", "submission/receipt.h", Ground::kMathematics, other_receipt},
    {"a stored slice is lost", "says that it has nothing of a slice for which it gave a receipt",
     "a provider", "CND-2208", "submission/outbox.h", Ground::kMirror, forgotten_slice},
    {"a submission is stored and kept out of the log", "gives a receipt, and enters not the submission",
     "that provider, at its next run", "CND-2556", "node/logged.h", Ground::kMirror, unlogged_submission},
    {"an acknowledgement that proves nothing",
     "says that a batch is in the log, and gives the proof of another entry", "a provider", "CND-2557",
     "node/followed_log.h", Ground::kMathematics, false_acknowledgement},
    {"a person is shown a false row", "gives a person the receipt of a row that was in no submission",
     "`candour receipt verify`", "row", "node/person_receipt.h", Ground::kMathematics, false_row},
    {"a person is shown a log of their own",
     "shows a person a submission under a checkpoint that the log and the bad guardian signed for them alone",
     "`candour receipt verify`", "witnesses", "node/person_receipt.h", Ground::kQuorum, log_for_one},
};

}  // namespace

std::span<const Scenario> answers() { return kAnswers; }

}  // namespace candour::malice
