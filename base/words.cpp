#include "base/words.hpp"

#include <fmt/format.h>

#include <array>
#include <ctime>

namespace wardend::words {
namespace {

std::string formatted(std::optional<std::int64_t> unix_seconds, const char* form) {
  const auto seconds = static_cast<std::time_t>(unix_seconds.value_or(0));
  std::tm local{};
  if (!unix_seconds || ::localtime_r(&seconds, &local) == nullptr) return "-";
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), form, &local)};
}

}  // namespace

std::string local_time(std::optional<std::int64_t> unix_seconds) { return formatted(unix_seconds, "%H:%M:%S"); }

std::string local_date_time(std::optional<std::int64_t> unix_seconds) {
  return formatted(unix_seconds, "%Y-%m-%d %H:%M:%S");
}

std::string counted(std::int64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace wardend::words
