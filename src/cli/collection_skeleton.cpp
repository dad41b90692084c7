#include "candour/cli/collection_skeleton.h"

#include <algorithm>
#include <span>
#include <string>
#include <string_view>

#include "candour/base/error.h"

namespace candour::cli {
namespace {

/// A file of the skeleton; @name@ in its text becomes the collection's name.
struct SkeletonFile {
  std::string_view path;
  std::string_view text;
};

constexpr SkeletonFile kFiles[] = {
    {"collection.toml", R"(name = "@name@"
title = "Say what these records are"
rows = "people"

[[table]]
name = "visits"
title = "Visits"
period = "month"
key = ["visit_id"]
person = "nhs_number"

[[table.field]]
name = "nhs_number"
title = "NHS number"
type = "nhs-number"
required = "always"
identifies = true
minimise = "pseudonym"
minimised_as = "person"

[[table.field]]
name = "visit_id"
title = "Visit identifier"
type = "text"
max_length = 20
required = "always"
identifies = true
minimise = "local-pseudonym"
minimised_as = "visit"

[[table.field]]
name = "visited_on"
title = "Date of the visit"
type = "date"
required = "always"
not_after_period = true

[[table.check]]
name = "visit-in-period"
level = "error"
sql = "visited_on >= period_first_day"
message = "The visit was before the period of this return."
remedy = "Send the row with the return of its own period."

[source.csv.visits]
date_forms = ["YYYY-MM-DD", "DD/MM/YYYY"]

[source.csv.visits.columns]
nhs_number = "NHS NUMBER"
visit_id = "VISIT IDENTIFIER"
visited_on = "VISIT DATE"
)"},
    {"measures/visits.toml", R"(title = "Visits in the period"
table = "visits"
unit = "row"
counts = ["visits"]
)"},
    {"measures/visits.local.sql", R"(-- One count for each submitter.
SELECT submitter, CAST(COUNT(*) AS BIGINT) AS visits
FROM rows
GROUP BY submitter
)"},
    {"measures/visits.combine.sql", R"(-- The counts of all submitters.
SELECT submitter, CAST(SUM(visits) AS BIGINT) AS visits
FROM counts
GROUP BY submitter
)"},
    {"release.toml", R"(title = "Visits"
label = "official statistics in development"
contact = "Say whom to ask"
lead_statistician = "Say who leads"

[headline]
text = "**{{visits}}** visits were made."

[[table]]
name = "visits"
title = "Visits by provider"
measure = "visits"
rule = "none"
summary = ["visits"]
footnotes = "Say what a reader must know to read the table rightly."

[[table.frame]]
column = "submitter"
title = "Provider"
of = "submitters"

[[table.column]]
name = "visits"
title = "Visits"
type = "integer"
unit = "visits"
nil = "0"
)"},
    {"about.md", R"(# @name@

Say what is collected, why, on which legal basis, and how good it is, in plain words.
)"},
    {"examples/examples.toml", R"(table = "visits"
submitter = "R1H"
period = "2025-09"
)"},
    {"examples/valid.csv", R"(NHS NUMBER,VISIT IDENTIFIER,VISIT DATE
9991234500,V1,2025-09-01
9991234519,V2,30/09/2025
)"},
    {"examples/invalid.csv", R"(NHS NUMBER,VISIT IDENTIFIER,VISIT DATE
9991234501,V1,2025-09-01
9991234519,V2,2025-08-31
)"},
    {"examples/invalid.expected.csv", R"(line,rule
2,nhs-number-check-digit
3,visit-in-period
)"},
    {"examples/visits.rows.csv", R"(visit,visited_on
00000000000000000000000000000000,2025-09-01
00000000000000000000000000000001,2025-09-30
)"},
    {"examples/visits.expected.csv", R"(submitter,visits
R1H,2
)"},
};

std::string with_name(std::string_view text, std::string_view name) {
  constexpr std::string_view kPlace = "@name@";
  std::string out;
  while (true) {
    const std::size_t at = text.find(kPlace);
    out += text.substr(0, at);
    if (at == std::string_view::npos) return out;
    out += name;
    text.remove_prefix(at + kPlace.size());
  }
}

}  // namespace

void write_collection_skeleton(Context& context, const std::filesystem::path& folder) {
  const std::string name = folder.filename().string();
  const bool plain = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
  if (!plain) {
    throw base::Error("CND-1304", "A collection's name is lower-case letters, digits and hyphens.")
        .with("path", folder);
  }
  if (context.disk.exists(folder / "collection.toml")) {
    throw base::Error("CND-1005", "The folder holds a collection already.").with("path", folder);
  }
  for (const SkeletonFile& file : kFiles) {
    const std::filesystem::path path = folder / file.path;
    context.disk.make_folder(path.parent_path());
    context.disk.store_new(path, with_name(file.text, name));
  }
}

}  // namespace candour::cli
