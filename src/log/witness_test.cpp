#include "candour/log/witness.h"

#include <doctest/doctest.h>

#include "candour/log/cosignature.h"
#include "candour/log/fork.h"
#include "candour/log/log_testing.h"
#include "candour/log/parties_testing.h"
#include "candour/log/witness_wire.h"
#include "candour/testing/code_of.h"

using namespace candour;
using namespace candour::log;
using namespace candour::log::testing;
using base::SimulatedDisk;
using candour::testing::code_of;

namespace {

const std::filesystem::path kFolder = "/witness";
const crypto::SigningKey kKey(base::Bytes(crypto::kSigningSeedBytes, 7));

struct Bench {
  TestLog log;
  SteppedClock clock;
  MemoryTree tree{vector_entries(40)};
  SimulatedDisk disk;
  bool may = true;

  [[nodiscard]] std::unique_ptr<Witness> witness(base::Disk& on) {
    return std::make_unique<Witness>(on, kFolder, std::vector{log.verifier()}, "witness.example", kKey, clock,
                                     [this](const Checkpoint&) { return may; });
  }
  [[nodiscard]] std::string body(std::uint64_t old_size, std::uint64_t size) {
    return body_of(old_size,
                   size <= 40 && old_size <= size ? prove_consistency(tree, old_size, size) : Path(),
                   log.note(tree.head(size)));
  }
  [[nodiscard]] static std::string body_of(std::uint64_t old_size, const Path& path, std::string_view note) {
    return write_add_checkpoint({old_size, path, parse_checkpoint(note)});
  }
};

}  // namespace

TEST_CASE("a witness answers each request with the status that C2SP tlog-witness has for it") {
  Bench bench;
  const auto witness = bench.witness(bench.disk);
  const auto status = [&](const std::string& body) { return witness->add_checkpoint(body).status; };
  CHECK(status("") == 400);
  CHECK(status("old 1\n\nno checkpoint\n") == 400);
  CHECK(status(bench.body(6, 5)) == 400);
  TestLog other(2);
  CHECK(status(Bench::body_of(0, {}, other.note(bench.tree.head(5)))) == 403);
  other.origin = "log.example/other";
  CHECK(status(Bench::body_of(0, {}, other.note(bench.tree.head(5)))) == 404);
  std::string broken = bench.body(0, 5);
  broken[broken.size() - 6] = broken[broken.size() - 6] == 'A' ? 'B' : 'A';
  CHECK(status(broken) == 403);
  CHECK(status(Bench::body_of(0, {}, bench.log.note({0, leaf_hash({})}))) == 422);
  CHECK(status(Bench::body_of(0, {leaf_hash({})}, bench.log.note(bench.tree.head(5)))) == 422);
  CHECK(status(bench.body(0, 5)) == 200);
  CHECK(witness->add_checkpoint(bench.body(0, 9)) == WitnessReply{409, "5\n"});
  CHECK(witness->add_checkpoint(bench.body(4, 9)) == WitnessReply{409, "5\n"});
  CHECK(status(Bench::body_of(5, {}, bench.log.note(bench.tree.head(9)))) == 422);
  CHECK(status(Bench::body_of(5, prove_consistency(bench.tree, 5, 9), bench.log.note({9, leaf_hash({})}))) ==
        422);
  CHECK(status(bench.body(5, 9)) == 200);
  CHECK(status(bench.body(9, 9)) == 200);
  CHECK(status(bench.body(5, 5)) == 409);
}

TEST_CASE("what a witness answers with is its cosignature, of its time, and is kept for readers") {
  Bench bench;
  const auto witness = bench.witness(bench.disk);
  const base::Digest name = base::sha256(base::as_bytes(bench.log.origin));
  CHECK(witness->checkpoint(name) == std::nullopt);
  const auto note_of = [&](const WitnessReply& reply, std::uint64_t size) {
    SignedCheckpoint checkpoint = parse_checkpoint(bench.log.note(bench.tree.head(size)));
    for (auto& signature : parse_signature_lines(reply.body)) checkpoint.note.signatures.push_back(signature);
    return checkpoint.note;
  };
  const VerifierKey key{"witness.example", KeyType::kCosignature, kKey.public_key()};
  const Note first = note_of(witness->add_checkpoint(bench.body(0, 5)), 5);
  CHECK(verify_note(first, {&key, 1}).at(0).time == kNow);
  CHECK(witness->checkpoint(name) == write_note(first));
  bench.clock.step(300);
  const Note renewed = note_of(witness->add_checkpoint(bench.body(5, 5)), 5);
  CHECK(verify_note(renewed, {&key, 1}).at(0).time == kNow + 300);
  CHECK(witness->checkpoint(name) == write_note(renewed));
}

TEST_CASE("a witness goes on after a start where it was, and its journal stays small") {
  Bench bench;
  for (std::uint64_t size = 1; size <= 40; ++size) {
    const auto witness = bench.witness(bench.disk);
    CHECK(witness->add_checkpoint(bench.body(size - 1, size)).status == 200);
  }
  CHECK(bench.disk.list(kFolder / "heads").size() == 1);
  CHECK(bench.witness(bench.disk)->add_checkpoint(bench.body(0, 40)) == WitnessReply{409, "40\n"});
}

