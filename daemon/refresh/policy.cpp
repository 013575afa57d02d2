#include "daemon/refresh/policy.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>

#include "base/retry.hpp"

namespace wardend::refresh {
namespace {

constexpr Duration shortest_lead = 30s;
constexpr Duration longest_lead = 10min;
constexpr Duration longest_floor = 60s;
constexpr Duration shortest_floor = 1s;
constexpr Duration short_life = 120s;
constexpr Duration replay_pause = 1s;
// Tokens that live no longer come round so often that chance spreads them.
constexpr Duration often_renewed = 10min;
constexpr Duration shortest_recovery = 30s;

}  // namespace

Duration refresh_lead(Duration life, std::optional<config::Milliseconds> configured) {
  const Duration wanted =
      configured ? Duration(*configured) : std::clamp<Duration>(life / 5, shortest_lead, longest_lead);
  return std::min<Duration>(wanted, life / 2);
}

BootTime planned_refresh(BootTime obtained_at, Duration life, std::optional<config::Milliseconds> configured,
                         double jitter) {
  const Duration lead = refresh_lead(life, configured);
  return obtained_at + life - lead - part_of(lead / 2, jitter);
}

BootTime first_refresh(BootTime obtained_at, Duration life, std::optional<config::Milliseconds> configured,
                       double jitter) {
  if (life <= often_renewed) return planned_refresh(obtained_at, life, configured, jitter);
  return obtained_at + std::max(refresh_floor(life), part_of_turn(life, configured, jitter));
}

// The gaps between two refreshes lie evenly between `shortest` and `longest`. At a random moment the next one comes
// within x with a likelihood that grows evenly up to `shortest`, and less and less from there.
Duration part_of_turn(Duration life, std::optional<config::Milliseconds> configured, double jitter) {
  if (life <= Duration::zero()) return Duration::zero();
  const Duration lead = refresh_lead(life, configured);
  const Duration longest = life - lead;
  const Duration shortest = longest - lead / 2;
  const Duration mean = (shortest + longest) / 2;
  const Duration even = part_of(mean, jitter);
  if (even <= shortest) return even;
  const double rest = std::sqrt((1 - jitter) * static_cast<double>(lead.count()) * static_cast<double>(mean.count()));
  return longest - Duration(static_cast<Duration::rep>(rest));
}

double token_jitter(std::string_view machine_id, std::string_view session, std::uint64_t generation) {
  return part_drawn_from(std::string(machine_id) + '\0' + std::string(session) + '\0' + std::to_string(generation));
}

Duration refresh_floor(Duration life) {
  return life < short_life ? std::max<Duration>(life / 2, shortest_floor) : longest_floor;
}

Duration floor_wait(std::optional<BootTime> last_refresh, Duration life, BootTime now) {
  if (!last_refresh) return Duration::zero();
  return std::max<Duration>(*last_refresh + refresh_floor(life) - now, Duration::zero());
}

std::optional<BootTime> replay_time(const Unanswered& request, BootTime expires_at, BootTime now) {
  const BootTime soonest = now + replay_pause + part_of(replay_pause, request.jitter);
  if (request.policy == config::Replay::never) return std::nullopt;
  if (request.replayed) return std::max(soonest, expires_at);
  if (request.policy == config::Replay::at_once) return soonest;
  return std::max(soonest, expires_at - default_validity(request.life));
}

Duration default_validity(Duration life) { return std::min<Duration>(30s, life / 10); }

BootTime planned_after_sleep(BootTime planned, BootTime now, Duration spread) {
  return planned > now ? planned : now + spread;
}

Duration recovery_spread(Duration life, std::optional<config::Milliseconds> configured, double jitter) {
  return std::max(part_of(shortest_recovery, jitter), part_of_turn(life, configured, jitter));
}

}  // namespace wardend::refresh
