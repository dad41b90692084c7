// What the small collection and the one for RTT become when they are loaded.
#include <doctest/doctest.h>

#include "candour/base/disk.h"
#include "candour/base/stream.h"
#include "candour/collection/collection_testing.h"
#include "candour/table/csv_writer.h"
#include "candour/testing/shared.h"

namespace candour::collection {
namespace {

const Collection& rtt() {
  static const Collection kRtt = load_collection("collections/rtt-waiting-list");
  return kRtt;
}

std::string names(const table::Schema& schema) {
  std::string joined;
  for (const table::ColumnSpec& column : schema.columns())
    joined += (joined.empty() ? "" : " ") + column.name;
  return joined;
}

std::string load(const std::filesystem::path& path) { return base::load_text(base::PosixDisk{}, path); }

table::Relation run(sql::Engine& engine, const sql::CheckedSelect& select) {
  sql::Result result = engine.run(select);
  table::Relation relation{result.schema(), {}};
  table::Chunk chunk(relation.schema);
  while (result.next(chunk)) {
    for (std::size_t row = 0; row < chunk.rows(); ++row) relation.append_row(chunk, row);
  }
  table::sort_rows(relation);
  return relation;
}

void put(sql::Engine& engine, std::string_view name, const table::Relation& relation) {
  table::RelationSource source(relation);
  engine.put_table(name, source);
}

std::string csv(const table::Relation& relation) {
  base::TextSink sink;
  table::write_csv(relation, sink);
  return sink.take();
}

TEST_CASE("a declaration becomes plain data") {
  const Collection small = parse_collection(small_collection(), "small");
  CHECK(small.name == "small-visits");
  const Table& visits = small.table("visits");
  CHECK(visits.reject_above == 0.5);
  CHECK(visits.key == std::vector<std::size_t>{4, 7});
  CHECK(visits.person == 0);
  CHECK(visits.pathway == 4);
  CHECK(visits.fields[0].required.when == Required::When::kUnlessSet);
  CHECK(visits.fields[0].required.other == 1);
  CHECK(visits.fields[0].absent_if == 1);
  CHECK(visits.fields[6].required.when == Required::When::kIfSet);
  CHECK(visits.fields[6].required.other == 8);
  CHECK(std::get<ToAgeBand>(visits.fields[2].minimise).bands == std::vector<std::int64_t>{0, 18, 65});
  CHECK(std::get<ToLookup>(visits.fields[3].minimise).reference == "lsoa");
  CHECK(std::holds_alternative<Keep>(visits.fields[5].minimise));
  CHECK(visits.fields[8].max == 600);
  CHECK(visits.checks[0].fields == std::vector<std::size_t>{6, 7});
  CHECK(visits.checks[1].level == Level::kWarning);
  CHECK(visits.expressions.texts().size() == 2);
  CHECK(small.references.at("lsoa").sha256[31] == 0x1f);
  CHECK(small.source("visits").columns[4].title == "Visit ID");
  CHECK(small.examples->period.name == "2025-09");
  CHECK(code_of([&] { static_cast<void>(small.table("stays")); }) == "CND-1302");
  CHECK(code_of([&] { static_cast<void>(small.measure("stays")); }) == "CND-1302");
  CHECK(code_of([&] { static_cast<void>(small.source("stays")); }) == "CND-1302");
}

TEST_CASE(
    "neither an NHS number nor a text that identifies enters SQL, and less is left after minimisation") {
  const Collection small = parse_collection(small_collection(), "small");
  const Table& visits = small.table("visits");
  CHECK(names(visits.row_schema()) ==
        "nhs_number withheld born postcode visit_id hospital started visited minutes");
  CHECK(names(visits.check_schema()) ==
        "withheld born postcode hospital started visited minutes period_first_day period_last_day");
  CHECK(names(visits.minimised_schema()) == "withheld age_band lsoa visit hospital started visited minutes");
  CHECK(names(visits.local_schema()) ==
        "submitter withheld age_band lsoa visit hospital started visited minutes");
  CHECK(visits.minimised_schema().columns()[1].type == table::Type::kText);
  CHECK(visits.minimised_schema().columns()[7].type == table::Type::kInteger);
}

TEST_CASE("a release table is declared column by column, or for each code of a list") {
  const Collection small = parse_collection(small_collection(), "small");
  const ReleaseTable& table = small.release.tables.front();
  REQUIRE(table.columns.size() == 5);
  CHECK(table.columns[1].name == "long");
  CHECK(table.columns[1].title == "Long visits");
  CHECK(table.find("mean")->decimals == 2);
  CHECK(table.find("mean")->status == "mean_status");
  CHECK(table.find("mean_status")->is_status);
  CHECK_FALSE(table.find("mean")->is_status);
  CHECK(table.find("median") == nullptr);
  CHECK(table.charts[0].columns == std::vector<std::string>{"long", "short"});
  CHECK(small.release.headline_figures.at("both") == std::vector<std::string>{"long", "short"});
  CHECK(table.frame[0].codes.empty());
  CHECK(table.frame[1].codes == "kinds");
}

TEST_CASE("the breaks of a series stand by day, whatever their order in the file") {
  FolderFiles files = small_collection();
  files["release.toml"] += R"(
[[series_break]]
from = "2025-04-01"
what = "Visits by telephone count."

[[series_break]]
from = "2022-10-01"
what = "The mean is of minutes."
)";
  const auto breaks = parse_collection(files, "small").release.series_breaks;
  REQUIRE(breaks.size() == 2);
  CHECK(breaks[0].from.iso() == "2022-10-01");
  CHECK(breaks[0].what == "The mean is of minutes.");
  CHECK(breaks[1].from.iso() == "2025-04-01");
  CHECK(parse_collection(small_collection(), "small").release.series_breaks.empty());
}

TEST_CASE("changed rules of synthesis stand in the place of those of their fields, and new ones come last") {
  const SynthSpec spec = *parse_collection(small_collection(), "small").synth;
  REQUIRE(spec.fields.size() == 3);
  SynthChange change = spec.plants.front().set;
  change.push_back(
      {.field = 2, .kind = SynthRule::Kind::kAbsent, .values = {}, .anchor = {}, .from = {}, .to = {}});
  const std::vector<SynthRule> changed = changed_rules(spec.fields, change);
  REQUIRE(changed.size() == 4);
  CHECK(changed[1].field == spec.fields[1].field);
  CHECK(changed[2].field == spec.fields[2].field);
  CHECK(changed[2].kind == SynthRule::Kind::kDateAfter);
  CHECK(changed[3].field == 2);
}

TEST_CASE("steps read a code list as a relation, with its further columns, in which an empty text is null") {
  const CodeList list = parse_code_list(small_collection().at("codes/lengths.csv"), "lengths.csv");
  CHECK(csv(list.relation()) == small_collection().at("codes/lengths.csv"));
  CHECK(list.relation().chunks[0].column(4).is_null(1));
  const CodeList reasons = parse_code_list(small_collection().at("codes/reasons.csv"), "reasons.csv");
  CHECK(reasons.schema().columns()[2].type == table::Type::kDate);
  for (const auto& [day, valid] : {std::pair{"2020-03-31", false}, std::pair{"2020-04-01", true},
                                   std::pair{"2025-08-31", true}, std::pair{"2025-09-01", false}}) {
    CAPTURE(day);
    CHECK(reasons.contains("02", parse_period(day, PeriodKind::kDay)) == valid);
    CHECK(reasons.contains("01", parse_period(day, PeriodKind::kDay)));
  }
  CHECK_FALSE(reasons.contains("03", parse_period("2025-09", PeriodKind::kMonth)));
}

TEST_CASE("every collection of the house loads under the name of its folder") {
  for (const auto& entry : std::filesystem::directory_iterator("collections")) {
    CAPTURE(entry.path());
    CHECK(code_of([&] { CHECK(load_collection(entry.path()).name == entry.path().filename()); }) == "");
  }
}

TEST_CASE("the RTT collection is what the design says of it") {
  const Table& stops = rtt().table("clock_stops");
  CHECK(stops.fields.size() == 22);
  CHECK(rtt().codes.at("published_functions").codes().size() == 24);
  CHECK(rtt().codes.at("published_functions").codes().back().value == "C_999");
  CHECK(rtt().release.tables.front().columns.size() == 113 + 2);  // figures and statuses
  CHECK(rtt().release.label == "official statistics in development");
  for (const char* field : {"nhs_number", "local_patient_id", "birth_date", "postcode", "pathway_id"}) {
    CAPTURE(field);
    CHECK(stops.fields[*stops.find(field)].identifies);
  }
  CHECK_FALSE(stops.minimised_schema().find("nhs_number"));
  CHECK_FALSE(stops.minimised_schema().find("person"));
  CHECK_FALSE(stops.minimised_schema().find("local_patient_id"));
  CHECK_FALSE(stops.minimised_schema().find("birth_date"));
  CHECK_FALSE(stops.minimised_schema().find("postcode"));
  CHECK(rtt().fields_read(rtt().measure("waits")) ==
        std::vector<std::string>{"treatment_function", "clock_start", "clock_stop"});
}

TEST_CASE(
    "every treatment function belongs to a published one, and each of those has one that stands for it") {
  const CodeList& functions = rtt().codes.at("treatment_functions");
  const CodeList& published = rtt().codes.at("published_functions");
  for (const Code& code : functions.codes()) {
    CAPTURE(code.value);
    CHECK(code.more[0] != "C_999");
    CHECK(published.find(code.more[0]) != nullptr);
  }
  for (const Code& code : published.codes()) {
    CAPTURE(code.value);
    if (code.value == "C_999") {
      CHECK(code.more[0].empty());
    } else {
      REQUIRE(functions.find(code.more[0]) != nullptr);
      CHECK(functions.find(code.more[0])->more[0] == code.value);
    }
  }
}

TEST_CASE("an identity is withheld for the reasons that the NHS Data Dictionary has") {
  std::string reasons;
  for (const Code& code : rtt().codes.at("withheld_reasons").codes()) reasons += code.value + " ";
  CHECK(reasons == "01 02 03 97 99 ");
  CHECK(rtt().codes.at("withheld_reasons").find("99")->label ==
        "Identity withheld, but the reason is not known");
}

TEST_CASE("the week bands follow each other without a gap, as the published method has them") {
  std::int64_t next = 0;
  std::int64_t week = 0;
  for (const Code& code : rtt().codes.at("week_bands").codes()) {
    CAPTURE(code.value);
    CHECK(std::stoll(code.value) == week);
    CHECK(std::stoll(code.more[0]) == next);
    if (week == 0) CHECK(std::stoll(code.more[1]) == 7);
    if (week > 0 && week < 104) CHECK(std::stoll(code.more[1]) == 7 * (week + 1));
    next = std::stoll(code.more[1]) + 1;
    ++week;
  }
  CHECK(week == 105);
}

TEST_CASE("the RTT measure gives its example's answer, every border of the method among it") {
  const std::filesystem::path folder = "collections/rtt-waiting-list/examples";
  const Examples& examples = *rtt().examples;
  const Measure& waits = rtt().measure("waits");
  const std::string text = load(folder / "waits.rows.csv");
  base::MemorySource source(text);
  const table::Relation minimised =
      table::parse_canonical_csv(source, rtt().table(examples.table).minimised_schema());
  table::Relation rows{rtt().table(examples.table).local_schema(), {}};
  for (const table::Chunk& chunk : minimised.chunks) {
    for (std::size_t row = 0; row < chunk.rows(); ++row) {
      table::Chunk one(rows.schema);
      one.column(0).append_text(examples.submitter);
      for (std::size_t i = 0; i < chunk.columns().size(); ++i)
        one.column(i + 1).append_from(chunk.column(i), row);
      rows.append_row(one, 0);
    }
  }
  sql::Engine engine;
  put(engine, "rows", rows);
  rtt().put_relations(engine, waits.local, examples.period);
  put(engine, "counts", run(engine, waits.local));
  rtt().put_relations(engine, waits.combine, examples.period);
  CHECK(csv(run(engine, waits.combine)) == load(folder / "waits.expected.csv"));
}

TEST_CASE("the publication has the release's shape, and every treatment in it becomes one of a group") {
  const auto file = testing::shared_file("data/rtt/nonadmitted_provider_2025-09.csv");
  if (!file) return;
  const std::string text = load(*file);
  base::MemorySource source(text);
  const table::Relation published = table::parse_text_csv(source);
  std::vector<sql::NamedSchema> relations = rtt().code_list_schemas();
  relations.push_back({"published", published.schema});
  sql::Engine engine;
  put(engine, "published", published);
  const auto shape = sql::check_select(*rtt().shape_sql, relations, sql::Reals::kRefused,
                                       base::Label("published/shape.sql"));
  const table::Relation shaped = run(engine, shape);
  CHECK(shaped.rows() == 11'472);
  for (const char* dimension : {"submitter", "treatment_function", "submitter_name"}) {
    CHECK(shaped.schema.find(dimension));
  }
  for (const ReleaseColumn& column : rtt().release.tables.front().columns) {
    CAPTURE(column.name);
    CHECK(shaped.schema.find(column.name).has_value() != column.is_status);
  }
  CHECK(shaped.schema.size() == 3 + 113);
  put(engine, "published", shaped);
  rtt().put_code_lists(engine, *rtt().expand);
  const table::Relation groups = run(engine, *rtt().expand);
  std::int64_t pathways = 0;
  const std::size_t column = *groups.schema.find("pathways");
  for (const table::Chunk& chunk : groups.chunks) {
    for (std::size_t row = 0; row < chunk.rows(); ++row) pathways += chunk.column(column).integer(row);
  }
  CHECK(pathways == 1'185'980 + 90'511);
}

}  // namespace
}  // namespace candour::collection
