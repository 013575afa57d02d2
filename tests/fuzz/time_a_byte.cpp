// Input, a line each: which reader (a digit), what the text begins with, what it ends with, and the part that is
// repeated in between, in which each % becomes a number that no other part has. The text is made in two lengths, one
// four times the other. The time a byte must not grow with the length, and must be a few microseconds at most.
#include <ctime>
#include <nlohmann/json.hpp>
#include <string>

#include "base/json.hpp"
#include "tests/fuzz/targets.hpp"

namespace wardend::fuzz {
namespace {

constexpr std::size_t short_bytes = 16UL * 1024;
constexpr std::size_t long_bytes = 4 * short_bytes;
constexpr double most_growth = 8;         // of the time; 4 is linear, 16 is quadratic
constexpr double least_milliseconds = 5;  // what is done sooner is quick enough, whatever the short text took
constexpr double most_milliseconds = 500;
constexpr int attempts = 5;  // a measurement may be disturbed, five are not

void read_json(std::string_view text) {
  static_cast<void>(parse_json(text, {.bytes = long_bytes * 2, .values = any_number_of_values}));
}

using Reader = void (*)(std::string_view);
constexpr Reader readers[] = {read_json};

struct Pattern {
  std::string_view begin, end, part;
};

std::string numbered(std::string_view part, std::size_t number) {
  std::string text;
  for (const char c : part) text += c == '%' ? std::to_string(number) : std::string(1, c);
  return text;
}

std::string text_of(const Pattern& pattern, std::size_t bytes) {
  std::string text(pattern.begin);
  for (std::size_t count = 0; text.size() + pattern.end.size() < bytes; ++count) text += numbered(pattern.part, count);
  return text += pattern.end;
}

// Of this thread alone: other processes do not count.
double milliseconds(Reader reader, const std::string& text) {
  const auto now = [] {
    timespec at{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &at);
    return static_cast<double>(at.tv_sec) * 1e3 + static_cast<double>(at.tv_nsec) / 1e6;
  };
  const double began = now();
  reader(text);
  return now() - began;
}

bool grows_too_fast(Reader reader, const std::string& shorter, const std::string& longer) {
  double quickest_short = 0, quickest_long = 0;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    const double took_short = milliseconds(reader, shorter), took_long = milliseconds(reader, longer);
    quickest_short = attempt == 0 ? took_short : std::min(quickest_short, took_short);
    quickest_long = attempt == 0 ? took_long : std::min(quickest_long, took_long);
    if (quickest_long <= std::clamp(most_growth * quickest_short, least_milliseconds, most_milliseconds)) return false;
  }
  return true;
}

}  // namespace

void fuzz_time_a_byte(Bytes input) {
  Lines lines(input);
  const auto which = static_cast<std::size_t>(std::max(0, lines.next_number()));
  const auto begin = lines.next(), end = lines.next(), part = lines.rest();
  if (which >= std::size(readers) || part.empty()) return;
  const Pattern pattern{.begin = begin, .end = end, .part = part};
  const std::string shorter = text_of(pattern, short_bytes), longer = text_of(pattern, long_bytes);
  require(!grows_too_fast(readers[which], shorter, longer), "the time a byte does not grow with the length");
}

}  // namespace wardend::fuzz
