// A node's log: one JSON object a line, for people and machines that watch it. What may stand in it is what
// may stand in an Error: literals, labels and counts, so that no line can carry a patient's data.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/clock.h"
#include "candour/base/error.h"
#include "candour/base/json.h"

namespace candour::node {

class Log {
 public:
  /// `put` takes whole lines and is called by one thread at a time. `clock` outlives the log.
  Log(std::function<void(std::string_view line)> put, const base::Clock& clock)
      : put_(std::move(put)), clock_(clock) {}

  /// A line under construction; written when it is destroyed.
  class Line {
   public:
    ~Line();
    Line(Line&&) = delete;
    Line& with(base::Literal name, base::Literal text);
    Line& with(base::Literal name, const base::Label& label);
    Line& with(base::Literal name, std::int64_t number);
    /// Code, message and fields of an error.
    Line& with(const base::Error& error);

   private:
    friend class Log;
    Line(Log& log, base::Literal event);
    Log& log_;
    base::Json::Object members_;
  };
  Line event(base::Literal name) { return {*this, name}; }

 private:
  std::function<void(std::string_view)> put_;
  const base::Clock& clock_;
  std::mutex mutex_;
};

}  // namespace candour::node
