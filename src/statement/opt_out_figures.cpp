#include "candour/statement/opt_out_figures.h"

namespace candour::statement {
namespace {

constexpr std::uint64_t kLeast = 8;
constexpr std::uint64_t kStep = 5;
constexpr std::int64_t kLeastPublished = 10;
constexpr std::int64_t kMostPublished = 1'000'000'000;
constexpr std::string_view kSuppressed = "suppressed";

base::Json json_of(const PublishedFigure& figure) {
  if (!figure) return kSuppressed;
  return base::Json::Object{{"value", *figure}};
}

PublishedFigure read_figure(PayloadReader& reader, std::string_view key) {
  if (reader.is_text(key)) {
    if (reader.text(key) != kSuppressed) refuse_member(key, "it is neither suppressed nor a value");
    return std::nullopt;
  }
  PayloadReader figure = reader.object(key);
  const std::int64_t value = figure.integer("value", kLeastPublished, kMostPublished);
  figure.finish();
  if (value % std::int64_t{kStep} != 0) refuse_member(key, "it is not rounded to 5");
  return static_cast<std::uint64_t>(value);
}

}  // namespace

PublishedFigure published_figure(std::uint64_t count) {
  if (count < kLeast) return std::nullopt;
  return (count + kStep / 2) / kStep * kStep;
}

std::string month_of(std::int64_t unix_seconds) { return base::utc_day(unix_seconds).iso().substr(0, 7); }

base::Digest opt_out_figures_subject(std::string_view provider, std::string_view collection,
                                     std::string_view month) {
  base::Sha256 hash;
  const std::uint8_t end = 0x00;
  hash.update(base::as_bytes(provider));
  hash.update({&end, 1});
  hash.update(base::as_bytes(collection));
  hash.update({&end, 1});
  hash.update(base::as_bytes(month));
  return hash.finish();
}

std::string write_payload(const OptOutFigures& figures) {
  auto payload = begin_payload(figures.header);
  payload.emplace_back("provider", figures.provider);
  payload.emplace_back("collection", figures.collection);
  payload.emplace_back("month", figures.month);
  payload.emplace_back("rows", json_of(figures.rows));
  payload.emplace_back("national", json_of(figures.national));
  payload.emplace_back("type_1", json_of(figures.type_1));
  return base::write_json_line(payload);
}

OptOutFigures parse_opt_out_figures(std::string_view payload) {
  PayloadReader reader(payload);
  OptOutFigures figures;
  figures.header = reader.header();
  figures.provider = reader.name("provider", kProviderCodeAtMostBytes);
  figures.collection = reader.name("collection");
  figures.month = reader.text("month", 7);
  if (!base::Date::parse_iso(figures.month + "-01")) refuse_member("month", "it is no month as YYYY-MM");
  if (figures.month >= month_of(figures.header.made)) refuse_member("month", "it was not over yet");
  figures.rows = read_figure(reader, "rows");
  figures.national = read_figure(reader, "national");
  figures.type_1 = read_figure(reader, "type_1");
  reader.finish();
  if (figures.rows && (figures.national || figures.type_1)) {
    refuse_member("rows", "it stands beside how many were left out");
  }
  require_derived_id(figures.header, "opt-out-figures",
                     opt_out_figures_subject(figures.provider, figures.collection, figures.month));
  return figures;
}

}  // namespace candour::statement
