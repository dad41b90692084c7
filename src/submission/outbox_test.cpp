// A submission from the outbox through the inbox into a lake: what is made once stays, what was cut off goes
// on, and what does not fit is refused before anything is sent or stored.
#include <doctest/doctest.h>

#include "candour/base/simulated_disk.h"
#include "candour/submission/flow_testing.h"
#include "candour/testing/code_of.h"

namespace candour::submission {
namespace {

using namespace testing;
using candour::testing::code_of;

const std::vector<Visit> kVisits = {
    {7, "one", 3}, {8, std::nullopt, 4}, {std::nullopt, "", 5}, {7, "two", 3}};

struct World {
  base::SimulatedDisk disk;
  base::FixedClock clock{kNow};
  base::SeededRandom random{1, "world"};
  TestHub hub{disk, clock, random};
  Outbox outbox = outbox_on(disk, clock, random);
  TestSlice slice{kVisits};
};

std::string text(const base::Disk& disk, const std::filesystem::path& path) {
  return base::load_text(disk, path);
}

TEST_CASE("a submission goes from the vault's rows to a receipt, and leaves what people read") {
  World world;
  const auto folder = world.outbox.begin(intent(), world.hub);
  CHECK(folder == "/outbox/small-visits-visits-2025-09-r1");
  CHECK(stage_of(world.disk, folder) == Stage::kPlanned);
  const statement::Receipt receipt = world.outbox.send(folder, world.slice, world.hub);
  CHECK(stage_of(world.disk, folder) == Stage::kReceived);
  CHECK(receipt.revision == 1);
  CHECK(text(world.disk, folder / kRowsFile) ==
        "hospital,note,minutes\nR1H,one,3\nR1H,,4\nR1H,\"\",5\nR1H,two,3\n");
  CHECK_FALSE(world.disk.exists(folder / kPackageFile));
  REQUIRE(world.hub.lake.commits().size() == 1);
  CHECK(world.hub.lake.commits()[0].stored.rows == 4);
  CHECK(world.hub.lake.commits()[0].stored.submission ==
        identity_of(text(world.disk, folder / kManifestFile)));
  CHECK(world.hub.inbox.waiting().empty());
  CHECK(world.disk.list("/hub/inbox").size() == 1);  // its lock
}

TEST_CASE("sending again what was received gives the same receipt and nothing else") {
  World world;
  const auto folder = world.outbox.begin(intent(), world.hub);
  const auto first = world.outbox.send(folder, world.slice, world.hub);
  const std::string receipt = text(world.disk, folder / kReceiptFile);
  CHECK(world.outbox.send(folder, world.slice, world.hub) == first);
  // Also where the receipt was lost, and much later.
  world.disk.remove(folder / kReceiptFile);
  world.clock = base::FixedClock(kNow + 90 * 86'400);
  CHECK(world.outbox.send(folder, world.slice, world.hub) == first);
  CHECK(text(world.disk, folder / kReceiptFile) == receipt);
  CHECK(world.hub.lake.commits().size() == 1);
}

TEST_CASE("the next submission of a slice replaces the one that the hub holds") {
  World world;
  const auto first = world.outbox.begin(intent(), world.hub);
  CHECK(world.outbox.begin(intent(), world.hub) == first);
  (void)world.outbox.send(first, world.slice, world.hub);
  world.slice.visits().pop_back();
  const auto second = world.outbox.begin(intent(), world.hub);
  CHECK(second == "/outbox/small-visits-visits-2025-09-r2");
  CHECK(world.outbox.send(second, world.slice, world.hub).revision == 2);
  CHECK(world.outbox.submissions() == std::vector<std::filesystem::path>{first, second});
  const Plan plan = load_plan(world.disk, second);
  CHECK(plan.draft.supersedes == identity_of(text(world.disk, first / kManifestFile)));
  world.disk.remove(second / kPlanFile);
  CHECK(stage_of(world.disk, second) == Stage::kReceived);
  CHECK(world.outbox.send(second, world.slice, world.hub).revision == 2);
}

TEST_CASE("of two submissions of one slice that race, one is stored and the other is told") {
  World world;
  base::SeededRandom other_random(2, "other");
  Outbox other({world.disk, world.clock, other_random, provider_key()}, "/other", federation(), "R1H");
  const auto mine = world.outbox.begin(intent(), world.hub);
  const auto theirs = other.begin(intent(), world.hub);
  (void)other.send(theirs, world.slice, world.hub);
  CHECK(code_of([&] { (void)world.outbox.send(mine, world.slice, world.hub); }) == "CND-2224");
  CHECK(world.hub.lake.commits().size() == 1);
  abandon(world.disk, mine);
  CHECK(world.outbox.submissions().empty());
  const auto again = world.outbox.begin(intent(), world.hub);
  CHECK(again == "/outbox/small-visits-visits-2025-09-r2");
  CHECK(world.outbox.send(again, world.slice, world.hub).revision == 2);
}

TEST_CASE("rows that changed after people could read them are not sent") {
  World world;
  const auto folder = world.outbox.begin(intent(), world.hub);
  const auto change = [&](const std::function<void()>& make_change) {
    TestSlice slice(kVisits);
    world.hub.before_piece = [](std::uint64_t) { throw base::Error("CND-1003", "The cable is out."); };
    CHECK(code_of([&] { (void)world.outbox.send(folder, slice, world.hub); }) == "CND-1003");
    world.disk.remove(folder / kManifestFile);
    world.disk.remove(folder / kPackageFile);
    world.hub.before_piece = nullptr;
    make_change();
    return code_of([&] { (void)world.outbox.send(folder, world.slice, world.hub); });
  };
  CHECK(change([&] { world.slice.visits()[0].minutes = 9; }) == "CND-2204");
  CHECK(change([&] { world.slice.visits() = {kVisits[0]}; }) == "CND-2204");
  CHECK(world.hub.lake.commits().empty());
  CHECK(change([&] { world.slice.visits() = kVisits; }) == "none");
}

TEST_CASE("an upload that was cut goes on where it was, with the same bytes") {
  World world;
  world.slice.visits() = many_visits(40'000);
  const auto folder = world.outbox.begin(intent(), world.hub);
  std::vector<std::uint64_t> offsets;
  world.hub.before_piece = [&](std::uint64_t offset) {
    offsets.push_back(offset);
    if (offsets.size() == 3) throw base::Error("CND-1003", "The cable is out.");
  };
  CHECK(code_of([&] { (void)world.outbox.send(folder, world.slice, world.hub); }) == "CND-1003");
  const std::string manifest = text(world.disk, folder / kManifestFile);
  const Identity identity = identity_of(manifest);
  CHECK(world.hub.inbox.package_received(identity) == 2 * kPieceBytes);
  (void)world.outbox.send(folder, world.slice, world.hub);
  CHECK(text(world.disk, folder / kManifestFile) == manifest);
  CHECK(offsets[3] == 2 * kPieceBytes);
  CHECK(world.hub.lake.commits().size() == 1);
}

TEST_CASE("a receipt that answers something else is not believed") {
  class LyingHub final : public HubPort {
   public:
    LyingHub(TestHub& hub, std::function<std::string(const std::string&)> lie)
        : hub_(hub), lie_(std::move(lie)) {}
    std::string sealing_key() override { return hub_.sealing_key(); }
    std::optional<SliceNow> slice_now(const SliceName& slice) override { return hub_.slice_now(slice); }
    std::optional<std::string> receipt(const Identity&) override { return std::nullopt; }
    void put_manifest(std::string_view envelope) override { manifest_ = envelope; }
    void put_attestations(const Identity&, std::string_view) override {}
    std::uint64_t package_received(const Identity&) override { return 0; }
    void put_package(const Identity&, std::uint64_t, base::ByteView) override {}
    std::string commit(const Identity&) override { return lie_(manifest_); }

   private:
    TestHub& hub_;
    std::function<std::string(const std::string&)> lie_;
    std::string manifest_;
  };
  World world;
  const auto folder = world.outbox.begin(intent(), world.hub);
  const auto code_with = [&](const std::function<void(StoredSlice&)>& change,
                             const crypto::SigningKey& key = hub_key()) {
    LyingHub hub(world.hub, [&](const std::string& manifest) {
      StoredSlice stored{.submission = identity_of(manifest),
                         .provider = "R1H",
                         .slice = intent().slice,
                         .committed_at_unix = kNow};
      change(stored);
      return make_receipt(federation(), stored, key);
    });
    return code_of([&] { (void)world.outbox.send(folder, world.slice, hub); });
  };
  CHECK(code_with([](StoredSlice& stored) { stored.submission[0] ^= 1; }) == "CND-2207");
  CHECK(code_with([](StoredSlice& stored) { stored.provider = "R1K"; }) == "CND-2207");
  CHECK(code_with([](StoredSlice& stored) { stored.slice.period = "2025-08"; }) == "CND-2207");
  CHECK(code_with([](StoredSlice& stored) { stored.revision = 2; }) == "CND-2207");
  CHECK(code_with([](StoredSlice&) {}, provider_key()) == "CND-2003");
  CHECK_FALSE(world.disk.exists(folder / kReceiptFile));
  CHECK(code_with([](StoredSlice&) {}) == "none");
}

TEST_CASE("a hub that lost what it gave a receipt for is found out") {
  World world;
  const auto folder = world.outbox.begin(intent(), world.hub);
  (void)world.outbox.send(folder, world.slice, world.hub);
  world.disk.remove("/hub/lake/0");
  CHECK(code_of([&] { (void)world.outbox.begin(intent(), world.hub); }) == "CND-2208");
}

TEST_CASE("a package is sealed to the hub's key of this month, and to no other") {
  World world;
  const std::string envelope = world.hub.sealing_key();
  const auto code = [&](const Federation& of, const char* day) {
    return code_of([&] { (void)verified_sealing_key(envelope, of, *base::Date::parse_iso(day)); });
  };
  CHECK(code(federation(), "2025-10-01") == "none");
  CHECK(code(federation(), "2025-10-31") == "none");
  // A day either way, for clocks that differ.
  CHECK(code(federation(), "2025-09-30") == "none");
  CHECK(code(federation(), "2025-11-01") == "none");
  CHECK(code(federation(), "2025-09-29") == "CND-2203");
  CHECK(code(federation(), "2025-11-02") == "CND-2203");
  Federation other = federation();
  other.id[0] ^= 1;
  CHECK(code(other, "2025-10-09") == "CND-2203");
  other = federation();
  other.hub_key = provider_key().public_key();
  CHECK(code(other, "2025-10-09") == "CND-2003");
}

TEST_CASE("a plan comes back from its file, and another file is none") {
  World world;
  const auto folder = world.outbox.begin(intent(), world.hub);
  const std::string file = text(world.disk, folder / kPlanFile);
  CHECK(write_plan(parse_plan(file)) == file);
  CHECK(code_of([&] { (void)parse_plan(file.substr(0, file.size() / 2)); }) == "CND-2202");
  CHECK(code_of([&] { (void)parse_plan("{}"); }) == "CND-2202");
  std::string other = file;
  other.replace(other.find("candour-plan-2"), 14, "candour-plan-1");
  CHECK(code_of([&] { (void)parse_plan(other); }) == "CND-2202");
}

TEST_CASE("attestations are lines of a batch and what follows it") {
  World world;
  const Plan plan = load_plan(world.disk, world.outbox.begin(intent(), world.hub));
  const std::string body = world.slice.pseudonymise(plan).attestations;
  CHECK(batch_leaves("").empty());
  CHECK(batch_leaves(body).size() == 1);
  CHECK(batch_leaves(body + body).size() == 2);
  const std::string without_batch = body.substr(body.find('\n') + 1);
  for (const std::string& bad : {without_batch, body.substr(0, body.size() - 1), body + "\n", body + "x\n"}) {
    CHECK(code_of([&] { (void)batch_leaves(bad); }) == "CND-2206");
  }
}

}  // namespace
}  // namespace candour::submission
