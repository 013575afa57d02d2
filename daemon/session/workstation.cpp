#include "daemon/session/workstation.hpp"

#include <algorithm>
#include <charconv>

#include "systemd/login_session_policy.hpp"

namespace wardend::session {
namespace {

constexpr std::size_t ended_epochs_kept = 4096;
constexpr std::string_view uid_prefix = "uid:";

std::optional<uid_t> uid_in(std::string_view login_session) {
  if (!login_session.starts_with(uid_prefix)) return std::nullopt;
  const std::string_view digits = login_session.substr(uid_prefix.size());
  uid_t uid = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), uid);
  return error == std::errc() && end == digits.data() + digits.size() ? std::optional(uid) : std::nullopt;
}

}  // namespace

bool Workstation::ready() const {
  return std::ranges::all_of(sources_, [](const LockSource* source) { return source->live(); });
}

std::string Workstation::trouble() const {
  for (const LockSource* source : sources_)
    if (!source->live()) return source->trouble();
  return {};
}

const LockSource* Workstation::logind() const {
  const auto found =
      std::ranges::find_if(sources_, [](const LockSource* source) { return source->name() == "logind"; });
  return found == sources_.end() ? nullptr : *found;
}

std::optional<LoginSession> Workstation::find(std::string_view login_session) const {
  const LockSource* source = logind();
  return source == nullptr ? std::nullopt : source->find(login_session);
}

std::string Workstation::login_session_of(const Place& place) const {
  std::string by_uid = std::string(uid_prefix) + std::to_string(place.uid);
  if (!uses_logind()) return by_uid;
  if (!place.login_session.empty()) {
    const auto known = find(place.login_session);
    return known && !systemd::may_hold(*known) ? std::string() : place.login_session;
  }
  if (!place.under_user_manager) return by_uid;
  std::string only;
  const LockSource* source = logind();
  if (source == nullptr) return {};
  for (const LoginSession& session : source->all()) {
    if (session.uid != place.uid || !systemd::is_desktop(session)) continue;
    if (!only.empty()) return {};
    only = session.id;
  }
  return only;
}

std::string Workstation::seated_session_of(uid_t uid) const {
  if (!uses_logind()) return std::string(uid_prefix) + std::to_string(uid);
  std::string only;
  const LockSource* source = logind();
  if (source == nullptr || !source->live()) return {};
  for (const LoginSession& session : source->all()) {
    if (session.uid != uid || session.seat.empty() || systemd::is_locked(session)) continue;
    if (!only.empty()) return {};
    only = session.id;
  }
  return only;
}

std::optional<uid_t> Workstation::owner_of(const std::string& login_session) const {
  if (const auto found = stations_.find(login_session); found != stations_.end() && found->second.uid)
    return found->second.uid;
  if (const auto uid = uid_in(login_session)) return uid;
  const auto session = find(login_session);
  return session ? std::optional(session->uid) : std::nullopt;
}

EpochNumber Workstation::begin_epoch(const std::string& login_session) {
  const EpochNumber number = ++last_number_;
  epochs_.emplace(number, Epoch{.number = number, .login_session = login_session});
  return number;
}

EpochNumber Workstation::current_epoch(const std::string& login_session) {
  if (login_session.empty()) return 0;
  const auto found = stations_.find(login_session);
  if (found != stations_.end()) return found->second.epoch;
  Station station{
      .uid = owner_of(login_session), .epoch = begin_epoch(login_session), .locked = read_locked(login_session)};
  return stations_.emplace(login_session, station).first->second.epoch;
}

const Epoch* Workstation::epoch(EpochNumber number) const {
  const auto found = epochs_.find(number);
  return found == epochs_.end() ? nullptr : &found->second;
}

bool Workstation::running(EpochNumber number) const {
  const Epoch* found = epoch(number);
  return found != nullptr && !found->ended;
}

EpochEnd Workstation::end_of(EpochNumber number, const std::string& login_session) const {
  if (const Epoch* found = epoch(number); found != nullptr && found->ended) return *found->ended;
  if (const auto last = last_clear(login_session)) return *last;
  return {.reason = ClearReason::session_removed, .at = clock_.wall_now(), .boot = clock_.now()};
}

bool Workstation::read_locked(std::string_view login_session) const {
  if (login_session.starts_with(uid_prefix)) return false;
  const auto session = find(login_session);
  return !session || systemd::is_locked(*session);
}

Presence Workstation::presence(const std::string& login_session) const {
  if (!ready()) return Presence::locked;
  const auto found = stations_.find(login_session);
  if (found == stations_.end() || found->second.locked) return Presence::locked;
  return found->second.held ? Presence::held : Presence::present;
}

