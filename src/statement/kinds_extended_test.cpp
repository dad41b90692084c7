// The statements of the log, to the byte, against what tests/second made: another implementation, in another
// language, of docs/reference/formats/statements.md.
#include <doctest/doctest.h>

#include <set>

#include "candour/crypto/group_testing.h"
#include "candour/statement/envelope.h"
#include "candour/statement/kinds.h"
#include "candour/statement/kinds_testing.h"

namespace candour::statement {
namespace {

using namespace crypto::testing;  // NOLINT: the tests' own words

base::Json made_elsewhere() {
  return base::parse_json(base::load_text(base::PosixDisk(), "tests/data/candour_statements.json"));
}

std::vector<crypto::SigningKey> keys_of(const base::Json& statement) {
  std::vector<crypto::SigningKey> keys;
  for (const base::Json& seed : list(statement, "signing_seeds")) keys.emplace_back(hex(*seed.text()));
  return keys;
}

// The payloads of a kind, in the file's order.
std::vector<const base::Json*> of_kind(const base::Json& file, std::string_view kind) {
  std::vector<const base::Json*> found;
  for (const base::Json& one : list(file, "statements")) {
    if (text(one, "kind") == kind) found.push_back(&one);
  }
  REQUIRE(!found.empty());
  return found;
}

TEST_CASE("the second implementation's statements are written and signed to the same bytes and leaves") {
  const base::Json file = made_elsewhere();
  std::set<std::string> kinds;
  for (const base::Json& one : list(file, "statements")) {
    const std::string &kind = text(one, "kind"), &payload = text(one, "payload");
    CAPTURE(kind);
    CHECK(testing::rewritten(kind, payload) == payload);
    const std::vector<crypto::SigningKey> keys = keys_of(one);
    // The last signs first: the bytes are the same.
    std::string envelope = write_envelope(sign(kind, payload, keys.back()));
    for (const crypto::SigningKey& key : keys) envelope = sign_also(envelope, kind, key);
    CHECK(envelope == text(one, "envelope"));
    CHECK(shown(leaf_hash(envelope)) == text(one, "leaf"));
    CHECK(statement_kind(envelope).name == kind);
    std::vector<crypto::SigningPublicKey> signers;
    for (const crypto::SigningKey& key : keys) signers.push_back(key.public_key());
    CHECK(only_signers_of(parse_envelope(envelope, kind), signers).size() == keys.size());
    kinds.insert(kind);
  }
  CHECK(kinds == std::set<std::string>{"acceptance", "collection", "erasure", "head", "incident", "objection",
                                       "opening", "opt-out-figures", "redaction", "refusal", "release",
                                       "result", "revocation", "run", "sealed", "withdraw"});
}

TEST_CASE("the second implementation's texts are committed to and opened alike") {
  const base::Json file = made_elsewhere();
  for (const base::Json& one : list(file, "free_texts")) {
    const Salt salt = digest(one, "salt");
    const FreeText committed = commit_text(text(one, "text"), salt);
    CHECK(shown(committed.commitment) == text(one, "commitment"));
    CHECK(committed.bytes == number(one, "bytes"));
    const base::Bytes body = hex(one, "body");
    CHECK(free_text_body(text(one, "text"), salt) == base::as_text(body));
    CHECK(open_text(base::as_text(body), committed) == text(one, "text"));
  }
  const Objection objection = parse_objection(text(*of_kind(file, "objection").front(), "payload"));
  CHECK(shown(objection.reasons.commitment) == text(list(file, "free_texts").front(), "commitment"));
}

TEST_CASE("the second implementation's opening opens what it sealed") {
  const base::Json file = made_elsewhere();
  const base::Json& sealed = *of_kind(file, "sealed").front();
  const Opening opening = parse_opening(text(*of_kind(file, "opening").front(), "payload"));
  verify_opening(opening, parse_sealed(text(sealed, "payload")), leaf_hash(text(sealed, "envelope")));
  CHECK(parse_run(opening.payload).who == "inspection");
}

TEST_CASE("the second implementation rounds counts alike") {
  const base::Json file = made_elsewhere();
  for (const base::Json& one : list(file, "published_figures")) {
    const auto count = static_cast<std::uint64_t>(number(one, "count"));
    CAPTURE(count);
    const std::int64_t* published = at(one, "published").integer();
    const PublishedFigure ours = published_figure(count);
    REQUIRE(ours.has_value() == (published != nullptr));
    if (published != nullptr) CHECK(static_cast<std::int64_t>(*ours) == *published);
  }
}

TEST_CASE("the page of the format lists every kind, and its examples are these statements") {
  const std::string page = base::load_text(base::PosixDisk(), "docs/reference/formats/statements.md");
  for (const Kind& kind : kKinds) {
    CAPTURE(kind.name);
    CHECK(page.find("`" + std::string(kind.name) + "`") != std::string::npos);
  }
  const base::Json file = made_elsewhere();
  std::size_t examples = 0;
  for (const base::Json& one : list(file, "statements")) {
    if (page.find("```json\n" + text(one, "payload") + "\n```") != std::string::npos) ++examples;
  }
  const std::string_view kinds = std::string_view(page).substr(page.find("### `collection`"));
  std::size_t on_page = 0;
  for (std::size_t at = kinds.find("```json"); at != std::string_view::npos;
       at = kinds.find("```json", at + 1)) {
    ++on_page;
  }
  CHECK(on_page == 11);
  CHECK(examples == on_page);
}

}  // namespace
}  // namespace candour::statement
