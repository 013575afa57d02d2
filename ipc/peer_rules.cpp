#include "ipc/peer_rules.hpp"

#include <fnmatch.h>

#include <algorithm>

namespace wardend::ipc {
namespace {

bool glob(const std::string& pattern, const std::string& text) {
  return !text.empty() && ::fnmatch(pattern.c_str(), text.c_str(), 0) == 0;
}

bool is_of_unit(const std::string& pattern, const Caller& caller) {
  return glob(pattern, caller.cgroup().system_unit) || glob(pattern, caller.cgroup().user_unit);
}

bool names_nobody(const config::Peer& rule) {
  return rule.user.empty() && !rule.uid && rule.group.empty() && !rule.gid && rule.unit.empty() && rule.label.empty();
}

bool matches_credentials(const config::Peer& rule, const Caller& caller) {
  if (!rule.exe.empty() || names_nobody(rule)) return false;
  const bool user_given = !rule.user.empty() || rule.uid;
  if (user_given && rule.uid != caller.uid()) return false;
  const bool group_given = !rule.group.empty() || rule.gid;
  return !group_given || (rule.gid && caller.in_group(*rule.gid));
}

bool any_rule(const config::Config& config, const Caller& caller, bool (*test)(const config::Peer&, const Caller&)) {
  return std::ranges::any_of(config.apps, [&](const config::App& app) {
    return std::ranges::any_of(app.peers, [&](const config::Peer& rule) { return test(rule, caller); });
  });
}

}  // namespace

bool matches(const config::Peer& rule, const Caller& caller) {
  if (!matches_credentials(rule, caller)) return false;
  if (!rule.unit.empty() && !is_of_unit(rule.unit, caller)) return false;
  return rule.label.empty() || glob(rule.label, caller.label());
}

bool matches_system_unit(const config::Peer& rule, const Caller& caller) {
  const auto& cgroup = caller.cgroup();
  if (cgroup.user_manager || !cgroup.login_session.empty()) return false;
  return !rule.unit.empty() && glob(rule.unit, cgroup.system_unit) && matches(rule, caller);
}

bool named_by_an_app(const config::Config& config, const Caller& caller) { return any_rule(config, caller, matches); }

bool may_be_named_by_an_app(const config::Config& config, const Caller& caller) {
  return any_rule(config, caller, matches_credentials);
}

PeerFacts wanted_by_apps(const config::Config& config) {
  PeerFacts wanted{.groups = false, .label = false};
  for (const config::App& app : config.apps)
    for (const config::Peer& rule : app.peers) {
      wanted.groups = wanted.groups || rule.gid.has_value();
      wanted.label = wanted.label || !rule.label.empty();
    }
  return wanted;
}

PeerFacts wanted_by_roles(const config::Roles& roles) {
  const bool groups = !roles.ehr.gids.empty() || !roles.operators.gids.empty() || !roles.observer.gids.empty();
  return {.groups = groups, .label = false};
}

bool holds_role(const config::RoleGroups& role, const Caller& caller) {
  return caller.uid() == 0 || std::ranges::any_of(role.gids, [&](gid_t gid) { return caller.in_group(gid); });
}

bool holds_any_role(const config::Roles& roles, const Caller& caller) {
  return holds_role(roles.ehr, caller) || holds_role(roles.operators, caller) || holds_role(roles.observer, caller);
}

}  // namespace wardend::ipc
