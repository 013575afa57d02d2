#include "daemon/access/gate.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "daemon/access/audit_caller.hpp"
#include "daemon/access/caller_place.hpp"
#include "ipc/peer_rules.hpp"

namespace wardend::access {
namespace {

bool any_rule(const config::App& app, const ipc::Caller& caller,
              bool (*test)(const config::Peer&, const ipc::Caller&)) {
  return std::ranges::any_of(app.peers, [&](const config::Peer& rule) { return test(rule, caller); });
}

}  // namespace

bool Who::owns(const workstation::Ownership& of) const {
  if (of.uid != uid || of.login_session != login_session) return false;
  return std::ranges::any_of(apps, [&](const config::App* app) { return app->id == of.app; });
}

std::string Who::advice_for(const std::string& server) const {
  const auto app = std::ranges::find_if(apps, [&](const config::App* candidate) {
    return candidate->registration(server) != nullptr && !candidate->advice.empty();
  });
  return app == apps.end() ? std::string() : (*app)->advice;
}

workstation::EpochNumber Gate::epoch_at_accept(const ipc::Caller& caller) {
  return workstation_.enter(login_session_of(workstation_, caller));
}

Result<void> Gate::check_place(const ipc::Caller& caller, Who& who) const {
  if (who.epoch == 0) {
    if (!workstation_.ready()) return fail(errors::WorkstationLocked{workstation_.trouble()});
    return fail(
        errors::NotAuthorized{"the caller belongs to no one graphical login session: connect again from the desktop"});
  }
  // An epoch that ended so long ago that it is forgotten still says where: the caller has not moved.
  who.login_session = workstation_.login_session_of_epoch(who.epoch);
  if (who.login_session.empty()) who.login_session = login_session_of(workstation_, caller);
  if (workstation_.owner_of(who.login_session).value_or(who.uid) != who.uid)
    return fail(
        errors::NotAuthorized{"the login session is another user's: call from a program that runs as its own user"});
  if (!workstation_.uses_logind() || !workstation::user_in_name(who.login_session)) return {};
  std::erase_if(who.apps, [&](const config::App* app) { return !any_rule(*app, caller, ipc::matches_system_unit); });
  if (who.apps.empty())
    return fail(errors::NotAuthorized{"the caller is in no login session, and no peer rule names its system unit"});
  return {};
}

Result<Who> Gate::admit(const ipc::Caller& caller, workstation::EpochNumber epoch, Demand demand) {
  clock_.notice();
  Result<Who> who = judge(caller, epoch, demand);
  if (!who && who.error().code() == Errc::NotAuthorized) {
    const std::string reason = who.error().detail();
    log::bounded(
        log::Level::warn, "caller refused", std::to_string(caller.uid()) + ' ' + reason,
        {{"uid", caller.uid()}, {"pid", caller.pid()}, {"unit", caller.cgroup().system_unit}, {"reason", reason}});
  }
  return who;
}

Result<Who> Gate::admit_and_record(const ipc::Caller& caller, workstation::EpochNumber epoch, Demand demand,
                                   std::string_view method) {
  Result<Who> who = admit(caller, epoch, demand);
  if (!who && who.error().code() == Errc::NotAuthorized)
    audit_.write_counted(record_of(entry::CallerRefused{.asker = audit_asker(caller),
                                                        .error = name_of(who.error().code()),
                                                        .detail = std::string(method) + ": " + who.error().detail()}));
  return who;
}

Result<Who> Gate::judge(const ipc::Caller& caller, workstation::EpochNumber epoch, Demand demand) const {
  Who who{.config = config_.hold(),
          .apps = {},
          .epoch = epoch,
          .login_session = {},
          .uid = caller.uid(),
          .process = {caller.pid(), caller.birth()}};
  // Whose app it is cannot be said before there is a configuration.
  if (who.config->apps.empty() && !workstation_.ready()) return fail(errors::WorkstationLocked{workstation_.trouble()});
  for (const config::App& app : who.config->apps)
    if (any_rule(app, caller, ipc::matches)) who.apps.push_back(&app);
  if (who.apps.empty())
    return fail(errors::NotAuthorized{"no [[app.peer]] rule matches the caller: add one for its user, group or unit"});
  if (auto placed = check_place(caller, who); !placed) return fail(placed.error());
  if (demand == Demand::registered) return who;
  // Unlocking or signing in would not help.
  if (std::ranges::none_of(who.apps, &config::App::in_use)) return fail(config::disabled(*who.apps.front()));
  const workstation::Presence presence = workstation_.presence(who.login_session);
  if (presence == workstation::Presence::locked)
    return fail(errors::WorkstationLocked{workstation_.ready() ? "the login session is locked: unlock it"
                                                               : workstation_.trouble()});
  if (presence == workstation::Presence::held && demand == Demand::present)
    return fail(errors::WorkstationLocked{"nobody has signed in since the last clear: launch from the EHR"});
  if (workstation_.running(epoch)) return who;
  return fail(workstation_.end_of(epoch, who.login_session).error());
}

Result<void> check_in_use(const Who& who, const std::string& app) {
  const config::App* settings = who.config->app(app);
  if (settings == nullptr || settings->in_use()) return {};
  return fail(config::disabled(*settings));
}

Result<const config::App*> Gate::choose_app(const Who& who, const std::optional<std::string>& named) {
  const config::App* chosen = nullptr;
  if (named) {
    const auto found = std::ranges::find(who.apps, *named, &config::App::id);
    if (found == who.apps.end()) return fail(errors::UnknownApp{"not an app of this caller"});
    chosen = *found;
  } else if (who.apps.size() == 1) {
    chosen = who.apps.front();
  } else {
    return fail(errors::InvalidRequest{.field = "app", .reason = "several apps match this caller: name one"});
  }
  if (!chosen->in_use()) return fail(config::disabled(*chosen));
  return chosen;
}

}  // namespace wardend::access
