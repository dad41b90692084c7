#include "candour/node/lake_tables.h"

#include <doctest/doctest.h>

#include "candour/base/simulated_disk.h"
#include "candour/node/log_audit_testing.h"
#include "candour/submission/submission_testing.h"

namespace candour::node {

TEST_CASE("the tables of a lake are those that are configured and those that the log has submissions of") {
  const testing::AuditedLog log;
  const auto& used = log.members.log->find(log.members.order.id())->tables_used;
  REQUIRE(used.size() == 1);
  const auto& [collection, table] = *used.begin();
  base::SimulatedDisk disk;
  disk.make_folder("/lake");
  const auto names = [&](const std::vector<collection::Collection>& configured) {
    std::vector<std::string> found;
    for (const StoredTable& one : tables_of_lake(disk, "/lake", configured, *log.members.log)) {
      CHECK(one.folder == lake_folder("/lake", one.collection, one.table));
      found.push_back(one.collection + " " + one.table);
    }
    return found;
  };
  const auto& visits = submission::testing::visits();
  CHECK(names({visits}).empty());  // nothing is stored
  disk.make_folder(lake_folder("/lake", visits.name, "visits"));
  CHECK(names({visits}) == std::vector<std::string>{visits.name + " visits"});
  disk.make_folder(lake_folder("/lake", collection, table));
  CHECK(names({}) == std::vector<std::string>{collection + " " + table});
  CHECK(names({visits}).size() == 2);
}

}  // namespace candour::node
