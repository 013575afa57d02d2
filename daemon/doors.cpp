#include "daemon/doors.hpp"

#include "daemon/http/listener.hpp"
#include "ipc/listener.hpp"

namespace wardend {
namespace {

// Everybody may connect to the broker: who may do what is decided by rules, which a file's mode cannot express.
constexpr mode_t broker_mode = 0666;
constexpr mode_t control_mode = 0666;

std::expected<FileDescriptor, std::string> unix_door(systemd::PassedSockets& passed, std::string_view name,
                                                     const std::string& path, mode_t mode) {
  std::vector<FileDescriptor> claimed = passed.claim(name);
  if (claimed.size() > 1)
    return std::unexpected("the socket unit passes more than one socket named " + std::string(name));
  if (!claimed.empty()) return std::move(claimed.front());
  return ipc::listen_at(path, mode);
}

std::vector<int> released(std::vector<FileDescriptor> sockets) {
  std::vector<int> numbers;
  numbers.reserve(sockets.size());
  for (FileDescriptor& socket : sockets) numbers.push_back(socket.release());
  return numbers;
}

}  // namespace

std::expected<Doors, std::string> open_doors(const config::Broker& config, systemd::PassedSockets& passed) {
  Doors doors;
  auto broker = unix_door(passed, "broker", config.socket, broker_mode);
  if (!broker) return std::unexpected(broker.error());
  doors.broker = std::move(*broker);
  auto control = unix_door(passed, "control", config.control_socket, control_mode);
  if (!control) return std::unexpected(control.error());
  doors.control = std::move(*control);

  doors.loopback = released(passed.claim("loopback"));
  if (doors.loopback.empty() && config.loopback_port != 0) {
    auto made = http::listen_on_loopback(config.loopback_port);
    if (!made) return std::unexpected(made.error());
    doors.loopback = std::move(*made);
  }
  if (!doors.loopback.empty()) doors.loopback_port = http::local_port(doors.loopback.front());

  doors.metrics = released(passed.claim("metrics"));
  if (doors.metrics.empty() && !config.metrics_listen.empty()) {
    auto made = http::listen_on(config.metrics_listen);
    if (!made) return std::unexpected(made.error() + " (metrics_listen)");
    doors.metrics = {*made};
  }
  return doors;
}

}  // namespace wardend
