// Whom and what a clear means. Its members narrow each other; with none of them it is everybody's everything.
#pragma once

#include <string>
#include <vector>

#include "daemon/clearing/launches_under_way.hpp"
#include "daemon/session/store.hpp"
#include "daemon/workstation/workstation.hpp"

namespace wardend::clearing {

struct Target {
  workstation::Workstation::Selection whom = {};
  workstation::Part part = {};  // one server, one app
  std::string session = {};     // one session, by its id
};

// The login sessions that `selection` means and of which anything is known, in the order of their names. A user's are
// also those in which they hold a session or have begun a launch, whosesoever the login session is.
[[nodiscard]] std::vector<std::string> login_sessions_of(const workstation::Workstation::Selection& selection,
                                                         const workstation::Workstation& workstation,
                                                         const session::SessionStore& store,
                                                         const LaunchesUnderWay& launches);

}  // namespace wardend::clearing
