#include "ipc/peer_rules.hpp"

#include <fnmatch.h>

namespace wardend::ipc {
namespace {

bool glob(const std::string& pattern, const std::string& text) {
  return !text.empty() && ::fnmatch(pattern.c_str(), text.c_str(), 0) == 0;
}

bool names_nobody(const config::Peer& rule) {
  return rule.user.empty() && !rule.uid && rule.group.empty() && !rule.gid && rule.unit.empty() && rule.label.empty();
}

}  // namespace

bool matches(const config::Peer& rule, const Caller& caller) {
  if (!rule.exe.empty() || names_nobody(rule)) return false;
  const bool user_given = !rule.user.empty() || rule.uid;
  if (user_given && rule.uid != caller.uid()) return false;
  const bool group_given = !rule.group.empty() || rule.gid;
  if (group_given && (!rule.gid || !caller.in_group(*rule.gid))) return false;
  const auto& cgroup = caller.cgroup();
  if (!rule.unit.empty() && !glob(rule.unit, cgroup.system_unit) && !glob(rule.unit, cgroup.user_unit)) return false;
  return rule.label.empty() || glob(rule.label, caller.label());
}

bool matches_system_unit(const config::Peer& rule, const Caller& caller) {
  const auto& cgroup = caller.cgroup();
  if (cgroup.user_manager || !cgroup.login_session.empty()) return false;
  return !rule.unit.empty() && glob(rule.unit, cgroup.system_unit) && matches(rule, caller);
}

}  // namespace wardend::ipc
