// The numbers behind names: asked when the configuration is loaded, never while a caller waits.
#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>

#include <charconv>
#include <set>

#include "config/sections.hpp"

namespace wardend::config {
namespace {

constexpr std::size_t entry_bytes = 64UL * 1024;

std::optional<unsigned> number(const std::string& text) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

std::optional<uid_t> user_number(const std::string& name) {
  if (const auto written = number(name)) return written;
  std::vector<char> buffer(entry_bytes);
  passwd entry{};
  passwd* found = nullptr;
  const int failed = getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
  return failed == 0 && found != nullptr ? std::optional(found->pw_uid) : std::nullopt;
}

std::optional<gid_t> group_number(const std::string& name) {
  if (const auto written = number(name)) return written;
  std::vector<char> buffer(entry_bytes);
  group entry{};
  group* found = nullptr;
  const int failed = getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
  return failed == 0 && found != nullptr ? std::optional(found->gr_gid) : std::nullopt;
}

}  // namespace

void resolve_peer(Peer& peer, const Place& place, Findings& findings) {
  if (!peer.user.empty()) {
    peer.uid = user_number(peer.user);
    if (!peer.uid) findings.absent(place, "no user " + peer.user + " on this machine: create it, or correct the name");
  }
  if (!peer.group.empty()) {
    peer.gid = group_number(peer.group);
    if (!peer.gid)
      findings.absent(place, "no group " + peer.group + " on this machine: create it, or correct the name");
  }
}

// One finding for all of them: on a machine that uses no roles it is no news, and should not look like three faults.
void resolve_roles(Roles& roles, const Place& place, Findings& findings) {
  std::set<std::string> absent;
  for (RoleGroups* role : {&roles.ehr, &roles.operators, &roles.observer}) {
    role->gids.clear();
    for (const std::string& name : role->names) {
      if (const auto gid = group_number(name))
        role->gids.push_back(*gid);
      else
        absent.insert(name);
    }
  }
  if (absent.empty()) return;
  findings.hint(place, fmt::format("no group {} on this machine: nobody has a role through it until you create it; "
                                   "`systemd-sysusers` makes wardend's own groups",
                                   fmt::join(absent, ", ")));
}

}  // namespace wardend::config
