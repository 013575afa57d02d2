#include "protocol/smart/http_date.hpp"

#include <ctime>
#include <string>

namespace wardend::smart {

std::optional<std::int64_t> parse_http_date(std::string_view text) {
  std::tm time{};
  const std::string copy(text);
  const char* end = strptime(copy.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &time);
  if (end == nullptr || *end != '\0') return std::nullopt;
  return timegm(&time);
}

std::optional<std::chrono::seconds> clock_ahead(std::string_view date, std::chrono::system_clock::time_point now) {
  const auto theirs = parse_http_date(date);
  if (!theirs) return std::nullopt;
  return std::chrono::seconds(*theirs) - std::chrono::floor<std::chrono::seconds>(now.time_since_epoch());
}

}  // namespace wardend::smart
