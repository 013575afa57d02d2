#include "daemon/launch/begin_rate.hpp"

namespace wardend::launch {

std::optional<Duration> BeginRate::wait(uid_t uid, BootTime now) {
  for (auto entry = begun_.begin(); entry != begun_.end();) {
    auto& times = entry->second;
    while (!times.empty() && times.front() + within <= now) times.pop_front();
    entry = times.empty() ? begun_.erase(entry) : std::next(entry);
  }
  auto& times = begun_[uid];
  if (times.size() >= most) return times.front() + within - now;
  times.push_back(now);
  return std::nullopt;
}

void BeginRate::succeeded(uid_t uid) {
  const auto found = begun_.find(uid);
  if (found != begun_.end() && !found->second.empty()) found->second.pop_back();
}

}  // namespace wardend::launch
