#include "daemon/access/session_choice.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace wardend::access {
namespace {

std::unexpected<Error> several(const std::vector<session::Session*>& candidates) {
  std::vector<std::string> ids;
  ids.reserve(candidates.size());
  for (const session::Session* session : candidates) ids.push_back(session->id);
  std::ranges::sort(ids);
  return fail(errors::AmbiguousSession{std::move(ids)});
}

}  // namespace

Result<session::Session*> named_session(session::SessionStore& store, const Who& who, const std::string& id) {
  session::Session* session = store.find(id);
  if (session == nullptr || !who.owns(*session))
    return fail(errors::UnknownSession{"no such session of this caller: launch first"});
  if (session->cleared() != nullptr) return fail(session->cleared()->error());
  if (session->epoch != who.epoch)
    return fail(errors::UnknownSession{"the session began after this connection's epoch: connect again"});
  return session;
}

Result<session::Session*> implied_session(session::SessionStore& store, const Who& who) {
  std::vector<session::Session*> candidates;
  const session::Session* ended = nullptr;
  for (session::Session* session : store.of_login_session(who.login_session)) {
    const bool by_process = session->launcher == who.process;
    const bool by_ehr = !session->launcher.exists();
    if (!who.owns(*session) || (!by_process && !by_ehr)) continue;
    if (session->cleared() == nullptr)
      candidates.push_back(session);
    else if (by_process)
      ended = session;
  }
  if (candidates.size() == 1) return candidates.front();
  if (candidates.size() > 1) return several(candidates);
  if (ended != nullptr) return fail(ended->cleared()->error());
  return fail(errors::UnknownSession{"this process has no session: launch first, or name a session"});
}

}  // namespace wardend::access
