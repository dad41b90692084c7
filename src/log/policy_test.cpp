#include "candour/log/policy.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "candour/base/random.h"
#include "candour/log/cosignature.h"
#include "candour/log/log_testing.h"
#include "candour/testing/code_of.h"

namespace candour::log {
namespace {

using namespace testing;  // NOLINT: the tests' own words
using candour::testing::code_of;

// A log and six witnesses, as in the standard's example.
struct Federation {
  Federation() {
    for (const std::string_view name : {"X1", "X2", "X3", "Y1", "Y2", "Y3"}) {
      names.emplace_back(name);
      witness_keys.push_back(crypto::SigningKey::random(random));
    }
    checkpoint = sign_checkpoint({.origin = "example.com/log", .head = {3, leaf_hash({})}}, log_key);
  }
  [[nodiscard]] std::string log() const {
    return write_verifier_key({"example.com/log", KeyType::kEd25519, log_key.public_key()});
  }
  [[nodiscard]] std::string witness(std::size_t i) const {
    return write_verifier_key({names[i] + ".example", KeyType::kCosignature, witness_keys[i].public_key()});
  }
  // The standard's example policy.
  [[nodiscard]] std::string policy() const {
    std::string text = "log " + log() + "\n\n";
    for (std::size_t i = 0; i < 6; ++i) {
      text += "witness " + names[i] + " " + witness(i) + "\n";
      if (i == 2) text += "group X-witnesses 2 X1 X2 X3\n\n";
      if (i == 5) text += "group Y-witnesses any Y1 Y2 Y3\n\n";
    }
    return text + "group X-and-Y all X-witnesses Y-witnesses\nquorum X-and-Y\n";
  }
  // The checkpoint cosigned by some, the first at 1000, the next at 1001 and so on.
  [[nodiscard]] SignedCheckpoint cosigned_by(std::initializer_list<std::size_t> witnesses) const {
    SignedCheckpoint result = checkpoint;
    for (const std::size_t i : witnesses) {
      const auto time = static_cast<std::int64_t>(999 + result.note.signatures.size());
      result.note.signatures.push_back(
          cosign(names[i] + ".example", witness_keys[i], result.note.text, time));
    }
    return result;
  }
  base::SeededRandom random{6, "policy"};
  crypto::SigningKey log_key = crypto::SigningKey::random(random);
  std::vector<std::string> names;
  std::vector<crypto::SigningKey> witness_keys;
  SignedCheckpoint checkpoint;
};

TEST_CASE("the standard's example: two of X and one of Y") {
  const Federation federation;
  const Policy policy = parse_policy(federation.policy());
  CHECK(policy.groups[0].least == 2);
  CHECK(policy.groups[1].least == 1);
  CHECK(policy.groups[2].least == 2);
  CHECK(judge_checkpoint(policy, federation.cosigned_by({0, 2, 4})).holds());
  CHECK(judge_checkpoint(policy, federation.cosigned_by({0, 1, 2, 3, 4, 5})).holds());
  const CheckpointVerdict no_y = judge_checkpoint(policy, federation.cosigned_by({0, 1}));
  CHECK(no_y.signed_by_log);
  CHECK_FALSE(no_y.holds());
  CHECK(no_y.cosigned == std::vector<Cosigned>{{"X1", 1000}, {"X2", 1001}});
  CHECK(no_y.lacking ==
        std::vector<Lacking>{
            {"X-and-Y", 1, 2}, {"Y-witnesses", 0, 1}, {"Y1", 0, 1}, {"Y2", 0, 1}, {"Y3", 0, 1}});
  const CheckpointVerdict one_x = judge_checkpoint(policy, federation.cosigned_by({1, 3, 4, 5}));
  CHECK_FALSE(one_x.quorum_met);
  CHECK(one_x.lacking ==
        std::vector<Lacking>{{"X-and-Y", 1, 2}, {"X-witnesses", 1, 2}, {"X1", 0, 1}, {"X3", 0, 1}});
}

TEST_CASE("a witness alone may be the quorum, or nobody") {
  const Federation federation;
  const std::string start = "log " + federation.log() + "\nwitness W " + federation.witness(0) + "\n";
  const Policy one = parse_policy(start + "quorum W\n"), none = parse_policy(start + "quorum none\n");
  CHECK(judge_checkpoint(one, federation.cosigned_by({0})).holds());
  CHECK(judge_checkpoint(one, federation.checkpoint).lacking == std::vector<Lacking>{{"W", 0, 1}});
  CHECK(judge_checkpoint(none, federation.checkpoint).holds());
}

TEST_CASE("a witness that signs twice is one") {
  const Federation federation;
  const Policy policy = parse_policy(federation.policy());
  const CheckpointVerdict verdict = judge_checkpoint(policy, federation.cosigned_by({0, 0, 0, 3}));
  CHECK(verdict.cosigned == std::vector<Cosigned>{{"X1", 1002}, {"Y1", 1003}});
  CHECK_FALSE(verdict.quorum_met);
}

TEST_CASE("a checkpoint of a log that is not in the policy, or under another's origin, is not signed") {
  const Federation federation;
  Federation other;
  const Policy policy = parse_policy(federation.policy());
  SignedCheckpoint renamed = sign_checkpoint({.origin = "example.com/other"}, federation.log_key);
  CHECK_FALSE(judge_checkpoint(policy, renamed).signed_by_log);
  // The log's key, under its own name, over another origin.
  renamed.note.signatures = {sign_note("example.com/log", federation.log_key, renamed.note.text)};
  CHECK_FALSE(judge_checkpoint(policy, renamed).signed_by_log);
  base::SeededRandom random(7, "policy");
  const SignedCheckpoint strange =
      sign_checkpoint({.origin = "example.com/log"}, crypto::SigningKey::random(random));
  CHECK_FALSE(judge_checkpoint(policy, strange).signed_by_log);
  CHECK(judge_checkpoint(policy, federation.checkpoint).signed_by_log);
}

TEST_CASE("a cosignature that does not hold refuses the checkpoint, quorum or not") {
  const Federation federation;
  const Policy policy = parse_policy(federation.policy());
  SignedCheckpoint checkpoint = federation.cosigned_by({0, 1, 3, 4});
  CHECK(judge_checkpoint(policy, checkpoint).holds());
  checkpoint.note.signatures[3].signature[20] ^= 1;
  CHECK(code_of([&] { (void)judge_checkpoint(policy, checkpoint); }) == "CND-2502");
}

TEST_CASE("comments, empty lines, tabs and spaces are passed over; URLs are kept") {
  const Federation federation;
  const Policy policy =
      parse_policy("# our log\n\t \n  \tlog\t" + federation.log() + "  https://log.example/ \n" +
                   "witness W " + federation.witness(0) + " https://w.example/\n #\nquorum \t W\t\n");
  CHECK(policy.logs[0].url == "https://log.example/");
  CHECK(policy.witnesses[0].url == "https://w.example/");
  CHECK(parse_policy(write_policy(policy)) == policy);
}

TEST_CASE("names are octets, whatever they look like") {
  const Federation federation;
  const std::string policy = "witness K " + federation.witness(0) + "\nwitness \u212A " +
                             federation.witness(1) + "\nwitness \xFF " + federation.witness(2) +
                             "\ngroup G 3 K \u212A \xFF\nquorum G\n";
  CHECK(parse_policy(policy).witnesses.size() == 3);
}

TEST_CASE("what breaks a rule of the standard is refused") {
  const Federation federation;
  const std::string log = "log " + federation.log() + "\n";
  const std::string w0 = "witness A " + federation.witness(0) + "\n",
                    w1 = "witness B " + federation.witness(1) + "\n";
  const std::string good = log + w0 + w1 + "group G any A B\nquorum G\n";
  CHECK(code_of([&] { (void)parse_policy(good); }) == "none");
  const std::string refused[] = {
      "",
      log + w0,                           // no quorum
      log + w0 + "quorum A\nquorum A\n",  // two
      log + w0 + "quorum A",              // no LF
      log + w0 + "quorum\n",
      log + w0 + "quorum A A\n",
      log + w0 + "quorum B\n",        // not defined
      log + "quorum A\n" + w0,        // defined after it
      log + log + w0 + "quorum A\n",  // the same key twice
      log + w0 + "witness B " + federation.witness(0) + "\nquorum A\n",
      log + w0 + "witness A " + federation.witness(1) + "\nquorum A\n",  // the same name twice
      log + w0 + w1 + "group A any A B\nquorum A\n",
      log + "witness none " + federation.witness(0) + "\nquorum none\n",
      log + w0 + "group none any A\nquorum none\n",
      log + w0 + w1 + "group G any none\nquorum G\n",
      log + w0 + "group G any A B\n" + w1 + "quorum G\n",          // a member defined after it
      log + w0 + w1 + "group G any A G\nquorum G\n",               // itself
      log + w0 + w1 + "group G any A A\nquorum G\n",               // a member twice
      log + w0 + w1 + "group G any A\ngroup H any A\nquorum G\n",  // in two groups
      log + w0 + w1 + "group G any\nquorum G\n",
      log + w0 + w1 + "group G 0 A B\nquorum G\n",
      log + w0 + w1 + "group G 3 A B\nquorum G\n",
      log + w0 + w1 + "group G 01 A B\nquorum G\n",
      log + w0 + w1 + "group G most A B\nquorum G\n",
      log + w0 + w1 + "group G ANY A B\nquorum G\n",
      "log\n" + w0 + "quorum A\n",
      "log " + federation.log() + " u v\n" + w0 + "quorum A\n",
      log + "witness A\nquorum none\n",
      log + "witness A " + federation.witness(0) + " u v\nquorum A\n",
      log + "witness A " + federation.log() + "\nquorum A\n",  // a key that cannot cosign
      "log " + federation.witness(0) + "\nquorum none\n",      // a key that can only cosign
      log + w0 + "mirror A\nquorum A\n",
      log + w0 + "quorum A\r\n",
      log + w0 + "quorum A\x7F\n",
      log + w0 + std::string("quorum A\0\n", 10),
  };
  for (const std::string& policy : refused) {
    CAPTURE(policy);
    CHECK(code_of([&] { (void)parse_policy(policy); }) == "CND-2505");
  }
}

TEST_CASE("thirty-two of each, and up to 256, are supported") {
  base::SeededRandom random(8, "policy");
  for (const std::size_t count : {32, 256, 257}) {
    Policy policy;
    for (std::size_t i = 0; i < count; ++i) {
      const auto key = crypto::SigningKey::random(random).public_key();
      const std::string number = std::to_string(i);
      policy.logs.push_back({.key = {"l" + number, KeyType::kEd25519, key}});
      policy.witnesses.push_back({.name = "w" + number, .key = {"w", KeyType::kCosignature, key}});
      policy.groups.push_back({.name = "g" + number, .members = {"w" + number}});
      if (i > 0) policy.groups.back().members.push_back("g" + std::to_string(i - 1));
    }
    policy.quorum = policy.groups.back().name;
    if (count <= 256) {
      CHECK(parse_policy(write_policy(policy)) == policy);
      CHECK_FALSE(judge_checkpoint(policy, {}).quorum_met);
    } else {
      CHECK(code_of([&] { (void)parse_policy(write_policy(policy)); }) == "CND-2505");
    }
  }
}

TEST_CASE("a threshold group is met by its number of witnesses and by none fewer") {
  const Federation federation;
  rc::check([&] {
    const auto count = *rc::gen::inRange<std::size_t>(1, 7);
    const auto least = *rc::gen::inRange<std::size_t>(1, count + 1);
    std::string text = "log " + federation.log() + "\n";
    std::string group = "group G " + std::to_string(least);
    for (std::size_t i = 0; i < count; ++i) {
      text += "witness " + federation.names[i] + " " + federation.witness(i) + "\n";
      group += " " + federation.names[i];
    }
    const Policy policy = parse_policy(text + group + "\nquorum G\n");
    RC_ASSERT(parse_policy(write_policy(policy)) == policy);
    SignedCheckpoint checkpoint = federation.checkpoint;
    std::size_t signed_by = 0;
    for (std::size_t i = 0; i < 6; ++i) {
      if (!*rc::gen::arbitrary<bool>()) continue;
      if (i < count) ++signed_by;
      checkpoint.note.signatures.push_back(
          cosign(federation.names[i] + ".example", federation.witness_keys[i], checkpoint.note.text, 1000));
    }
    const CheckpointVerdict verdict = judge_checkpoint(policy, checkpoint);
    RC_ASSERT(verdict.quorum_met == (signed_by >= least));
    RC_ASSERT(verdict.lacking.empty() == verdict.quorum_met);
    RC_ASSERT(verdict.cosigned.size() == signed_by);
  });
}

TEST_CASE("the lower median of the times") {
  CHECK(lower_median_time({}) == 0);
  CHECK(lower_median_time({{"a", 7}}) == 7);
  CHECK(lower_median_time({{"a", 9}, {"b", 7}}) == 7);
  CHECK(lower_median_time({{"a", 9}, {"b", 7}, {"c", 8}}) == 8);
  CHECK(lower_median_time({{"a", 4}, {"b", 1}, {"c", 3}, {"d", 2}}) == 2);
}

}  // namespace
}  // namespace candour::log
