// The keys by which each server's id_tokens are checked: fetched when wanted, one request at a time for a server, kept
// for an hour, and fetched again when a token names one that is not among them.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <expected>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/http_client.hpp"
#include "base/single_flight.hpp"
#include "config/live.hpp"
#include "protocol/http/url.hpp"
#include "protocol/jose/keys.hpp"

namespace wardend::launch {

using KeysPtr = std::shared_ptr<const jose::KeySet>;

class IssuerKeys {
 public:
  // An issuer that publishes a new key is not asked more often than this, whoever sends tokens with unknown ones.
  static constexpr Duration between_renewals = 60s;

  IssuerKeys(Clock& clock, HttpClient& http, const config::Live& config)
      : clock_(clock), http_(http), config_(config) {}

  // Whose keys. Without `jwks_uri` the issuer's openid-configuration tells where they are.
  struct Issuer {
    std::string server;
    std::string name;
    std::optional<http::Url> jwks_uri = {};
    friend bool operator==(const Issuer& a, const Issuer& b) {
      return a.name == b.name && a.jwks_uri.has_value() == b.jwks_uri.has_value() &&
             (!a.jwks_uri || a.jwks_uri->text() == b.jwks_uri->text());
    }
  };
  enum class Need { known, renewed };
  // The error is a word: jwks_unreachable, jwks_timeout, jwks_tls, jwks_too_large, jwks_foreign_host (add it to
  // allowed_token_hosts), or the parsers' own. Behind jwks_status, jwks_redirect, openid_status and openid_redirect
  // follow a blank and what people need: the status, or the address (http::redirect_text). Renewed within the last
  // minute: what is there. Gives up at `deadline`.
  [[nodiscard]] asio::awaitable<std::expected<KeysPtr, std::string>> get(Issuer issuer, Need need, BootTime deadline);

 private:
  struct Entry {
    Issuer issuer;
    KeysPtr keys;
    BootTime fetched_at = {};
    SingleFlight<std::expected<KeysPtr, std::string>> flight;
  };
  // Fetches the keys and keeps them.
  [[nodiscard]] asio::awaitable<std::expected<KeysPtr, std::string>> renew(Issuer issuer, BootTime deadline);
  [[nodiscard]] asio::awaitable<std::expected<KeysPtr, std::string>> fetch(Issuer issuer, BootTime deadline);
  [[nodiscard]] asio::awaitable<std::expected<http::Url, std::string>> locate(Issuer issuer, BootTime deadline);
  [[nodiscard]] asio::awaitable<std::expected<HttpResponse, std::string>> read(std::string server, std::string address,
                                                                               std::size_t max_bytes,
                                                                               BootTime deadline);

  Clock& clock_;
  HttpClient& http_;
  const config::Live& config_;
  std::map<std::string, Entry, std::less<>> entries_;  // by server; never erased
};

// Whether endpoints of `server` may live at `url`: its FHIR base's host, or one of allowed_token_hosts.
[[nodiscard]] bool host_allowed(const config::Server& server, const http::Url& url);

}  // namespace wardend::launch
