#include "base/retry.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "base/encoding.hpp"

namespace wardend {

Duration retry_delay(unsigned failures, double jitter, std::optional<std::chrono::seconds> retry_after) {
  constexpr std::chrono::duration<double> shortest = 1s;
  constexpr std::chrono::duration<double> longest = 30s;
  const unsigned doublings = std::clamp(failures, 1U, 5U);
  const std::chrono::duration<double> ceiling = std::min(longest, std::chrono::duration<double>(1U << doublings));
  const auto delay = std::chrono::duration_cast<Duration>(shortest + (ceiling - shortest) * jitter);
  return retry_after ? std::max<Duration>(delay, *retry_after) : delay;
}

Duration part_of(Duration span, double factor) {
  return Duration(static_cast<Duration::rep>(static_cast<double>(span.count()) * factor));
}

double part_drawn_from(std::string_view text) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, sha256(text).data(), sizeof bits);
  return static_cast<double>(bits >> 11U) * 0x1.0p-53;
}

}  // namespace wardend
