#include "daemon/clearing/clear_target.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace wardend::clearing {
namespace {

bool matches(const workstation::LoginSessionState& state, const workstation::Workstation::Selection& selection) {
  if (!selection.login_session.empty() && state.login_session != selection.login_session) return false;
  if (!selection.seat.empty() && state.seat != selection.seat) return false;
  return !selection.uid || state.uid == selection.uid;
}

}  // namespace

std::vector<std::string> login_sessions_of(const workstation::Workstation::Selection& selection,
                                           const workstation::Workstation& workstation, const session::SessionStore& store,
                                           const LaunchesUnderWay& launches) {
  std::set<std::string> known;
  for (std::string& name : workstation.names()) known.insert(std::move(name));
  for (std::string& name : store.login_sessions()) known.insert(std::move(name));
  const auto owners = launches.owners();
  for (const auto& owner : owners) known.insert(owner.login_session);
  if (selection.uid) known.insert(workstation::login_session_of_user(*selection.uid));
  if (workstation.knows(selection.login_session)) known.insert(selection.login_session);
  const auto is_meant = [&](const std::string& login_session) {
    auto state =
        workstation.state_of(login_session).value_or(workstation::LoginSessionState{.login_session = login_session});
    if (matches(state, selection)) return true;
    const bool begun_there = std::ranges::any_of(
        owners, [&](const auto& owner) { return owner.login_session == login_session && owner.uid == selection.uid; });
    if (!selection.uid || (!begun_there && !store.any(login_session, *selection.uid))) return false;
    state.uid = selection.uid;
    return matches(state, selection);
  };
  std::erase_if(known, [&](const std::string& login_session) { return !is_meant(login_session); });
  return {known.begin(), known.end()};
}

}  // namespace wardend::clearing
