#include "candour/public_register/fields.h"

#include <algorithm>

#include "candour/public_register/words.h"

namespace candour::public_register {
namespace {

std::string bands_in_words(const std::vector<std::int64_t>& bands) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < bands.size(); ++i) {
    words.push_back(i + 1 == bands.size()
                        ? std::to_string(bands[i]) + " and over"
                        : std::to_string(bands[i]) + " to " + std::to_string(bands[i + 1] - 1));
  }
  return listed(words);
}

struct InWords {
  std::string operator()(const collection::Keep& /*how*/) const { return "As it is"; }
  std::string operator()(const collection::Drop& /*how*/) const { return "Nothing"; }
  std::string operator()(const collection::ToPseudonym& /*how*/) const {
    return "Only a pseudonym that no one party can make or undo";
  }
  std::string operator()(const collection::ToLocalPseudonym& /*how*/) const {
    return "Only a pseudonym made with the provider's own key";
  }
  std::string operator()(const collection::ToAgeBand& how) const {
    return "Only the age band: " + bands_in_words(how.bands);
  }
  std::string operator()(const collection::ToMonth& /*how*/) const { return "Only the month"; }
  std::string operator()(const collection::ToLookup& how) const {
    return "Only what the list “" + how.reference + "” gives for it";
  }
};

std::string in_short(const collection::Field& field, std::string leaves) {
  if (std::holds_alternative<collection::Keep>(field.minimise)) return field.title;
  if (leaves[0] >= 'A' && leaves[0] <= 'Z') leaves[0] = static_cast<char>(leaves[0] - 'A' + 'a');
  return field.title + " (" + leaves + ")";
}

const collection::Field* field_of(const collection::Collection& collection, const std::string& name) {
  for (const collection::Table& table : collection.tables) {
    const auto found = std::ranges::find(table.fields, name, &collection::Field::minimised_as);
    if (found != table.fields.end()) return &*found;
  }
  return nullptr;
}

bool is_pseudonymised(const collection::Field& field) {
  return std::holds_alternative<collection::ToPseudonym>(field.minimise);
}

}  // namespace

std::optional<std::string> pseudonymised_field(const Inputs& inputs,
                                               const instruction::InstructedCollection& of) {
  const collection::Collection* collection = inputs.collection(of.sha256);
  if (collection == nullptr) return std::nullopt;
  for (const collection::Table& table : collection->tables) {
    const auto found = std::ranges::find_if(table.fields, is_pseudonymised);
    if (found != table.fields.end()) return found->title;
  }
  return std::nullopt;
}

std::vector<FieldInWords> fields_that_leave(const Inputs& inputs,
                                            const instruction::InstructedCollection& of) {
  const collection::Collection* collection = inputs.collection(of.sha256);
  std::vector<FieldInWords> fields;
  for (const std::string& name : of.fields) {
    const collection::Field* field = collection == nullptr ? nullptr : field_of(*collection, name);
    if (field == nullptr) {
      fields.push_back({name, name,
                        collection == nullptr ? "Not said here: the collection's folder is not at hand"
                                              : "The collection has no such field, so nothing can leave",
                        name});
    } else {
      const std::string leaves = std::visit(InWords{}, field->minimise);
      fields.push_back({name, field->title, leaves, in_short(*field, leaves)});
    }
  }
  return fields;
}

std::vector<std::string> fields_that_stay(const Inputs& inputs, const instruction::InstructedCollection& of,
                                          instruction::Mode mode) {
  const collection::Collection* collection = inputs.collection(of.sha256);
  std::vector<std::string> titles;
  if (collection == nullptr) return titles;
  const std::vector<FieldInWords> leaving = fields_that_leave(inputs, of);
  for (const collection::Table& table : collection->tables) {
    for (const collection::Field& field : table.fields) {
      const bool goes_with_each_row = field.of_submitter || is_pseudonymised(field);
      if (mode == instruction::Mode::kRecords && goes_with_each_row) continue;
      const bool leaves = std::ranges::find(leaving, field.title, &FieldInWords::title) != leaving.end();
      if (!leaves && std::ranges::find(titles, field.title) == titles.end()) titles.push_back(field.title);
    }
  }
  return titles;
}

}  // namespace candour::public_register
