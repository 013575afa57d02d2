#include "daemon/listening_sockets.hpp"

#include <optional>
#include <utility>

#include "daemon/http/listener.hpp"
#include "ipc/listener.hpp"

namespace wardend {
namespace {

// Everybody may connect to these two: who may do what is decided by rules, which a file's mode cannot express.
constexpr mode_t broker_mode = 0666;
constexpr mode_t control_mode = 0666;
// Here the mode decides, so that nobody else can fill the queue that a lock waits in.
constexpr mode_t lock_mode = 0660;

using Opened = std::expected<FileDescriptor, std::string>;

// The passed socket of that name; not valid: none was passed.
Opened passed_socket(systemd::PassedSockets& passed, std::string_view name) {
  std::vector<FileDescriptor> claimed = passed.claim(name);
  if (claimed.size() > 1)
    return std::unexpected("the socket unit passes more than one socket named " + std::string(name));
  return claimed.empty() ? FileDescriptor{} : std::move(claimed.front());
}

Opened unix_socket(systemd::PassedSockets& passed, std::string_view name, const std::string& path, mode_t mode) {
  Opened claimed = passed_socket(passed, name);
  if (!claimed || claimed->valid()) return claimed;
  return ipc::listen_at(path, {.mode = mode});
}

enum class SocketsAre { passed, made_here };

Opened lock_socket(systemd::PassedSockets& passed, const config::Config& config, SocketsAre others) {
  Opened claimed = passed_socket(passed, "lock");
  if (!claimed || claimed->valid() || config.broker.lock_socket.empty()) return claimed;
  if (others == SocketsAre::passed)
    return std::unexpected(
        "systemd passed no lock socket: `systemctl enable --now wardend-lock.socket`, then "
        "`systemctl restart wardend`");
  const auto& ehr = config.roles.ehr.gids;
  return ipc::listen_at(config.broker.lock_socket,
                        {.mode = lock_mode, .group = ehr.empty() ? std::optional<gid_t>() : ehr.front()});
}

std::vector<int> released(std::vector<FileDescriptor> sockets) {
  std::vector<int> numbers;
  numbers.reserve(sockets.size());
  for (FileDescriptor& socket : sockets) numbers.push_back(socket.release());
  return numbers;
}

}  // namespace

std::expected<ListeningSockets, std::string> open_listening_sockets(const config::Config& config,
                                                                    systemd::PassedSockets& passed) {
  ListeningSockets sockets;
  const auto others = passed.has("control") ? SocketsAre::passed : SocketsAre::made_here;
  auto broker = unix_socket(passed, "broker", config.broker.socket, broker_mode);
  if (!broker) return std::unexpected(broker.error());
  sockets.broker = std::move(*broker);
  auto control = unix_socket(passed, "control", config.broker.control_socket, control_mode);
  if (!control) return std::unexpected(control.error());
  sockets.control = std::move(*control);
  auto lock = lock_socket(passed, config, others);
  if (lock)
    sockets.lock = std::move(*lock);
  else if (config.broker.lock_socket_named && others == SocketsAre::made_here)
    return std::unexpected(lock.error());
  else
    sockets.no_lock_socket = lock.error();

  sockets.loopback = released(passed.claim("loopback"));
  if (sockets.loopback.empty() && config.broker.loopback_port != 0) {
    auto made = http::listen_on_loopback(config.broker.loopback_port);
    if (!made) return std::unexpected(made.error());
    sockets.loopback = std::move(*made);
  }
  if (!sockets.loopback.empty()) sockets.loopback_port = http::local_port(sockets.loopback.front());

  sockets.metrics = released(passed.claim("metrics"));
  if (sockets.metrics.empty() && !config.broker.metrics_listen.empty()) {
    auto made = http::listen_on(config.broker.metrics_listen);
    if (!made) return std::unexpected(made.error() + " (metrics_listen)");
    sockets.metrics = {*made};
  }
  return sockets;
}

}  // namespace wardend