void Workstation::prove_presence(const std::string& login_session) {
  const auto found = stations_.find(login_session);
  if (found != stations_.end()) found->second.held = false;
}

std::optional<EpochEnd> Workstation::last_clear(const std::string& login_session) const {
  const auto found = stations_.find(login_session);
  return found == stations_.end() ? std::nullopt : found->second.last_clear;
}

bool Workstation::same_user(EpochNumber number, const std::string& issuer, const std::string& subject) const {
  const Epoch* found = epoch(number);
  if (found == nullptr) return false;
  const auto known = found->subjects.find(issuer);
  return known == found->subjects.end() || known->second == subject;
}

void Workstation::remember_user(EpochNumber number, const std::string& issuer, const std::string& subject) {
  const auto found = epochs_.find(number);
  if (found != epochs_.end()) found->second.subjects.insert_or_assign(issuer, subject);
}

bool Workstation::exists(std::string_view login_session) const {
  return login_session.starts_with(uid_prefix) || find(login_session).has_value();
}

std::optional<Standing> Workstation::standing(const std::string& login_session) const {
  const auto found = stations_.find(login_session);
  if (found == stations_.end()) return std::nullopt;
  const Station& station = found->second;
  Standing standing{.login_session = login_session,
                    .uid = station.uid.value_or(static_cast<uid_t>(-1)),
                    .epoch = station.epoch,
                    .held = station.held,
                    .last_clear = station.last_clear,
                    .subjects = epochs_.at(station.epoch).subjects};
  if (const auto session = find(login_session)) {
    standing.seat = session->seat;
    standing.type = session->type;
  }
  return standing;
}

void Workstation::resume(const Standing& standing) {
  last_number_ = std::max(last_number_, standing.epoch);
  epochs_.insert_or_assign(
      standing.epoch,
      Epoch{.number = standing.epoch, .login_session = standing.login_session, .subjects = standing.subjects});
  stations_.insert_or_assign(standing.login_session, Station{.uid = standing.uid,
                                                             .epoch = standing.epoch,
                                                             .locked = read_locked(standing.login_session),
                                                             .held = standing.held,
                                                             .last_clear = standing.last_clear});
}

EpochNumber Workstation::end_epoch(const std::string& login_session, ClearReason reason) {
  const auto found = stations_.find(login_session);
  if (found == stations_.end()) return 0;
  Station& station = found->second;
  const EpochNumber number = station.epoch;
  const EpochEnd end{.reason = reason, .at = clock_.wall_now(), .boot = clock_.now()};
  epochs_.at(number).ended = end;
  epochs_.at(number).subjects.clear();
  ended_.push_back(number);
  if (ended_.size() > ended_epochs_kept) {
    epochs_.erase(ended_.front());
    ended_.pop_front();
  }
  if (reason == ClearReason::session_removed) {
    stations_.erase(found);
    return number;
  }
  station.epoch = begin_epoch(login_session);
  station.held = true;
  station.last_clear = end;
  station.locked = station.locked || read_locked(login_session);
  return number;
}

void Workstation::read_picture(std::string_view login_session) {
  for (auto& [key, station] : stations_) {
    if (login_session.empty() || key == login_session) read_picture(key, station);
  }
}

void Workstation::read_picture(const std::string& login_session, Station& station) const {
  station.locked = read_locked(login_session);
  if (const auto session = find(login_session)) station.uid = session->uid;
}

void Workstation::unlock_seen(const std::string& login_session) {
  if (config_.get().broker.unlock_proves_presence && presence(login_session) == Presence::held)
    prove_presence(login_session);
}

bool Workstation::is_held(const std::string& login_session) const {
  const auto found = stations_.find(login_session);
  return found != stations_.end() && found->second.held;
}

std::vector<LoginSession> Workstation::login_sessions() const {
  const LockSource* source = logind();
  return source == nullptr ? std::vector<LoginSession>() : source->all();
}

std::vector<std::string> Workstation::matching(const Selection& selection) const {
  std::vector<std::string> keys;
  for (const auto& [key, station] : stations_) {
    if (selection.uid && station.uid != *selection.uid) continue;
    if (!selection.login_session.empty() && key != selection.login_session) continue;
    if (!selection.seat.empty()) {
      const auto session = find(key);
      if (!session || session->seat != selection.seat) continue;
    }
    keys.push_back(key);
  }
  std::ranges::sort(keys);
  return keys;
}

}  // namespace wardend::session
