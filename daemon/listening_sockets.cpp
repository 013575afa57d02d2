#include "daemon/listening_sockets.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstddef>
#include <optional>
#include <utility>

#include "daemon/http/listener.hpp"
#include "ipc/listener.hpp"

namespace wardend {
namespace {

// Everybody may connect to these: who may do what is decided by rules, which a file's mode cannot express.
constexpr mode_t broker_mode = 0666;
constexpr mode_t control_mode = 0666;
constexpr int fhir_backlog = 128;  // no lock stands in it
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

// A socket that apps or browsers look for elsewhere is one that they do not find.
std::string difference(std::string_view key, const std::string& configured, const std::string& passed,
                       std::string_view unit) {
  return fmt::format(
      "{} is {} in the configuration, and systemd listens at {}: correct the one, or the other by "
      "`systemctl edit --full {}`, then restart both",
      key, configured, passed, unit);
}

// Empty: it has no path.
std::string path_of(const FileDescriptor& socket) {
  sockaddr_un address{};
  socklen_t size = sizeof address;
  if (::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0 || address.sun_family != AF_UNIX)
    return {};
  address.sun_path[sizeof address.sun_path - 1] = '\0';
  return size > offsetof(sockaddr_un, sun_path) ? std::string(address.sun_path) : std::string();
}

struct Wanted {
  std::string_view name;  // as the socket unit has it
  std::string_view key;   // in [broker]
  std::string_view unit;
  const std::string& path;
  ipc::SocketFile file;
};

Opened unix_socket(systemd::PassedSockets& passed, const Wanted& wanted, std::vector<std::string>& differences) {
  Opened claimed = passed_socket(passed, wanted.name);
  if (!claimed) return claimed;
  if (!claimed->valid()) return ipc::listen_at(wanted.path, wanted.file);
  if (const std::string at = path_of(*claimed); !at.empty() && at != wanted.path)
    differences.push_back(difference(wanted.key, wanted.path, at, wanted.unit));
  return claimed;
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

// systemd keeps it, so that who connects waits there.
std::string not_wanted(const std::string& at) {
  return fmt::format(
      "fhir_socket is empty in the configuration, and systemd listens at {}, where nobody answers: `systemctl disable "
      "--now wardend-fhir.socket`, then `systemctl restart wardend`",
      at);
}

Opened fhir_socket(systemd::PassedSockets& passed, const config::Config& config, SocketsAre others,
                   std::vector<std::string>& differences) {
  const std::string& path = config.broker.fhir_socket;
  Opened claimed = passed_socket(passed, "fhir");
  if (!claimed) return claimed;
  const std::string at = claimed->valid() ? path_of(*claimed) : std::string();
  if (path.empty()) {
    if (claimed->valid()) differences.push_back(not_wanted(at));
    return FileDescriptor{};
  }
  if (claimed->valid()) {
    if (!at.empty() && at != path) differences.push_back(difference("fhir_socket", path, at, "wardend-fhir.socket"));
    return claimed;
  }
  if (others == SocketsAre::passed)
    return std::unexpected(
        "systemd passed no socket for FHIR requests: `systemctl enable --now wardend-fhir.socket`, then "
        "`systemctl restart wardend`");
  return ipc::listen_at(path, {.mode = broker_mode, .backlog = fhir_backlog});
}

// A socket that wardend does without where systemd passes none, or nobody named it.
struct Spare {
  FileDescriptor& socket;
  std::string& why_none;
  bool is_named;
  SocketsAre others;
};
std::expected<void, std::string> take(Opened opened, const Spare& spare) {
  if (opened)
    spare.socket = std::move(*opened);
  else if (spare.is_named && spare.others == SocketsAre::made_here)
    return std::unexpected(opened.error());
  else
    spare.why_none = opened.error();
  return {};
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
  auto broker = unix_socket(passed, {"broker", "socket", "wardend.socket", config.broker.socket, {.mode = broker_mode}},
                            sockets.differences);
  if (!broker) return std::unexpected(broker.error());
  sockets.broker = std::move(*broker);
  auto control = unix_socket(
      passed,
      {"control", "control_socket", "wardend-control.socket", config.broker.control_socket, {.mode = control_mode}},
      sockets.differences);
  if (!control) return std::unexpected(control.error());
  sockets.control = std::move(*control);
  auto lock = take(lock_socket(passed, config, others),
                   {sockets.lock, sockets.no_lock_socket, config.broker.lock_socket_named, others});
  if (!lock) return std::unexpected(lock.error());
  auto fhir = take(fhir_socket(passed, config, others, sockets.differences),
                   {sockets.fhir, sockets.no_fhir_socket, config.broker.fhir_socket_named, others});
  if (!fhir) return std::unexpected(fhir.error());

  sockets.loopback = released(passed.claim("loopback"));
  const bool loopback_passed = !sockets.loopback.empty();
  if (sockets.loopback.empty() && config.broker.loopback_port != 0) {
    auto made = http::listen_on_loopback(config.broker.loopback_port);
    if (!made) return std::unexpected(made.error());
    sockets.loopback = std::move(*made);
  }
  if (!sockets.loopback.empty()) sockets.loopback_port = http::local_port(sockets.loopback.front());
  if (loopback_passed && config.broker.loopback_port != 0 && sockets.loopback_port != config.broker.loopback_port)
    sockets.differences.push_back(difference("loopback_port", std::to_string(config.broker.loopback_port),
                                             std::to_string(sockets.loopback_port), "wardend-loopback.socket"));

  sockets.metrics = released(passed.claim("metrics"));
  if (sockets.metrics.empty() && !config.broker.metrics_listen.empty()) {
    auto made = http::listen_on(config.broker.metrics_listen);
    if (!made) return std::unexpected(made.error() + " (metrics_listen)");
    sockets.metrics = {*made};
  }
  return sockets;
}

}  // namespace wardend
