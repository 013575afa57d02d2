// Whom a control call means: a target's fields narrow each other; an unknown value is an error, never "nobody".
#include <algorithm>
#include <charconv>

#include "daemon/service/control_service.hpp"
#include "daemon/service/user_look_up.hpp"

namespace wardend::service {
namespace {

std::optional<uid_t> number(const std::string& text) {
  uid_t uid = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), uid);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(uid) : std::nullopt;
}

bool everyone_by_default(const ipc::Caller& caller) {
  const ipc::CgroupFacts& cgroup = caller.cgroup();
  const bool system_unit = !cgroup.system_unit.empty() && cgroup.login_session.empty() && !cgroup.user_manager;
  return caller.uid() == 0 || system_unit;
}

bool empty(const ipc::control::Target& target) {
  return !target.user && !target.login_session && !target.seat && !target.app && !target.server && !target.session;
}

}  // namespace

asio::awaitable<Result<ControlService::Reach>> ControlService::resolve(const ipc::Caller& caller,
                                                                       ipc::control::Target target) {
  session::Workstation::Selection selection;
  const bool own_only = empty(target) && !everyone_by_default(caller);
  std::string own;
  if (own_only) {
    const ipc::CgroupFacts& cgroup = caller.cgroup();
    own = parts_.workstation.login_session_of({.uid = caller.uid(),
                                               .login_session = cgroup.login_session,
                                               .under_user_manager = cgroup.user_manager.has_value()});
    if (own.empty()) co_return fail(errors::InvalidTarget{"the caller has no one login session: name a target"});
    selection.login_session = own;
  }
  if (target.user) {
    selection.uid = number(*target.user);
    if (!selection.uid) {
      const auto found = co_await look_up_user(parts_.look_ups, *target.user);
      if (found) selection.uid = *found;
      if (!found && found.error() == LookUpFailure::unknown)
        co_return fail(errors::InvalidTarget{"no user " + *target.user});
    }
  }
  if (target.login_session) selection.login_session = *target.login_session;
  if (target.seat) selection.seat = *target.seat;
  const config::Config& config = parts_.config.get();
  if (target.app && config.app(*target.app) == nullptr) co_return fail(errors::InvalidTarget{"no app " + *target.app});
  if (target.server && config.server(*target.server) == nullptr)
    co_return fail(errors::InvalidTarget{"no server " + *target.server});
  if (target.session && parts_.store.find(*target.session) == nullptr)
    co_return fail(errors::InvalidTarget{"no such session"});
  const auto known = [&](auto matches_source) {
    return std::ranges::any_of(parts_.workstation.sources(), [&](const LockSource* source) {
      return std::ranges::any_of(source->all(), matches_source);
    });
  };
  const bool nameless = target.user && !selection.uid;
  Reach reach{.login_sessions = parts_.clearing.whom(selection),
              .app = target.app.value_or(""),
              .server = target.server.value_or(""),
              .session = target.session.value_or(""),
              .widened = nameless ? "the user directory did not answer" : ""};
  if (target.login_session && parts_.workstation.matching({.login_session = *target.login_session}).empty() &&
      !known([&](const LoginSession& session) { return session.id == *target.login_session; }))
    co_return fail(errors::InvalidTarget{"no login session " + *target.login_session});
  if (target.seat && !known([&](const LoginSession& session) { return session.seat == *target.seat; }))
    co_return fail(errors::InvalidTarget{"no login session at seat " + *target.seat});
  co_return reach;
}

std::size_t ControlService::clear(const Reach& reach, ClearReason reason, const std::string& detail) {
  std::size_t ended = 0;
  for (const std::string& login_session : reach.login_sessions) {
    if (!reach.narrow()) {
      ended += parts_.clearing.clear_login_session(login_session, {reason, detail});
      continue;
    }
    for (session::Session* session : parts_.store.of_login_session(login_session)) {
      const bool meant = (reach.app.empty() || session->app == reach.app) &&
                         (reach.server.empty() || session->server == reach.server) &&
                         (reach.session.empty() || session->id == reach.session);
      if (!meant || session->cleared() != nullptr) continue;
      parts_.clearing.clear_session(*session, {reason, detail});
      ++ended;
    }
  }
  return ended;
}

}  // namespace wardend::service
