#include "daemon/server/server_health.hpp"

#include "base/log.hpp"
#include "base/words.hpp"

namespace wardend::server {
namespace {

// When it said that it is back, or may be asked again.
std::string with_end_of_quiet(const LinkEvidence& evidence, WallTime now) {
  if (evidence.quiet <= Duration::zero() || evidence.detail.empty()) return evidence.detail;
  const WallTime end = now + std::chrono::duration_cast<WallTime::duration>(evidence.quiet);
  return evidence.detail + "; it wants to be left alone until " + words::local_time(unix_seconds(end));
}

// Another address is another server: what is known of the one says nothing of the other.
std::string key_of(const config::Config& config, const std::string& server) {
  const config::Server* settings = config.server(server);
  return settings == nullptr ? server : server + ' ' + settings->fhir_base_url.canonical();
}

}  // namespace

void ServerHealth::observe(const std::string& server, const LinkEvidence& evidence) {
  using Kind = LinkEvidence::Kind;
  const config::Server* settings = config_.get().server(server);
  if (settings == nullptr) return;
  ServerRecord& record = records_[key_of(config_.get(), server)];
  const State before = record.link.state;
  record.link = next(record.link, evidence, settings->health);
  const bool alive = shows_life(evidence);
  if (alive) answered(record, evidence, settings->staleness);
  // What says nothing of the server leaves the trouble that it has.
  if (evidence.kind != Kind::inconclusive || (record.last_trouble.empty() && !evidence.detail.empty())) {
    record.last_trouble = with_end_of_quiet(evidence, clock_.wall_now());
    record.remedy = evidence.remedy;
  }
  if (evidence.kind != Kind::inconclusive && !alive) {
    record.unbroken_since.reset();
    record.latency.reset();
  }
  record.quiet_until.reset();
  if (evidence.quiet > Duration::zero()) record.quiet_until = clock_.now() + evidence.quiet;
  if (record.link.state != before) moved(server, before, record.link.state, evidence.detail);
  if (alive) confirmations_.notify_all();
}

void ServerHealth::answered(ServerRecord& record, const LinkEvidence& evidence, Duration staleness) {
  const bool broken =
      !record.confirmed_boot || clock_.now() - *record.confirmed_boot > staleness || !record.unbroken_since;
  if (broken) record.unbroken_since = clock_.wall_now();
  record.confirmed_boot = clock_.now();
  record.confirmed_at = clock_.wall_now();
  record.latency = evidence.latency;
  if (evidence.certificate_expires_at) record.certificate_expires_at = evidence.certificate_expires_at;
}

void ServerHealth::moved(const std::string& server, State from, State to, const std::string& why) {
  records_[key_of(config_.get(), server)].state_since = clock_.wall_now();
  log::info("server state", {{"server", server}, {"from", name_of(from)}, {"to", name_of(to)}, {"why", why}});
  hub_.publish({.kind = events::EventKind::server_health_changed,
                .at = clock_.wall_now(),
                .server = server,
                .reason = std::string(name_of(to))});
  if (from != State::down || to == State::down) return;
  records_[key_of(config_.get(), server)].recovered = clock_.now();
  for (const auto& call : on_recovery_) call(server);
}

void ServerHealth::interrupted() {
  for (auto& [server, record] : records_) {
    record.confirmed_boot.reset();
    record.unbroken_since.reset();
  }
  confirmations_.notify_all();
}

bool ServerHealth::down(const std::string& server) const {
  const auto found = records_.find(key_of(config_.get(), server));
  return found != records_.end() && found->second.link.state == State::down;
}

bool ServerHealth::needs_people(const std::string& server) const {
  return record(server).remedy == LinkEvidence::Remedy::people;
}

bool ServerHealth::recovered_within(const std::string& server, Duration span) const {
  const auto found = records_.find(key_of(config_.get(), server));
  return found != records_.end() && found->second.recovered && clock_.now() - *found->second.recovered < span;
}

std::optional<BootTime> ServerHealth::fresh_until(const std::string& server) const {
  const auto found = records_.find(key_of(config_.get(), server));
  const config::Server* settings = config_.get().server(server);
  if (found == records_.end() || settings == nullptr || !found->second.confirmed_boot) return std::nullopt;
  return *found->second.confirmed_boot + settings->staleness;
}

Freshness ServerHealth::freshness(const std::string& server) const {
  Freshness freshness{.server = server};
  const auto found = records_.find(key_of(config_.get(), server));
  const config::Server* settings = config_.get().server(server);
  if (found == records_.end() || settings == nullptr) return freshness;
  const ServerRecord& record = found->second;
  freshness.state = record.link.state;
  freshness.confirmed_at = record.confirmed_at;
  const std::optional<BootTime> until = fresh_until(server);
  freshness.stale = !until || clock_.now() > *until;
  if (!freshness.stale) freshness.unbroken_since = record.unbroken_since;
  return freshness;
}

ServerRecord ServerHealth::record(const std::string& server) const {
  const auto found = records_.find(key_of(config_.get(), server));
  return found == records_.end() ? ServerRecord{} : found->second;
}

}  // namespace wardend::server
