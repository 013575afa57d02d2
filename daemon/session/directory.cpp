#include "daemon/session/directory.hpp"

#include "base/log.hpp"
#include "protocol/smart/conformance.hpp"

namespace wardend::session {
namespace {

constexpr Duration interactive_age = 10min;
constexpr Duration known_age = 1h;
constexpr auto interactive_timeout = std::chrono::milliseconds(5000);
constexpr std::size_t max_document = 1024 * 1024;

DiscoveryFailure failure_of(const HttpFailure& failure) {
  switch (failure.kind) {
    case HttpFailure::Kind::tls:
      return {"discovery_tls",
              "the server's certificate is not trusted: check ca_file and the clock (" + failure.detail + ")", true};
    case HttpFailure::Kind::timeout:
      return {"discovery_timeout", "the server did not answer in time: try again later", true};
    case HttpFailure::Kind::too_large:
      return {"discovery_too_large", "the discovery document is larger than 1 MiB: check fhir_base_url", false};
    case HttpFailure::Kind::network:
      return {"discovery_unreachable", "the server cannot be reached: check the network (" + failure.detail + ")",
              true};
    case HttpFailure::Kind::abandoned:
      return {"discovery_unreachable", "the machine was asleep meanwhile: try again", true};
  }
  return {"discovery_unreachable", "the server cannot be reached", true};
}

struct Fetching {
  explicit Fetching(bool& of) : flag(of) { flag = true; }
  ~Fetching() { flag = false; }
  Fetching(const Fetching&) = delete;
  Fetching& operator=(const Fetching&) = delete;
  bool& flag;
};

// The request for one of a server's documents.
HttpRequest request_for(const config::Server& server, std::string_view path, ServerDirectory::Need need) {
  return {.url = server.fhir_base_url.child(path),
          .headers = {{"Accept", "application/json, application/fhir+json;q=0.9"}, {"Cache-Control", "no-cache"}},
          .max_response_bytes = max_document,
          .timeout = need == ServerDirectory::Need::now ? server.health.timeout : interactive_timeout,
          .route = server.route};
}

}  // namespace

asio::awaitable<std::expected<DiscoveryPtr, DiscoveryFailure>> ServerDirectory::get(std::string server, Need need) {
  Entry& entry = entries_[server];  // entries are never erased
  const Duration age = clock_.now() - entry.fetched_at;
  const Duration allowed = need == Need::fresh_ten_minutes ? interactive_age : known_age;
  if (entry.document && !entry.refused && need != Need::now && age < allowed) co_return entry.document;
  while (entry.fetching) {
    co_await clock_.wait(entry.fetched, BootTime::max());
    if (entry.fetching) continue;
    if (!entry.last_failure) co_return entry.document;
    if (need == Need::known && entry.document && entry.last_failure->unreachable) co_return entry.document;
    co_return std::unexpected(*entry.last_failure);
  }
  auto fetched = co_await fetch(server, need);
  if (!fetched && need == Need::known && entry.document && fetched.error().unreachable) co_return entry.document;
  co_return fetched;
}

asio::awaitable<std::expected<DiscoveryPtr, DiscoveryFailure>> ServerDirectory::fetch(std::string server, Need need) {
  Entry& entry = entries_[server];
  struct Notify {
    Event& event;
    ~Notify() { event.notify_all(); }
  } notify{entry.fetched};
  const Fetching fetching(entry.fetching);
  entry.last_failure = DiscoveryFailure{"discovery_unreachable", "the request was given up", true};
  auto read = co_await read_document(server, need);
  if (!read) {
    entry.last_failure = read.error();
    co_return std::unexpected(std::move(read.error()));
  }
  for (const std::string& warning : read->warnings)
    if (!entry.document)
      log::bounded(log::Level::warn, "discovery document is not conformant", server,
                   {{"server", server}, {"finding", warning}});
  auto taken = take(server, entry, std::move(*read));
  if (taken)
    entry.last_failure.reset();
  else
    entry.last_failure = taken.error();
  co_return taken;
}

asio::awaitable<std::expected<smart::Discovery, DiscoveryFailure>> ServerDirectory::read_document(std::string name,
                                                                                                  Need need) {
  const auto config = config_.hold();
  const config::Server* server = config->server(name);
  if (server == nullptr) co_return std::unexpected(DiscoveryFailure{"unknown_server", "no such server", false});
  const smart::DiscoveryRules rules{server->oauth.legacy_pkce, server->allowed_token_hosts};
  auto outcome = co_await http_.send(request_for(*server, ".well-known/smart-configuration", need));
  LinkEvidence evidence = evidence_of(outcome);
  if (!outcome) {
    link_.observe(server->name, evidence);
    co_return std::unexpected(failure_of(outcome.error()));
  }
  auto parsed = smart::parse_discovery(outcome->status, outcome->header("content-type"), outcome->body.reveal(),
                                       server->fhir_base_url, rules);
  const bool not_there = outcome->status == 404 || outcome->status == 410;
  if (!parsed && not_there && server->oauth.smart1_discovery) {
    outcome = co_await http_.send(request_for(*server, "metadata", need));
    evidence = evidence_of(outcome);
    if (outcome)
      parsed = smart::parse_conformance(outcome->status, outcome->header("content-type"), outcome->body.reveal(),
                                        server->fhir_base_url, rules);
  }
  if (outcome && !parsed && outcome->status == 200) {
    evidence.kind = LinkEvidence::Kind::failing;
    evidence.detail = parsed.error().code;
  }
  link_.observe(server->name, evidence);
  if (parsed) co_return std::move(*parsed);
  if (!outcome) co_return std::unexpected(failure_of(outcome.error()));
  const bool may_pass = outcome->status >= 500 || outcome->status == 200 || outcome->status == 429;
  co_return std::unexpected(DiscoveryFailure{parsed.error().code, parsed.error().description, may_pass});
}

std::expected<DiscoveryPtr, DiscoveryFailure> ServerDirectory::take(const std::string& server, Entry& entry,
                                                                    smart::Discovery document) {
  auto fetched = std::make_shared<const smart::Discovery>(std::move(document));
  entry.fetched_at = clock_.now();
  if (entry.document && !entry.document->same_endpoints(*fetched)) {
    if (!entry.refused)
      log::error(
          "the server's endpoints have changed; nothing is sent there until an operator has asked its administrators "
          "and "
          "accepts it: see `wardctl status`",
          {{"server", server}});
    entry.refused = std::move(fetched);
    return std::unexpected(DiscoveryFailure{
        "discovery_changed",
        "the server's endpoints, issuer or keys have changed: an operator must accept it (`wardctl accept`)", false});
  }
  entry.refused.reset();
  entry.document = std::move(fetched);
  return entry.document;
}

bool ServerDirectory::accept(const std::string& server) {
  if (config_.get().server(server) == nullptr) return false;
  const auto found = entries_.find(server);
  if (found != entries_.end() && found->second.refused) found->second.document = std::move(found->second.refused);
  return true;
}

ServerDirectory::Observation ServerDirectory::observation(const std::string& server) const {
  const auto found = entries_.find(server);
  if (found == entries_.end() || !found->second.document) return {};
  const Entry& entry = found->second;
  return {entry.fetched_at, entry.refused ? entry.document->difference(*entry.refused) : std::string()};
}

}  // namespace wardend::session
