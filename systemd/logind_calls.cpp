#include "systemd/logind_calls.hpp"

#include <string_view>
#include <utility>

#include "systemd/bus_names.hpp"
#include "systemd/logind_messages.hpp"

namespace wardend::systemd {
namespace {

constexpr Duration patience = 2s;
constexpr std::string_view no_reply = "org.freedesktop.DBus.Error.NoReply";

}  // namespace

asio::awaitable<std::optional<std::string>> ask_owner(Bus& bus) {
  auto reply = co_await bus.call({names::bus, names::bus_path, names::bus, "GetNameOwner"}, {names::login}, patience);
  if (reply) co_return read_owner(reply->get());
  if (reply.error().name.empty()) co_return std::nullopt;
  co_return std::string();
}

asio::awaitable<std::optional<std::vector<std::string>>> ask_session_paths(Bus& bus) {
  auto reply = co_await bus.call({names::login, names::login_path, names::login_manager, "ListSessions"}, {}, patience);
  co_return reply ? read_session_paths(reply->get()) : std::nullopt;
}

asio::awaitable<SessionReading> ask_session(Bus& bus, std::string path) {
  auto reply = co_await bus.call({names::login, path, names::properties, "GetAll"}, {names::login_session}, patience);
  if (reply) co_return SessionReading{.session = read_session(reply->get())};
  const std::string& error = reply.error().name;
  co_return SessionReading{.session = std::nullopt, .silent = error.empty() || error == no_reply};
}

}  // namespace wardend::systemd
