#include "daemon/server/directory.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "base/text.hpp"
#include "daemon/server/document_request.hpp"
#include "daemon/server/kept_server.hpp"
#include "protocol/http/allowed_hosts.hpp"
#include "protocol/http/redirect.hpp"
#include "protocol/http/status_class.hpp"
#include "protocol/smart/conformance.hpp"

namespace wardend::server {
namespace {

constexpr Duration interactive_age = 10min;
constexpr Duration known_age = 1h;
constexpr Duration fetch_time = 5s;  // for all requests that one document needs

bool may_be_old(ServerDirectory::Need need) {
  return need == ServerDirectory::Need::known || need == ServerDirectory::Need::tokens;
}

DiscoveryFailure waits_for_operator() {
  return {"discovery_changed",
          "the server's endpoints, issuer or keys have changed: an operator must accept it (`wardctl accept`)", false};
}

DiscoveryFailure redirected(int status, std::string_view location) {
  return {"discovery_redirect", "the server " + http::redirect_text(status, location) + ": correct fhir_base_url",
          false};
}

// A document that cannot be used stays so until somebody mends it, here or there.
LinkEvidence unusable_document(LinkEvidence evidence, const std::string& why) {
  evidence.kind = LinkEvidence::Kind::failing;
  evidence.detail = why;
  evidence.remedy = LinkEvidence::Remedy::people;
  return evidence;
}

// It lives, and what is asked for is not there: a fault of the configuration, here or there, and no downtime.
LinkEvidence wrong_address(LinkEvidence evidence, const std::string& why) {
  evidence.detail = why;
  evidence.remedy = LinkEvidence::Remedy::people;
  return evidence;
}

// A cache on the way answered, though it was asked not to: that is no sign of life.
LinkEvidence kept_on_the_way(LinkEvidence evidence) {
  if (!shows_life(evidence)) return evidence;
  return {.detail =
              "a cache on the way answers instead of the server, so nothing confirms that it lives: have it heed "
              "Cache-Control: no-cache",
          .remedy = LinkEvidence::Remedy::people};
}

// What the failure of a request for a document shows of the link.
LinkEvidence shown_by(const HttpFailure& failure, const DiscoveryFailure& told) {
  LinkEvidence evidence = evidence_of(failure);
  return failure.kind == HttpFailure::Kind::too_large ? unusable_document(std::move(evidence), told.description)
                                                      : evidence;
}

bool allowed(const config::Server& server, const smart::Discovery& discovery) {
  const auto at_home = [&](const http::Url& url) {
    return http::is_on_allowed_host(url, server.fhir_base_url.url().host(), server.allowed_token_hosts);
  };
  return at_home(discovery.token_endpoint) &&
         (!discovery.authorization_endpoint || at_home(*discovery.authorization_endpoint)) &&
         (!discovery.revocation_endpoint || at_home(*discovery.revocation_endpoint)) &&
         (!discovery.jwks_uri || at_home(*discovery.jwks_uri));
}

}  // namespace

ServerDirectory::ServerDirectory(asio::any_io_executor executor, Clock& clock, HttpClient& http,
                                 const config::Live& config, ServerHealth& health, Vault& vault)
    : clock_(clock), http_(http), config_(config), health_(health), vault_(vault), fetches_(std::move(executor)) {}

void ServerDirectory::restore() {
  vault_.each([&](Vault::RecordId id, Vault::Kind kind, std::string_view bytes) {
    if (kind != Vault::Kind::server) return;
    auto kept = kept_server_from(bytes);
    const config::Server* server = kept ? config_.get().server(kept->name) : nullptr;
    if (server == nullptr || server->fhir_base_url.canonical() != kept->base) return vault_.erase(id);
    Entry& entry = entries_[kept->name];
    entry.base = std::move(kept->base);
    entry.document = std::make_shared<const smart::Discovery>(std::move(kept->approved));
    entry.record = id;
    entry.kept = bytes;
    if (!kept->waiting) return;
    entry.waiting = std::make_shared<const smart::Discovery>(std::move(*kept->waiting));
    tell(kept->name, *entry.waiting);
  });
}

// Another address is another server, and a host that is no longer allowed must not be sent anything: what was approved
// before the configuration changed in that way says nothing any more.
ServerDirectory::Entry& ServerDirectory::entry_of(const std::string& server) {
  Entry& entry = entries_[server];
  const config::Server* settings = config_.get().server(server);
  if (settings == nullptr) return entry;
  const bool same_server = settings->fhir_base_url.canonical() == entry.base;
  if (same_server && (!entry.document || allowed(*settings, *entry.document))) return entry;
  entry.base = settings->fhir_base_url.canonical();
  entry.document.reset();
  entry.waiting.reset();
  entry.shown.clear();
  entry.fetched_at.reset();
  return entry;
}

// Keys and sign-in may have moved: where tokens are sent has not.
bool ServerDirectory::serves_on(const Entry& entry, Need need) {
  return need == Need::tokens && entry.document && entry.waiting &&
         entry.document->same_token_endpoints(*entry.waiting);
}

ServerDirectory::Answer ServerDirectory::answer(const Entry& entry, Need need) {
  if (serves_on(entry, need)) return entry.document;
  if (entry.waiting) return std::unexpected(waits_for_operator());
  if (!entry.last_failure) return entry.document;
  if (may_be_old(need) && entry.document && entry.last_failure->unreachable) return entry.document;
  return std::unexpected(*entry.last_failure);
}

asio::awaitable<ServerDirectory::Answer> ServerDirectory::get(std::string server, Need need, BootTime until) {
  Entry& entry = entry_of(server);
  const Duration allowed = need == Need::fresh_ten_minutes ? interactive_age : known_age;
  const bool fresh = entry.fetched_at && clock_.now() - *entry.fetched_at < allowed;
  if (entry.document && !entry.waiting && need != Need::now && fresh) co_return entry.document;
  if (serves_on(entry, need) && fresh) co_return entry.document;
  const std::uint64_t ended = entry.fetches;
  if (!entry.fetching) {
    const config::Server* settings = config_.get().server(server);
    const Duration span = need == Need::now && settings != nullptr ? settings->health.timeout : fetch_time;
    entry.fetching = true;
    fetches_.spawn("discovery", fetch(server, clock_.now() + span));
  }
  while (entry.fetches == ended) {
    if (co_await clock_.wait(entry.fetched, until) == Clock::Wake::notified || entry.fetches != ended) continue;
    if (serves_on(entry, need)) co_return entry.document;
    if (entry.waiting) co_return std::unexpected(waits_for_operator());
    if (may_be_old(need) && entry.document) co_return entry.document;
    co_return std::unexpected(timed_out());
  }
  co_return answer(entry, need);
}

asio::awaitable<void> ServerDirectory::fetch(std::string server, BootTime until) {
  Entry& entry = entries_[server];
  struct Ended {
    Entry& entry;
    ~Ended() {
      entry.fetching = false;
      ++entry.fetches;
      entry.fetched.notify_all();
    }
  } ended{entry};
  entry.last_failure = DiscoveryFailure{"discovery_unreachable", "the request was given up", true};
  const std::string base = entry.base;
  auto read = co_await read_document(server, until);
  if (base != entry.base) co_return;  // of an address that is no longer the server's
  if (!read) {
    entry.last_failure = std::move(read.error());
    co_return;
  }
  for (const std::string& warning : read->warnings)
    if (!entry.document)
      log::bounded(log::Level::warn, "discovery document is not conformant", server,
                   {{"server", server}, {"finding", warning}});
  take(server, entry, std::move(*read));
}

asio::awaitable<std::expected<smart::Discovery, DiscoveryFailure>> ServerDirectory::read_document(std::string name,
                                                                                                  BootTime until) {
  const auto config = config_.hold();
  const config::Server* server = config->server(name);
  if (server == nullptr) co_return std::unexpected(DiscoveryFailure{"unknown_server", "no such server", false});
  const smart::DiscoveryRules rules{server->oauth.legacy_pkce, server->allowed_token_hosts};
  auto outcome = co_await http_.send(
      request_for(*server, ".well-known/smart-configuration", smart::discovery_limits, until - clock_.now()));
  if (!outcome) {
    DiscoveryFailure failure = failure_of(outcome.error(), smart::discovery_limits);
    health_.observe(server->name, shown_by(outcome.error(), failure));
    co_return std::unexpected(std::move(failure));
  }
  LinkEvidence evidence = evidence_of(*outcome);
  int status = outcome->status;
  std::string why = outcome->why_unreadable();
  bool kept = is_from_cache(*outcome);
  if (status >= 300 && status < 400) {
    DiscoveryFailure failure = redirected(status, outcome->header("location"));
    health_.observe(server->name, wrong_address(std::move(evidence), failure.description));
    co_return std::unexpected(std::move(failure));
  }
  auto parsed =
      co_await http_.read(std::move(*outcome), [base = server->fhir_base_url, rules](const HttpResponse& whole) {
        return smart::parse_discovery(whole.status, whole.header("content-type"), whole.body.reveal(), base, rules);
      });
  if (!parsed && (status == 404 || status == 410) && server->oauth.smart1_discovery) {
    outcome = co_await http_.send(request_for(*server, "metadata", fhir::capability_limits, until - clock_.now()));
    if (!outcome) {
      DiscoveryFailure failure = failure_of(outcome.error(), fhir::capability_limits);
      health_.observe(server->name, shown_by(outcome.error(), failure));
      co_return std::unexpected(std::move(failure));
    }
    evidence = evidence_of(*outcome);
    kept = is_from_cache(*outcome);
    status = outcome->status;
    why = outcome->why_unreadable();
    parsed = co_await http_.read(std::move(*outcome), [base = server->fhir_base_url, rules](const HttpResponse& whole) {
      return smart::parse_conformance(whole.status, whole.header("content-type"), whole.body.reveal(), base, rules);
    });
  }
  if (!parsed && parsed.error().code == "discovery_not_json") parsed.error().description += why;
  if (!parsed && http::is_success(status))
    evidence = unusable_document(std::move(evidence), parsed.error().description);
  if (!parsed && shows_life(evidence)) evidence = wrong_address(std::move(evidence), parsed.error().description);
  health_.observe(server->name, kept ? kept_on_the_way(std::move(evidence)) : evidence);
  if (parsed) co_return std::move(*parsed);
  const bool may_pass = http::is_success(status) || http::is_transient(status);
  co_return std::unexpected(DiscoveryFailure{parsed.error().code, parsed.error().description, may_pass});
}

void ServerDirectory::take(const std::string& server, Entry& entry, smart::Discovery document) {
  auto fetched = std::make_shared<const smart::Discovery>(std::move(document));
  entry.fetched_at = clock_.now();
  entry.last_failure.reset();
  if (entry.document && !entry.document->same_endpoints(*fetched)) {
    const bool news = entry.waiting == nullptr;
    entry.waiting = std::move(fetched);
    if (news) tell(server, *entry.waiting);
  } else {
    entry.waiting.reset();
    entry.document = std::move(fetched);
  }
  keep(server, entry);
}

void ServerDirectory::tell(const std::string& server, const smart::Discovery& waiting) {
  log::bounded(log::Level::error,
               "the server's endpoints have changed; nothing is sent there until an operator has asked its "
               "administrators and accepts it: see `wardctl status`",
               server, {{"server", server}, {"digest", endpoints_digest(waiting)}});
}

// Written only when it says something else: a document is fetched all day and seldom another one.
void ServerDirectory::keep(const std::string& server, Entry& entry) {
  KeptServer known{.name = server, .base = entry.base, .approved = *entry.document};
  if (entry.waiting) known.waiting = *entry.waiting;
  std::string record = to_record(known);
  if (record == entry.kept) return;
  entry.record = vault_.put(entry.record, Vault::Kind::server, record);
  entry.kept = entry.record == 0 ? std::string() : std::move(record);
}

ServerDirectory::Acceptance ServerDirectory::accept(const std::string& server,
                                                    const std::optional<std::string>& digest) {
  if (config_.get().server(server) == nullptr) return Acceptance::unknown_server;
  Entry& entry = entry_of(server);
  if (!entry.waiting) return Acceptance::nothing_waits;
  if (endpoints_digest(*entry.waiting) != digest.value_or(entry.shown)) return Acceptance::other_than_shown;
  entry.document = std::move(entry.waiting);
  entry.waiting.reset();
  entry.shown.clear();
  keep(server, entry);
  return Acceptance::accepted;
}

ServerDirectory::Observation ServerDirectory::observation(const std::string& server) const {
  const auto found = entries_.find(server);
  if (found == entries_.end() || !found->second.waiting) return {};
  const Entry& entry = found->second;
  return {entry.document->difference(*entry.waiting), endpoints_digest(*entry.waiting)};
}

ServerDirectory::Observation ServerDirectory::show(const std::string& server) {
  Observation seen = observation(server);
  if (const auto found = entries_.find(server); found != entries_.end()) found->second.shown = seen.digest;
  return seen;
}

}  // namespace wardend::server
