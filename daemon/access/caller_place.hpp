// Where a caller stands on the workstation.
#pragma once

#include <string>

#include "daemon/workstation/workstation.hpp"
#include "ipc/caller.hpp"

namespace wardend::access {

// The login session that a caller belongs to; empty: LockSources::login_session_of() says when. The caller's cgroup is
// read only where logind tells login sessions apart.
[[nodiscard]] inline std::string login_session_of(const workstation::Workstation& workstation,
                                                  const ipc::Caller& caller) {
  workstation::ProcessPlace place{.uid = caller.uid()};
  if (workstation.uses_logind()) {
    place.login_session = caller.cgroup().login_session;
    place.under_user_manager = caller.cgroup().user_manager.has_value();
  }
  return workstation.sources().login_session_of(place);
}

}  // namespace wardend::access
