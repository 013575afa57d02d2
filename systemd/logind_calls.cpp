#include "systemd/logind_calls.hpp"

#include <string_view>
#include <utility>

#include "systemd/logind_messages.hpp"

namespace wardend::systemd {
namespace {

constexpr auto manager_path = "/org/freedesktop/login1";
constexpr auto manager = "org.freedesktop.login1.Manager";
constexpr auto session_interface = "org.freedesktop.login1.Session";
constexpr auto properties = "org.freedesktop.DBus.Properties";
constexpr auto bus_name = "org.freedesktop.DBus";
constexpr Duration patience = 2s;
constexpr std::string_view no_reply = "org.freedesktop.DBus.Error.NoReply";

}  // namespace

asio::awaitable<std::optional<std::string>> ask_owner(Bus& bus) {
  auto reply =
      co_await bus.call({bus_name, "/org/freedesktop/DBus", bus_name, "GetNameOwner"}, {logind_service}, patience);
  if (reply) co_return read_owner(reply->get());
  if (reply.error().name.empty()) co_return std::nullopt;
  co_return std::string();
}

asio::awaitable<std::optional<std::vector<std::string>>> ask_session_paths(Bus& bus) {
  auto reply = co_await bus.call({logind_service, manager_path, manager, "ListSessions"}, {}, patience);
  co_return reply ? read_session_paths(reply->get()) : std::nullopt;
}

asio::awaitable<SessionReading> ask_session(Bus& bus, std::string path) {
  auto reply = co_await bus.call({logind_service, path, properties, "GetAll"}, {session_interface}, patience);
  if (reply) co_return SessionReading{.session = read_session(reply->get())};
  const std::string& error = reply.error().name;
  co_return SessionReading{.session = std::nullopt, .silent = error.empty() || error == no_reply};
}

}  // namespace wardend::systemd
