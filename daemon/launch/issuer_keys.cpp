#include "daemon/launch/issuer_keys.hpp"

#include <utility>

#include "protocol/http/allowed_hosts.hpp"
#include "protocol/http/redirect.hpp"
#include "protocol/http/status_class.hpp"
#include "protocol/oauth/openid_configuration.hpp"

namespace wardend::launch {
namespace {

constexpr Duration known_age = 1h;
constexpr Duration second_try = 500ms;

std::string word_for(HttpFailure::Kind kind) {
  switch (kind) {
    case HttpFailure::Kind::tls:
      return "jwks_tls";
    case HttpFailure::Kind::handshake:
      return "jwks_handshake";
    case HttpFailure::Kind::timeout:
      return "jwks_timeout";
    case HttpFailure::Kind::too_large:
      return "jwks_too_large";
    case HttpFailure::Kind::network:
    case HttpFailure::Kind::abandoned:
      return "jwks_unreachable";
  }
  return "jwks_unreachable";
}

// Why a document with this status is none: a word, and behind a blank what people need; empty: it may be one.
std::string fault_of_status(const HttpResponse& answer, std::string_view what) {
  if (http::is_success(answer.status)) return {};
  const std::string word(what);
  if (http::is_redirect(answer.status))
    return word + "_redirect " + http::redirect_text(answer.status, answer.header("location"));
  return word + "_status HTTP " + std::to_string(answer.status);
}

}  // namespace

bool host_allowed(const config::Server& server, const http::Url& url) {
  return http::is_on_allowed_host(url, server.fhir_base_url.url().host(), server.allowed_token_hosts);
}

asio::awaitable<std::expected<KeysPtr, std::string>> IssuerKeys::get(Issuer issuer, Need need, BootTime deadline) {
  Entry& entry = entries_[issuer.server];
  const auto usable = [&] {
    const Duration age = clock_.now() - entry.fetched_at;
    return entry.keys && entry.issuer == issuer && age < (need == Need::known ? known_age : between_renewals);
  };
  while (!usable()) {
    const auto fetched = co_await entry.flight.join(clock_, deadline, [&] { return renew(issuer, deadline); });
    if (!fetched) co_return std::unexpected("jwks_timeout");
    if (!*fetched) co_return std::unexpected(fetched->error());
  }
  co_return entry.keys;
}

asio::awaitable<std::expected<KeysPtr, std::string>> IssuerKeys::renew(Issuer issuer, BootTime deadline) {
  auto keys = co_await fetch(issuer, deadline);
  if (!keys) co_return std::unexpected(keys.error());
  Entry& entry = entries_[issuer.server];
  entry.keys = *keys;
  entry.fetched_at = clock_.now();
  entry.issuer = std::move(issuer);
  co_return entry.keys;
}

asio::awaitable<std::expected<KeysPtr, std::string>> IssuerKeys::fetch(Issuer issuer, BootTime deadline) {
  const auto address = co_await locate(issuer, deadline);
  if (!address) co_return std::unexpected(address.error());
  auto answer = co_await read(issuer.server, address->text(), jose::max_key_set, deadline);
  // A launch has its code for once: what may pass is asked once more.
  if (answer && http::is_transient(answer->status) && clock_.now() + second_try < deadline) {
    co_await clock_.sleep_for(second_try);
    answer = co_await read(issuer.server, address->text(), jose::max_key_set, deadline);
  }
  if (!answer) co_return std::unexpected(answer.error());
  if (std::string fault = fault_of_status(*answer, "jwks"); !fault.empty()) co_return std::unexpected(std::move(fault));
  auto keys = co_await http_.read(std::move(*answer),
                                  [](const HttpResponse& whole) { return jose::KeySet::parse(whole.body.reveal()); });
  if (!keys) co_return std::unexpected(keys.error());
  co_return std::make_shared<const jose::KeySet>(std::move(*keys));
}

asio::awaitable<std::expected<http::Url, std::string>> IssuerKeys::locate(Issuer issuer, BootTime deadline) {
  const auto config = config_.hold();
  const config::Server* server = config->server(issuer.server);
  if (server == nullptr) co_return std::unexpected("unknown_server");
  if (issuer.jwks_uri) co_return *issuer.jwks_uri;
  const auto address = http::Url::parse(oauth::openid_configuration_address(issuer.name));
  if (!address) co_return std::unexpected("openid_bad_issuer");
  if (!host_allowed(*server, *address)) co_return std::unexpected("jwks_foreign_host");
  auto answer = co_await read(issuer.server, address->text(), oauth::openid_configuration_limits.bytes, deadline);
  if (!answer) co_return std::unexpected(answer.error());
  if (std::string fault = fault_of_status(*answer, "openid"); !fault.empty())
    co_return std::unexpected(std::move(fault));
  const auto parse = [name = issuer.name](const HttpResponse& whole) {
    return oauth::parse_openid_configuration(whole.status, whole.body.reveal(), name);
  };
  auto document = co_await http_.read(std::move(*answer), parse);
  if (!document) co_return std::unexpected(document.error());
  if (!document->jwks_uri || !host_allowed(*server, *document->jwks_uri))
    co_return std::unexpected("jwks_foreign_host");
  co_return *document->jwks_uri;
}

asio::awaitable<std::expected<HttpResponse, std::string>> IssuerKeys::read(std::string server, std::string address,
                                                                           std::size_t max_bytes, BootTime deadline) {
  const auto config = config_.hold();
  const config::Server* settings = config->server(server);
  const Duration left = deadline - clock_.now();
  if (settings == nullptr) co_return std::unexpected("unknown_server");
  if (left < 1ms) co_return std::unexpected("jwks_timeout");
  HttpRequest request{.url = std::move(address),
                      .headers = {{"Accept", "application/json"}},
                      .max_response_bytes = max_bytes,
                      .timeout = std::chrono::floor<std::chrono::milliseconds>(left),
                      .route = settings->route};
  auto outcome = co_await http_.send(std::move(request));
  if (!outcome) co_return std::unexpected(word_for(outcome.error().kind));
  co_return std::move(*outcome);
}

}  // namespace wardend::launch
