#include "daemon/launch/begin_rate.hpp"

namespace wardend::launch {

std::optional<Duration> BeginRate::take_turn(uid_t uid, Origin origin, BootTime now) {
  for (auto entry = taken_.begin(); entry != taken_.end();) {
    auto& times = entry->second;
    while (!times.empty() && times.front() + within <= now) times.pop_front();
    entry = times.empty() ? taken_.erase(entry) : std::next(entry);
  }
  auto& times = taken_[{uid, origin}];
  if (times.size() >= most) return times.front() + within - now;
  times.push_back(now);
  return std::nullopt;
}

void BeginRate::give_back(uid_t uid, Origin origin) {
  const auto found = taken_.find({uid, origin});
  if (found != taken_.end() && !found->second.empty()) found->second.pop_back();
}

}  // namespace wardend::launch
