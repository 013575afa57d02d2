#include "daemon/forwarding/syslog_carrier.hpp"

#include <utility>

#include "config/syslog_address.hpp"
#include "daemon/forwarding/credentials.hpp"

namespace wardend::forwarding {

asio::awaitable<Delivery> SyslogCarrier::deliver(config::ConfigPtr config, Entries entries) {
  // A reload may have changed the address or a file behind it.
  if (socket_ && (socket_->ended() || opened_by_ != config)) let_go();
  if (!socket_) {
    if (std::string trouble = co_await reach(std::move(config)); !trouble.empty()) {
      let_go();
      co_return Delivery{.trouble = std::move(trouble)};
    }
  }
  Delivery delivery = co_await socket_->send(std::move(entries));
  if (!delivery.trouble.empty()) let_go();
  co_return delivery;
}

asio::awaitable<std::string> SyslogCarrier::reach(config::ConfigPtr config) {
  const auto address = config::parse_syslog_address(config->audit.syslog);
  if (!address) co_return "syslog is no address";
  opened_by_ = config;
  if (address->local) {
    socket_ = local_syslog(parts_.loop, parts_.local_socket);
    co_return co_await socket_->open();
  }
  auto identity = co_await parts_.disk.run(
      [audit = config->audit, folder = parts_.credentials_folder] { return read_identity(audit, folder); });
  if (!identity) co_return identity.error();
  socket_ =
      tls_syslog(parts_.loop, {.host = address->host, .port = address->port, .ca_file = config->audit.syslog_ca_file},
                 std::move(*identity), parts_.own_name);
  co_return co_await socket_->open();
}

}  // namespace wardend::forwarding
