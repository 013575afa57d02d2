// What of a login session outlasts this process, and how it comes back after a restart.
#include <algorithm>
#include <utility>

#include "daemon/workstation/workstation.hpp"

namespace wardend::workstation {

std::optional<LoginSessionState> Workstation::state_of(const std::string& login_session) const {
  if (login_session.empty()) return common_;
  const LoginSessionState* state = find(login_session);
  if (state == nullptr) return std::nullopt;
  LoginSessionState copy = *state;
  if (state != &common_) {
    read(copy);
    return copy;
  }
  copy.login_session = login_session;
  copy.uid = user_in_name(login_session);
  copy.epoch |= *copy.uid;
  return copy;
}

void Workstation::resume(LoginSessionState state) {
  order_ = std::max(order_, began_at(state.epoch));
  if (state.held && !state.last_clear) state.last_clear = ends_now(ClearReason::restart);
  for (PartClear& clear : state.parts)
    if (clear.end.boot == BootTime{}) clear.end = ends_now(ClearReason::restart);
  state.locked = sources_.is_locked(state.login_session);
  if (state.login_session.empty()) {
    common_ = std::move(state);
    common_.locked = false;
    return;
  }
  running_.insert_or_assign(state.epoch, state.login_session);
  const std::string name = state.login_session;
  apart_.insert_or_assign(name, std::move(state));
}

}  // namespace wardend::workstation
