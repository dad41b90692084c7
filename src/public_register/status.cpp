#include "candour/public_register/status.h"

#include "candour/instruction/verdict.h"
#include "candour/page/components.h"
#include "candour/public_register/words.h"

namespace candour::public_register {
namespace {

constexpr std::int64_t kDay = 86'400;

page::TagColour colour_of(Status status) {
  switch (status) {
    case Status::kInForce:
      return page::TagColour::kGreen;
    case Status::kInNotice:
    case Status::kNotBegun:
      return page::TagColour::kYellow;
    case Status::kRevoked:
    case Status::kNotInForce:
      return page::TagColour::kRed;
    case Status::kExpired:
    case Status::kErased:
      break;
  }
  return page::TagColour::kGrey;
}

StatusInWords expired(const instruction::InstructionEntry& entry, const Inputs& inputs) {
  const instruction::Instruction& order = *entry.instruction;
  const std::string ended = "It ended on " + moment_in_words(order.expires) + ". ";
  if (entry.is_erased()) {
    return {Status::kErased, false, "Expired, erased",
            ended + "The hub says in the log that what it brought is deleted."};
  }
  return {Status::kExpired, false, "Expired",
          ended + (inputs.at < order.erased_by()
                       ? "What it brought may be kept until " + moment_in_words(order.erased_by()) + "."
                       : "What it brought had to be deleted by " + moment_in_words(order.erased_by()) +
                             ", and no entry of the log says that it was.")};
}

}  // namespace

std::optional<std::int64_t> notice_end(const instruction::InstructionEntry& entry) {
  if (entry.instruction->is_emergency() || !entry.known_since) return std::nullopt;
  return *entry.known_since + entry.instruction->notice_days * kDay;
}

StatusInWords status_of(const Inputs& inputs, const instruction::InstructionEntry& entry) {
  const instruction::Instruction& order = *entry.instruction;
  const instruction::Verdict verdict = instruction::in_force(
      *inputs.log, {.instruction = order.id(), .mode = order.mode, .domain = order.domain},
      {.now = inputs.at, .witnessed = inputs.at});
  StatusInWords status{Status::kNotInForce, false, "Not in force", std::string(verdict.reason().view())};
  if (verdict.in_force()) {
    status = {Status::kInForce, false, "In force", "Until " + moment_in_words(order.expires) + "."};
  } else if (verdict.code() == "CND-2031") {
    status = {Status::kRevoked, false, "Revoked", "A body has stopped it before its time."};
  } else if (verdict.code() == "CND-2033") {
    const auto ends = notice_end(entry);
    status = {Status::kInNotice, false, "In notice",
              ends ? "Nothing may flow under it before " + moment_in_words(*ends) + "."
                   : "Its notice has not begun: no co-signed head of the log covers it yet."};
  } else if (verdict.code() == "CND-2021") {
    status = {Status::kNotBegun, false, "Not begun",
              "It begins on " + moment_in_words(order.not_before) + "."};
  } else if (verdict.code() == "CND-2022") {
    status = expired(entry, inputs);
  }
  status.is_emergency = order.is_emergency();
  return status;
}

page::Html status_tags(const StatusInWords& status) {
  page::Html tags = page::tag(colour_of(status.status), status.word);
  if (status.is_emergency) {
    tags += page::Html::from_text(" ");
    tags += page::tag(page::TagColour::kRed, "Emergency");
  }
  return tags;
}

}  // namespace candour::public_register
