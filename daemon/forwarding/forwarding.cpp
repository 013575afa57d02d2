#include "daemon/forwarding/forwarding.hpp"

#include "trail/moment.hpp"

namespace wardend::forwarding {
namespace {

std::filesystem::path in_state_dir(const config::Live& config, const char* name) {
  return std::filesystem::path(config.get().broker.state_dir) / name;
}

Forwarder::Parts forwarder_parts(const Forwarding::Parts& parts) {
  return {parts.clock, parts.random, parts.config, parts.disk, [&trail = parts.trail] { return trail.confirmed(); }};
}

}  // namespace

Forwarding::Forwarding(const Parts& parts)
    : parts_(parts),
      http_(parts.loop, parts.clock, {.identity = &identity_}, &parts.disk),
      fhir_carrier_({http_, identity_, parts.disk, parts.credentials_folder}),
      syslog_carrier_({parts.loop, parts.disk, parts.credentials_folder, parts.own_name}),
      fhir_(forwarder_parts(parts), fhir_carrier_, in_state_dir(parts.config, "forwarded-to-fhir")),
      syslog_(forwarder_parts(parts), syslog_carrier_, in_state_dir(parts.config, "forwarded-to-syslog")),
      tasks_(parts.loop.get_executor()) {}

void Forwarding::start(Event& configured) {
  tasks_.spawn("forwarding to FHIR", fhir_.run());
  tasks_.spawn("forwarding to syslog", syslog_.run());
  tasks_.spawn("news of the trail", heed(parts_.trail.moved()));
  tasks_.spawn("news of the configuration", heed(configured));
}

asio::awaitable<void> Forwarding::shut_down() {
  co_await tasks_.shut_down(parts_.clock);
  // A connection that waits for its end would keep the loop.
  fhir_carrier_.let_go();
  syslog_carrier_.let_go();
  http_.close();
}

asio::awaitable<void> Forwarding::heed(Event& event) {
  for (;;) {
    co_await parts_.clock.wait(event, BootTime::max());
    fhir_.stir();
    syslog_.stir();
  }
}

std::vector<Forwarding::Sink> Forwarding::sinks() const {
  return {{"fhir", fhir_.standing()}, {"syslog", syslog_.standing()}};
}

std::vector<std::string> Forwarding::notices() const {
  std::vector<std::string> notices;
  for (const Sink& sink : sinks())
    if (std::string notice = notice_of(sink.standing); !notice.empty()) notices.push_back(std::move(notice));
  return notices;
}

std::string notice_of(const Standing& standing) {
  if (standing.trouble.empty()) return {};
  return "the audit trail is not forwarded to " + standing.receiver + " since " + trail::timestamp(standing.since) +
         ": " + standing.trouble +
         "; entries that wait on the disk and follow by themselves: " + std::to_string(standing.backlog);
}

}  // namespace wardend::forwarding
