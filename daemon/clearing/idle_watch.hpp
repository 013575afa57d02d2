// Login sessions that nobody touches, as logind knows it, against the idle_timeout of the apps that hold sessions
// there. An app that asks for tokens by itself does not make a workstation attended. Beside this an app that asks for
// none is idle too: the refresher's schedule sees to that.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <map>
#include <string>

#include "base/clock.hpp"
#include "config/live.hpp"
#include "daemon/clearing/clearing.hpp"
#include "daemon/session/store.hpp"
#include "daemon/workstation/workstation.hpp"

namespace wardend::clearing {

// Since when a login session is idle by our own clock, for one that is so since `since` by the wall's. A wall clock
// that was set back makes it idle from now on.
[[nodiscard]] BootTime idle_from(WallTime since, WallTime wall_now, BootTime now);

class IdleWatch {
 public:
  IdleWatch(Clock& clock, const config::Live& config, workstation::Workstation& workstation,
            session::SessionStore& store, Clearing& clearing);

  // Clears what is due, waits for the next, until cancelled.
  [[nodiscard]] asio::awaitable<void> run();

 private:
  struct Idle {
    WallTime since;  // as told: another value is another stretch
    BootTime from;
  };
  [[nodiscard]] BootTime sweep();
  [[nodiscard]] BootTime sweep(const LoginSession& login, BootTime from);
  [[nodiscard]] Duration shortest_timeout() const;

  Clock& clock_;
  const config::Live& config_;
  workstation::Workstation& workstation_;
  session::SessionStore& store_;
  Clearing& clearing_;
  std::map<std::string, Idle> idle_;  // by login session
};

}  // namespace wardend::clearing
