#include "daemon/launch/pending.hpp"

#include <algorithm>

namespace wardend::launch {

errors::LaunchExpired no_such_launch() { return {.reason = "no such launch: begin again"}; }

errors::LaunchExpired unfinished_launch() {
  return {.reason = "nobody finished the sign-in within ten minutes: launch again"};
}

std::size_t PendingLaunches::count(uid_t uid) const {
  return static_cast<std::size_t>(std::ranges::count_if(
      pending_, [&](const auto& entry) { return entry.second->uid == uid && !entry.second->outcome; }));
}

std::size_t PendingLaunches::waiting() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(pending_, [](const auto& entry) { return !entry.second->outcome; }));
}

Pending& PendingLaunches::add(std::unique_ptr<Pending> pending) {
  const std::string id = pending->id;
  return *pending_.emplace(id, std::move(pending)).first->second;
}

Pending* PendingLaunches::find(const std::string& id) {
  const auto found = pending_.find(id);
  return found == pending_.end() ? nullptr : found->second.get();
}

Pending* PendingLaunches::find_by_state(std::string_view state) {
  Pending* match = nullptr;
  for (const auto& [id, pending] : pending_)
    if (!pending->state.empty() && pending->state.equals(state)) match = pending.get();
  return match;
}

void PendingLaunches::finish(Pending& pending, Result<std::string> outcome) {
  if (pending.outcome) return;
  pending.outcome = std::move(outcome);
  pending.state = Secret();
  pending.verifier = Secret();
  pending.cookie = Secret();
  pending.authorization_url = Secret();
  pending.finished.notify_all();
}

std::vector<Pending*> PendingLaunches::matching(const std::function<bool(const Pending&)>& which) const {
  std::vector<Pending*> found;
  for (const auto& [id, pending] : pending_)
    if (!pending->outcome && which(*pending)) found.push_back(pending.get());
  return found;
}

void PendingLaunches::purge(BootTime now) {
  for (auto entry = pending_.begin(); entry != pending_.end();) {
    Pending& pending = *entry->second;
    if (now < pending.expires_at) {
      ++entry;
      continue;
    }
    finish(pending, fail(unfinished_launch()));
    entry = pending_.erase(entry);
  }
}

BootTime PendingLaunches::next_expiry() const {
  BootTime earliest = BootTime::max();
  for (const auto& [id, pending] : pending_) earliest = std::min(earliest, pending->expires_at);
  return earliest;
}

}  // namespace wardend::launch
