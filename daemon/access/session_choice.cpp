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
  if (auto off = check_in_use(who, session->app); !off) return std::unexpected(off.error());
  if (session->cleared() != nullptr) return fail(session->cleared()->error());
  if (session->epoch != who.epoch)
    return fail(errors::UnknownSession{"the session began after this connection's epoch: connect again"});
  return session;
}

namespace {

// Whether `one` is meant rather than `other`: what can still give a token, then the latest launch.
bool meant_before(const session::Session* one, const session::Session* other) {
  const bool over = one->tokens() == nullptr;
  if (over != (other->tokens() == nullptr)) return !over;
  return one->started_boot > other->started_boot;
}

std::unexpected<Error> none_here(const Who& who, const session::Session* ended, unsigned of_other_processes) {
  if (ended != nullptr)
    if (auto off = check_in_use(who, ended->app); !off) return std::unexpected(off.error());
  if (ended != nullptr) return fail(ended->cleared()->error());
  if (of_other_processes == 0)
    return fail(errors::UnknownSession{"this process has no session: launch first, or name a session"});
  return fail(errors::UnknownSession{"this process has no session; " + std::to_string(of_other_processes) +
                                     " of this user's began in other processes: name one of them"});
}

}  // namespace

Result<session::Session*> implied_session(session::SessionStore& store, const Who& who,
                                          const std::optional<std::string>& patient) {
  std::vector<session::Session*> candidates;
  const session::Session* ended = nullptr;
  unsigned of_other_processes = 0;
  for (session::Session* session : store.of_login_session(who.login_session)) {
    const bool by_process = session->launcher == who.process;
    if (!who.owns(*session)) continue;
    if (!by_process && session->launcher.exists())
      of_other_processes += session->cleared() == nullptr ? 1 : 0;
    else if (session->cleared() == nullptr)
      candidates.push_back(session);
    else if (by_process || session->epoch == who.epoch)
      ended = session;
  }
  const auto of_patient = [&](const session::Session* session) { return session->context.patient == patient; };
  if (patient && std::ranges::any_of(candidates, of_patient))
    std::erase_if(candidates, [&](const session::Session* session) { return !of_patient(session); });
  if (candidates.empty()) return none_here(who, ended, of_other_processes);
  session::Session* const meant = *std::ranges::min_element(candidates, meant_before);
  const auto of_other_app = [&](const session::Session* session) { return session->app != meant->app; };
  if (std::ranges::any_of(candidates, of_other_app)) return several(candidates);
  return meant;
}

}  // namespace wardend::access
