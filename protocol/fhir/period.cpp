#include "protocol/fhir/period.hpp"

#include <charconv>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace wardend::fhir {
namespace {

using namespace std::chrono;
using Seconds = sys_seconds;

// From the first second that a text may mean to the last.
struct Span {
  Seconds first;
  Seconds last;
};

// Digits at that place; nullopt: something else.
std::optional<int> number_at(std::string_view text, std::size_t at, std::size_t digits) {
  if (text.size() < at + digits) return std::nullopt;
  int number = 0;
  const char* const end = text.data() + at + digits;
  const auto [stopped, error] = std::from_chars(text.data() + at, end, number);
  if (error != std::errc() || stopped != end || text[at] == '-') return std::nullopt;
  return number;
}

// What a time is ahead of UTC; nullopt: no time zone stands there.
std::optional<minutes> offset_of(std::string_view zone) {
  if (zone == "Z") return minutes(0);
  if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':') return std::nullopt;
  const auto hour = number_at(zone, 1, 2);
  const auto minute = number_at(zone, 4, 2);
  if (!hour || !minute || *hour > 14 || *minute > 59) return std::nullopt;
  const minutes offset = hours(*hour) + minutes(*minute);
  return zone[0] == '-' ? -offset : offset;
}

std::optional<Span> moment(std::string_view text, sys_days day) {
  const auto hour = number_at(text, 11, 2);
  const auto minute = number_at(text, 14, 2);
  if (!hour || !minute || *hour > 23 || *minute > 59 || text[13] != ':') return std::nullopt;
  const auto zone_at = text.find_first_of("Z+-", 16);
  const auto offset = offset_of(zone_at == std::string_view::npos ? std::string_view() : text.substr(zone_at));
  if (!offset) return std::nullopt;
  const auto second = text[16] == ':' ? number_at(text, 17, 2) : std::optional(0);
  if (!second || *second > 60) return std::nullopt;
  const Seconds at = day + hours(*hour) + minutes(*minute) + seconds(*second) - *offset;
  return Span{at, at};
}

// Spec: FHIR R4, datatypes, dateTime
std::optional<Span> span_of(std::string_view text) {
  constexpr hours most_ahead{14};
  constexpr hours most_behind{12};
  const auto of_days = [&](sys_days first, sys_days after) {
    return Span{first - most_ahead, Seconds(after) + most_behind - seconds(1)};
  };
  const auto year_number = number_at(text, 0, 4);
  if (!year_number) return std::nullopt;
  const year year_of(*year_number);
  if (text.size() == 4) return of_days(sys_days(year_of / 1 / 1), sys_days((year_of + years(1)) / 1 / 1));
  const auto month_number = number_at(text, 5, 2);
  if (!month_number || text[4] != '-') return std::nullopt;
  const year_month month_of = year_of / *month_number;
  if (!month_of.ok()) return std::nullopt;
  if (text.size() == 7) return of_days(sys_days(month_of / 1), sys_days((month_of + months(1)) / 1));
  const auto day_number = number_at(text, 8, 2);
  if (!day_number || text[7] != '-') return std::nullopt;
  const year_month_day day = month_of / *day_number;
  if (!day.ok()) return std::nullopt;
  if (text.size() == 10) return of_days(sys_days(day), sys_days(day) + days(1));
  return text[10] == 'T' ? moment(text, sys_days(day)) : std::nullopt;
}

}  // namespace

bool covers(const nlohmann::json& period, system_clock::time_point now) {
  if (!period.is_object()) return false;
  const auto end_of = [&](const char* name) -> std::optional<std::optional<Span>> {
    const auto found = period.find(name);
    if (found == period.end()) return std::nullopt;
    return found->is_string() ? span_of(found->get_ref<const std::string&>()) : std::optional<Span>();
  };
  const auto start = end_of("start");
  const auto end = end_of("end");
  if ((start && !*start) || (end && !*end)) return false;
  return (!start || (*start)->first <= now) && (!end || now <= (*end)->last + seconds(1));
}

}  // namespace wardend::fhir
