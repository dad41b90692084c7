#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>

#include "candour/base/date.h"
#include "candour/base/disk.h"
#include "candour/base/random.h"
#include "candour/statement/batch.h"
#include "candour/statement/envelope.h"
#include "candour/statement/submission.h"
#include "candour/testing/code_of.h"
#include "candour/testing/shared.h"

namespace candour::statement {
namespace {

crypto::SigningKey key_of(std::uint64_t seed) {
  base::SeededRandom random(seed, "signing key");
  return crypto::SigningKey::random(random);
}

Header header() {
  return {.federation = base::sha256(base::as_bytes("federation")),
          .log = "candour.example/log",
          .id = derived_id("test", base::sha256(base::as_bytes("id"))),
          .made = 1'767'139'200};
}

Batch batch() {
  return {.header = header(),
          .instruction = derived_id("test", base::sha256(base::as_bytes("instruction"))),
          .domain = "secondary-uses",
          .epoch = 1,
          .provider = "R1H",
          .collection = "rtt-waiting-list",
          .size = 256,
          .points_sha256 = base::sha256(base::as_bytes("points"))};
}

using candour::testing::code_of;

TEST_CASE("the encoding that is signed is DSSE's") {
  // protocol.md of secure-systems-lab/dsse v1.0.0.
  CHECK(pre_authentication_encoding("http://example.com/HelloWorld", "hello world") ==
        "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
}

TEST_CASE("signers are counted by their keys, as the published cases say") {
  const auto path = candour::testing::shared_file("vectors/dsse_threshold.json");
  if (!path) return;
  const base::Json vectors = base::parse_json(base::load_text(base::PosixDisk(), *path));
  const base::Json& ours = *vectors.find("candour_threshold");
  std::vector<crypto::SigningPublicKey> trusted;
  for (const base::Json& one : *ours.find("trusted")->array()) {
    const crypto::SigningKey key(base::from_hex(*one.find("seed")->text()).value());
    CHECK(base::to_hex(key.public_key()) == *one.find("pub")->text());
    CHECK(key_id(key.public_key()) == *one.find("keyid")->text());
    trusted.push_back(key.public_key());
  }
  const auto threshold = static_cast<std::size_t>(*ours.find("threshold")->integer());
  std::size_t accepted = 0;
  for (const base::Json& one : *ours.find("cases")->array()) {
    const std::string& name = *one.find("name")->text();
    CAPTURE(name);
    const base::Json& json = *one.find("envelope");
    bool accept = false;
    try {
      // The published envelopes are of another payload type and have white space; what is tested is the
      // count.
      Envelope envelope{.payload_type = *json.find("payloadType")->text()};
      const auto payload = base::from_base64(*json.find("payload")->text());
      REQUIRE(payload);
      envelope.payload = base::as_text(*payload);
      for (const base::Json& entry : *json.find("signatures")->array()) {
        EnvelopeSignature signature{.key_id = *entry.find("keyid")->text()};
        const auto bytes = base::from_base64(*entry.find("sig")->text());
        if (!bytes || bytes->size() != 64) continue;
        std::ranges::copy(*bytes, signature.signature.begin());
        envelope.signatures.push_back(signature);
      }
      accept = envelope.payload_type == *ours.find("payloadType")->text() &&
               signers_of(envelope, trusted).size() >= threshold;
    } catch (const base::Error&) {
      accept = false;
    }
    CHECK(accept == (*one.find("expect")->text() == "accept"));
    accepted += accept ? 1U : 0U;
  }
  CHECK(accepted >= 1);
}

TEST_CASE("an envelope is read in its one form and no other") {
  const crypto::SigningKey key = key_of(1);
  const std::string bytes = write_envelope(sign("batch", write_payload(batch()), key));
  CHECK(parse_batch(verified_payload(bytes, "batch", key.public_key())) == batch());

  CHECK(code_of([&] { (void)parse_envelope(bytes + "\n", "batch"); }) == "CND-2001");
  CHECK(code_of([&] { (void)parse_envelope(" " + bytes, "batch"); }) == "CND-2001");
  std::string extra = bytes;
  extra.insert(extra.size() - 1, ",\"more\":1");
  CHECK(code_of([&] { (void)parse_envelope(extra, "batch"); }) == "CND-2001");
  CHECK(code_of([&] { (void)parse_envelope(bytes, "receipt"); }) == "CND-2002");
  CHECK(code_of([&] { (void)verified_payload(bytes, "batch", key_of(2).public_key()); }) == "CND-2003");
  CHECK(code_of([&] { (void)parse_envelope("{}", "batch"); }) == "CND-2001");
  CHECK(code_of([&] { (void)parse_envelope("[]", "batch"); }) == "CND-2001");
}

TEST_CASE("no byte of a signed statement can be changed") {
  const crypto::SigningKey key = key_of(1);
  const std::string bytes = write_envelope(sign("batch", write_payload(batch()), key));
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    CAPTURE(at);
    CHECK(code_of([&] { (void)verified_payload(changed, "batch", key.public_key()); }) != "none");
  }
  Envelope twice = parse_envelope(bytes, "batch");
  add_signature(twice, key_of(2));
  CHECK(code_of([&] { (void)verified_payload(write_envelope(twice), "batch", key.public_key()); }) ==
        "CND-2001");
}

TEST_CASE("several signatures have one order, whoever signs first") {
  const crypto::SigningKey a = key_of(1), b = key_of(2), c = key_of(3);
  const auto signed_by = [](std::initializer_list<const crypto::SigningKey*> keys) {
    std::string bytes = write_envelope(sign("batch", write_payload(batch()), **keys.begin()));
    for (const crypto::SigningKey* key : keys) bytes = sign_also(bytes, "batch", *key);
    return bytes;
  };
  const std::string bytes = signed_by({&a, &b, &c});
  CHECK(signed_by({&c, &a, &b}) == bytes);
  CHECK(signed_by({&b, &a, &c, &a, &b}) == bytes);
  CHECK(leaf_hash(bytes) != leaf_hash(signed_by({&a, &b})));
  CHECK(code_of([&] { (void)sign_also(bytes, "receipt", a); }) == "CND-2002");

  const Envelope good = parse_envelope(bytes, "batch");
  REQUIRE(good.signatures.size() == 3);
  const auto code = [](const Envelope& envelope) {
    return code_of([&] { (void)parse_envelope(write_envelope(envelope), "batch"); });
  };
  CHECK(code(good) == "none");
  for (std::size_t i = 0; i < 2; ++i) {
    Envelope swapped = good, twice = good;
    std::swap(swapped.signatures[i], swapped.signatures[i + 1]);
    CHECK(code(swapped) == "CND-2001");
    twice.signatures[i + 1] = twice.signatures[i];
    CHECK(code(twice) == "CND-2001");
  }
  Envelope upper = good;
  std::ranges::transform(upper.signatures[0].key_id, upper.signatures[0].key_id.begin(),
                         [](unsigned char letter) { return std::toupper(letter); });
  CHECK(code(upper) == "CND-2001");
}

TEST_CASE("who may sign is a list, and nobody else did, each under its own key id") {
  const crypto::SigningKey a = key_of(1), b = key_of(2), c = key_of(3);
  Envelope envelope = sign("batch", write_payload(batch()), a);
  add_signature(envelope, b);
  const std::vector<crypto::SigningPublicKey> all{a.public_key(), b.public_key(), c.public_key()};
  const auto code = [&](const Envelope& tried) {
    return code_of([&] { (void)only_signers_of(tried, all); });
  };
  const auto signers = only_signers_of(envelope, all);
  CHECK(signers.size() == 2);
  CHECK(std::ranges::is_sorted(signers, {}, key_id));
  CHECK(std::ranges::is_permutation(signers, std::span(all).first(2)));
  Envelope changed = envelope;
  add_signature(changed, key_of(4));
  CHECK(code(changed) == "CND-2003");
  changed = envelope;
  std::swap(changed.signatures[0].signature, changed.signatures[1].signature);
  CHECK(code(changed) == "CND-2003");
  // As signers_of it would count, for it does not look at key ids; as bytes it would be another entry.
  CHECK(signers_of(changed, all).size() == 2);
  changed = envelope;
  changed.payload += " ";
  CHECK(code(changed) == "CND-2003");
}

TEST_CASE("a payload with a member missing, one too many or one in another form is refused by name") {
  const std::string good = write_payload(batch());
  CHECK(parse_batch(good) == batch());
  struct Case {
    std::string from, to;
  };
  const std::vector<Case> cases = {
      {"\"epoch\":1", "\"epoch\":0"},
      {"\"epoch\":1", "\"epoch\":\"1\""},
      {"\"epoch\":1", "\"epoch\":4294967296"},
      {"\"size\":256", "\"sise\":256"},
      {"\"size\":256", "\"size\":256,\"x\":1"},
      {"2025-12-31T00:00:00Z", "2025-12-31T00:00:00+00:00"},
      {"\"id\":\"", "\"id\":\"0"},
      {"R1H", "R1H-with-a-much-longer-code"},
  };
  for (const Case& one : cases) {
    CAPTURE(one.to);
    std::string text = good;
    REQUIRE(text.find(one.from) != std::string::npos);
    text.replace(text.find(one.from), one.from.size(), one.to);
    CHECK(code_of([&] { (void)parse_batch(text); }) == "CND-2004");
  }
  std::string upper = good;
  const std::size_t at = upper.find("\"points_sha256\":\"") + 17;
  for (std::size_t i = at; i < at + 64; ++i) upper[i] = static_cast<char>(std::toupper(upper[i]));
  CHECK(code_of([&] { (void)parse_batch(upper); }) == "CND-2004");
}

TEST_CASE("every kind of statement comes back from its payload") {
  Attestation attestation{
      .header = header(), .domain = "secondary-uses", .epoch = 3, .guardian = 2, .asked = {1, 2}};
  attestation.proof.fill(7);
  CHECK(parse_attestation(write_payload(attestation)) == attestation);
  Submission submission{.header = header(),
                        .collection = "rtt-waiting-list",
                        .table = "pathways",
                        .period = "2025-09",
                        .provider = "R1H",
                        .revision = 2,
                        .supersedes = base::sha256(base::as_bytes("before")),
                        .batches = {base::sha256(base::as_bytes("a")), base::sha256(base::as_bytes("b"))},
                        .opt_out = "does-not-apply",
                        .acceptance = Agreement::kCompelled,
                        .legal_notice = "A notice."};
  CHECK(parse_submission(write_payload(submission)) == submission);
  submission.supersedes.reset();
  CHECK(parse_submission(write_payload(submission)) == submission);
  const Receipt receipt{.header = header(),
                        .provider = "R1H",
                        .collection = "c",
                        .table = "t",
                        .period = "2025-09",
                        .version = 9};
  CHECK(parse_receipt(write_payload(receipt)) == receipt);
  const SealingKey sealing{.header = header(),
                           .key = {1, 2, 3},
                           .first_day = *base::Date::of(2025, 12, 1),
                           .last_day = *base::Date::of(2025, 12, 31)};
  CHECK(parse_sealing_key(write_payload(sealing)) == sealing);
}

TEST_CASE("a submission or a receipt that says how many rows there are is refused: the log is public") {
  const std::string submission = write_payload(Submission{.header = header()});
  const std::string receipt = write_payload(Receipt{.header = header()});
  REQUIRE(code_of([&] { (void)parse_submission(submission); }) == "none");
  REQUIRE(code_of([&] { (void)parse_receipt(receipt); }) == "none");
  const auto with = [](const std::string& payload, const std::string& member) {
    return payload.substr(0, payload.size() - 1) + ",\"" + member + "\":7}";
  };
  for (const char* member : {"rows", "rows_refused", "opened_bytes"}) {
    CHECK(code_of([&] { (void)parse_submission(with(submission, member)); }) == "CND-2004");
    CHECK(code_of([&] { (void)parse_receipt(with(receipt, member)); }) == "CND-2004");
  }
}

TEST_CASE("the largest submission fits into an entry of the log") {
  Submission submission{.header = header()};
  submission.batches.resize(400);
  submission.legal_notice.assign(4096, 'x');
  const std::string bytes = write_envelope(sign("submission", write_payload(submission), key_of(1)));
  CHECK(bytes.size() <= kEnvelopeAtMostBytes);
}

}  // namespace
}  // namespace candour::statement
