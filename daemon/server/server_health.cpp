#include "daemon/server/server_health.hpp"

#include "base/log.hpp"
#include "base/words.hpp"

namespace wardend::server {
namespace {

// Of a server that goes on answering: the gateway's requests are thousands a second.
constexpr Duration between_words = 1s;

// When it said that it is back, or may be asked again.
std::string with_end_of_quiet(const LinkEvidence& evidence, WallTime now) {
  if (evidence.quiet <= Duration::zero() || evidence.detail.empty()) return evidence.detail;
  const WallTime end = now + std::chrono::duration_cast<WallTime::duration>(evidence.quiet);
  return evidence.detail + "; it wants to be left alone until " + words::local_time(unix_seconds(end));
}

}  // namespace

void ServerHealth::observe(const std::string& server, const LinkEvidence& evidence) {
  using Kind = LinkEvidence::Kind;
  const config::Server* settings = config_.get().server(server);
  if (settings == nullptr) return;
  ServerRecord& record = record_of(*settings);
  const State before = record.link.state;
  record.link = next(record.link, evidence, settings->health);
  const bool alive = shows_life(evidence);
  const bool confirms_anew = alive && answered(record, evidence, settings->staleness);
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
  if (record.link.state != before) moved(record, server, before, evidence.detail);
  if (confirms_anew || (alive && clock_.now() - told_at_ >= between_words)) {
    told_at_ = clock_.now();
    confirmations_.notify_all();
  }
}

bool ServerHealth::answered(ServerRecord& record, const LinkEvidence& evidence, Duration staleness) {
  const bool broken =
      !record.confirmed_boot || clock_.now() - *record.confirmed_boot > staleness || !record.unbroken_since;
  if (broken) record.unbroken_since = clock_.wall_now();
  record.confirmed_boot = clock_.now();
  record.confirmed_at = clock_.wall_now();
  record.latency = evidence.latency;
  if (evidence.certificate_expires_at) record.certificate_expires_at = evidence.certificate_expires_at;
  return broken;
}

void ServerHealth::moved(ServerRecord& record, const std::string& server, State from, const std::string& why) {
  const State to = record.link.state;
  record.state_since = clock_.wall_now();
  log::info("server state", {{"server", server}, {"from", name_of(from)}, {"to", name_of(to)}, {"why", why}});
  hub_.publish({.kind = events::EventKind::server_health_changed,
                .at = clock_.wall_now(),
                .server = server,
                .reason = std::string(name_of(to))});
  if (from != State::down || to == State::down) return;
  record.recovered = clock_.now();
  for (const auto& call : on_recovery_) call(server);
}

void ServerHealth::interrupted() {
  for (auto& [server, known] : records_) {
    known.record.confirmed_boot.reset();
    known.record.unbroken_since.reset();
  }
  confirmations_.notify_all();
}

ServerRecord& ServerHealth::record_of(const config::Server& server) {
  Known& known = records_[server.name];
  if (known.address != server.fhir_base_url.canonical()) known = {.address = server.fhir_base_url.canonical()};
  return known.record;
}

const ServerRecord* ServerHealth::find(const std::string& server) const {
  const config::Server* settings = config_.get().server(server);
  const auto found = records_.find(server);
  const bool known =
      settings != nullptr && found != records_.end() && found->second.address == settings->fhir_base_url.canonical();
  return known ? &found->second.record : nullptr;
}

bool ServerHealth::down(const std::string& server) const {
  const ServerRecord* known = find(server);
  return known != nullptr && known->link.state == State::down;
}

bool ServerHealth::needs_people(const std::string& server) const {
  const ServerRecord* known = find(server);
  return known != nullptr && known->remedy == LinkEvidence::Remedy::people;
}

bool ServerHealth::recovered_within(const std::string& server, Duration span) const {
  const ServerRecord* known = find(server);
  return known != nullptr && known->recovered && clock_.now() - *known->recovered < span;
}

std::optional<BootTime> ServerHealth::fresh_until(const ServerRecord& record, const std::string& server) const {
  if (!record.confirmed_boot) return std::nullopt;
  return *record.confirmed_boot + config_.get().server(server)->staleness;
}

std::optional<BootTime> ServerHealth::fresh_until(const std::string& server) const {
  const ServerRecord* known = find(server);
  return known == nullptr ? std::nullopt : fresh_until(*known, server);
}

Freshness ServerHealth::freshness(const std::string& server) const {
  Freshness freshness{.server = server};
  const ServerRecord* known = find(server);
  if (known == nullptr) return freshness;
  freshness.state = known->link.state;
  freshness.confirmed_at = known->confirmed_at;
  const std::optional<BootTime> until = fresh_until(*known, server);
  freshness.stale = !until || clock_.now() > *until;
  if (!freshness.stale) freshness.unbroken_since = known->unbroken_since;
  return freshness;
}

ServerRecord ServerHealth::record(const std::string& server) const {
  const ServerRecord* known = find(server);
  return known == nullptr ? ServerRecord{} : *known;
}

}  // namespace wardend::server
