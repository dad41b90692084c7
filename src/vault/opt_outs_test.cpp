// A vault that asks the service, reads its answer, and knows for 21 days who may go.
#include "candour/vault/opt_outs.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>

#include "candour/base/error.h"
#include "candour/base/simulated_disk.h"
#include "candour/vault/vault_testing.h"

namespace candour::vault {
namespace {

using namespace testing;  // NOLINT: the tests' own words

constexpr std::int64_t kAsked = 1'764'333'000;  // 2025-11-28T12:30:00Z
constexpr std::int64_t kDay = 24 * 3600;
constexpr const char* kName = "X26HC036-281125-0001.dat";

const std::vector<Row> kRows = {{"9990000018", "P1", 20000, "Ann", 3},
                                {"9990000026", "P2", 20001, "Bob", -1},
                                {"9990000018", "P3", 20002, "", 7},
                                {"", "P4", 20003, "Cat", 1},
                                {"9990000034", "P5", 20004, "Dan", 1}};

struct Provider {
  Provider() {
    disk.make_folder("/p");
    disk.make_folder("/in");
    vault.emplace(make_vault(disk, "/p/v"));
    collection.name = "waiting";
    load(*vault, Scope::kWholeSlice, kRows);
  }
  OptOuts opt_outs() { return OptOuts(*vault); }
  OptOutRequest ask(std::int64_t now = kAsked, std::size_t numbers_a_file = kNumbersAFile) {
    return opt_outs().ask(disk, "/out", {{collection, table}}, "X26HC036", now, random, numbers_a_file);
  }
  OptOutRequest answer(const std::string& text, std::int64_t now = kAsked + 3600,
                       const std::string& name = kName) {
    const std::filesystem::path path = "/in/" + name;
    disk.remove(path);
    disk.store_new(path, text);
    OptOutAnswer answer = opt_outs().begin_answer(now);
    answer.read(disk, path);
    return opt_outs().accept(answer, now);
  }
  Type1List type1(const std::string& text, const char* drawn_up = "2025-11-20") {
    disk.remove("/in/type1");
    disk.store_new("/in/type1", text);
    return opt_outs().replace_type1(disk, "/in/type1", base::Date::parse_iso(drawn_up).value(),
                                    base::Date::parse_iso("2025-11-28").value(), random);
  }
  /// The pathways of the rows that go.
  std::string go(std::int64_t now = kAsked + kDay) {
    const OptOutFilter filter = opt_outs().filter(now);
    std::vector<Row> rows;
    RowCursor cursor = vault->rows(table, slice(), &filter);
    table::IdentifiableChunk chunk{table::Chunk(table.row_schema())};
    while (cursor.next(chunk)) read(chunk, rows);
    std::string pathways;
    for (const Row& row : rows) pathways += row.pathway;
    return pathways;
  }
  SliceLeftOut all_left_out(std::int64_t now = kAsked + kDay) {
    return opt_outs().left_out(table, slice(), opt_outs().filter(now));
  }
  LeftOut left_out(base::Digest& fingerprint) {
    const SliceLeftOut found = all_left_out();
    fingerprint = found.fingerprint;
    return found.rows;
  }

