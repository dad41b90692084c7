// Packages: what goes in comes out, in one order and one form, and nothing else is let in.
#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <functional>

#include "candour/submission/submission_testing.h"
#include "candour/testing/code_of.h"

namespace candour::submission {
namespace {

using namespace testing;
using candour::testing::code_of;

const std::vector<Visit> kVisits = {{7, "one, \"two\"", 3},
                                    {8, std::nullopt, 4},
                                    {std::nullopt, "", 5},
                                    {7, "another", 3},
                                    {7, "one, \"two\"", 3}};

/// What is in the frame of an honest package, so that tests can change it.
std::string text_of(const Packed& packed) {
  base::MemorySource source{base::ByteView(packed.package)};
  crypto::OpeningSource opening(source, package_key(), package_info(packed.manifest));
  ContentSource content(opening);
  DecompressingSource opened(content, content.header().opened_bytes);
  std::string text;
  base::Bytes buffer(777);
  while (const std::size_t size = opened.read(buffer)) {
    text.append(base::as_text(std::span(buffer).first(size)));
  }
  return text;
}

/// How a sealed package is refused: the code, and the rule where it has one.
std::string refusal(const base::Bytes& package, const statement::Submission& manifest) {
  try {
    (void)open(package, manifest);
  } catch (const base::Error& error) {
    std::string text(error.code().view());
    for (const auto& field : error.fields()) {
      if (field.name == "rule" || field.name == "differs") text += " " + std::get<std::string>(field.value);
    }
    return text;
  }
  return "none";
}

std::string refusal(const std::string& text, std::uint64_t rows, const statement::Submission& manifest) {
  return refusal(seal_text(text, rows, manifest), manifest);
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

TEST_CASE("a package gives back its rows, by token and then by their bytes, those without one last") {
  const Packed packed = pack(kVisits);
  const std::string first = pseudonym_of(token_of(7));
  const std::string second = pseudonym_of(token_of(8));
  std::string sevens = first + ",R1H,\"one, \"\"two\"\"\",3\n" + first + ",R1H,\"one, \"\"two\"\"\",3\n" +
                       first + ",R1H,another,3\n";
  const std::string eight = second + ",R1H,,4\n";
  const bool is_seven_first = token_of(7) < token_of(8);
  CHECK(open(packed.package, packed.manifest) == "pseudonym,hospital,note,minutes\n" +
                                                     (is_seven_first ? sevens + eight : eight + sevens) +
                                                     ",R1H,\"\",5\n");
  base::MemorySource source{base::ByteView(packed.package)};
  OpenedPackage opened(source, package_key(), packed.manifest, rules());
  CHECK(opened.header().rows == 5);
  CHECK(opened.header().rows_refused == kRefused);
}

TEST_CASE("the order in which rows come makes no difference to a package") {
  const Packed packed = pack(kVisits);
  std::vector<Visit> turned(kVisits.rbegin(), kVisits.rend());
  CHECK(pack(turned).package == packed.package);
  turned.pop_back();
  CHECK(pack(turned).package != packed.package);
}

TEST_CASE("a package without rows is a package") {
  const Packed packed = pack({});
  CHECK(open(packed.package, packed.manifest) == "pseudonym,hospital,note,minutes\n");
  // A commitment that everyone knows would say in public that there are none.
  CHECK(packed.manifest.commitment != base::sha256({}));
  base::Bytes none = {0x02};
  const RowSalt salt = row_salt(seed_of(3), 0);
  none.insert(none.end(), salt.begin(), salt.end());
  CHECK(packed.manifest.commitment == base::sha256(none));
}

TEST_CASE("whatever rows are packed, the same come out") {
  CHECK(rc::check("open(pack(rows)) has the rows of rows", [] {
    const auto count = *rc::gen::inRange(0, 40);
    std::vector<Visit> visits;
    for (int i = 0; i < count; ++i) {
      Visit visit;
      if (*rc::gen::arbitrary<bool>()) visit.person = *rc::gen::inRange<std::uint64_t>(0, 5);
      if (*rc::gen::arbitrary<bool>()) {
        visit.note = *rc::gen::container<std::string>(rc::gen::element('a', ',', '"', '\n', '\r', ' '));
      }
      if (*rc::gen::arbitrary<bool>()) visit.minutes = *rc::gen::arbitrary<std::int64_t>();
      visits.push_back(std::move(visit));
    }
    const Packed packed = pack(visits);
    std::ranges::sort(visits, [](const Visit& a, const Visit& b) {
      const auto rank = [](const Visit& visit) {
        return std::make_pair(!visit.person, visit.person ? token_of(*visit.person) : Token{});
      };
      if (rank(a) != rank(b)) return rank(a) < rank(b);
      const auto text = [](const Visit& visit) {
        base::TextSink sink;
        table::write_csv(minimised({visit}), sink);
        return sink.take();
      };
      return text(a).substr(0, text(a).size() - 1) < text(b).substr(0, text(b).size() - 1);
    });
    std::string expected = "pseudonym,hospital,note,minutes\n";
    for (const Visit& visit : visits) {
      base::TextSink sink;
      table::write_csv(minimised({visit}), sink);
      const std::string text = sink.take();
      expected += visit.person ? pseudonym_of(token_of(*visit.person)) : "";
      expected += "," + text.substr(text.find('\n') + 1);
    }
    RC_ASSERT(open(packed.package, packed.manifest) == expected);
  }));
}

TEST_CASE("the commitment is the RFC 6962 root over salted rows") {
  // By the recursive definition of RFC 6962, 2.1, against the one that goes row by row.
  const base::Bytes seed = seed_of(3);
  std::vector<base::Digest> leaves;
  Commitment commitment{base::ByteView(seed)};
  const auto root = [](auto&& self, std::span<const base::Digest> of) -> base::Digest {
    if (of.size() == 1) return of[0];
    std::size_t left = 1;
    while (left * 2 < of.size()) left *= 2;
    base::Bytes node = {0x01};
    for (const auto& half : {self(self, of.first(left)), self(self, of.subspan(left))}) {
      node.insert(node.end(), half.begin(), half.end());
    }
    return base::sha256(node);
  };
  for (std::uint64_t j = 0; j < 70; ++j) {
    const std::string row = "row " + std::to_string(j);
    commitment.add(row);
    base::Bytes leaf = {0x00};
    const RowSalt salt = row_salt(seed, j);
    leaf.insert(leaf.end(), salt.begin(), salt.end());
    leaf.insert(leaf.end(), row.begin(), row.end());
    leaves.push_back(base::sha256(leaf));
    CHECK(commitment.root() == root(root, leaves));
  }
  CHECK(row_salt(seed, 0) != row_salt(seed, 1));
}

TEST_CASE("the commitment of the format's worked example comes out") {
  const base::Bytes seed = seed_of(3);
  Commitment commitment{base::ByteView(seed)};
  for (const char* row : {"R1H,\"one, \"\"two\"\"\",3", "R1H,another,3", "R1H,\"\",5"}) commitment.add(row);
  CHECK(base::to_hex(row_salt(seed, 2)) == "e5fce506de1581ec5c8d332695ac1c57");
  CHECK(base::to_hex(commitment.root()) ==
        "058d8bec53d72509c98fa0256cd007d7561607c08ada8510fe1bc2809ecd1e7a");
}

TEST_CASE("no byte of a sealed package can be changed, cut, added or put elsewhere") {
  std::vector<Visit> visits;
  for (std::uint64_t i = 0; i < 6000; ++i) visits.push_back({i, "note", std::int64_t(i)});
  const Packed packed = pack(visits);
  constexpr std::size_t kChunk = crypto::kSealedChunkBytes + crypto::kSealTagBytes;
  REQUIRE(packed.package.size() > 32 + 2 * kChunk);
  REQUIRE(code_of([&] { (void)open(packed.package, packed.manifest); }) == "none");
  base::SeededRandom random(1, "bits");
  for (int i = 0; i < 40; ++i) {
    base::Bytes changed = packed.package;
    changed[random.below(changed.size())] ^= static_cast<std::uint8_t>(1U << random.below(8));
    const std::string code = code_of([&] { (void)open(changed, packed.manifest); });
    CHECK((code == "CND-1022" || code == "CND-1021"));
  }
  for (const std::size_t size : {std::size_t{0}, std::size_t{32}, 32 + kChunk, packed.package.size() - 1}) {
    base::Bytes cut = packed.package;
    cut.resize(size);
    CHECK(code_of([&] { (void)open(cut, packed.manifest); }) != "none");
  }
  base::Bytes longer = packed.package;
  longer.push_back(0);
  CHECK(code_of([&] { (void)open(longer, packed.manifest); }) == "CND-1022");
  base::Bytes swapped = packed.package;
  std::swap_ranges(swapped.begin() + 32, swapped.begin() + 32 + kChunk, swapped.begin() + 32 + kChunk);
  CHECK(code_of([&] { (void)open(swapped, packed.manifest); }) == "CND-1022");
}

TEST_CASE("a package opens as one submission of one provider under one key, and as nothing else") {
  const Packed packed = pack(kVisits);
  REQUIRE(code_of([&] { (void)open(packed.package, packed.manifest); }) == "none");
  const auto code_with = [&](const auto& change) {
    statement::Submission manifest = packed.manifest;
    change(manifest);
    return code_of([&] { (void)open(packed.package, manifest); });
  };
  CHECK(code_with([](auto& manifest) { manifest.provider = "R1K"; }) == "CND-1022");
  CHECK(code_with([](auto& manifest) { manifest.header.id[0] ^= 1; }) == "CND-1022");
  CHECK(code_with([](auto& manifest) { manifest.header.federation[0] ^= 1; }) == "CND-1022");
  CHECK(code_with([](auto& manifest) { manifest.sealing_key[0] ^= 1; }) == "CND-1022");
  CHECK(code_with([](auto& manifest) { manifest.commitment[0] ^= 1; }) == "CND-2223");
  CHECK(code_with([](auto& manifest) { manifest.nil = true; }) == "CND-2227");
  const crypto::SealKey other{base::ByteView(seed_of(8))};
  CHECK(code_of([&] { (void)open(packed.package, packed.manifest, rules(), other); }) == "CND-1022");
}

TEST_CASE("each rule of a row refuses what breaks it, and says which") {
  const Packed packed = pack({{7, "a", 3}, {8, "b", 4}, {std::nullopt, "c", 5}});
  const std::string good = text_of(packed);
  const statement::Submission& manifest = packed.manifest;
  REQUIRE(refusal(good, 3, manifest) == "none");
  CHECK(refusal(replaced(good, "token,", "person,"), 3, manifest) == "CND-2222 header");
  CHECK(refusal(replaced(good, ",minutes", ",minutes,more"), 3, manifest) == "CND-2222 header");
  CHECK(refusal(replaced(good, "hospital,note", "\"hospital\",note"), 3, manifest) == "CND-2222 header");
  CHECK(refusal(replaced(good, "R1H,c", "R1H,\"c"), 3, manifest) == "CND-2222 record-shape");
  CHECK(refusal(replaced(good, "c,5", "c,5,6"), 3, manifest) == "CND-2222 fields");
  CHECK(refusal(replaced(good, "c,5", "c,5.0"), 3, manifest) == "CND-2222 type");
  CHECK(refusal(replaced(good, "c,5", "c,05"), 3, manifest) == "CND-2222 type");
  CHECK(refusal(replaced(good, "R1H,c", "R1H,\xFF"), 3, manifest) == "CND-2222 type");
  CHECK(refusal(replaced(good, "R1H,c", "R1H,\"c\""), 3, manifest) == "CND-2222 canonical-form");
  CHECK(refusal(replaced(good, "c,5\n", "c,5\r\n"), 3, manifest) == "CND-2222 canonical-form");
  CHECK(refusal(replaced(good, "c,5\n", "c,5"), 3, manifest) == "CND-2222 canonical-form");
  CHECK(refusal(replaced(good, "\n,R1H", "\n\"\",R1H"), 3, manifest) == "CND-2222 canonical-form");
  CHECK(refusal(replaced(good, "\n,R1H", "\nab,R1H"), 3, manifest) == "CND-2222 token");
  CHECK(refusal(replaced(good, ",R1H,c", ",R1K,c"), 3, manifest) == "CND-2222 submitter");
  CHECK(refusal(replaced(good, ",R1H,c", ",r1h,c"), 3, manifest) == "CND-2222 submitter");
  CHECK(refusal(replaced(good, ",c,5", ",d,5"), 3, manifest) == "CND-2223 commitment");
  CHECK(refusal(good, 4, manifest) == "CND-2223 rows");
  CHECK(refusal(good, 2, manifest) == "CND-2223 rows");
  CHECK(refusal(good + ",R1H,d,5\n", 3, manifest) == "CND-2223 rows");
  CHECK(refusal(replaced(good, ",R1H,c,5\n", ""), 3, manifest) == "CND-2223 rows");
  CHECK(refusal("short", 3, manifest) == "CND-2227 rows");
  std::string upper = good;
  const std::size_t token = upper.find("minutes\n") + 8;
  std::transform(upper.begin() + std::ptrdiff_t(token), upper.begin() + std::ptrdiff_t(token + 64),
                 upper.begin() + std::ptrdiff_t(token), [](char c) { return char(std::toupper(c)); });
  CHECK(refusal(upper, 3, manifest) == "CND-2222 token");
}

TEST_CASE(
    "each rule of a header and of the padding behind the frame refuses what breaks it, and says which") {
  const Packed packed = pack(kVisits);
  const std::string text = text_of(packed);
  const base::Bytes frame = frame_of(text);
  const PackageHeader good{
      .rows = 5, .rows_refused = 9, .opened_bytes = text.size(), .frame_bytes = frame.size()};
  const auto with = [&](const std::function<void(PackageHeader&, base::Bytes & content)>& change) {
    PackageHeader header = good;
    base::Bytes content = content_of(good, frame);
    change(header, content);
    const auto bytes = write_header(header);
    std::ranges::copy(std::span(bytes).first(std::min(bytes.size(), content.size())), content.begin());
    return refusal(seal_bytes(content, packed.manifest), packed.manifest);
  };
  CHECK(with([](auto&, auto&) {}) == "none");
  CHECK(with([](auto& header, auto&) { header.rows += 1; }) == "CND-2223 rows");
  CHECK(with([](auto& header, auto&) { header.rows -= 1; }) == "CND-2223 rows");
  CHECK(with([](auto& header, auto&) { header.rows = header.opened_bytes; }) == "CND-2227 rows");
  CHECK(with([](auto& header, auto&) { header.rows = UINT64_MAX; }) == "CND-2227 rows");
  CHECK(with([](auto& header, auto&) { header.rows_refused = kRowsRefusedAtMost; }) == "none");
  CHECK(with([](auto& header, auto&) { header.rows_refused = kRowsRefusedAtMost + 1; }) ==
        "CND-2227 rows-refused");
  CHECK(with([](auto& header, auto&) { header.opened_bytes -= 1; }) == "CND-2221");
  CHECK(with([](auto& header, auto&) { header.opened_bytes += 1; }) == "CND-2221");
  CHECK(with([](auto& header, auto&) { header.opened_bytes = kOpenedBytesAtMost + 1; }) ==
        "CND-2227 opened-bytes");
  CHECK(with([](auto& header, auto&) { header.opened_bytes = kSeedBytes - 1; }) == "CND-2227 rows");
  CHECK(with([](auto& header, auto&) { header.frame_bytes -= 1; }) == "CND-2227 padding-zeros");
  CHECK(with([](auto& header, auto&) { header.frame_bytes += 1; }) == "CND-2220");
  CHECK(with([](auto& header, auto& content) { header.frame_bytes = content.size(); }) == "CND-2220");
  CHECK(with([](auto& header, auto&) { header.frame_bytes = UINT64_MAX; }) == "CND-2227 frame-bytes");
  CHECK(with([](auto&, auto& content) { content.back() = 1; }) == "CND-2227 padding-zeros");
  CHECK(with([&](auto&, auto& content) { content[kHeaderBytes + frame.size()] = 1; }) ==
        "CND-2227 padding-zeros");
  CHECK(with([](auto&, auto& content) { content.push_back(0); }) == "CND-2227 padding-size");
  CHECK(with([](auto&, auto& content) { content.pop_back(); }) == "CND-2227 padding-size");
  CHECK(with([](auto&, auto& content) { content.resize(kHeaderBytes + 9); }) == "CND-2227 cut");
  CHECK(with([](auto&, auto& content) { content.resize(kHeaderBytes - 1); }) == "CND-2227 cut");
}

TEST_CASE("a content is padded to one of few sizes, and a package has one of those that come of them") {
  CHECK(padded_bytes(0) == 65'536);
  CHECK(padded_bytes(65'536) == 65'536);
  CHECK(padded_bytes(65'537) == 73'728);
  CHECK(padded_bytes(131'072) == 131'072);
  CHECK(padded_bytes(131'073) == 147'456);
  CHECK(kLeastPackageBytes == 65'584);
  CHECK(is_package_size(kLeastPackageBytes));
  CHECK_FALSE(is_package_size(0));
  CHECK_FALSE(is_package_size(kLeastPackageBytes - 1));
  CHECK_FALSE(is_package_size(kLeastPackageBytes + 1));
  CHECK(is_package_size(kPackageBytesAtMost));
  constexpr std::uint64_t kMost = kHeaderBytes + kOpenedBytesAtMost + kFrameOverheadBytesAtMost;
  std::size_t sizes = 0;
  for (std::uint64_t size = 1; size <= kMost; size = padded_bytes(size) + 1, ++sizes) {
    const std::uint64_t padded = padded_bytes(size);
    CHECK(padded_bytes(padded) == padded);
    CHECK(is_package_size(sealed_bytes(padded)));
    CHECK_FALSE(is_package_size(sealed_bytes(padded) - crypto::kSealTagBytes));
    CHECK((size == 1 || padded - size < size / 8));
  }
  CHECK(sizes == 1 + 13 * 8 + 1);
  const std::vector<Visit> none;
  CHECK(pack(none).package.size() == kLeastPackageBytes);
  CHECK(pack(none).manifest.package_bytes == kLeastPackageBytes);
}

TEST_CASE("rows that stand in another order than theirs are refused") {
  const Packed packed = pack({{7, "a", 3}, {7, "b", 4}, {std::nullopt, "c", 5}, {std::nullopt, "d", 6}});
  const std::string good = text_of(packed);
  std::vector<std::string> lines;
  const std::size_t body = good.find("minutes\n") + 8;
  for (std::size_t at = body; at < good.size();) {
    const std::size_t end = good.find('\n', at) + 1;
    lines.push_back(good.substr(at, end - at));
    at = end;
  }
  REQUIRE(lines.size() == 4);
  std::vector<std::size_t> order = {0, 1, 2, 3};
  do {
    std::string content = good.substr(0, body);
    for (const std::size_t line : order) content += lines[line];
    const bool is_right = std::ranges::is_sorted(order);
    CHECK(refusal(content, 4, packed.manifest) == (is_right ? "none" : "CND-2222 order"));
  } while (std::ranges::next_permutation(order).found);
}

TEST_CASE("one person may have several rows, and no more people may come than the batches cover") {
  const Packed packed = pack(kVisits);
  PackageRules two = rules();
  two.tokens_at_most = 2;
  CHECK(code_of([&] { (void)open(packed.package, packed.manifest, two); }) == "none");
  PackageRules one = rules();
  one.tokens_at_most = 1;
  CHECK(code_of([&] { (void)open(packed.package, packed.manifest, one); }) == "CND-2225");
}

TEST_CASE("no value comes of a field that may not leave, not even an empty one") {
  const std::vector<std::string> fields = {"hospital", "minutes"};
  const auto code = [&](std::optional<std::string> note) {
    const Packed packed = pack({{.person = 7, .note = std::move(note), .minutes = 3}});
    PackageRules narrow = rules();
    narrow.fields = &fields;
    CHECK(code_of([&] { (void)open(packed.package, packed.manifest); }) == "none");
    return code_of([&] { (void)open(packed.package, packed.manifest, narrow); });
  };
  CHECK(code(std::nullopt) == "none");
  CHECK(code("a note") == "CND-2037");
  CHECK(code("") == "CND-2037");
}

TEST_CASE("a small package that would become an enormous one is stopped at the size that was announced") {
  const statement::Submission manifest = manifest_draft();
  const std::string text(std::size_t{64} << 20, '\n');
  const base::Bytes frame = frame_of(text);
  const PackageHeader header{.rows = 10, .opened_bytes = 1000, .frame_bytes = frame.size()};
  const base::Bytes bomb = seal_bytes(content_of(header, frame), manifest);
  REQUIRE(bomb.size() < text.size() / 500);
  CHECK(code_of([&] { (void)open(bomb, manifest); }) != "none");
  base::MemorySource source{base::ByteView(bomb)};
  crypto::OpeningSource opening(source, package_key(), package_info(manifest));
  ContentSource content(opening);
  DecompressingSource decompressing(content, content.header().opened_bytes);
  std::uint64_t given = 0;
  base::Bytes buffer(std::size_t{1} << 16);
  CHECK(code_of([&] {
          while (const std::size_t size = decompressing.read(buffer)) given += size;
        }) == "CND-2221");
  CHECK(given == 1000);
}

TEST_CASE("what is no frame of ours does not decompress") {
  const auto code = [](std::string_view compressed, std::uint64_t size) {
    base::MemorySource source(compressed);
    DecompressingSource decompressing(source, size);
    base::Bytes buffer(100);
    return code_of([&] {
      while (decompressing.read(buffer) > 0) {
      }
    });
  };
  base::TextSink sink;
  CompressingSink compressing(sink);
  compressing.write_text("some text");
  compressing.finish();
  const std::string good = sink.text();
  CHECK(code(good, 9) == "none");
  CHECK(code(good, 8) == "CND-2221");
  CHECK(code(good, 10) == "CND-2221");
  CHECK(code(good + good, 9) == "CND-2220");
  CHECK(code(good + "x", 9) == "CND-2220");
  CHECK(code(good.substr(0, good.size() - 1), 9) == "CND-2220");
  CHECK(code("some text", 9) == "CND-2220");
  CHECK(code("", 0) == "CND-2220");
}

TEST_CASE("a slice that is too large for one submission is refused before anything is made") {
  PackageBuilder builder(visits_table().minimised_schema(), 1);
  CHECK(code_of([&] { builder.add(std::string(kRecordBytesAtMost + 1, 'x'), std::nullopt); }) == "CND-2201");
}

}  // namespace
}  // namespace candour::submission
