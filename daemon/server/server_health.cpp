#include "daemon/server/server_health.hpp"

#include "base/log.hpp"

namespace wardend::server {

void ServerHealth::observe(const std::string& server, const LinkEvidence& evidence) {
  const config::Server* settings = config_.get().server(server);
  if (settings == nullptr) return;
  ServerRecord& record = records_[server];
  const State before = record.link.state;
  record.link = next(record.link, evidence.kind, settings->health);
  if (evidence.kind == LinkEvidence::Kind::answered) {
    const bool broken =
        !record.confirmed_boot || clock_.now() - *record.confirmed_boot > settings->staleness || !record.unbroken_since;
    if (broken) record.unbroken_since = clock_.wall_now();
    record.confirmed_boot = clock_.now();
    record.confirmed_at = clock_.wall_now();
    record.latency = evidence.latency;
    record.last_trouble.clear();
    record.remedy = LinkEvidence::Remedy::time;
    if (evidence.certificate_expires_at) record.certificate_expires_at = evidence.certificate_expires_at;
  } else if (evidence.kind != LinkEvidence::Kind::inconclusive) {
    record.last_trouble = evidence.detail;
    record.remedy = evidence.remedy;
    record.unbroken_since.reset();
  }
  if (record.link.state != before) moved(server, before, record.link.state, evidence.detail);
}

void ServerHealth::moved(const std::string& server, State from, State to, const std::string& why) {
  records_[server].state_since = clock_.wall_now();
  log::info("server state", {{"server", server}, {"from", name_of(from)}, {"to", name_of(to)}, {"why", why}});
  hub_.publish({.kind = events::EventKind::server_health_changed,
                .at = clock_.wall_now(),
                .server = server,
                .reason = std::string(name_of(to))});
  if (from != State::down || to == State::down) return;
  records_[server].recovered = clock_.now();
  for (const auto& call : on_recovery_) call(server);
}

void ServerHealth::interrupted() {
  for (auto& [server, record] : records_) {
    record.confirmed_boot.reset();
    record.unbroken_since.reset();
  }
}

bool ServerHealth::down(const std::string& server) const {
  const auto found = records_.find(server);
  return found != records_.end() && found->second.link.state == State::down;
}

bool ServerHealth::needs_people(const std::string& server) const {
  return record(server).remedy == LinkEvidence::Remedy::people;
}

bool ServerHealth::recovered_within(const std::string& server, Duration span) const {
  const auto found = records_.find(server);
  return found != records_.end() && found->second.recovered && clock_.now() - *found->second.recovered < span;
}

Freshness ServerHealth::freshness(const std::string& server) const {
  Freshness freshness{.server = server};
  const auto found = records_.find(server);
  const config::Server* settings = config_.get().server(server);
  if (found == records_.end() || settings == nullptr) return freshness;
  const ServerRecord& record = found->second;
  freshness.state = record.link.state;
  freshness.confirmed_at = record.confirmed_at;
  freshness.stale = !record.confirmed_boot || clock_.now() - *record.confirmed_boot > settings->staleness;
  if (!freshness.stale) freshness.unbroken_since = record.unbroken_since;
  return freshness;
}

ServerRecord ServerHealth::record(const std::string& server) const {
  const auto found = records_.find(server);
  return found == records_.end() ? ServerRecord{} : found->second;
}

}  // namespace wardend::server
