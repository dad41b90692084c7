#include "candour/statement/salted.h"

#include <doctest/doctest.h>

#include "candour/statement/envelope.h"
#include "candour/statement/run.h"
#include "candour/statement/sealed_secret.h"
#include "candour/testing/code_of.h"

namespace candour::statement {
namespace {

using candour::testing::code_of;

constexpr std::string_view kWhy = "The hospital's own words.";

base::Digest digest(std::string_view label) { return base::sha256(base::as_bytes(label)); }

TEST_CASE("a text is opened by its salt, and by no other text, salt or size") {
  base::SeededRandom random(1, "salts");
  const Salt salt = random_salt(random), other = random_salt(random);
  CHECK(salt != other);
  const FreeText committed = commit_text(kWhy, salt);
  CHECK(committed.bytes == kWhy.size());
  const std::string body = free_text_body(kWhy, salt);
  CHECK(open_text(body, committed) == kWhy);

  const auto code = [&](std::string_view bytes, const FreeText& against) {
    return code_of([&] { (void)open_text(bytes, against); });
  };
  for (std::size_t at = 0; at < body.size(); ++at) {
    std::string changed = body;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    CHECK(code(changed, committed) == "CND-2005");
  }
  CHECK(code(body + " ", committed) == "CND-2005");
  CHECK(code(body, {committed.commitment, committed.bytes + 1}) == "CND-2005");
  CHECK(code(body, commit_text(kWhy, other)) == "CND-2005");
  CHECK(code("", committed) == "CND-2005");
  CHECK(code(body.substr(0, 32), committed) == "CND-2005");
  CHECK(code_of([&] { (void)commit_text("", salt); }) == "CND-2005");
  CHECK(code_of([&] { (void)commit_text(std::string(kFreeTextAtMostBytes + 1, 'x'), salt); }) == "CND-2005");
}

TEST_CASE("equal things under two salts have commitments that tell nothing") {
  base::SeededRandom random(2, "salts");
  const Salt salt = random_salt(random);
  CHECK(commit_digest(salt, digest("7")) != commit_digest(random_salt(random), digest("7")));
  CHECK(commit_digest(salt, digest("7")) == commit_digest(salt, digest("7")));
}

struct Town {
  Salt salt = digest("salt");
  Header header{.federation = digest("federation"), .log = "candour.example/log", .made = 1'767'139'200};
  Run run{.header = header, .who = "data team", .collection = "c"};
  Sealed sealed = [this] {
    return Sealed{.header = header,
                  .of = SealedKind::kRun,
                  .commitment = commit_payload(write_payload(run), salt),
                  .open_by = base::utc_day(header.made)};
  }();
  base::Digest leaf = digest("leaf");
  Opening opening{.header = header, .sealed = leaf, .salt = salt, .payload = write_payload(run)};

  [[nodiscard]] std::string code(const Opening& tried) const {
    return code_of([&] { verify_opening(tried, sealed, leaf); });
  }
};

TEST_CASE_FIXTURE(Town, "an opening shows the run that was sealed, and no other") {
  CHECK(code(opening) == "none");
  Opening changed = opening;
  changed.sealed = digest("another leaf");
  CHECK(code(changed) == "CND-2005");
  changed = opening;
  changed.salt[0] ^= 1;
  CHECK(code(changed) == "CND-2005");
  changed = opening;
  run.who = "someone else";
  changed.payload = write_payload(run);
  CHECK(code(changed) == "CND-2005");
  changed = opening;
  changed.payload.assign(kOpenedAtMostBytes + 1, 'x');
  CHECK(code(changed) == "CND-2005");
  CHECK(code_of([&] { (void)commit_payload(changed.payload, salt); }) == "CND-2005");
}

TEST_CASE_FIXTURE(Town, "what was sealed must be of the kind and the log that it said") {
  const auto reseal = [&](const std::string& payload, SealedKind of) {
    sealed.of = of;
    sealed.commitment = commit_payload(payload, salt);
    opening.payload = payload;
    return code(opening);
  };
  CHECK(reseal(write_payload(run), SealedKind::kRun) == "none");
  CHECK(reseal(write_payload(run), SealedKind::kIncident) == "CND-2004");
  CHECK(reseal("not a payload", SealedKind::kRun) == "CND-1008");
  run.header.log = "candour.example/another";
  CHECK(reseal(write_payload(run), SealedKind::kRun) == "CND-2005");
  run.header = header;
  run.header.federation = digest("another federation");
  CHECK(reseal(write_payload(run), SealedKind::kRun) == "CND-2005");
}

/// An incident as whoever seals it keeps it.
SealedSecret incident_secret() {
  const Salt salt = digest("salt of the text");
  Incident incident{.header = {.federation = digest("federation"), .log = "candour.example/log", .made = 1},
                    .party = "R1H"};
  incident.text = commit_text("A share was seen.", salt);
  return {.of = SealedKind::kIncident,
          .salt = digest("salt"),
          .payload = write_payload(incident),
          .bodies = {free_text_body("A share was seen.", salt)}};
}

std::string secret_code(const SealedSecret& secret) {
  return code_of([&] { (void)parse_secret(write_secret(secret)); });
}

TEST_CASE_FIXTURE(Town, "a secret comes back as it was kept, of a run and of an incident") {
  const SealedSecret incident = incident_secret();
  CHECK(parse_secret(write_secret(incident)) == incident);
  CHECK(text_of_body(incident.bodies.front()) == "A share was seen.");
  const Salt other = digest("other salt");
  run.sql_commitment = commit_digest(salt, digest("SELECT 1"));
  run.inputs_commitment = commit_digest(other, digest(""));
  const SealedSecret of_run{.of = SealedKind::kRun,
                            .salt = salt,
                            .payload = write_payload(run),
                            .bodies = {free_text_body("SELECT 1", salt), free_text_body("", other)}};
  CHECK(parse_secret(write_secret(of_run)) == of_run);
}

TEST_CASE_FIXTURE(Town, "a secret that could not open its entry is refused") {
  SealedSecret changed = incident_secret();
  changed.of = SealedKind::kRun;
  CHECK(secret_code(changed) == "CND-2580");
  changed = incident_secret();
  changed.bodies.front().back() = '!';
  CHECK(secret_code(changed) == "CND-2580");
  changed = incident_secret();
  changed.bodies.clear();
  CHECK(secret_code(changed) == "CND-2580");
  changed.bodies.assign(3, "a");
  CHECK(secret_code(changed) == "CND-2580");
  CHECK(code_of([] { (void)parse_secret("{}"); }) == "CND-2580");
  CHECK(code_of([] { (void)parse_secret("nothing"); }) == "CND-2580");
  changed = incident_secret();
  sealed.of = SealedKind::kIncident;
  sealed.commitment = commit_payload(changed.payload, changed.salt);
  CHECK(code_of([&] { require_secret_of(changed, sealed); }) == "none");
  changed.salt[0] ^= 1;
  CHECK(code_of([&] { require_secret_of(changed, sealed); }) == "CND-2580");
}

}  // namespace
}  // namespace candour::statement
