#include "daemon/server/prober.hpp"

#include "base/retry.hpp"
#include "config/audit_rule.hpp"

namespace wardend::server {

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

// 80 to 120 % of the interval, so that workstations do not ask in step. Where the server wants to be left alone for
// longer, the same part of the interval after that.
BootTime Prober::next_turn(const config::Server& server) {
  const double factor = 0.8 + 0.4 * random_.unit();
  const Duration pause = part_of(server.health.interval, factor);
  const std::optional<BootTime> quiet = health_.record(server.name).quiet_until;
  const bool asked_for_quiet = quiet && *quiet > clock_.now() + pause;
  return asked_for_quiet ? *quiet + part_of(server.health.interval, factor - 0.8) : clock_.now() + pause;
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
    co_await clock_.wait(hurried_, next_turn(*settings));
  }
  running_[server] = false;
}

}  // namespace wardend::server
