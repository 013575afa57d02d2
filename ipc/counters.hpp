// What a server counts of itself; daemon/ops names it when scraped.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string_view>

namespace wardend::ipc {

// Why a connection was refused or cut.
enum class Rejection { too_large, too_many, timeout, malformed, unknown_peer };
inline constexpr std::array<std::string_view, 5> rejection_names = {"too_large", "too_many", "timeout", "malformed",
                                                                    "unknown_peer"};
static_assert(static_cast<std::size_t>(Rejection::unknown_peer) + 1 == rejection_names.size());

struct Counters {
  std::size_t connections = 0;  // open now
  std::uint64_t accepted = 0;
  std::uint64_t frames = 0;
  std::array<std::uint64_t, rejection_names.size()> rejected{};  // by Rejection

  [[nodiscard]] std::uint64_t of(Rejection reason) const { return rejected[static_cast<std::size_t>(reason)]; }
  [[nodiscard]] std::uint64_t all_rejected() const {
    return std::accumulate(rejected.begin(), rejected.end(), std::uint64_t{0});
  }
};

}  // namespace wardend::ipc
