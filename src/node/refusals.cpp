#include "candour/node/refusals.h"

#include <algorithm>
#include <array>

namespace candour::node {

Fault fault_of(std::string_view code) {
  struct Row {
    std::string_view code;  ///< or how it begins; the first row that fits counts
    Fault fault;
  };
  static constexpr std::array kRows = {
      Row{"CND-1003", Fault::kBusy},       Row{"CND-1004", Fault::kBusy},
      Row{"CND-1006", Fault::kBusy},       Row{"CND-2211", Fault::kBusy},
      Row{"CND-2214", Fault::kBusy},       Row{"CND-2215", Fault::kBusy},
      Row{"CND-2541", Fault::kBusy},       Row{"CND-2542", Fault::kBusy},
      Row{"CND-2543", Fault::kBusy},       Row{"CND-2475", Fault::kBusy},
      Row{"CND-2036", Fault::kBusy},       Row{"CND-2017", Fault::kSubmission},
      Row{"CND-2037", Fault::kSubmission}, Row{"CND-203", Fault::kNotAllowed},
      Row{"CND-204", Fault::kNotAllowed},  Row{"CND-205", Fault::kNotAllowed},
      Row{"CND-2540", Fault::kNotAllowed}, Row{"CND-2468", Fault::kSubmission},
      Row{"CND-2474", Fault::kSubmission}, Row{"CND-2212", Fault::kTooMuch},
      Row{"CND-2213", Fault::kNotThere},   Row{"CND-2465", Fault::kNotThere},
      Row{"CND-2509", Fault::kNotThere},   Row{"CND-2224", Fault::kOvertaken},
      Row{"CND-2306", Fault::kOvertaken},  Row{"CND-2217", Fault::kOurs},
      Row{"CND-202", Fault::kNotAllowed},  Row{"CND-2463", Fault::kNotAllowed},
      Row{"CND-211", Fault::kNotAllowed},  Row{"CND-212", Fault::kNotAllowed},
      Row{"CND-1014", Fault::kSubmission}, Row{"CND-1112", Fault::kSubmission},
      Row{"CND-1021", Fault::kSubmission}, Row{"CND-1022", Fault::kSubmission},
      Row{"CND-200", Fault::kSubmission},  Row{"CND-2104", Fault::kSubmission},
      Row{"CND-213", Fault::kSubmission},  Row{"CND-220", Fault::kSubmission},
      Row{"CND-221", Fault::kSubmission},  Row{"CND-2226", Fault::kBusy},
      Row{"CND-222", Fault::kSubmission},  Row{"CND-2466", Fault::kSubmission},
      Row{"CND-2162", Fault::kNotAllowed}, Row{"CND-2561", Fault::kSubmission},
      Row{"CND-2562", Fault::kSubmission}, Row{"CND-1008", Fault::kSubmission},
      Row{"CND-2016", Fault::kOurs},       Row{"CND-201", Fault::kNotAllowed},
      Row{"CND-206", Fault::kNotAllowed},  Row{"CND-261", Fault::kNotAllowed},
      Row{"CND-262", Fault::kNotAllowed},  Row{"CND-2582", Fault::kNotAllowed}};
  const auto found = std::ranges::find_if(kRows, [&](const Row& row) { return code.starts_with(row.code); });
  return found == kRows.end() ? Fault::kOurs : found->fault;
}

std::string refusal_by_other(const base::Error& error) {
  if (error.code() != base::ErrorCode("CND-2460")) return "";
  for (const base::Error::Field& field : error.fields()) {
    const auto* code = std::get_if<std::string>(&field.value);
    if (field.name == "refusal" && code != nullptr) return *code;
  }
  return "";
}

int status_of(Fault fault) {
  switch (fault) {
    case Fault::kSubmission:
      return 422;
    case Fault::kOvertaken:
      return 409;
    case Fault::kNotAllowed:
      return 403;
    case Fault::kNotThere:
      return 404;
    case Fault::kTooMuch:
      return 429;
    case Fault::kBusy:
      return 503;
    case Fault::kOurs:
      break;
  }
  return 500;
}

bool is_refusal(std::string_view code) {
  const Fault fault = fault_of(code);
  return fault == Fault::kSubmission || fault == Fault::kOvertaken || fault == Fault::kNotAllowed ||
         code == "CND-2036" || code == "CND-2226";
}

net::Route refusing(Log& log, net::Route route) {
  route.handle = [&log, name = route.pattern, handle = std::move(route.handle)](const net::Request& request) {
    try {
      return handle(request);
    } catch (const base::Error& error) {
      const int status = status_of(fault_of(error.code().view()));
      log.event("request.refused")
          .with("route", base::Label(name))
          .with("status", status)
          .with("peer", base::Label(request.peer ? base::to_hex(*request.peer) : ""))
          .with(error);
      return net::problem_response(status, error);
    }
  };
  return route;
}

}  // namespace candour::node
