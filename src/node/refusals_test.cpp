#include "candour/node/refusals.h"

#include <doctest/doctest.h>

namespace candour::node {
namespace {

TEST_CASE("a refusal's status says whose matter it is, and so whether to come again") {
  const auto status = [](std::string_view code) { return status_of(fault_of(code)); };
  CHECK(status("CND-1003") == 503);
  CHECK(status("CND-2211") == 503);
  CHECK(status("CND-2212") == 429);
  CHECK(status("CND-2213") == 404);
  CHECK(status("CND-2224") == 409);
  CHECK(status("CND-2306") == 409);
  CHECK(status("CND-2022") == 403);
  CHECK(status("CND-1022") == 422);
  CHECK(status("CND-2133") == 422);
  CHECK(status("CND-2222") == 422);
  CHECK(status("CND-2037") == 422);
  CHECK(status("CND-2038") == 403);
}

TEST_CASE("for a fault of this node nobody gives up what he sent") {
  for (const std::string_view code : {"CND-1002", "CND-1005", "CND-1023", "CND-2217", "CND-2301", "CND-2305",
                                      "CND-2453", "CND-2462", "CND-9999", "", "nonsense"}) {
    CAPTURE(code);
    CHECK(fault_of(code) == Fault::kOurs);
    CHECK(status_of(fault_of(code)) == 500);
  }
}

TEST_CASE("a refusal is a rule that says no: not a node that is busy or broken, or lacks what is asked for") {
  for (const std::string_view code :
       {"CND-1008", "CND-2003", "CND-2014", "CND-2022", "CND-2036", "CND-2060", "CND-2134", "CND-2224",
        "CND-2463", "CND-2540", "CND-2614", "CND-2620"}) {
    CAPTURE(code);
    CHECK(is_refusal(code));
  }
  for (const std::string_view code :
       {"CND-1003", "CND-2016", "CND-2211", "CND-2213", "CND-2453", "CND-2542"}) {
    CAPTURE(code);
    CHECK_FALSE(is_refusal(code));
  }
}

TEST_CASE("an error becomes an answer that says its code and never its fields, which the log has") {
  std::string lines;
  const base::FixedClock clock(0);
  Log log([&](std::string_view line) { lines += line; }, clock);
  const net::Route route = refusing(
      log, {net::Method::kGet, "v1/test", 0, [](const net::Request&) -> net::Response {
              throw base::Error("CND-2222", "A row breaks a rule.").with("column", base::Label("of-a-table"));
            }});
  const net::Response response = route.handle({});
  CHECK(response.status == 422);
  const std::string body(base::as_text(std::get<base::Bytes>(response.body)));
  CHECK(body.find("CND-2222") != std::string::npos);
  CHECK(body.find("of-a-table") == std::string::npos);
  for (const char* part : {"request.refused", "v1/test", "422", "CND-2222", "of-a-table"}) {
    CAPTURE(part);
    CHECK(lines.find(part) != std::string::npos);
  }
}

}  // namespace
}  // namespace candour::node
