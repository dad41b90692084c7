#include <algorithm>
#include <cstring>

#include "candour/base/error.h"
#include "candour/base/random.h"
#include "candour/synth/plants.h"
#include "candour/synth/remaining.h"
#include "candour/synth/synth.h"

namespace candour::synth {
namespace {

constexpr std::uint64_t kPlantsOfEveryKindFrom =
    20;  ///< good rows for each kind, from which every kind is planted
constexpr std::uint64_t kDecoysOneIn = 200;
constexpr std::uint64_t kDecoysFrom = 50;     ///< good rows from which a file has decoys
constexpr std::uint64_t kPatientsPerTen = 8;  ///< patients for ten pathways: some people have several
constexpr std::uint64_t kNoEnd = 2;           ///< a row that takes no end of a range

const std::vector<Group>& groups_of(const Expansion& expansion, const std::string& submitter) {
  static const std::vector<Group> kNone;
  const auto found = expansion.groups.find(submitter);
  return found == expansion.groups.end() ? kNone : found->second;
}

std::vector<std::uint64_t> row_counts(const std::vector<Group>& groups) {
  std::vector<std::uint64_t> counts;
  for (const Group& group : groups) counts.push_back(group.rows);
  return counts;
}

void append_field(const std::optional<std::string>& text, char delimiter, std::string& line) {
  if (!text) return;
  if (text->find_first_of("\"\r\n") == std::string::npos && text->find(delimiter) == std::string::npos) {
    line += *text;
    return;
  }
  line += '"';
  for (const char c : *text) {
    if (c == '"') line += '"';
    line += c;
  }
  line += '"';
}

}  // namespace

struct SyntheticSource::State {
  State(const collection::Collection& collection, const Expansion& expansion, std::string_view submitter,
        const collection::Period& period, const SynthOptions& options);

  void next_record();
  void header();
  void good_row();
  void decoy();
  void planted_row();
  [[nodiscard]] RowInput input_of(std::size_t group, std::uint64_t row_of_group, std::uint64_t row_of_file);
  [[nodiscard]] std::string line_of_row() const;
  void schedule_plants(std::uint32_t per_thousand);

