#include <charconv>

#include "protocol/fhircast/message.hpp"

namespace wardend::fhircast {
namespace {

constexpr std::size_t longest = 64;

// Takes what it reads off the front of `text`.
class Reader {
 public:
  explicit Reader(std::string_view text) : left_(text) {}
  [[nodiscard]] bool done() const { return left_.empty(); }
  [[nodiscard]] char next() const { return left_.empty() ? '\0' : left_.front(); }
  bool skip(char c) {
    if (next() != c) return false;
    left_.remove_prefix(1);
    return true;
  }
  std::string_view digits() {
    const auto end = left_.find_first_not_of("0123456789");
    const auto found = left_.substr(0, end);
    left_.remove_prefix(found.size());
    return found;
  }
  // A number of exactly `size` digits; a negative one: there is none.
  int number(std::size_t size) { return value(digits(), size); }
  // The same, where one needless zero in front is forgiven.
  int padded_number(std::size_t size) {
    auto found = digits();
    if (found.size() == size + 1 && found.starts_with('0')) found.remove_prefix(1);
    return value(found, size);
  }

 private:
  static int value(std::string_view digits, std::size_t size) {
    int number = -1;
    if (digits.size() == size) std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return number;
  }
  std::string_view left_;
};

// A fraction's first three digits, so many as there are.
std::chrono::milliseconds thousandths(std::string_view digits) {
  int number = 0;
  for (std::size_t i = 0; i < 3; ++i) number = number * 10 + (i < digits.size() ? digits[i] - '0' : 0);
  return std::chrono::milliseconds(number);
}

// How far the zone is ahead of UTC. nullopt: not a zone.
std::optional<std::chrono::minutes> zone(Reader& reader) {
  if (reader.done() || reader.skip('Z') || reader.skip('z')) return std::chrono::minutes(0);
  const bool ahead = reader.skip('+');
  if (!ahead && !reader.skip('-')) return std::nullopt;
  const int hours = reader.number(2);
  const int minutes = reader.skip(':') ? reader.number(2) : -1;
  if (hours < 0 || hours > 14 || minutes < 0 || minutes > 59) return std::nullopt;
  const auto offset = std::chrono::hours(hours) + std::chrono::minutes(minutes);
  return ahead ? offset : -offset;
}

}  // namespace

std::optional<Timestamp> parse_timestamp(std::string_view text) {
  using namespace std::chrono;
  if (text.size() > longest) return std::nullopt;
  Reader reader(text);
  const int year_number = reader.number(4);
  const int month_number = reader.skip('-') ? reader.number(2) : -1;
  const int day_number = reader.skip('-') ? reader.number(2) : -1;
  if (year_number < 0 || month_number < 0 || day_number < 0) return std::nullopt;
  const year_month_day date(year(year_number), month(static_cast<unsigned>(month_number)),
                            day(static_cast<unsigned>(day_number)));
  if (!date.ok() || !(reader.skip('T') || reader.skip('t') || reader.skip(' '))) return std::nullopt;
  const int hour = reader.padded_number(2);
  const int minute = reader.skip(':') ? reader.number(2) : -1;
  const int second = reader.skip(':') ? reader.number(2) : -1;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return std::nullopt;
  milliseconds fraction{0};
  if (reader.skip('.') || reader.skip(',')) {
    const auto digits = reader.digits();
    if (digits.empty()) return std::nullopt;
    fraction = thousandths(digits);
  }
  const auto offset = zone(reader);
  if (!offset || !reader.done()) return std::nullopt;
  return sys_days(date) + hours(hour) + minutes(minute) + seconds(second) + fraction - *offset;
}

}  // namespace wardend::fhircast
