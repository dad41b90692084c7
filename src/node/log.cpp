#include "candour/node/log.h"

#include "candour/base/date.h"
#include "candour/base/json.h"
#include "candour/base/printable.h"

namespace candour::node {
namespace {

base::Json shown(const base::Error::Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
  if (const auto* path = std::get_if<std::filesystem::path>(&value)) return base::printable(path->string());
  return base::printable(std::get<std::string>(value));
}

}  // namespace

Log::Line::Line(Log& log, base::Literal event) : log_(log) {
  members_.emplace_back("time", base::utc_text(log_.clock_.now_unix_seconds()));
  members_.emplace_back("event", event.view());
}

Log::Line& Log::Line::with(base::Literal name, base::Literal text) {
  members_.emplace_back(name.view(), text.view());
  return *this;
}

Log::Line& Log::Line::with(base::Literal name, const base::Label& label) {
  members_.emplace_back(name.view(), base::printable(label.text()));
  return *this;
}

Log::Line& Log::Line::with(base::Literal name, std::int64_t number) {
  members_.emplace_back(name.view(), number);
  return *this;
}

Log::Line& Log::Line::with(const base::Error& error) {
  members_.emplace_back("code", error.code().view());
  members_.emplace_back("message", error.message());
  for (const base::Error::Field& field : error.fields()) {
    members_.emplace_back(field.name, shown(field.value));
  }
  return *this;
}

Log::Line::~Line() {
  const std::string line = base::write_json_line(std::move(members_)) + "\n";
  const std::lock_guard lock(log_.mutex_);
  log_.put_(line);
}

}  // namespace candour::node
