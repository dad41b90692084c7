#include "candour/base/error.h"
#include "candour/base/json.h"
#include "candour/base/toml.h"
#include "candour/instruction/instruction.h"

// A draft has the members of the payload, so that what people review is what they sign; only the header,
// which is nobody's decision, is added.
namespace candour::instruction {
namespace {

constexpr std::size_t kHeaderMembers = 4;

/// Where a rule's error belongs in the draft.
[[noreturn]] void refuse_at(const base::TomlTable& table, const base::Error& error) {
  std::string member, rule(error.message());
  for (const base::Error::Field& field : error.fields()) {
    const auto* text = std::get_if<std::string>(&field.value);
    if (text != nullptr && field.name == "member") member = *text;
    if (text != nullptr && field.name == "rule") rule = *text;
  }
  throw base::Error("CND-2030", "The instruction breaks a rule of instructions.")
      .with("path", table.path())
      .with("line", table.has(member) ? table.line_of(member) : table.line())
      .with("member", base::Label(member))
      .with("rule", base::Label(rule));
}

}  // namespace

Instruction parse_draft(std::string_view text, const std::filesystem::path& path,
                        const statement::Header& header) {
  const base::TomlTable table = base::TomlTable::parse(text, path);
  base::Json::Object payload = statement::begin_payload(header);
  const base::Json members = table.json();
  for (const auto& member : *members.object()) payload.push_back(member);
  try {
    return parse_instruction(base::write_json_line(payload));
  } catch (const base::Error& error) {
    refuse_at(table, error);
  }
}

std::string write_draft(const Instruction& instruction) {
  const base::Json payload = base::parse_json(write_payload(instruction));
  const base::Json::Object& members = *payload.object();
  return base::write_toml(base::Json::Object(members.begin() + kHeaderMembers, members.end()));
}

}  // namespace candour::instruction
