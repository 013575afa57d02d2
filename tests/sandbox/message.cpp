#include "tests/sandbox/message.hpp"

#include <nlohmann/json.hpp>

#include "base/json.hpp"

namespace wardend::sandbox {

Reply json_reply(int status, std::string body) {
  return {
      .status = status, .headers = {{"Cache-Control", "no-store"}, {"Pragma", "no-cache"}}, .body = std::move(body)};
}

Reply oauth_error(int status, const std::string& error, const std::string& description) {
  return json_reply(status, dump_json({{"error", error}, {"error_description", description}}));
}

}  // namespace wardend::sandbox