TEST_CASE("a witness whose disk fails cosigns nothing, and goes on when the disk does") {
  Bench bench;
  const auto witness = bench.witness(bench.disk);
  CHECK(witness->add_checkpoint(bench.body(0, 5)).status == 200);
  for (int nth = 1; nth <= 2; ++nth) {
    bench.disk.fail_once_at(static_cast<std::uint64_t>(nth));
    CHECK(code_of([&] { (void)witness->add_checkpoint(bench.body(5, 9)); }) == "CND-1003");
  }
  CHECK(witness->add_checkpoint(bench.body(5, 9)).status == 200);
  CHECK(witness->add_checkpoint(bench.body(9, 12)).status == 200);
}

TEST_CASE("a log that signs two roots for one size is found out, and the file proves it to others") {
  Bench bench;
  auto witness = bench.witness(bench.disk);
  CHECK(witness->add_checkpoint(bench.body(0, 5)).status == 200);
  CHECK_FALSE(witness->has_seen_fork());
  const std::string other = bench.log.note({5, leaf_hash({})});
  CHECK(witness->add_checkpoint(Bench::body_of(5, {}, other)).status == 422);
  CHECK(witness->has_seen_fork());
  const auto files = bench.disk.list(kFolder / "evidence");
  REQUIRE(files.size() == 1);
  const Fork fork = parse_fork(base::load_text(bench.disk, kFolder / "evidence" / files[0]));
  CHECK(proves_fork(fork, bench.log.verifier()));
  CHECK_FALSE(proves_fork(fork, TestLog(2).verifier()));
  // Also where the request itself is behind: what was signed was signed.
  CHECK(witness->add_checkpoint(Bench::body_of(0, {}, bench.log.note({5, empty_root()}))).status == 409);
  CHECK(bench.disk.list(kFolder / "evidence").size() == 2);
  witness.reset();
  CHECK(bench.witness(bench.disk)->has_seen_fork());
}

TEST_CASE("evidence proves a larger log that does not begin with the smaller, and nothing else") {
  Bench bench;
  const MemoryTree other([] {
    auto entries = vector_entries(40);
    entries[3] = "another entry";
    return entries;
  }());
  MemoryTree larger = other;
  const auto note = [&](const Head& head) { return parse_checkpoint(bench.log.note(head)); };
  const Fork fork{note(bench.tree.head(10)), note(larger.head(30)), larger.head(10).root,
                  prove_consistency(larger, 10, 30)};
  CHECK(parse_fork(write_fork(fork)) == fork);
  CHECK(proves_fork(fork, bench.log.verifier()));
  const Fork honest{note(larger.head(10)), note(larger.head(30)), larger.head(10).root,
                    prove_consistency(larger, 10, 30)};
  CHECK_FALSE(proves_fork(honest, bench.log.verifier()));
  Fork wrong = fork;
  wrong.root = leaf_hash({});
  CHECK_FALSE(proves_fork(wrong, bench.log.verifier()));
  CHECK_FALSE(proves_fork({note(larger.head(10)), note(larger.head(10))}, bench.log.verifier()));
  CHECK_FALSE(proves_fork({note(larger.head(30)), note(bench.tree.head(10))}, bench.log.verifier()));
  for (const char* bad : {"", "candour-log-fork/v1\n", "candour-log-fork/v1\nsmaller ?\n"}) {
    CHECK(code_of([&] { (void)parse_fork(bad); }) == "CND-2553");
  }
  CHECK(code_of([&] { (void)parse_fork(write_fork(fork) + "\n"); }) == "CND-2553");
}

TEST_CASE("a guardian withholds its cosignature from a log that hides a statement, until it shows it") {
  Bench bench;
  const auto witness = bench.witness(bench.disk);
  CHECK(witness->add_checkpoint(bench.body(0, 5)).status == 200);
  bench.may = false;
  CHECK(witness->add_checkpoint(bench.body(5, 9)).status == 503);
  CHECK(witness->add_checkpoint(bench.body(0, 9)) == WitnessReply{409, "5\n"});
  bench.may = true;
  CHECK(witness->add_checkpoint(bench.body(5, 12)).status == 200);
}

TEST_CASE("a witness with a damaged journal does not start") {
  Bench bench;
  for (const std::uint64_t size : {5, 9}) {
    CHECK(bench.witness(bench.disk)->add_checkpoint(bench.body(size == 5 ? 0 : 5, size)).status == 200);
  }
  const auto path = kFolder / "heads" / bench.disk.list(kFolder / "heads").at(0);
  const std::string text = base::load_text(bench.disk, path);
  const auto file = bench.disk.open_random(path, base::OpenMode::kExisting);
  file->write_at(100, base::as_bytes(text[100] == 'A' ? "B" : "A"));
  CHECK(code_of([&] { (void)bench.witness(bench.disk); }) == "CND-2531");
}
