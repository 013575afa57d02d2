#include "daemon/launch/app_users.hpp"

#include <grp.h>
#include <pwd.h>

#include <algorithm>
#include <utility>

namespace wardend::launch {
namespace {

constexpr Duration remembered = 5min;
constexpr std::size_t most_remembered = 256;
constexpr int most_groups = 1024;

// On the worker: the directory may be slow. Nobody of that uid: no groups.
std::vector<gid_t> look_up(uid_t uid) {
  std::vector<char> buffer(16UL * 1024);
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr) return {};
  std::vector<gid_t> gids(most_groups);
  int count = most_groups;
  if (::getgrouplist(entry.pw_name, entry.pw_gid, gids.data(), &count) < 0) count = most_groups;
  gids.resize(static_cast<std::size_t>(count));
  return gids;
}

}  // namespace

NamedUser named_by(const config::App& app, uid_t uid) {
  NamedUser named;
  for (const config::Peer& rule : app.peers) {
    const bool by_user = !rule.user.empty() || rule.uid.has_value();
    const bool by_group = !rule.group.empty() || rule.gid.has_value();
    const bool by_program = !rule.unit.empty() || !rule.label.empty();
    if (!rule.exe.empty() || (!by_user && !by_group && !by_program)) continue;
    if (by_user && rule.uid != uid) continue;
    if (!by_group)
      named.yes = true;
    else if (rule.gid)
      named.if_member.push_back(*rule.gid);
  }
  return named;
}

asio::awaitable<AppUsers::Verdict> AppUsers::judge(NamedUser named, uid_t uid, BootTime until) {
  if (named.yes) co_return Verdict::named;
  if (named.if_member.empty()) co_return Verdict::not_named;
  const auto known = known_.find(uid);
  std::vector<gid_t> gids;
  if (known != known_.end() && clock_.now() - known->second.read_at < remembered) {
    gids = known->second.gids;
  } else {
    auto looked_up = co_await lookups_.run_until(until, [uid] { return look_up(uid); });
    if (!looked_up) co_return Verdict::unknown;
    gids = std::move(*looked_up);
    if (known_.size() >= most_remembered) known_.clear();
    known_[uid] = {gids, clock_.now()};
  }
  const bool member =
      std::ranges::any_of(named.if_member, [&](gid_t gid) { return std::ranges::find(gids, gid) != gids.end(); });
  co_return member ? Verdict::named : Verdict::not_named;
}

}  // namespace wardend::launch
