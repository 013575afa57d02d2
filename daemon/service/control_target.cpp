#include "daemon/service/control_target.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "daemon/access/caller_place.hpp"
#include "daemon/service/user_look_up.hpp"
#include "ipc/peer_rules.hpp"

namespace wardend::service {
namespace {

std::optional<uid_t> number(const std::string& text) {
  uid_t uid = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), uid);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(uid) : std::nullopt;
}

std::unexpected<Error> invalid(std::string reason) { return fail(errors::InvalidTarget{std::move(reason)}); }

}  // namespace

Result<TargetText> read_target(const ipc::control::Target& target) {
  for (const auto* member :
       {&target.user, &target.login_session, &target.seat, &target.app, &target.server, &target.session})
    if (*member && (*member)->empty()) return invalid("an empty name names nobody: leave it out, or say whom you mean");
  TargetText text{
      .target = {.whom = {.login_session = target.login_session.value_or(""), .seat = target.seat.value_or("")},
                 .part = {.server = target.server.value_or(""), .app = target.app.value_or("")},
                 .session = target.session.value_or("")}};
  if (!target.user) return text;
  text.target.whom.uid = number(*target.user);
  if (!text.target.whom.uid) text.user_name = *target.user;
  return text;
}

bool may_mean_everybody(const ipc::Caller& caller) {
  const ipc::CgroupFacts& cgroup = caller.cgroup();
  const bool system_unit = !cgroup.system_unit.empty() && cgroup.login_session.empty() && !cgroup.user_manager;
  return caller.uid() == 0 || system_unit;
}

asio::awaitable<Result<ControlTargets::Resolved>> ControlTargets::resolve(const ipc::Caller& caller,
                                                                          ipc::control::Target target) {
  if (target == ipc::control::Target{}) {
    if (may_mean_everybody(caller)) co_return Resolved{};
    auto its_own = own(caller);
    if (!its_own) co_return std::unexpected(its_own.error());
    co_return Resolved{.target = std::move(*its_own)};
  }
  auto text = read_target(target);
  if (!text) co_return std::unexpected(text.error());
  Resolved resolved{.target = std::move(text->target)};
  if (text->user_name) {
    const auto found = co_await look_up_user(parts_.look_ups, *text->user_name);
    if (found)
      resolved.target.whom.uid = *found;
    else if (found.error() == LookUpFailure::unknown)
      co_return invalid("no user " + *text->user_name);
    else
      resolved.widened = "the user directory did not answer";
  }
  if (auto there = check(resolved.target); !there) co_return std::unexpected(there.error());
  co_return resolved;
}

// A lock that could hit nobody must not look like one that did.
Result<clearing::Target> ControlTargets::own(const ipc::Caller& caller) const {
  std::string login_session = access::login_session_of(parts_.workstation, caller);
  if (login_session.empty()) return invalid("the caller has no one login session: name a target");
  if (!can_hold(login_session, caller))
    return invalid(
        "no app serves the caller's own user, so there is nothing of its own to clear: name a target, such "
        "as the user at the workstation");
  return clearing::Target{.whom = {.login_session = std::move(login_session)}};
}

// Whether sessions may be in that login session of the caller. Where a user names it, some app must serve that user.
bool ControlTargets::can_hold(const std::string& login_session, const ipc::Caller& caller) const {
  if (!workstation::user_in_name(login_session)) return parts_.workstation.knows(login_session);
  if (parts_.store.any(login_session, caller.uid())) return true;
  if (parts_.workstation.uses_logind()) return false;
  return std::ranges::any_of(parts_.config.get().apps, [&](const config::App& app) {
    return std::ranges::any_of(app.peers, [&](const config::Peer& rule) { return ipc::matches(rule, caller); });
  });
}

// Beside logind's login sessions, those that users name are of system units alone: there where one holds something, or
// where a rule lets one of that user begin.
bool ControlTargets::is_there(const std::string& login_session) const {
  const auto user = workstation::user_in_name(login_session);
  if (!user) return parts_.workstation.knows(login_session);
  if (login_session != workstation::login_session_of_user(*user)) return false;
  if (!parts_.workstation.uses_logind() || parts_.store.any(login_session, *user)) return true;
  return std::ranges::any_of(parts_.config.get().apps, [&](const config::App& app) {
    return std::ranges::any_of(app.peers, [&](const config::Peer& rule) {
      return !rule.unit.empty() && (rule.user.empty() || rule.uid == user);
    });
  });
}

Result<void> ControlTargets::check(const clearing::Target& target) const {
  const config::Config& config = parts_.config.get();
  if (!target.part.app.empty() && config.app(target.part.app) == nullptr) return invalid("no app " + target.part.app);
  if (!target.part.server.empty() && config.server(target.part.server) == nullptr)
    return invalid("no server " + target.part.server);
  if (!target.session.empty() && parts_.store.find(target.session) == nullptr) return invalid("no such session");
  const std::string& login_session = target.whom.login_session;
  if (!login_session.empty() && !is_there(login_session)) return invalid("no login session " + login_session);
  if (!target.whom.seat.empty() && parts_.clearing.whom({.seat = target.whom.seat}).empty())
    return invalid("no login session at seat " + target.whom.seat);
  return agrees(target);
}

// Each member names something, and together they name nothing: whoever locks has mistaken somebody for somebody else.
Result<void> ControlTargets::agrees(const clearing::Target& target) const {
  const std::vector<std::string> meant = parts_.clearing.whom(target.whom);
  if (!target.whom.everybody() && meant.empty())
    return invalid("the user, login session and seat do not belong together: leave out what is wrong");
  if (target.session.empty()) return {};
  const session::Session& session = *parts_.store.find(target.session);
  if (!target.part.covers(session.part())) return invalid("the session is of another app or server: leave those out");
  if (!target.whom.everybody() && std::ranges::find(meant, session.login_session) == meant.end())
    return invalid("the session is of another user or login session: leave those out");
  return {};
}

}  // namespace wardend::service
