#include <doctest/doctest.h>

#include "candour/base/json.h"
#include "candour/base/simulated_disk.h"
#include "candour/crypto/mac.h"
#include "candour/measure/measure_testing.h"
#include "candour/page/layout.h"
#include "candour/release/metadata.h"
#include "candour/release/release_testing.h"
#include "candour/testing/code_of.h"
#include "candour/testing/shared.h"

namespace candour::release {
namespace {

using base::Json;
using base::SimulatedDisk;
using candour::testing::code_of;
using candour::testing::TemporaryFolder;
using measure::testing::counts_of;
using measure::testing::waiting_list;
using release::testing::built;
using release::testing::clinic_collection;
using release::testing::clinic_inputs;
using release::testing::csv_of;
using release::testing::Files;
using release::testing::files_of;

/// Two providers with figures, a nil return, and one that sent nothing.
ReleaseInputs september_inputs() {
  ReleaseInputs inputs;
  inputs.collection = &waiting_list();
  inputs.period = measure::testing::september();
  inputs.submitters = {{"NVL", "NIL HOSPITAL"},
                       {"R1H", "BARTS HEALTH NHS TRUST"},
                       {"RAL", "<b>ROYAL & FREE</b>"},
                       {"RTH", "SILENT HOSPITAL"}};
  std::vector<measure::testing::Pathway> pathways;
  for (int i = 0; i < 3000; ++i) pathways.push_back({i % 3 == 0 ? "330" : "100", i % 777});
  measure::Counts nil = counts_of("NVL", {});
  nil.nil = true;
  inputs.counts["waits"] = {nil, counts_of("R1H", pathways),
                            counts_of("RAL", {{"502", 1}, {"502", std::nullopt}})};
  inputs.counts["waits"][1].rows_refused = 25;
  inputs.counts["waits"][2].rows_refused = 5;
  for (measure::Counts& counts : inputs.counts["waits"]) {
    counts.manifest_sha256 = base::to_hex(base::sha256(base::as_bytes(measure::manifest_text(counts))));
  }
  inputs.published_at = base::DateTime::parse_iso("2025-11-13T09:30").value();
  inputs.program_sha256 = std::string(64, 'a');
  inputs.engine_sha256 = std::string(64, 'e');
  return inputs;
}

/// Built once: what most tests look at.
const Files& september_release() {
  static const Files files = built(september_inputs());
  return files;
}

Json release_json_of(const Files& files) { return base::parse_json(files.at("release.json")); }

TEST_CASE("a release holds its pages, tables, charts and what machines read, and nothing else") {
  std::string names;
  for (const auto& [name, content] : september_release()) {
    names += name + "\n";
    CHECK_FALSE(content.empty());
  }
  CHECK(names ==
        "candour.css\n"
        "charts/long-waits-by-provider-narrow.svg\n"
        "charts/long-waits-by-provider.svg\n"
        "charts/waits-by-length-narrow.svg\n"
        "charts/waits-by-length.svg\n"
        "index.html\n"
        "quality.html\n"
        "release.json\n"
        "tables/waits.csv\n"
        "tables/waits.csv-metadata.json\n"
        "tables/waits.parquet\n");
}

TEST_CASE(
    "the same inputs give the same bytes, in another folder and on a real disk, for everybody to read") {
  const TemporaryFolder folder;
  base::PosixDisk disk;
  disk.make_folder(folder.path() / "scratch");
  build_release(disk, september_inputs(), folder.path() / "elsewhere", folder.path() / "scratch");
  using std::filesystem::perms;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path() / "elsewhere")) {
    CAPTURE(entry.path().string());
    const perms published = perms::owner_write | perms::owner_read | perms::group_read | perms::others_read;
    const perms search = perms::owner_exec | perms::group_exec | perms::others_exec;
    CHECK(entry.status().permissions() == (entry.is_directory() ? published | search : published));
  }
  const Files again = files_of(disk, folder.path() / "elsewhere");
  CHECK(again.size() == september_release().size());
  for (const auto& [name, content] : september_release()) {
    CAPTURE(name);
    CHECK((again.at(name) == content));  // in parentheses: a page is too long to be printed
  }
}

