#include "daemon/launch/local_time.hpp"

#include <array>
#include <ctime>

namespace wardend::launch {
namespace {

std::string local(WallTime at, const char* format) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(at);
  std::tm parts{};
  std::array<char, 64> text{};
  if (::localtime_r(&seconds, &parts) == nullptr) return {};
  return {text.data(), std::strftime(text.data(), text.size(), format, &parts)};
}

}  // namespace

std::string short_local_time(WallTime at, WallTime now) {
  const bool today = local(at, "%Y-%m-%d") == local(now, "%Y-%m-%d");
  return local(at, today ? "%H:%M" : "%Y-%m-%d %H:%M");
}

std::string full_local_time(WallTime at) { return local(at, "%Y-%m-%d %H:%M:%S %Z (%z)"); }

}  // namespace wardend::launch
