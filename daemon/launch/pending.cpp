#include "daemon/launch/pending.hpp"

#include <algorithm>
#include <utility>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "daemon/clearing/clearing.hpp"
#include "daemon/launch/admission.hpp"
#include "daemon/launch/launch_log.hpp"

namespace wardend::launch {
namespace {

constexpr std::size_t name_size = 12;  // hexadecimal digits

// One that may make room, and how many its user has.
struct Place {
  Pending* launch;
  std::size_t of_user;
};

// Whether `a` goes before `b` when one of them must make room for a launch of `origin`.
bool goes_first(const Place& a, const Place& b, Origin origin) {
  if (a.of_user != b.of_user) return a.of_user > b.of_user;
  const bool same = a.launch->origin == origin;
  if (same != (b.launch->origin == origin)) return same;
  return a.launch->began_at < b.launch->began_at;
}

}  // namespace

std::string public_name(std::string_view launch_id) { return hex(sha256(launch_id)).substr(0, name_size); }

std::string name_in(std::string_view state) {
  const std::string name = lower_case(state.substr(0, state.find('.')));
  const bool is_name = name.size() == name_size && name.find_first_not_of("0123456789abcdef") == std::string::npos;
  return is_name ? name : std::string();
}

errors::LaunchExpired no_such_launch() { return {"no such launch: begin again"}; }

errors::LaunchExpired unfinished_launch() { return {"nobody finished the sign-in within ten minutes: launch again"}; }

Pending& PendingLaunches::add(std::unique_ptr<Pending> pending) {
  const std::string id = pending->id;
  added_.notify_all();
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

std::vector<Pending*> PendingLaunches::matching(const std::function<bool(const Pending&)>& which) const {
  std::vector<Pending*> found;
  for (const auto& [id, pending] : pending_)
    if (!pending->outcome && which(*pending)) found.push_back(pending.get());
  return found;
}

Pending* PendingLaunches::only(const std::function<bool(const Pending&)>& which) const {
  const std::vector<Pending*> found = matching(which);
  return found.size() == 1 ? found.front() : nullptr;
}

Pending* PendingLaunches::newest(const std::function<bool(const Pending&)>& which) const {
  Pending* last = nullptr;
  for (const auto& [id, pending] : pending_)
    if (which(*pending) && (last == nullptr || pending->began_at > last->began_at)) last = pending.get();
  return last;
}

std::expected<Pending*, Duration> PendingLaunches::to_replace(uid_t uid, Origin origin) const {
  const std::vector<Pending*> all = matching([](const Pending&) { return true; });
  std::map<uid_t, std::size_t> counts;
  for (const Pending* pending : all) ++counts[pending->uid];
  const std::size_t own = counts[uid];
  const bool own_taken = own >= max_per_uid;
  if (!own_taken && all.size() < max_altogether) return nullptr;
  std::optional<Place> first;
  BootTime room = BootTime::max();
  for (Pending* pending : all) {
    const Place place{pending, counts[pending->uid]};
    if (pending->uid != uid && (own_taken || place.of_user <= own)) continue;
    if (pending->exchange_until)
      room = std::min(room, *pending->exchange_until);
    else if (!first || goes_first(place, *first, origin))
      first = place;
  }
  if (first) return first->launch;
  return std::unexpected(std::max<Duration>(room - clock_.now(), 1ms));
}

void PendingLaunches::over(Pending& pending, Result<std::string> outcome) {
  if (pending.outcome) return;
  log_.over(pending, outcome);
  pending.outcome = std::move(outcome);
  pending.state = Secret();
  pending.verifier = Secret();
  pending.cookie = Secret();
  pending.authorization_url = Secret();
  pending.finished.notify_all();
}

std::size_t PendingLaunches::end_where(const std::function<bool(const Pending&)>& which, const Error& error) {
  const std::vector<Pending*> meant = matching(which);
  for (Pending* pending : meant) over(*pending, std::unexpected(error));
  return meant.size();
}

std::vector<clearing::LaunchesUnderWay::Of> PendingLaunches::owners() const {
  std::vector<Of> owners;
  for (const auto& [id, pending] : pending_)
    if (!pending->outcome) owners.push_back({pending->login_session, pending->uid});
  return owners;
}

void PendingLaunches::end_fallen(const workstation::Workstation& workstation, const Error& error) {
  end_where([&](const Pending& pending) { return pending.epoch != 0 && !workstation.stands(pending.stay()); }, error);
}

asio::awaitable<Result<std::string>> PendingLaunches::await(std::string id, BootTime until) {
  Pending* pending = find(id);
  if (pending == nullptr) co_return fail(no_such_launch());
  while (!pending->outcome) {
    const BootTime last = std::min(until, pending->expires_at + 1s);
    co_await clock_.wait(pending->finished, last);
    pending = find(id);
    if (pending == nullptr) co_return fail(unfinished_launch());
    if (!pending->outcome && clock_.now() >= until)
      co_return fail(launch_failed(LaunchStage::token, "token_timeout",
                                   "the server did not finish the sign-in in time: launch again"));
  }
  co_return *pending->outcome;
}

asio::awaitable<void> PendingLaunches::run() {
  for (;;) {
    purge();
    co_await clock_.wait(added_, next_expiry());
  }
}

void PendingLaunches::purge() {
  const BootTime now = clock_.now();
  for (auto entry = pending_.begin(); entry != pending_.end();) {
    Pending& pending = *entry->second;
    if (now < pending.expires_at) {
      ++entry;
      continue;
    }
    over(pending, fail(unfinished_launch()));
    entry = pending_.erase(entry);
  }
}

BootTime PendingLaunches::next_expiry() const {
  BootTime earliest = BootTime::max();
  for (const auto& [id, pending] : pending_) earliest = std::min(earliest, pending->expires_at);
  return earliest;
}

}  // namespace wardend::launch
