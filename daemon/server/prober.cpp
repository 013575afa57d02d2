#include "daemon/server/prober.hpp"

#include <algorithm>

#include "base/retry.hpp"
#include "config/audit_rule.hpp"

namespace wardend::server {
namespace {

constexpr double shortest_gap = 0.2;  // of an interval

}  // namespace

void Prober::start() {
  for (const config::Server& server : config_.get().servers) {
    if (running_[server.name] || config::is_for_the_trail_alone(config_.get(), server.name)) continue;
    running_[server.name] = true;
    probes_.spawn("probe", probe(server.name));
  }
}

void Prober::probe_now() {
  ++hurries_;
  hurried_.notify_all();
}

// A whole interval after the last, or part of one where something else brought it about: a start, a sleep. Where the
// server wants to be left alone for longer, each machine comes some time in the interval after that.
BootTime Prober::next_turn(const config::Server& server, BootTime began) const {
  const Duration interval = server.health.interval;
  const BootTime soonest = std::max(began + part_of(interval, shortest_gap), clock_.now());
  const BootTime quiet_until = health_.record(server.name).quiet_until.value_or(soonest);
  return beat_.next(std::max(soonest, quiet_until), interval);
}

asio::awaitable<void> Prober::probe(std::string server) {
  while (config_.get().server(server) != nullptr && !config::is_for_the_trail_alone(config_.get(), server)) {
    const BootTime began = clock_.now();
    const std::uint64_t hurries = hurries_;
    co_await directory_.get(server, ServerDirectory::Need::now, BootTime::max());
    if (hurries != hurries_) continue;  // this one began before the sleep
    durations_[server].observe(clock_.now() - began);
    const config::Server* settings = config_.get().server(server);
    if (settings == nullptr) break;
    co_await clock_.wait(hurried_, next_turn(*settings, began));
  }
  running_[server] = false;
}

}  // namespace wardend::server
