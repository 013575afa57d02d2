#include "tests/sandbox/message.hpp"

#include <fmt/core.h>

#include <ctime>
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

std::string http_date(WallTime now) {
  static constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t seconds = unix_seconds(now);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT", days[parts.tm_wday], parts.tm_mday, months[parts.tm_mon],
                     parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

}  // namespace wardend::sandbox
