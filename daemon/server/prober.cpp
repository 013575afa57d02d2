#include "daemon/server/prober.hpp"

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

asio::awaitable<void> Prober::probe(std::string server) {
  while (config_.get().server(server) != nullptr && !config::is_for_the_trail_alone(config_.get(), server)) {
    const BootTime began = clock_.now();
    const std::uint64_t hurries = hurries_;
    co_await directory_.get(server, ServerDirectory::Need::now, BootTime::max());
    if (hurries != hurries_) continue;  // this one began before the sleep
    durations_[server].observe(clock_.now() - began);
    const config::Server* settings = config_.get().server(server);
    if (settings == nullptr) break;
    // 80 to 120 % of the interval, so that workstations do not ask in step.
    const double factor = 0.8 + 0.4 * random_.unit();
    const auto interval = static_cast<double>(Duration(settings->health.interval).count());
    co_await clock_.wait(hurried_, clock_.now() + Duration(static_cast<Duration::rep>(interval * factor)));
  }
  running_[server] = false;
}

}  // namespace wardend::server
