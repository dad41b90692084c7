// What a provider answers a person who asks which submissions held a record of theirs: from its vault, its
// outbox and its own mirror of the log, so that nobody else learns of the question.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "candour/instruction/register.h"
#include "candour/log/store.h"
#include "candour/node/person_receipt.h"
#include "candour/node/person_rows.h"
#include "candour/submission/manifest.h"

namespace candour::node {

/// What the log says was done under a submission's instruction while the submission was in force. It does
/// not say which submissions a run read: the instruction, collection and period are the submission's.
struct Use {
  std::int64_t made = 0;
  bool by_person = false;  ///< somebody opened it; otherwise a computer ran over it
  std::string words;       ///< "measure rtt-monthly, for a release"
};

struct SentForPerson {
  statement::Submission sent;
  std::int64_t received = 0;      ///< when the hub stored it
  std::vector<RowOfPerson> rows;  ///< at least one
  std::vector<std::string>
      receipts;  ///< one a row, as files; none while no checkpoint in force covers the entry
  const instruction::InstructionEntry* instruction = nullptr;  ///< the register's; null where it has none
  bool replaced = false;                                       ///< a later revision took its place
  std::vector<Use> uses;
};

struct PersonAnswer {
  std::string provider;
  std::int64_t made = 0;
  std::uint64_t log_size = 0;          ///< entries of the mirror that were looked through
  std::uint64_t searched = 0;          ///< submissions
  std::uint64_t not_searchable = 0;    ///< sent before places were kept: nobody can tell whose rows they had
  std::vector<SentForPerson> holding;  ///< in the order of the outbox
};

/// What an answer is made of; all outlive it.
struct AnswerParts {
  const base::Disk& disk;
  std::filesystem::path outbox;
  const vault::Vault& vault;
  log::Store& store;
  const instruction::Register& log;
  std::int64_t now = 0;
  /// Whether rows of a table may be shown to this person, here: sensitive ones only to who is there.
  std::function<bool(const submission::SliceName&)> may_show;
};

/// Ten digits as a person gives them, perhaps in groups. Errors: CND-2492 (they are no NHS number).
[[nodiscard]] pseudonym::Identifier nhs_number_of_person(base::ByteView typed);

/// Errors: CND-2490, CND-2202, CND-2532.
[[nodiscard]] PersonAnswer answer_person(const AnswerParts& parts, const pseudonym::Identifier& number);

/// The answer in plain words, for a terminal or a letter.
[[nodiscard]] std::string answer_text(const PersonAnswer& answer);
/// The same as a page that prints, without script; it needs candour.css beside it.
[[nodiscard]] std::string answer_page(const PersonAnswer& answer);
/// The file names of its receipts, in their order: "receipt-1.candour-receipt.json".
[[nodiscard]] std::string receipt_name(std::size_t number);

}  // namespace candour::node
