// What a log reader learns of a submission: who sent what and when, and a size of few. However many rows
// there are, the statements that stand in the log differ in digests alone.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <map>

#include "candour/base/simulated_disk.h"
#include "candour/submission/flow_testing.h"

namespace candour::submission {
namespace {

using namespace testing;

using Texts = std::vector<std::string>;

/// The payloads of a submission's statements that are public: its own, its receipt, its batches.
struct Published {
  std::string submission, receipt;
  std::vector<std::string> batches;
};

/// Sends so many rows of one collection; everything that is drawn is the same each time.
Published publish(std::size_t rows) {
  base::SimulatedDisk disk;
  const base::FixedClock clock{kNow};
  base::SeededRandom random{1, "world"};
  TestHub hub{disk, clock, random};
  Outbox outbox = outbox_on(disk, clock, random);
  TestSlice slice(many_visits(rows, 1 + rows));
  Intent wanted = intent();
  wanted.rows_refused = rows * 7 % 11;
  const auto folder = outbox.begin(wanted, hub);
  (void)outbox.send(folder, slice, hub);
  REQUIRE(hub.lake.commits().at(0).stored.rows == rows);
  const auto payload = [&](const char* file, std::string_view kind) {
    return statement::parse_envelope(base::load_text(disk, folder / file), kind).payload;
  };
  Published published{.submission = payload(kManifestFile, "submission"),
                      .receipt = payload(kReceiptFile, "receipt"),
                      .batches = {}};
  const std::string lines = base::load_text(disk, folder / kAttestationsFile);
  published.batches.push_back(statement::parse_envelope(lines.substr(0, lines.find('\n')), "batch").payload);
  return published;
}

/// Every digest and every id of a text as so many zeros: what a reader who inverts no digest can compare.
std::string without_digests(std::string text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
    const auto end = std::find_if_not(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(), is_digit);
    const std::size_t run = static_cast<std::size_t>(end - text.begin()) - at;
    if (run == 64 || run == 32) std::fill_n(text.begin() + static_cast<std::ptrdiff_t>(at), run, '0');
    at += run + 1;
  }
  return text;
}

/// The members in which two payloads differ otherwise than by a digest.
Texts differences(const std::string& a, const std::string& b) {
  const base::Json left = base::parse_json(without_digests(a));
  const base::Json right = base::parse_json(without_digests(b));
  Texts names;
  REQUIRE(left.object()->size() == right.object()->size());
  for (const auto& [name, value] : *left.object()) {
    REQUIRE(right.find(name) != nullptr);
    if (base::write_json_line(value) != base::write_json_line(*right.find(name))) names.push_back(name);
  }
  if (names.empty() && without_digests(a) != without_digests(b)) names.emplace_back("bytes");
  return names;
}

/// A payload as it would be with its count in it.
std::string with_rows(const std::string& payload, std::size_t rows) {
  return payload.substr(0, payload.size() - 1) + ",\"rows\":" + std::to_string(rows) + "}";
}

TEST_CASE("whether a slice has no row, one or 400, its statements differ in digests alone") {
  const Published one = publish(1);
  std::size_t different_digests = 0;
  for (std::size_t rows = 0; rows <= 400; ++rows) {
    CAPTURE(rows);
    const Published other = publish(rows);
    CHECK(other.submission.size() == one.submission.size());
    CHECK(differences(one.submission, other.submission) == Texts{});
    CHECK(differences(one.receipt, other.receipt) == Texts{});
    CHECK(differences(one.batches.at(0), other.batches.at(0)) == Texts{});
    if (other.submission != one.submission) ++different_digests;
    // The controls: a count would show, in one statement and in the other.
    if (rows == 1) continue;
    CHECK(differences(with_rows(one.submission, 1), with_rows(other.submission, rows)) == Texts{"rows"});
    CHECK(differences(with_rows(one.receipt, 1), with_rows(other.receipt, rows)) == Texts{"rows"});
  }
  CHECK(different_digests == 400);  // all but the one row again
}

TEST_CASE("thousands of rows show, as one size of few") {
  const Published one = publish(1);
  const Published many = publish(6000);
  CHECK(differences(one.submission, many.submission) == Texts{"package_bytes"});
  CHECK(differences(many.submission, publish(6010).submission) == Texts{});
}

}  // namespace
}  // namespace candour::submission
