#include "candour/net/message.h"

#include "candour/net/answer.h"

namespace candour::net {

std::optional<std::string_view> Request::query_value(std::string_view name) const {
  for (const QueryPart& part : query) {
    if (part.name == name) return part.value;
  }
  return std::nullopt;
}

Response text_response(std::string_view content_type, std::string_view text) {
  const base::ByteView bytes = base::as_bytes(text);
  return {.content_type = std::string(content_type), .body = base::Bytes(bytes.begin(), bytes.end())};
}

Response problem_response(int status, base::ErrorCode code, base::Literal detail) {
  Response response = text_response(kProblemType, problem_json(status, code.view(), detail.view()));
  response.status = status;
  return response;
}

Response problem_response(int status, const base::Error& error) {
  Response response = text_response(kProblemType, problem_json(status, error.code().view(), error.message()));
  response.status = status;
  return response;
}

}  // namespace candour::net