TEST_CASE("release.json names every other file with its size and digest") {
  const Json release = release_json_of(september_release());
  Files others = september_release();
  others.erase("release.json");
  for (const Json& file : *release.find("files")->array()) {
    const std::string& path = *file.find("path")->text();
    CAPTURE(path);
    REQUIRE(others.contains(path));
    CHECK(*file.find("size_bytes")->integer() == static_cast<std::int64_t>(others[path].size()));
    CHECK(*file.find("sha256")->text() == base::to_hex(base::sha256(base::as_bytes(others[path]))));
    others.erase(path);
  }
  CHECK(others.empty());
}

TEST_CASE("release.json says what was released, from what, by what, and that nobody ordered it") {
  const Json release = release_json_of(september_release());
  REQUIRE(release.find("instruction") != nullptr);
  CHECK(release.find("instruction")->is_null());
  CHECK(*release.find("demonstration")->text() == page::kDemonstrationPhase);
  CHECK(*release.find("published_at")->text() == "2025-11-13T09:30");
  CHECK(release.find("next_release")->is_null());
  CHECK(*release.find("period")->find("name")->text() == "2025-09");
  CHECK(*release.find("period")->find("last_day")->text() == "2025-09-30");
  CHECK(*release.find("collection")->find("sha256")->text() == base::to_hex(waiting_list().digest));
  CHECK(*release.find("program")->find("sha256")->text() == std::string(64, 'a'));
  CHECK(*release.find("engine")->find("sha256")->text() == std::string(64, 'e'));
  CHECK(*release.find("disclosure")->array()->front().find("rule")->text() == "none");
  CHECK(*release.find("format")->text() == "candour-release-2");
  std::string returns;
  for (const Json& input : *release.find("inputs")->array()) {
    returns += *input.find("submitter")->text() + " " + *input.find("return")->text() +
               (input.find("commitment") == nullptr ? "" : " committed");
    for (const char* key : {"rows", "rows_refused"}) {
      if (input.find(key) != nullptr) returns += " " + std::to_string(*input.find(key)->integer());
    }
    returns += "\n";
  }
  CHECK(returns == "NVL nil committed 0 0\nR1H made committed 3000 25\nRAL made committed 2 5\nRTH x\n");
}

TEST_CASE(
    "where rows were counted that lie in the lake, release.json names each submission in a commitment's "
    "place") {
  ReleaseInputs inputs = september_inputs();
  const std::string identity(64, 'b');
  inputs.counts["waits"][1].submission = identity;
  const Json release = release_json_of(built(inputs));
  std::string named;
  for (const Json& input : *release.find("inputs")->array()) {
    const Json* submission = input.find("submission");
    if (submission == nullptr) continue;
    CHECK(input.find("commitment") == nullptr);
    named += *input.find("submitter")->text() + " " + *submission->text();
  }
  CHECK(named == "R1H " + identity);
  // It is all that differs: the tables are the same bytes.
  CHECK((built(inputs).at("tables/waits.csv") == september_release().at("tables/waits.csv")));
}

TEST_CASE("a commitment can be opened with the salt, and says nothing without it") {
  measure::Counts counts = september_inputs().counts["waits"][1];
  REQUIRE(counts.manifest_sha256.size() == 64);
  const std::string commitment = commitment_to(counts);
  CHECK(commitment == base::to_hex(crypto::hmac_sha256(*base::from_hex(counts.salt),
                                                       base::as_bytes(counts.manifest_sha256))));
  CHECK(september_release().at("release.json").find(commitment) != std::string::npos);
  CHECK(september_release().at("release.json").find(counts.counts_sha256) == std::string::npos);
  CHECK(september_release().at("release.json").find(counts.manifest_sha256) == std::string::npos);
  CHECK(september_release().at("release.json").find(counts.salt) == std::string::npos);
  counts.salt = std::string(32, '1');
  CHECK(commitment_to(counts) != commitment);
  counts = september_inputs().counts["waits"][1];
  counts.manifest_sha256 = std::string(64, '1');
  CHECK(commitment_to(counts) != commitment);
}

TEST_CASE("a commitment holds every number of the manifest: another number of refused rows is another") {
  const auto commitment = [](std::uint64_t refused) {
    measure::Counts counts = counts_of("R1H", {{"100", 7}});
    counts.rows_refused = refused;
    SimulatedDisk disk;
    measure::store_counts(disk, "counts", counts);
    return commitment_to(measure::load_counts(disk, "counts", waiting_list(), waiting_list().measure("waits"),
                                              measure::testing::september()));
  };
  CHECK(commitment(1) == commitment(1));
  CHECK(commitment(1) != commitment(2));
}