  base::SimulatedDisk disk;
  base::SeededRandom random{1, "opt-outs"};
  collection::Collection collection;
  collection::Table table = clock_stops();
  std::optional<Vault> vault;
};

const std::string kAllMayGo = "9990000018,\n9990000026,\n9990000034,\n";

TEST_CASE("a request has every number of the vault's rows, ascending, each once") {
  Provider provider;
  load(*provider.vault, Scope::kWholeSlice, {{"9990000042", "P9", 20000, "", 1}}, slice("2025-08"));
  const OptOutRequest request = provider.ask();
  CHECK(request.numbers == 4);
  CHECK(request.file_names() == std::vector<std::string>{kName});
  const std::string text = base::load_text(provider.disk, std::filesystem::path("/out") / kName);
  CHECK(text == "9990000018,\n9990000026,\n9990000034,\n9990000042,\n");
  CHECK(request.sha256 == base::sha256(base::as_bytes(text)));
  CHECK(provider.opt_outs().state().waiting->sha256 == request.sha256);
}

TEST_CASE("a request that is too long for one file is several, and all of them are answered at once") {
  Provider provider;
  const OptOutRequest request = provider.ask(kAsked, 2);
  CHECK(request.file_names() == std::vector<std::string>{kName, "X26HC036-281125-0002.dat"});
  CHECK(base::load_text(provider.disk, "/out/X26HC036-281125-0002.dat") == "9990000034,\n");
  CHECK(code_of([&] { provider.answer("9990000018,\n"); }) == "CND-2609");
  CHECK(code_of([&] { provider.go(); }) == "CND-2610");
  OptOutAnswer answer = provider.opt_outs().begin_answer(kAsked + 60);
  answer.read(provider.disk, std::filesystem::path("/in") / kName);
  provider.disk.store_new("/in/X26HC036-281125-0002.dat", "9990000034,\n");
  answer.read(provider.disk, "/in/X26HC036-281125-0002.dat");
  CHECK(provider.opt_outs().accept(answer, kAsked + 60).may_go == 2);
  CHECK(provider.go() == "P1P3P5");
  // The next file of the month is the third; in the next month it begins again.
  CHECK(provider.ask(kAsked + kDay).first_sequence == 3);
  CHECK(provider.ask(kAsked + 4 * kDay).first_sequence == 1);
}

TEST_CASE("only rows of people in the answer go: none of who opted out, came later or has no number") {
  Provider provider;
  provider.ask();
  const OptOutRequest answered = provider.answer("9990000034,\n9990000018,\n");
  CHECK(answered.numbers == 3);
  CHECK(answered.may_go == 2);
  CHECK(provider.go() == "P1P3P5");
  std::vector<Row> more = kRows;
  more.push_back({"9990000042", "P6", 20005, "new since", 1});
  load(*provider.vault, Scope::kWholeSlice, more);
  CHECK(provider.go() == "P1P3P5");
  base::Digest fingerprint{};
  CHECK(provider.left_out(fingerprint) ==
        LeftOut{.national = 1, .type1 = 0, .waiting = 1, .without_number = 1});
}

TEST_CASE("a practice's list leaves out who may go otherwise, stays without an end, and is replaced whole") {
  Provider provider;
  provider.ask();
  provider.answer(kAllMayGo);
  CHECK(provider.go() == "P1P2P3P5");
  CHECK(provider.type1("9990000034\n9990000042\n").numbers == 2);
  CHECK(provider.go() == "P1P2P3");
  provider.opt_outs().forget_expired(kAsked + 400 * kDay);
  CHECK(provider.opt_outs().state().type1->numbers == 2);
  provider.ask();
  provider.answer(kAllMayGo, kAsked + 60, "X26HC036-281125-0002.dat");
  CHECK(provider.go() == "P1P2P3");
  CHECK(provider.type1("", "2025-11-20").numbers == 0);
  CHECK(provider.go() == "P1P2P3P5");
  CHECK(code_of([&] { provider.type1("", "2025-11-19"); }) == "CND-2615");
  CHECK(code_of([&] { provider.type1("", "2025-11-29"); }) == "CND-2615");
}

TEST_CASE("without a check nothing goes; a check is good for 21 days from its request, and then forgotten") {
  Provider provider;
  CHECK(code_of([&] { provider.go(); }) == "CND-2610");
  provider.ask();
  CHECK(code_of([&] { provider.go(); }) == "CND-2610");
  provider.answer(kAllMayGo, kAsked + 20 * kDay);
  CHECK(provider.go(kAsked + 21 * kDay - 1) == "P1P2P3P5");
  CHECK(code_of([&] { provider.go(kAsked + 21 * kDay); }) == "CND-2611");
  provider.opt_outs().forget_expired(kAsked + 21 * kDay - 1);
  CHECK(provider.go(kAsked + kDay) == "P1P2P3P5");
  provider.opt_outs().forget_expired(kAsked + 21 * kDay);
  CHECK_FALSE(provider.opt_outs().state().check);
  CHECK(code_of([&] { provider.go(kAsked + kDay); }) == "CND-2611");
}

TEST_CASE("a request of a clock that was ahead is good for nothing") {
  Provider provider;
  provider.ask(kAsked + 10 * kDay);
  CHECK(code_of([&] { static_cast<void>(provider.opt_outs().begin_answer(kAsked)); }) == "CND-2608");
}

TEST_CASE("while the next check is under way the last one counts, and the new answer replaces all of it") {
  Provider provider;
  provider.ask();
  provider.answer("9990000018,\n");
  provider.ask(kAsked + 2 * kDay);
  CHECK(provider.go(kAsked + 3 * kDay) == "P1P3");
  CHECK(provider.opt_outs().state().waiting);
  CHECK(code_of([&] { provider.answer("9990000018,\n", kAsked + 3 * kDay); }) == "CND-2607");  // the older
  provider.answer("9990000026,\n", kAsked + 3 * kDay, "X26HC036-301125-0002.dat");
  CHECK(provider.go(kAsked + 3 * kDay) == "P2");
  CHECK(provider.opt_outs().state().check->made == kAsked + 2 * kDay);
  CHECK_FALSE(provider.opt_outs().state().waiting);
}

TEST_CASE("an answer that is not the request's is refused, and what was known stays") {
  Provider provider;
  CHECK(code_of([&] { provider.answer(kAllMayGo); }) == "CND-2608");
  provider.ask();
  const std::pair<std::string, std::string> refused[] = {
      {"9990000018,\n9990000042,\n", "CND-2604"},
      {"9990000018,\n9990000026,\n9990000018,\n", "CND-2605"},
      {"9990000018\n", "CND-2603"},
      {"9990000018,\n99900000", "CND-2603"},
      {"The file contains one or more invalid NHS Numbers. \n", "CND-2606"}};
  for (const auto& [text, code] : refused) {
    CAPTURE(text);
    CHECK(code_of([&] { provider.answer(text); }) == code);
  }
  CHECK(code_of([&] { provider.answer(kAllMayGo, kAsked + 60, "X26HC036-271125-0001.dat"); }) == "CND-2607");
  CHECK(code_of([&] { provider.go(); }) == "CND-2610");
  CHECK(code_of([&] { provider.answer(kAllMayGo, kAsked + 21 * kDay); }) == "CND-2608");
  provider.ask();
  CHECK(provider.answer("", kAsked + 60, "X26HC036-281125-0002.dat").may_go == 0);  // all of them opted out
  CHECK(provider.go().empty());
}

TEST_CASE("there is nobody to ask about where no row has a number, and the month has an end") {
  Provider provider;
  load(*provider.vault, Scope::kWholeSlice, {kRows[3]});
  CHECK(code_of([&] { provider.ask(); }) == "CND-2601");
  CHECK_FALSE(provider.disk.exists("/out"));
  load(*provider.vault, Scope::kWholeSlice, kRows);
  provider.vault.reset();
  {
    Database database(provider.disk, "/p/v", key(), Expect::kVault, Synchronous::kFull);
    database.run(
        "INSERT INTO opt_out_request (mailbox, made, first_sequence, files, numbers, sha256) VALUES "
        "('X26HC036', 1764333000, 9999, 1, 1, zeroblob(32))");
  }
  provider.vault.emplace(Vault::open(provider.disk, "/p/v", key()));
  CHECK(code_of([&] { provider.ask(); }) == "CND-2613");
  CHECK(provider.ask(kAsked + 4 * kDay).first_sequence == 1);
}

TEST_CASE("the fingerprint of a slice changes with the rows that go, and with nothing else") {
  Provider provider;
  provider.ask();
  provider.answer(kAllMayGo);
  base::Digest all{}, again{}, without_bob{}, by_list{}, without_dan{};
  CHECK(provider.left_out(all) == LeftOut{.without_number = 1});
  provider.ask(kAsked + kDay);
  provider.answer(kAllMayGo, kAsked + kDay, "X26HC036-291125-0002.dat");
  static_cast<void>(provider.left_out(again));
  CHECK(again == all);
  provider.answer("9990000018,\n9990000034,\n", kAsked + kDay, "X26HC036-291125-0002.dat");
  static_cast<void>(provider.left_out(without_bob));
  CHECK(without_bob != all);
  provider.answer("9990000018,\n9990000026,\n", kAsked + kDay, "X26HC036-291125-0002.dat");
  static_cast<void>(provider.left_out(without_dan));
  CHECK(without_dan != without_bob);
  provider.answer(kAllMayGo, kAsked + kDay, "X26HC036-291125-0002.dat");
  provider.type1("9990000034\n");
  CHECK(provider.left_out(by_list) == LeftOut{.type1 = 1, .without_number = 1});
  CHECK(by_list == without_dan);  // the same rows go
}

TEST_CASE("the counts of a slice are kept, the newest of each") {
  Provider provider;
  const KeptLeftOut first{slice(), {.national = 4, .type1 = 1, .waiting = 2, .without_number = 3}, kAsked};
  KeptLeftOut second = first;
  second.left_out.national = 5;
  provider.opt_outs().keep_left_out(first);
  CHECK(provider.opt_outs().kept_left_out() == std::vector{first});
  provider.opt_outs().keep_left_out(second);
  CHECK(provider.opt_outs().kept_left_out() == std::vector{second});
}

TEST_CASE(
    "the vault keeps no number of a check and no key of one before, and the same number looks different") {
  Provider provider;
  provider.ask();
  provider.answer("9990000018,\n");
  const auto asked = [&] {
    Database database(provider.disk, "/p/v", key(), Expect::kVault, Synchronous::kFull);
    CHECK(database.ask("SELECT count(*) FROM opt_out_check") == "1");
    CHECK(database.ask("SELECT length(asked) FROM opt_out_check") == "48");
    CHECK(database.ask("SELECT instr(asked, '9990000018') FROM opt_out_check") == "0");
    return database.ask("SELECT hex(asked) FROM opt_out_check");
  };
  provider.vault.reset();
  const std::string first = asked();
  provider.vault.emplace(Vault::open(provider.disk, "/p/v", key()));
  provider.ask(kAsked + 60);
  provider.answer("9990000018,\n", kAsked + 120, "X26HC036-281125-0002.dat");
  provider.vault.reset();
  const std::string second = asked();
  for (std::size_t i = 0; i < 3; ++i) CHECK(second.find(first.substr(i * 32, 32)) == std::string::npos);
}

TEST_CASE("whoever opted out by whichever way: the rows that go are those of the people who may") {
  // Valid numbers of the range that is kept for tests.
  const std::vector<std::string> people = {"9990000018", "9990000026", "9990000034", "9990000042",
                                           "9990000050", "9990000069", "9990000077", ""};
  CHECK(rc::check("rows that go", [&] {
    Provider provider;
    std::vector<Row> asked_rows = {{people[0], "P0", 20000, "", 1}};
    std::vector<Row> rows = asked_rows;
    std::set<std::string> asked = {people[0]}, allowed, listed;
    const auto count = *rc::gen::inRange(1, 40);
    for (int i = 0; i < count; ++i) {
      const std::string person = *rc::gen::elementOf(people);
      rows.push_back({person, "P" + std::to_string(100 + i), 20000 + i, "", 1});
      if (!person.empty() && *rc::gen::inRange(0, 4) > 0) {
        asked_rows.push_back(rows.back());
        asked.insert(person);
      }
    }
    std::string answer, list;
    for (const std::string& person : asked) {
      if (*rc::gen::arbitrary<bool>()) allowed.insert(person), answer += person + ",\n";
    }
    for (const std::string& person : people) {
      if (!person.empty() && *rc::gen::inRange(0, 4) == 0) listed.insert(person), list += person + "\n";
    }
    load(*provider.vault, Scope::kWholeSlice, asked_rows);
    provider.ask();
    provider.answer(answer);
    provider.type1(list);
    load(*provider.vault, Scope::kWholeSlice, rows);

    std::string expected;
    LeftOut left_out;
    std::set<std::string> opted_out, of_list;
    for (const Row& row : rows) {
      if (row.person.empty()) {
        ++left_out.without_number;
      } else if (asked.contains(row.person) && !allowed.contains(row.person)) {
        ++left_out.national;
        opted_out.insert(row.person);
      } else if (listed.contains(row.person)) {
        ++left_out.type1;
        of_list.insert(row.person);
      } else if (!asked.contains(row.person)) {
        ++left_out.waiting;
      } else {
        expected += row.pathway;
      }
    }
    RC_ASSERT(provider.go() == expected);
    const SliceLeftOut found = provider.all_left_out();
    RC_ASSERT(found.rows == left_out);
    RC_ASSERT(found.national_people == opted_out.size());
    RC_ASSERT(found.type1_people == of_list.size());
  }));
}

}  // namespace
}  // namespace candour::vault
