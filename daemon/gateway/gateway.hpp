// Takes a FHIR request through the service: reception, the server, the app; then records it. It knows no socket.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "daemon/gateway/client.hpp"
#include "daemon/gateway/exchanges.hpp"
#include "daemon/gateway/gateway_record.hpp"
#include "daemon/gateway/matter.hpp"
#include "daemon/gateway/reception.hpp"
#include "daemon/gateway/refusal.hpp"
#include "daemon/gateway/relay.hpp"
#include "daemon/gateway/request_head.hpp"
#include "daemon/gateway/upstream.hpp"

namespace wardend::gateway {

class Gateway {
 public:
  struct Parts {
    Reception& reception;
    Upstream& upstream;
    Relay& relay;
    Exchanges& exchanges;
    GatewayRecord& record;
  };
  explicit Gateway(const Parts& parts) : parts_(parts) {}

  // Answers one request, and records it. `client` must outlive the call.
  [[nodiscard]] asio::awaitable<void> answer(RequestHead head, Client& client);

 private:
  [[nodiscard]] asio::awaitable<Done> serve(Matter& matter);
  [[nodiscard]] asio::awaitable<Done> forward(Matter& matter);
  [[nodiscard]] Relay::Order order_for(Matter& matter, const config::Server& server);
  [[nodiscard]] asio::awaitable<void> refuse(Matter& matter, Refusal refusal);

  Parts parts_;
};

}  // namespace wardend::gateway