TEST_CASE("the worked example of the formats' pages holds") {
  const base::PosixDisk disk;
  const std::string counts_page = base::load_text(disk, "docs/reference/formats/counts.md");
  const std::string release_page = base::load_text(disk, "docs/reference/formats/release.md");
  const std::size_t begin = counts_page.find("```csv\n") + 7;
  const std::string csv = counts_page.substr(begin, counts_page.find("```", begin) - begin);
  const std::size_t manifest_begin = counts_page.find("```json\n") + 8;
  const std::string manifest =
      counts_page.substr(manifest_begin, counts_page.find("```", manifest_begin) - manifest_begin);
  measure::Counts counts;
  counts.manifest_sha256 = base::to_hex(base::sha256(base::as_bytes(manifest)));
  counts.counts_sha256 = base::to_hex(base::sha256(base::as_bytes(csv)));
  counts.salt = "00112233445566778899aabbccddeeff";
  CHECK(counts_page.find("\"counts_sha256\": \"" + counts.counts_sha256 + "\"") != std::string::npos);
  CHECK(counts_page.find("\"salt\": \"" + counts.salt + "\"") != std::string::npos);
  CHECK(release_page.find("\"commitment\": \"" + commitment_to(counts) + "\"") != std::string::npos);
  CHECK(csv ==
        csv_of(counts_of("R1H", {{"100", 7}, {"100", 0}, {"100", std::nullopt}, {"330", 728}}).relation));
}

TEST_CASE("another salt changes commitments in release.json and no other file") {
  ReleaseInputs inputs = september_inputs();
  inputs.counts["waits"][1].salt = std::string(32, '1');
  const Files other = built(inputs);
  for (const auto& [name, content] : september_release()) {
    CAPTURE(name);
    CHECK((other.at(name) == content) == (name != "release.json"));
  }
}

TEST_CASE("every page says that it is a demonstration, and none names another host") {
  for (const char* name : {"index.html", "quality.html"}) {
    CAPTURE(name);
    const std::string& html = september_release().at(name);
    CHECK(html.find(page::kDemonstrationPhase) != std::string::npos);
    for (const char* address :
         {"http:", "https:", "=\"//", "url(", "@import", "<script", "<iframe", "style="}) {
      CAPTURE(address);
      CHECK(html.find(address) == std::string::npos);
    }
  }
  for (const auto& [name, content] : september_release()) {
    if (!name.ends_with(".svg") && !name.ends_with(".css")) continue;
    CAPTURE(name);
    std::string text = content;  // the name of SVG itself is an address that nothing fetches
    const std::string_view svg = "http://www.w3.org/2000/svg";
    for (std::size_t at = text.find(svg); at != std::string::npos; at = text.find(svg))
      text.erase(at, svg.size());
    CHECK(text.find("http:") == std::string::npos);
    CHECK(text.find("https:") == std::string::npos);
  }
}

TEST_CASE("every file that a page names is in the folder") {
  for (const char* name : {"index.html", "quality.html"}) {
    const std::string& html = september_release().at(name);
    for (const std::string attribute : {" href=\"", " src=\"", " srcset=\""}) {
      for (std::size_t at = html.find(attribute); at != std::string::npos; at = html.find(attribute, at)) {
        at += attribute.size();
        const std::string target = html.substr(at, html.find('"', at) - at);
        if (target.starts_with("#")) continue;
        CAPTURE(target);
        CHECK(september_release().contains(target.substr(0, target.find('#'))));
      }
    }
  }
}

TEST_CASE("the page gives the sums of the headline, the returns, and names as text") {
  const std::string& html = september_release().at("index.html");
  CHECK(html.find("<strong>3,002</strong> treatments") != std::string::npos);
  CHECK(html.find("<strong>3,001</strong> whose waiting") != std::string::npos);
  // Days 0 to 126 of 777, each of which comes 3 or 4 times in 3,000; and the one that waited a day.
  CHECK(html.find("<strong>17.0 %</strong> of completed") != std::string::npos);
  CHECK(html.find("2 providers sent figures, 1 had none to send, 1 sent nothing") != std::string::npos);
  CHECK(html.find(">Added up and built by</dt>") != std::string::npos);
  CHECK(html.find("13 November 2025, 09:30") != std::string::npos);
  CHECK(html.find("R1H BARTS HEALTH NHS TRUST") != std::string::npos);
  CHECK(html.find("<b>") == std::string::npos);
  CHECK(html.find("&lt;b&gt;ROYAL &amp; FREE&lt;/b&gt;") != std::string::npos);
  CHECK(html.find("September 2025") != std::string::npos);
  CHECK(september_release().at("quality.html").find("RTH SILENT HOSPITAL") != std::string::npos);
}

