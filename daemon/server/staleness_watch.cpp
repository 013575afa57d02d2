#include "daemon/server/staleness_watch.hpp"

#include <algorithm>

namespace wardend::server {

asio::awaitable<void> StalenessWatch::run() {
  for (;;) {
    const BootTime next = tell();
    co_await clock_.wait(health_.confirmations(), next);
  }
}

BootTime StalenessWatch::tell() {
  BootTime next = BootTime::max();
  for (const config::Server& server : config_.get().servers) {
    const std::optional<BootTime> end = health_.fresh_until(server.name);
    const bool fresh = end && clock_.now() <= *end;
    // One tick later it is stale.
    if (fresh) next = std::min(next, *end + BootClock::duration(1));
    if (fresh == (fresh_.contains(server.name))) continue;
    if (fresh)
      fresh_.insert(server.name);
    else
      fresh_.erase(server.name);
    // That a first answer confirms is told by the state that it brings.
    if (fresh && stale_.erase(server.name) == 0) continue;
    if (!fresh) stale_.insert(server.name);
    hub_.publish({.kind = events::EventKind::server_health_changed,
                  .at = clock_.wall_now(),
                  .server = server.name,
                  .reason = fresh ? "confirmed" : "stale"});
  }
  return next;
}

}  // namespace wardend::server
