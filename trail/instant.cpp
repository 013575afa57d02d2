#include "trail/instant.hpp"

#include <algorithm>

namespace wardend::trail {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::string_view form = "dddd-dd-ddTdd:dd:dd";
constexpr std::string_view zone_form = "dd:dd";

bool fits(char c, char pattern) { return pattern == 'd' ? c >= '0' && c <= '9' : c == pattern; }

// Whether `text` begins with `pattern`, "d" a digit.
bool has_form(std::string_view text, std::string_view pattern) {
  if (text.size() < pattern.size()) return false;
  for (std::size_t i = 0; i < pattern.size(); ++i)
    if (!fits(text[i], pattern[i])) return false;
  return true;
}

int number(std::string_view digits) {
  int value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

// Takes ".123" off the front of `text`.
milliseconds take_fraction(std::string_view& text) {
  text.remove_prefix(1);
  const auto end = std::min(text.find_first_not_of("0123456789"), text.size());
  int value = 0;
  for (std::size_t i = 0; i < 3; ++i) value = value * 10 + (i < end ? text[i] - '0' : 0);
  text.remove_prefix(end);
  return milliseconds(value);
}

// How far the zone is ahead of UTC.
std::optional<minutes> zone_of(std::string_view text) {
  if (text == "Z") return minutes(0);
  if (text.size() != zone_form.size() + 1 || !has_form(text.substr(1), zone_form)) return std::nullopt;
  const int ahead_hours = number(text.substr(1, 2)), ahead_minutes = number(text.substr(4, 2));
  if ((text[0] != '+' && text[0] != '-') || ahead_hours > 14 || ahead_minutes > 59) return std::nullopt;
  const minutes ahead = hours(ahead_hours) + minutes(ahead_minutes);
  return text[0] == '+' ? ahead : -ahead;
}

}  // namespace

std::optional<Instant> parse_instant(std::string_view text) {
  if (!has_form(text, form)) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(number(text.substr(0, 4))),
                                         std::chrono::month(static_cast<unsigned>(number(text.substr(5, 2)))),
                                         std::chrono::day(static_cast<unsigned>(number(text.substr(8, 2))))};
  const int hour = number(text.substr(11, 2)), minute = number(text.substr(14, 2)), second = number(text.substr(17, 2));
  if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  text.remove_prefix(form.size());
  milliseconds fraction{};
  if (text.size() > 1 && text[0] == '.' && fits(text[1], 'd')) fraction = take_fraction(text);
  const auto ahead = zone_of(text);
  if (!ahead) return std::nullopt;
  return Instant(std::chrono::sys_days(date)) + hours(hour) + minutes(minute) + seconds(second) + fraction - *ahead;
}

}  // namespace wardend::trail