TEST_CASE("the page says its parts in the order that users of statistics know") {
  const std::string& html = september_release().at("index.html");
  std::size_t before = 0;
  for (const char* part :
       {"<h1", "nhsuk-caption-xl", "Status</dt>", "Published</dt>", "Next release</dt>", "Contact</dt>",
        "On this page", "id=\"main-points\"", "<figure", "id=\"figures\"", "id=\"changes\"", "id=\"breaks\"",
        "id=\"quality\"", "id=\"downloads\"", "id=\"made\"", "id=\"check\""}) {
    CAPTURE(part);
    const std::size_t at = html.find(part, before);
    REQUIRE(at != std::string::npos);
    before = at;
  }
}

TEST_CASE("the page adds up by treatment function what may be added, and says where every cell is") {
  const std::string& html = september_release().at("index.html");
  const std::size_t start = html.find("id=\"table-waits-by-treatment_function\"");
  REQUIRE(start != std::string::npos);
  const std::string table = html.substr(start, html.find("</table>", start) - start);
  CHECK(table.find("General Surgery Service</th><td class=\"nhsuk-table__cell nhsuk-table__cell--numeric\">"
                   "2,000</td>") != std::string::npos);
  CHECK(table.find("candour-total\"><th scope=\"row\" class=\"nhsuk-table__header\">Total</th>") !=
        std::string::npos);
  CHECK(table.find("Median") == std::string::npos);
  CHECK(html.find("One row for each provider, with treatment function Total (C_999). Each treatment function "
                  "and all 113 figures of a row are in the <a") != std::string::npos);
}

TEST_CASE("the CSV has every cell of the frame, and Parquet and CSVW describe the same table") {
  const std::string& csv = september_release().at("tables/waits.csv");
  CHECK(std::count(csv.begin(), csv.end(), '\n') == 1 + 4 * 24);
  CHECK(csv.find("\nNVL,C_100,0,") < csv.find("\nR1H,C_100,"));
  CHECK(september_release().at("tables/waits.parquet").starts_with("PAR1"));
  const Json described = base::parse_json(september_release().at("tables/waits.csv-metadata.json"));
  CHECK(*described.find("url")->text() == "waits.csv");
  std::string header;
  for (const Json& column : *described.find("tableSchema")->find("columns")->array()) {
    header += (header.empty() ? "" : ",") + *column.find("name")->text();
  }
  CHECK(header == csv.substr(0, csv.find('\n')));
}

TEST_CASE(
    "a disclosure rule that this version does not have stops the build by name, before anything is written") {
  for (const char* rule : {"suppress", "round", "noise", "hes-2018", ""}) {
    CAPTURE(rule);
    collection::Collection collection = clinic_collection();
    collection.release.tables.front().rule = rule;
    const TemporaryFolder scratch;
    SimulatedDisk disk;
    const std::string text = [&] {
      try {
        build_release(disk, clinic_inputs(collection), "release", scratch.path());
      } catch (const base::Error& error) {
        return base::describe(error);
      }
      return std::string("built");
    }();
    CHECK(text.find("CND-1701") != std::string::npos);
    CHECK(text.find(rule) != std::string::npos);
    CHECK_FALSE(disk.exists("release"));
  }
}

TEST_CASE("a folder that holds a release, or a part of another one, is left as it is") {
  const collection::Collection collection = clinic_collection();
  const TemporaryFolder scratch;
  SimulatedDisk disk;
  build_release(disk, clinic_inputs(collection), "release", scratch.path());
  const Files before = files_of(disk, "release");
  CHECK(code_of([&] { build_release(disk, clinic_inputs(collection), "release", scratch.path()); }) ==
        "CND-1005");
  disk.remove("release/release.json");
  ReleaseInputs other = clinic_inputs(collection);
  other.counts["treatments"][0] = release::testing::clinic_counts(collection, "R1", {{"A", 1}});
  CHECK(code_of([&] { build_release(disk, other, "release", scratch.path()); }) == "CND-1005");
  CHECK_FALSE(disk.exists("release/release.json"));
  build_release(disk, clinic_inputs(collection), "release", scratch.path());
  CHECK(files_of(disk, "release") == before);
}

