// The requests in which a client proves who it is: code exchange, refresh, revocation. Each reads the credential anew,
// makes a proof of its own, posts one form, once, and
// tells server_health what that showed of the link. What an answer means, and whether to try again, is the caller's
// question: the launch's for a code, daemon/refresh's for a refresh, the revoker's for a revocation.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "base/http_client.hpp"
#include "base/secret.hpp"
#include "config/live.hpp"
#include "daemon/server/client_credentials.hpp"
#include "daemon/server/directory.hpp"
#include "daemon/server/server_health.hpp"
#include "protocol/oauth/token.hpp"

namespace wardend::server {

// Why there is no answer.
struct PostFailure {
  std::string unprovable = {};              // why the client cannot prove itself, for operators; empty: it could
  std::optional<HttpFailure> network = {};  // set where `unprovable` is empty
};
using PostAnswer = std::expected<HttpResponse, PostFailure>;

class TokenEndpoint {
 public:
  TokenEndpoint(HttpClient& http, ClientCredentials& proof, const config::Live& config, ServerHealth& health)
      : http_(http), proof_(proof), config_(config), health_(health) {}

  // Who asks, and where.
  struct Party {
    std::string server;
    Client client = {};
    DiscoveryPtr discovery;                   // never null
    std::chrono::milliseconds timeout{8000};  // of the whole request
  };
  struct CodeUse {
    Secret code;
    std::string redirect_uri;
    Secret verifier;
  };
  // Spec: RFC 6749 §4.1.3, RFC 7636 §4.5
  [[nodiscard]] asio::awaitable<PostAnswer> exchange(Party party, CodeUse use);
  // `scope` empty: left out. Spec: RFC 6749 §6
  [[nodiscard]] asio::awaitable<PostAnswer> refresh(Party party, Secret refresh_token, std::string scope);
  // The document must name a revocation endpoint. Spec: RFC 7009 §2.1
  [[nodiscard]] asio::awaitable<PostAnswer> revoke(Party party, oauth::TokenToRevoke token);

  // Whether the client can prove itself there, without asking: its credential is read. The error is a sentence for an
  // operator.
  [[nodiscard]] std::expected<void, std::string> provable(const Party& party) const;

  // What `work` makes of an answer, as HttpClient::read().
  template <typename Work>
  [[nodiscard]] asio::awaitable<std::invoke_result_t<Work&, PostAnswer>> read(PostAnswer answer, Work work) {
    if (!answer) co_return work(std::move(answer));
    co_return co_await http_.read(std::move(*answer), [work = std::move(work)](HttpResponse response) mutable {
      return work(PostAnswer(std::move(response)));
    });
  }

 private:
  enum class Wanted { tokens, revocation };
  using Form = std::function<Secret(const oauth::ClientAuthentication&)>;
  [[nodiscard]] asio::awaitable<PostAnswer> post(Party party, http::Url where, Wanted wanted, Form form);
  void tell_link(const std::string& server, Wanted wanted, const std::expected<HttpResponse, HttpFailure>& answer);

  HttpClient& http_;
  ClientCredentials& proof_;
  const config::Live& config_;
  ServerHealth& health_;
};

}  // namespace wardend::server
