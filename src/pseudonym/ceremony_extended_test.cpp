// A whole key ceremony and a refresh, every message to the byte, against what tests/second made: another
// implementation, in another language, of docs/reference/formats/ceremony.md.
#include <doctest/doctest.h>

#include <algorithm>

#include "candour/crypto/group_testing.h"
#include "candour/pseudonym/ceremony_dealing.h"
#include "candour/pseudonym/ceremony_transcript.h"
#include "candour/statement/envelope.h"

namespace candour::pseudonym {
namespace {

using namespace crypto::testing;  // NOLINT: the tests' own words
using statement::CeremonyCommit;
using statement::CeremonyDeal;

std::vector<crypto::SigningKey> signing_keys(const base::Json& file) {
  std::vector<crypto::SigningKey> keys;
  for (const base::Json& guardian : list(file, "guardians")) keys.emplace_back(hex(guardian, "signing_seed"));
  return keys;
}

instruction::Charter charter_of(const base::Json& file) {
  instruction::Charter charter;
  charter.header.federation = digest(file, "federation");
  charter.header.log = text(file, "log");
  crypto::ShareIndex index = 0;
  for (const crypto::SigningKey& key : signing_keys(file)) {
    instruction::Guardian guardian;
    guardian.index = ++index;
    guardian.signing_key = key.public_key();
    charter.guardians.push_back(guardian);
  }
  return charter;
}

// The statement of a signed message, which our writer and our signature give again to the byte.
template <typename Statement>
Message<Statement> reread(const std::string& envelope, std::string_view kind, const crypto::SigningKey& key,
                          Statement (*parse)(std::string_view)) {
  const std::string payload = statement::verified_payload(envelope, kind, key.public_key());
  Message<Statement> message{.statement = parse(payload),
                             .payload_sha256 = base::sha256(base::as_bytes(payload))};
  CHECK(statement::write_payload(message.statement) == payload);
  CHECK(statement::write_envelope(statement::sign(kind, payload, key)) == envelope);
  return message;
}

// The share that one dealer sealed to one receiver, sealed again and opened.
crypto::Scalar check_share(const statement::CeremonyPlan& plan, const CeremonyDeal& deal,
                           const crypto::Polynomial& polynomial, std::size_t place,
                           const crypto::SealKey& ephemeral, const crypto::SealKey& one_time) {
  const statement::SealedShare& sealed = deal.shares.at(place);
  const crypto::Scalar share = polynomial.share_of(sealed.receiver);
  base::Bytes info = base::Bytes(base::as_bytes("candour/v1/dkg-share").begin(),
                                 base::as_bytes("candour/v1/dkg-share").end());
  const auto append = [&](base::ByteView bytes) { info.insert(info.end(), bytes.begin(), bytes.end()); };
  append(statement::ceremony_id(plan));
  append(crypto::octets(deal.guardian));
  append(crypto::octets(sealed.receiver));
  const base::Bytes again =
      crypto::SealContext(one_time.public_key(), ephemeral, info).seal({}, share.bytes());
  CHECK(std::ranges::equal(ephemeral.public_key(), base::ByteView(sealed.sealed).first(32)));
  CHECK(std::ranges::equal(again, base::ByteView(sealed.sealed).subspan(32)));
  const auto opened = open_share(plan, deal, sealed.receiver, one_time);
  REQUIRE(opened);
  CHECK(*opened == share);
  return share;
}

// All messages of one ceremony; gives its transcript, verified under the charter before it.
VerifiedCeremony check_ceremony(const base::Json& file, const base::Json& given,
                                const instruction::Charter& charter) {
  const std::vector<crypto::SigningKey> keys = signing_keys(file);
  std::vector<Message<CeremonyCommit>> commits;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    commits.push_back(reread(*list(given, "commits").at(i).text(), statement::kCommitKind, keys[i],
                             &statement::parse_ceremony_commit));
  }
  const statement::CeremonyPlan plan = commits[0].statement.plan;
  CHECK(shown(statement::ceremony_id(plan)) == text(given, "id"));
  std::vector<Message<CeremonyDeal>> deals;
  std::vector<crypto::Scalar> shares(keys.size());
  for (std::size_t d = 0; d < plan.dealers.size(); ++d) {
    const base::Json& dealer = list(given, "dealers").at(d);
    const crypto::ShareIndex index = plan.dealers[d];
    CAPTURE(index);
    deals.push_back(reread(*list(given, "deals").at(d).text(), statement::kDealKind, keys.at(index - 1U),
                           &statement::parse_ceremony_deal));
    const CeremonyDeal& deal = deals.back().statement;
    std::vector<crypto::Scalar> coefficients;
    for (const base::Json& one : list(dealer, "coefficients")) coefficients.push_back(scalar(*one.text()));
    const crypto::Polynomial polynomial(coefficients);
    CHECK(deal.opening.commitments == polynomial.commitments());
    CHECK(commitment_to(plan, index, deal.opening) == commits.at(index - 1U).statement.commitment);
    CHECK(verify_opening(plan, index, deal.opening));
    CHECK_FALSE(verify_opening(plan, static_cast<crypto::ShareIndex>(index % 3 + 1), deal.opening));
    for (std::size_t r = 0; r < plan.receivers.size(); ++r) {
      const crypto::SealKey ephemeral(hex(*list(dealer, "ephemeral_secrets").at(r).text()));
      const crypto::SealKey one_time(hex(*list(given, "one_time_secrets").at(r).text()));
      CHECK(one_time.public_key() == commits.at(r).statement.one_time_key);
      shares.at(r) = shares.at(r) + check_share(plan, deal, polynomial, r, ephemeral, one_time);
    }
  }
  statement::Envelope envelope{.payload_type = statement::payload_type_of(statement::kCeremonyKind),
                               .payload = statement::write_payload(make_transcript(plan, commits, deals))};
  for (const crypto::SigningKey& key : keys) statement::add_signature(envelope, key);
  CHECK(statement::write_envelope(envelope) == text(given, "transcript"));
  VerifiedCeremony verified = verify_ceremony(text(given, "transcript"), charter);
  CHECK(verified.ceremony.key == point(given, "key"));
  for (std::size_t r = 0; r < shares.size(); ++r) {
    CHECK(shown(shares[r].bytes()) == *list(given, "shares").at(r).text());
    CHECK(verified.ceremony.share_keys.at(r).second == points(given, "share_keys").at(r));
    CHECK(crypto::multiply_base(shares[r]) == points(given, "share_keys").at(r));
  }
  return verified;
}

TEST_CASE("the second implementation's ceremony and refresh are ours, message for message") {
  const base::Json file = extended_vectors();
  const auto& given = list(file, "ceremonies");
  REQUIRE(given.size() == 2);
  instruction::Charter charter = charter_of(file);
  const VerifiedCeremony first = check_ceremony(file, given[0], charter);
  charter.version = 2;
  charter.domains.push_back(domain_of(first, "secondary uses"));
  const VerifiedCeremony refreshed = check_ceremony(file, given[1], charter);
  CHECK(refreshed.ceremony.key == first.ceremony.key);
  CHECK(refreshed.ceremony.share_keys != first.ceremony.share_keys);
}

}  // namespace
}  // namespace candour::pseudonym
