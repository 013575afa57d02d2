// Whom a control call means: what its target says, and whether there is such a thing. An unknown value is an error,
// never "nobody".
#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "base/worker.hpp"
#include "config/live.hpp"
#include "daemon/clearing/clearing.hpp"
#include "daemon/session/store.hpp"
#include "daemon/workstation/workstation.hpp"
#include "ipc/caller.hpp"
#include "ipc/interface/control.hpp"

namespace wardend::service {

// A target as it was written. A user is a number or a name that somebody has to look up.
struct TargetText {
  clearing::Target target = {};
  std::optional<std::string> user_name = {};
};
// InvalidTarget: a member is there and empty, which names nobody.
[[nodiscard]] Result<TargetText> read_target(const ipc::control::Target& target);

// Who means everybody by naming nobody: root, and a system unit.
[[nodiscard]] bool may_mean_everybody(const ipc::Caller& caller);

class ControlTargets {
 public:
  struct Parts {
    const config::Live& config;
    workstation::Workstation& workstation;
    session::SessionStore& store;
    clearing::Clearing& clearing;
    Worker& look_ups;
  };
  explicit ControlTargets(const Parts& parts) : parts_(parts) {}

  // Errors: InvalidTarget, which says what is not there, or why the caller has to name somebody.
  struct Resolved {
    clearing::Target target = {};
    std::string widened = {};  // why this is more than what was named: whoever a user's name may mean; empty: it is not
  };
  [[nodiscard]] asio::awaitable<Result<Resolved>> resolve(const ipc::Caller& caller, ipc::control::Target target);

 private:
  [[nodiscard]] Result<clearing::Target> own(const ipc::Caller& caller) const;
  [[nodiscard]] Result<void> check(const clearing::Target& target) const;
  [[nodiscard]] Result<void> agrees(const clearing::Target& target) const;
  [[nodiscard]] bool is_there(const std::string& login_session) const;
  [[nodiscard]] bool can_hold(const std::string& login_session, const ipc::Caller& caller) const;

  Parts parts_;
};

}  // namespace wardend::service
