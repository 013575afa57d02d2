// The way of a FHIR request through the service: who asks and for which session, may it go, the token, the server, and
// back. Nothing here knows a socket.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/http_client.hpp"
#include "base/random.hpp"
#include "config/live.hpp"
#include "daemon/access/admission.hpp"
#include "daemon/gateway/client.hpp"
#include "daemon/gateway/exchanges.hpp"
#include "daemon/gateway/gateway_record.hpp"
#include "daemon/gateway/pages.hpp"
#include "daemon/gateway/refusal.hpp"
#include "daemon/gateway/relay.hpp"
#include "daemon/gateway/request_head.hpp"
#include "daemon/judging/request_judge.hpp"
#include "daemon/server/server_health.hpp"

namespace wardend::gateway {

class Gateway {
 public:
  static constexpr std::size_t longest_body = 4UL * 1024 * 1024;  // of a request
  static constexpr Duration judging_patience = 8s;                // how long a request waits for records to be read

  struct Parts {
    Clock& clock;
    Random& random;
    const config::Live& config;
    access::Admission& admission;
    judging::RequestJudge& judge;
    HttpClient& upstream;
    server::ServerHealth& server_health;
    session::SessionStore& store;
    Exchanges& exchanges;
    PageStore& pages;
    GatewayRecord& record;
    Relay& relay;
    Worker* parsing;  // nullptr: the loop reads large bodies
  };
  explicit Gateway(const Parts& parts) : parts_(parts), request_id_prefix_(parts.random.token(6)) {}

  // Answers one request, and records it. `client` must outlive the call.
  [[nodiscard]] asio::awaitable<void> answer(RequestHead head, Client& client);
  // The answer to a head that cannot be read: nobody looked who asks.
  [[nodiscard]] asio::awaitable<void> refuse_unread(const Refusal& refusal, Client& client);

 private:
  struct Matter;
  using Done = std::expected<void, Refusal>;
  [[nodiscard]] asio::awaitable<Done> serve(Matter& matter);
  [[nodiscard]] asio::awaitable<Done> admit(Matter& matter);
  [[nodiscard]] Done look_again(Matter& matter);
  [[nodiscard]] Done read(Matter& matter);
  [[nodiscard]] asio::awaitable<Result<judging::Body>> bring_body(Matter& matter);
  [[nodiscard]] asio::awaitable<Done> judge(Matter& matter);
  [[nodiscard]] Done send_on_anyway(Matter& matter, const Error& error) const;
  [[nodiscard]] asio::awaitable<Done> forward(Matter& matter);
  [[nodiscard]] asio::awaitable<std::expected<std::unique_ptr<HttpStream>, Refusal>> ask_server(Matter& matter);
  [[nodiscard]] HttpRequest request_of(const Matter& matter, const config::Server& server) const;
  [[nodiscard]] Refusal no_answer(Matter& matter, const HttpFailure& failure);
  [[nodiscard]] asio::awaitable<void> refuse(Matter& matter, Refusal refusal);
  [[nodiscard]] std::string next_request_id();

  Parts parts_;
  std::string request_id_prefix_;
  std::uint64_t asked_ = 0;
};

}  // namespace wardend::gateway
