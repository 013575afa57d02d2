#include "protocol/http/date.hpp"

#include <algorithm>
#include <ctime>
#include <string>

namespace wardend::http {

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

std::optional<std::chrono::seconds> retry_after(std::string_view value, std::string_view date) {
  using namespace std::chrono_literals;
  const auto clamp = [](std::int64_t seconds) {
    return std::clamp<std::chrono::seconds>(std::chrono::seconds(seconds), 1s, 3600s);
  };
  if (value.empty()) return std::nullopt;
  if (std::ranges::all_of(value, [](char c) { return c >= '0' && c <= '9'; }))
    return value.size() > 9 ? clamp(3600) : clamp(std::stoll(std::string(value)));
  const auto until = parse_http_date(value);
  const auto now = parse_http_date(date);
  if (!until || !now) return std::nullopt;
  return clamp(*until - *now);
}

}  // namespace wardend::http
