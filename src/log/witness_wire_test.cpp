#include "candour/log/witness_wire.h"

#include <doctest/doctest.h>

#include "candour/log/log_testing.h"
#include "candour/log/text_lines.h"
#include "candour/testing/code_of.h"

namespace candour::log {
namespace {

using namespace testing;  // NOLINT: the tests' own words
using candour::testing::code_of;

// C2SP tlog-witness, its example of a request.
constexpr std::string_view kRequest =
    "old 20852014\n"
    "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n"
    "jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n"
    "5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=\n"
    "/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=\n"
    "\n"
    "example.com/behind-the-sofa\n"
    "20852163\n"
    "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    "\n"
    "— example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "— example.com/behind-the-sofa "
    "opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=\n";

// And of an answer.
constexpr std::string_view kAnswer =
    "— witness.example/w1 "
    "CMp+6LWBU0anHGH5aNDTJkH/"
    "gj79sG+T6+iP2ThYN5krrDJbR1HDnucjL39QsZTSvVjyQLrdk3DXDqI5G2HgLatVs0pWh6Up69HVOw==\n"
    "— witness.example/w1 "
    "I7rEps0pvK2UqkS2gSpVUDhrhVtQV9lgF6pRrWAvjJHjyWpW7VcE3SiOlVlbQNt64vWhO+DlkL0+UfzuOBMh9ChdMkP1vi/"
    "lCAsmlw==\n"
    "— witness.example/w2 "
    "AWui8Sk55XjYLOijihBjhqEH6nS1ndDymE0a+6idX7pLcnoB+dhnz0854aLZgrrKbYKA7nC3HNJhm/"
    "kWl7oJlqU3rXXvpysAdyP3wQ==\n";

TEST_CASE("the standard's request is read and written") {
  const AddCheckpoint request = parse_add_checkpoint(kRequest);
  CHECK(request.old_size == 20852014);
  CHECK(request.path.size() == 4);
  CHECK(request.checkpoint.checkpoint.head.size == 20852163);
  CHECK(request.checkpoint.note.signatures.size() == 2);
  CHECK(write_add_checkpoint(request) == kRequest);
}

TEST_CASE("the standard's answer is read and written") {
  std::string written;
  const auto lines = parse_signature_lines(kAnswer);
  REQUIRE(lines.size() == 3);
  CHECK(lines[2].name == "witness.example/w2");
  for (const NoteSignature& line : lines) written += write_signature_line(line);
  CHECK(written == kAnswer);
}

TEST_CASE("a request has up to 63 hashes, and another form is none") {
  const std::string checkpoint(kRequest.substr(kRequest.find("example.com")));
  std::string hashes;
  for (int i = 0; i < 63; ++i) hashes += base::to_base64(empty_root()) + "\n";
  CHECK(parse_add_checkpoint("old 1\n" + hashes + "\n" + checkpoint).path.size() == 63);
  CHECK(parse_add_checkpoint("old 0\n\n" + checkpoint).path.empty());
  const std::string refused[] = {
      "",
      "old 1",
      "old\n\n" + checkpoint,
      "old  1\n\n" + checkpoint,
      "old 01\n\n" + checkpoint,
      "old 1 \n\n" + checkpoint,
      "old -1\n\n" + checkpoint,
      "old 9223372036854775808\n\n" + checkpoint,
      "new 1\n\n" + checkpoint,
      "old 1\nAAAA\n\n" + checkpoint,
      "old 1\n" + checkpoint,
      "old 1\n" + hashes + base::to_base64(empty_root()) + "\n\n" + checkpoint,
      "old 1\r\n\n" + checkpoint,
  };
  for (const std::string& body : refused) {
    CAPTURE(body);
    CHECK(code_of([&] { (void)parse_add_checkpoint(body); }) == "CND-2512");
  }
  CHECK(code_of([&] { (void)parse_add_checkpoint("old 1\n\n"); }) == "CND-2501");
  CHECK(code_of([&] { (void)parse_add_checkpoint("old 1\n\n\n" + checkpoint); }) == "CND-2504");
}

TEST_CASE("the size that a witness has is one line") {
  CHECK(write_witness_size(20852014) == "20852014\n");
  CHECK(parse_witness_size("20852014\n") == 20852014);
  CHECK(parse_witness_size("0\n") == 0);
  for (const std::string_view body : {"", "\n", "1", "01\n", "1\n\n", "1\n2\n", " 1\n", "1\r\n"}) {
    CHECK(code_of([&] { (void)parse_witness_size(body); }) == "CND-2512");
  }
}

}  // namespace
}  // namespace candour::log
