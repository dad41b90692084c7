// The hub's side of an upload: one order, bounds from the signed manifest, and digests that must hold.
#include <doctest/doctest.h>

#include "candour/base/simulated_disk.h"
#include "candour/submission/flow_testing.h"
#include "candour/testing/code_of.h"

namespace candour::submission {
namespace {

using namespace testing;
using candour::testing::code_of;

/// A package of more than two pieces, and a manifest for it that is signed.
struct Upload {
  explicit Upload(std::uint8_t id = 1) {
    static const Packed packed = pack(many_visits(35'000));
    package = packed.package;
    manifest = packed.manifest;
    manifest.header.id = {id};
    manifest.attestations_sha256 = base::sha256(base::as_bytes(attestations));
    envelope = statement::write_envelope(
        statement::sign("submission", statement::write_payload(manifest), provider_key()));
  }
  base::ByteView piece(std::size_t number) const {
    const base::ByteView rest = base::ByteView(package).subspan(number * kPieceBytes);
    return rest.first(std::min(rest.size(), kPieceBytes));
  }
  base::Bytes package;
  statement::Submission manifest;
  std::string attestations = "lines\n";
  std::string envelope;
};

void put_all(Inbox& inbox, const Upload& upload) {
  const Identity identity = inbox.put_manifest(upload.envelope, upload.manifest);
  inbox.put_attestations(identity, upload.attestations);
  for (std::uint64_t offset = inbox.package_received(identity); offset < upload.package.size();
       offset += kPieceBytes) {
    inbox.put_package(identity, offset, upload.piece(offset / kPieceBytes));
  }
}

std::string refusal_of(const std::function<void(statement::Submission&)>& change,
                       const crypto::SigningKey& key = provider_key()) {
  statement::Submission manifest = Upload().manifest;
  change(manifest);
  const std::string envelope =
      statement::write_envelope(statement::sign("submission", statement::write_payload(manifest), key));
  return code_of([&] {
    const statement::Submission read = verified_manifest(envelope, federation(), sender());
    (void)table_of(read, visits());
  });
}

TEST_CASE("a manifest is of this federation, this provider and the approved collection, or it is refused") {
  CHECK(refusal_of([](auto&) {}) == "none");
  CHECK(refusal_of([](auto&) {}, hub_key()) == "CND-2003");
  CHECK(refusal_of([](auto& manifest) { manifest.header.federation[0] ^= 1; }) == "CND-2210");
  CHECK(refusal_of([](auto& manifest) { manifest.header.log = "another"; }) == "CND-2210");
  CHECK(refusal_of([](auto& manifest) { manifest.provider = "R1K"; }) == "CND-2210");
  CHECK(refusal_of([](auto& manifest) { manifest.collection_sha256[0] ^= 1; }) == "CND-2210");
  CHECK(refusal_of([](auto& manifest) { manifest.collection = "other"; }) == "CND-2210");
  CHECK(refusal_of([](auto& manifest) { manifest.table = "other"; }) == "CND-2210");
  CHECK(refusal_of([](auto& manifest) { manifest.period = "2025-13"; }) == "CND-1014");
  CHECK(refusal_of([](auto& manifest) { manifest.opt_out = "perhaps"; }) == "CND-2210");
  CHECK(refusal_of([](auto& manifest) { manifest.legal_notice = "a notice"; }) == "CND-2210");
  CHECK(refusal_of([](auto& manifest) { manifest.revision = 2; }) == "CND-2210");
  CHECK(refusal_of([](auto& manifest) { manifest.supersedes = base::Digest{}; }) == "CND-2210");
  CHECK(refusal_of([](auto& manifest) { manifest.batches.resize(2); }) == "CND-2210");
  CHECK(refusal_of([](auto& manifest) { manifest.nil = true; }) == "none");
  CHECK(refusal_of([](auto& manifest) {
          manifest.nil = true;
          manifest.batches.resize(1);
        }) == "CND-2210");
  CHECK(refusal_of([](auto& manifest) { manifest.package_bytes = 48; }) == "CND-2210");
  CHECK(refusal_of([](auto& manifest) { manifest.package_bytes = kPackageBytesAtMost + 1; }) == "CND-2210");
  CHECK(refusal_of([](auto& manifest) { manifest.package_bytes += 1; }) == "CND-2210");
  CHECK(refusal_of([](auto& manifest) { manifest.package_bytes = kLeastPackageBytes; }) == "none");
}

TEST_CASE("a submission comes in one order, piece by piece, and nothing before its manifest") {
  base::SimulatedDisk disk;
  Inbox inbox(disk, "/inbox", {});
  const Upload upload;
  REQUIRE(upload.package.size() > 2 * kPieceBytes);
  const Identity identity = identity_of(upload.envelope);
  CHECK(code_of([&] { inbox.put_attestations(identity, upload.attestations); }) == "CND-2213");
  CHECK(code_of([&] { inbox.put_package(identity, 0, upload.piece(0)); }) == "CND-2213");
  CHECK(inbox.put_manifest(upload.envelope, upload.manifest) == identity);
  CHECK(code_of([&] { inbox.put_package(identity, 0, upload.piece(0)); }) == "CND-2213");
  CHECK(code_of([&] { inbox.put_attestations(identity, "other lines\n"); }) == "CND-2215");
  inbox.put_attestations(identity, upload.attestations);
  CHECK(code_of([&] { inbox.put_package(identity, kPieceBytes, upload.piece(1)); }) == "CND-2214");
  CHECK(code_of([&] { inbox.put_package(identity, 0, upload.piece(0).first(100)); }) == "CND-2214");
  inbox.put_package(identity, 0, upload.piece(0));
  inbox.put_package(identity, 0, upload.piece(0));  // again
  CHECK(code_of([&] { inbox.put_package(identity, 10, upload.piece(0)); }) == "CND-2214");
  CHECK(code_of([&] { (void)inbox.complete(identity); }) == "CND-2213");
  put_all(inbox, upload);
  CHECK(code_of([&] { inbox.put_package(identity, upload.package.size(), {}); }) == "CND-2214");
  const auto source = inbox.complete(identity).package();
  CHECK(base::sha256_of(*source) == upload.manifest.package_sha256);
}

TEST_CASE("a package that is not the manifest's is thrown away and may come again") {
  base::SimulatedDisk disk;
  Inbox inbox(disk, "/inbox", {});
  Upload wrong;
  wrong.package[kPieceBytes + 3] ^= 1;
  put_all(inbox, wrong);
  const Identity identity = identity_of(wrong.envelope);
  CHECK(code_of([&] { (void)inbox.complete(identity); }) == "CND-2215");
  CHECK(inbox.package_received(identity) == 0);
  put_all(inbox, Upload());
  CHECK(code_of([&] { (void)inbox.complete(identity); }) == "none");
}

TEST_CASE("only so much may wait, of one provider and of all; what was let in can finish") {
  base::SimulatedDisk disk;
  const Upload first(1);
  const Upload second(2);
  {
    Inbox inbox(disk, "/all", {.bytes = first.package.size() * 3 / 2});
    put_all(inbox, first);
    CHECK(code_of([&] { (void)inbox.put_manifest(second.envelope, second.manifest); }) == "CND-2211");
    inbox.forget(identity_of(first.envelope));
    put_all(inbox, second);
  }
  {
    Inbox inbox(disk, "/one", {.provider_bytes = first.package.size() * 3 / 2});
    put_all(inbox, first);
    CHECK(code_of([&] { (void)inbox.put_manifest(second.envelope, second.manifest); }) == "CND-2212");
    statement::Submission other = second.manifest;
    other.provider = "R1K";
    CHECK(code_of([&] { (void)inbox.put_manifest(second.envelope, other); }) == "none");
  }
  Inbox inbox(disk, "/number", {.provider_submissions = 1});
  put_all(inbox, first);
  CHECK(code_of([&] { (void)inbox.put_manifest(second.envelope, second.manifest); }) == "CND-2212");
  put_all(inbox, first);
}

TEST_CASE("a hub that starts again knows what it had, and forgets what it was forgetting") {
  base::SimulatedDisk disk;
  const Upload upload;
  const Identity identity = identity_of(upload.envelope);
  {
    Inbox inbox(disk, "/inbox", {});
    CHECK(code_of([&] { const Inbox second(disk, "/inbox", {}); }) == "CND-1006");
    (void)inbox.put_manifest(upload.envelope, upload.manifest);
    inbox.put_attestations(identity, upload.attestations);
    inbox.put_package(identity, 0, upload.piece(0));
  }
  {
    Inbox inbox(disk, "/inbox", {});
    REQUIRE(inbox.waiting().size() == 1);
    CHECK(inbox.waiting()[0].package_received == kPieceBytes);
    CHECK(inbox.waiting()[0].provider == "R1H");
    put_all(inbox, upload);
    CHECK(code_of([&] { (void)inbox.complete(identity); }) == "none");
  }
  disk.remove("/inbox/" + base::to_hex(identity) + ".manifest");
  Inbox inbox(disk, "/inbox", {});
  CHECK(inbox.waiting().empty());
  CHECK(disk.list("/inbox").size() == 1);
}

TEST_CASE("the hub has one key a month, and destroys it a week after") {
  base::SimulatedDisk disk;
  base::SeededRandom random(1, "keys");
  base::FixedClock clock(kNow);
  const SealingKeys::Surroundings around{disk, clock, random, operator_key(), hub_key()};
  SealingKeys keys(around, "/keys", federation());
  const std::string october = keys.current();
  CHECK(keys.current() == october);
  CHECK(SealingKeys(around, "/keys", federation()).current() == october);
  const statement::SealingKey statement = verified_sealing_key(october, federation(), clock.today());
  CHECK(keys.find(statement.header.id)->public_key() == statement.key);
  CHECK(code_of([&] { (void)keys.find({9}); }) == "CND-2216");
  clock = base::FixedClock(*base::parse_utc("2025-11-07T12:00:00Z"));
  keys.destroy_old();
  CHECK(keys.current() != october);
  CHECK(keys.find(statement.header.id)->public_key() == statement.key);
  clock = base::FixedClock(*base::parse_utc("2025-11-08T00:00:00Z"));
  CHECK(code_of([&] { (void)keys.find(statement.header.id); }) == "CND-2216");
  keys.destroy_old();
  CHECK_FALSE(disk.exists("/keys/2025-10.key"));
  CHECK(disk.exists("/keys/2025-10.dsse"));
  CHECK(disk.exists("/keys/2025-11.key"));
}

TEST_CASE("a key that was destroyed before its time opens nothing, and its month gets another") {
  base::SimulatedDisk disk;
  base::SeededRandom random(2, "keys");
  base::FixedClock clock(kNow);
  const SealingKeys::Surroundings around{disk, clock, random, operator_key(), hub_key()};
  SealingKeys keys(around, "/keys", federation());
  const std::string first = keys.current();
  const statement::SealingKey statement = verified_sealing_key(first, federation(), clock.today());
  keys.destroy({{9}});
  CHECK(keys.current() == first);
  keys.destroy({statement.header.id});
  CHECK_FALSE(disk.exists("/keys/2025-10.key"));
  CHECK(code_of([&] { (void)keys.find(statement.header.id); }) == "CND-2216");
  const std::string second = keys.current();
  CHECK(verified_sealing_key(second, federation(), clock.today()).header.id != statement.header.id);
  CHECK(SealingKeys(around, "/keys", federation()).current() == second);
}

TEST_CASE(
    "a month whose secret a clock that was ahead destroyed gets another, and a foreign statement is "
    "refused") {
  base::SimulatedDisk disk;
  base::SeededRandom random(7, "sealing");
  base::FixedClock clock(*base::parse_utc("2025-10-20T12:00:00Z"));
  const SealingKeys::Surroundings around{disk, clock, random, operator_key(), hub_key()};
  SealingKeys keys(around, "/keys", federation());
  const std::string october = keys.current();
  clock = base::FixedClock(*base::parse_utc("2025-12-20T12:00:00Z"));
  keys.destroy_old();
  CHECK_FALSE(disk.exists("/keys/2025-10.key"));
  clock = base::FixedClock(*base::parse_utc("2025-10-20T12:00:00Z"));
  const std::string another = keys.current();
  CHECK(another != october);
  CHECK(SealingKeys(around, "/keys", federation()).current() == another);
  disk.remove("/keys/2025-10.dsse");
  disk.store_new("/keys/2025-10.dsse", october);
  CHECK(code_of([&] { (void)SealingKeys(around, "/keys", federation()).current(); }) == "CND-2217");
}

}  // namespace
}  // namespace candour::submission
