// What logind is asked, one call each. `bus` must outlive the answer. Spec: org.freedesktop.login1(5).
#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/lock_source.hpp"
#include "systemd/bus.hpp"

namespace wardend::systemd {

// The unique name of whoever is logind; empty: nobody. nullopt: the bus does not answer.
[[nodiscard]] asio::awaitable<std::optional<std::string>> ask_owner(Bus& bus);

// The object paths of all login sessions. nullopt: no answer, or a malformed one.
[[nodiscard]] asio::awaitable<std::optional<std::vector<std::string>>> ask_session_paths(Bus& bus);

struct SessionReading {
  std::optional<LoginSession> session;  // nullopt: it is gone, or cannot be read
  bool silent = false;                  // no answer at all: the login session may well be there
};
// The properties of one login session.
[[nodiscard]] asio::awaitable<SessionReading> ask_session(Bus& bus, std::string path);

}  // namespace wardend::systemd
