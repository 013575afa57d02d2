#include "trail/moment.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <ctime>

namespace wardend::trail {
namespace {

using std::chrono::floor;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::system_clock;

// As many numbers as `separators` has signs and one more, each before its sign, or fewer. -1: something else is there.
int take_numbers(std::string_view text, std::string_view separators, std::array<int, 3>& numbers) {
  int count = 0;
  for (std::size_t at = 0;;) {
    const auto [end, error] =
        std::from_chars(text.data() + at, text.data() + text.size(), numbers.at(static_cast<std::size_t>(count)));
    if (error != std::errc() || numbers.at(static_cast<std::size_t>(count)) < 0) return -1;
    ++count;
    at = static_cast<std::size_t>(end - text.data());
    if (at == text.size()) return count;
    if (static_cast<std::size_t>(count) > separators.size() ||
        text[at] != separators[static_cast<std::size_t>(count) - 1])
      return -1;
    ++at;
  }
}

bool set_date(std::string_view text, std::tm& to) {
  std::array<int, 3> numbers{};
  if (take_numbers(text, "--", numbers) != 3 || numbers[0] < 1970 || numbers[1] < 1 || numbers[1] > 12 ||
      numbers[2] < 1 || numbers[2] > 31)
    return false;
  to.tm_year = numbers[0] - 1900;
  to.tm_mon = numbers[1] - 1;
  to.tm_mday = numbers[2];
  return true;
}

bool set_time(std::string_view text, std::tm& to) {
  std::array<int, 3> numbers{};
  if (take_numbers(text.substr(0, text.find('.')), "::", numbers) < 2 || numbers[0] > 23 || numbers[1] > 59 ||
      numbers[2] > 60)
    return false;
  to.tm_hour = numbers[0];
  to.tm_min = numbers[1];
  to.tm_sec = numbers[2];
  return true;
}

std::optional<Duration> parse_span(std::string_view text) {
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || count < 0 || count > 1'000'000 || end + 1 != text.data() + text.size())
    return std::nullopt;
  switch (*end) {
    case 's':
      return seconds(count);
    case 'm':
      return std::chrono::minutes(count);
    case 'h':
      return std::chrono::hours(count);
    case 'd':
      return std::chrono::days(count);
    default:
      return std::nullopt;
  }
}

}  // namespace

std::string timestamp(WallTime at) {
  const auto day = floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(floor<milliseconds>(at - day));
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), time.hours().count(),
                     time.minutes().count(), time.seconds().count(), time.subseconds().count());
}

std::optional<WallTime> parse_moment(std::string_view text, WallTime now) {
  if (const auto span = parse_span(text)) return now - std::chrono::duration_cast<WallTime::duration>(*span);
  const bool utc = text.ends_with('Z');
  if (utc) text.remove_suffix(1);
  const std::time_t here = system_clock::to_time_t(floor<seconds>(now));
  std::tm parts{};
  if (utc)
    ::gmtime_r(&here, &parts);
  else
    ::localtime_r(&here, &parts);
  parts.tm_hour = parts.tm_min = parts.tm_sec = 0;
  parts.tm_isdst = -1;
  const auto gap = text.contains('-') ? text.find_first_of("T ") : 0;
  const std::string_view date = gap == 0 ? std::string_view() : text.substr(0, gap);
  const bool has_time = gap != std::string_view::npos;
  const std::string_view time = has_time ? text.substr(gap == 0 ? 0 : gap + 1) : std::string_view();
  if ((!date.empty() && !set_date(date, parts)) || (has_time && !set_time(time, parts))) return std::nullopt;
  const std::time_t at = utc ? ::timegm(&parts) : ::mktime(&parts);
  if (at < 0) return std::nullopt;
  return WallTime(seconds(at));
}

}  // namespace wardend::trail