TEST_CASE("a folder that holds anything of something else is refused, before anything is written") {
  const collection::Collection collection = clinic_collection();
  const TemporaryFolder scratch;
  const Files whole = built(clinic_inputs(collection));
  for (const char* stray : {"vault.key", "tables/rows.csv", "charts/.largest.svg", ".index.html.tmp2"}) {
    CAPTURE(stray);
    SimulatedDisk disk;
    disk.make_folder("release/tables");
    disk.make_folder("release/charts");
    disk.store_new(std::string("release/") + stray, "not of this release");
    CHECK(code_of([&] { build_release(disk, clinic_inputs(collection), "release", scratch.path()); }) ==
          "CND-1709");
    CHECK(files_of(disk, "release").size() == 1);
    disk.remove(std::string("release/") + stray);
    // What a build that was stopped leaves is of this release: whole files, and one under its other name.
    disk.store_new("release/candour.css", whole.at("candour.css"));
    disk.store_new("release/tables/.clinics.csv.tmp", "half");
    CHECK(code_of([&] { build_release(disk, clinic_inputs(collection), "release", scratch.path()); }) ==
          "none");
    CHECK(files_of(disk, "release") == whole);
  }
}

TEST_CASE("a release is not built before its period is over") {
  const collection::Collection collection = clinic_collection();
  const TemporaryFolder scratch;
  ReleaseInputs inputs = clinic_inputs(collection);
  const std::pair<const char*, const char*> times[] = {
      {"2025-09-15T09:30", "CND-1710"}, {"2025-09-30T23:59", "CND-1710"}, {"2025-10-01T00:00", "none"}};
  for (const auto& [time, code] : times) {
    CAPTURE(time);
    SimulatedDisk disk;
    inputs.published_at = base::DateTime::parse_iso(time).value();
    CHECK(code_of([&] { build_release(disk, inputs, "release", scratch.path()); }) == code);
    CHECK(disk.exists("release") == (std::string_view(code) == "none"));
  }
}

TEST_CASE("a figure below 0 stops the build before anything is written, also in a later table") {
  collection::Collection collection = clinic_collection();
  collection.release.tables.push_back(collection.release.tables.front());
  collection.release.tables.back().name = "again";
  collection.release.tables.back().measure = "again";
  collection.measures.push_back(collection.measures.front());
  collection.measures.back().name = "again";
  ReleaseInputs inputs = clinic_inputs(collection);
  inputs.counts["again"] = {release::testing::clinic_counts(collection, "R1", {{"A", -5}})};
  const TemporaryFolder scratch;
  SimulatedDisk disk;
  CHECK(code_of([&] { build_release(disk, inputs, "release", scratch.path()); }) == "CND-1702");
  CHECK_FALSE(disk.exists("release"));
}

TEST_CASE("figures of somebody who was not expected stop the build, and no release comes to be") {
  const collection::Collection collection = clinic_collection();
  const TemporaryFolder scratch;
  SimulatedDisk disk;
  ReleaseInputs inputs = clinic_inputs(collection);
  inputs.submitters.erase(inputs.submitters.begin());
  CHECK(code_of([&] { build_release(disk, inputs, "release", scratch.path()); }) == "CND-1702");
  CHECK_FALSE(disk.exists("release/release.json"));
}

TEST_CASE("a period in which nobody sent anything, or only zeros, is released, an empty ranking in words") {
  ReleaseInputs inputs = september_inputs();
  inputs.counts.clear();
  for (int only_zeros = 0; only_zeros < 2; ++only_zeros) {
    CAPTURE(only_zeros);
    const Files files = built(inputs);
    CHECK(files.contains("charts/waits-by-length.svg"));
    CHECK_FALSE(files.contains("charts/long-waits-by-provider.svg"));
    CHECK(files.at("index.html").find("after 52 weeks or more: there are none.") != std::string::npos);
    CHECK(files.at("index.html").find("long-waits-by-provider") == std::string::npos);
    CHECK(files.at("index.html").find("<strong>0</strong> treatments") != std::string::npos);
    inputs.counts["waits"] = {counts_of("R1H", {})};
  }
}

}  // namespace
}  // namespace candour::release
