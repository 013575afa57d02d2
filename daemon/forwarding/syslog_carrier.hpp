// Sends entries as syslog: to this machine's socket, or over TLS. The protocol knows no acknowledgement: an entry is
// done when the kernel has it.
#pragma once

#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <memory>

#include "base/worker.hpp"
#include "daemon/forwarding/carrier.hpp"
#include "daemon/forwarding/syslog_socket.hpp"

namespace wardend::forwarding {

class SyslogCarrier final : public Carrier {
 public:
  struct Parts {
    asio::io_context& loop;
    Worker& disk;  // credentials are read there
    std::filesystem::path credentials_folder;
    std::string own_name;  // this machine's
    std::filesystem::path local_socket = "/dev/log";
  };
  explicit SyslogCarrier(Parts parts) : parts_(std::move(parts)) {}

  [[nodiscard]] std::string receiver(const config::Config& config) const override { return config.audit.syslog; }
  [[nodiscard]] Most most() const override { return {}; }
  [[nodiscard]] asio::awaitable<Delivery> deliver(config::ConfigPtr config, Entries entries) override;
  void let_go() override { socket_.reset(); }

 private:
  [[nodiscard]] asio::awaitable<std::string> reach(config::ConfigPtr config);

  Parts parts_;
  std::unique_ptr<SyslogSocket> socket_;  // nullptr: none is open
  config::ConfigPtr opened_by_;
};

}  // namespace wardend::forwarding