  const collection::SynthSpec& spec;
  const std::vector<Group>& groups;
  base::SeededRandom random;
  People people;
  std::uint64_t good_rows;
  Patients patients;
  const collection::Period own_period;  ///< a copy: callers give what parse_period returns
  FileContext file;
  RowPlan plain;
  std::vector<RowPlan> variants, decoys, declared_plants;
  std::vector<PlantKind> kinds;
  std::vector<std::size_t> to_plant;  ///< kinds, the next at the back
  Remaining remaining;
  std::vector<std::uint64_t> given;  ///< good rows of each group so far
  std::uint64_t decoys_left = 0, sequence = 0, next_line = 1;
  bool header_written = false;
  Row row;
  std::string last_good_line, pending;
  std::size_t pending_at = 0;
  SynthFile made;
};

SyntheticSource::State::State(const collection::Collection& collection, const Expansion& expansion,
                              std::string_view submitter, const collection::Period& period,
                              const SynthOptions& options)
    : spec(collection.synth.value()),
      groups(groups_of(expansion, std::string(submitter))),
      random(options.seed, "synth/" + std::string(submitter)),
      people(options.seed, period.first_day),
      good_rows(Remaining(row_counts(groups)).total()),
      patients(options.seed, submitter, std::max<std::uint64_t>(1, good_rows * kPatientsPerTen / 10)),
      own_period(period),
      file{&collection,
           &collection.table(spec.table),
           &collection.source(spec.table),
           &own_period,
           &expansion,
           std::string(submitter),
           &people,
           &patients},
      plain(file, spec, {}),
      remaining(row_counts(groups)),
      given(groups.size(), 0) {
  for (const collection::SynthVariant& variant : spec.variants)
    variants.emplace_back(file, spec, variant.set);
  for (const collection::SynthChange& decoy : spec.decoys) decoys.emplace_back(file, spec, decoy);
  for (const collection::PlantedError& plant : spec.plants)
    declared_plants.emplace_back(file, spec, plant.set);
  kinds = plant_kinds(file, spec);
  if (good_rows >= kDecoysFrom)
    decoys_left = decoys.size() * std::max<std::uint64_t>(1, good_rows / kDecoysOneIn);
  schedule_plants(options.planted_per_thousand);
}

/// Draws which errors the file gets: its share of the rows, and every kind once where the file is large
/// enough.
void SyntheticSource::State::schedule_plants(std::uint32_t per_thousand) {
  if (per_thousand == 0 || good_rows == 0) return;
  const std::uint64_t share = good_rows * per_thousand;
  const std::uint64_t wanted = share / 1000 + (random.below(1000) < share % 1000 ? 1 : 0);
  if (good_rows >= kPlantsOfEveryKindFrom * kinds.size()) {
    for (std::size_t kind = 0; kind < kinds.size(); ++kind) to_plant.push_back(kind);
  }
  while (to_plant.size() < wanted) to_plant.push_back(random.below(kinds.size()));
  for (std::size_t i = to_plant.size(); i > 1; --i) std::swap(to_plant[i - 1], to_plant[random.below(i)]);
}

RowInput SyntheticSource::State::input_of(std::size_t group, std::uint64_t row_of_group,
                                          std::uint64_t row_of_file) {
  return {&groups[group], row_of_group, row_of_file, sequence++,
          patients.person_of(random.below(patients.pool()))};
}

std::string SyntheticSource::State::line_of_row() const {
  std::string line;
  bool first = true;
  for (const collection::SourceMapping::Column& column : file.mapping->columns) {
    if (!first) line += file.mapping->delimiter;
    first = false;
    append_field(row.texts[column.field], file.mapping->delimiter, line);
  }
  return line;
}

void SyntheticSource::State::header() {
  bool first = true;
  for (const collection::SourceMapping::Column& column : file.mapping->columns) {
    if (!first) pending += file.mapping->delimiter;
    first = false;
    append_field(column.title, file.mapping->delimiter, pending);
  }
  header_written = true;
}

void SyntheticSource::State::good_row() {
  const std::size_t group = remaining.take(random.below(remaining.total()));
  const RowInput input = input_of(group, given[group]++, made.rows);
  const RowPlan* plan = &plain;
  for (std::size_t i = 0; i < variants.size(); ++i) {
    if (random.below(static_cast<std::uint64_t>(spec.variants[i].one_in)) == 0) plan = &variants[i];
  }
  plan->make(input, random, row);
  ++made.rows;
  last_good_line = line_of_row();
  pending += last_good_line;
}

void SyntheticSource::State::decoy() {
  const RowInput input = input_of(random.below(groups.size()), kNoEnd, kNoEnd);
  decoys[--decoys_left % decoys.size()].make(input, random, row);
  ++made.decoys;
  pending += line_of_row();
}

void SyntheticSource::State::planted_row() {
  const PlantKind& kind = kinds[to_plant.back()];
  to_plant.pop_back();
  const RowInput input = input_of(random.below(groups.size()), kNoEnd, kNoEnd);
  const RowPlan& plan = kind.how == PlantKind::How::kDeclared ? declared_plants[kind.declared] : plain;
  plan.make(input, random, row);
  spoil(kind, row);
  std::string line = line_of_row();
  switch (kind.how) {
    case PlantKind::How::kDuplicate:
      line = last_good_line;
      break;
    case PlantKind::How::kExtraField:
      line += file.mapping->delimiter;
      line += "one too many";
      break;
    case PlantKind::How::kMissingField:
      line.erase(line.rfind(file.mapping->delimiter));
      break;
    case PlantKind::How::kStrayQuote:
      line += "x\"y";
      break;
    case PlantKind::How::kNul:
      line += '\0';
      break;
    default:
      break;
  }
  made.planted.push_back({next_line, kind.rule});
  pending += line;
}

/// Puts the next record into `pending`. Which kind of record it is, is drawn among all that are left, so
/// errors and decoys lie anywhere in the file; a duplicate waits for a row that it can repeat.
void SyntheticSource::State::next_record() {
  pending.clear();
  pending_at = 0;
  if (!header_written) {
    header();
  } else {
    const std::uint64_t left = remaining.total() + decoys_left + to_plant.size();
    if (left == 0) return;
    const std::uint64_t drawn = random.below(left);
    const bool may_plant = !last_good_line.empty();
    if (drawn < remaining.total() || (!may_plant && remaining.total() > 0)) {
      good_row();
    } else if (drawn < remaining.total() + decoys_left) {
      decoy();
    } else {
      planted_row();
    }
  }
  pending += "\r\n";
  ++next_line;
}

SyntheticSource::SyntheticSource(const collection::Collection& collection, const Expansion& expansion,
                                 std::string_view submitter, const collection::Period& period,
                                 const SynthOptions& options)
    : state_(std::make_unique<State>(collection, expansion, submitter, period, options)) {}

SyntheticSource::~SyntheticSource() = default;

std::size_t SyntheticSource::read(std::span<std::uint8_t> out) {
  std::size_t written = 0;
  while (written < out.size()) {
    if (state_->pending_at == state_->pending.size()) {
      state_->next_record();
      if (state_->pending.empty()) break;
    }
    const std::size_t count = std::min(out.size() - written, state_->pending.size() - state_->pending_at);
    std::memcpy(out.data() + written, state_->pending.data() + state_->pending_at, count);
    written += count;
    state_->pending_at += count;
  }
  return written;
}

const SynthFile& SyntheticSource::made() const { return state_->made; }

}  // namespace candour::synth
