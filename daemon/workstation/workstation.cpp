#include "daemon/workstation/workstation.hpp"

#include <algorithm>
#include <ranges>
#include <set>
#include <utility>

namespace wardend::workstation {
Workstation::Workstation(Clock& clock, const config::Live& config)
    : clock_(clock), config_(config), sources_(config), started_at_(clock.wall_now()) {
  common_.epoch = begin_epoch({});
  common_.locked = false;
}

const LoginSessionState* Workstation::find(const std::string& login_session) const {
  const auto found = apart_.find(login_session);
  if (found != apart_.end()) return &found->second;
  return user_in_name(login_session) ? &common_ : nullptr;
}

bool Workstation::knows(const std::string& login_session) const {
  return find(login_session) != nullptr || sources_.may_hold(login_session);
}

LoginSessionState& Workstation::set_apart(const std::string& login_session) {
  const auto [found, added] = apart_.try_emplace(login_session);
  LoginSessionState& state = found->second;
  if (!added) return state;
  if (const auto user = user_in_name(login_session)) {
    state = common_;
    state.uid = user;
    state.epoch |= *user;
  } else {
    state.epoch = begin_epoch(login_session);
  }
  state.login_session = login_session;
  read(state);
  running_.emplace(state.epoch, login_session);
  return state;
}

EpochNumber Workstation::begin_epoch(std::string_view login_session) {
  return epoch_number(++order_, user_in_name(login_session));
}

std::optional<uid_t> Workstation::owner_of(const std::string& login_session) const {
  if (const auto user = user_in_name(login_session)) return user;
  const LoginSessionState* state = find(login_session);
  return state == nullptr ? std::nullopt : state->uid;
}

EpochNumber Workstation::enter(const std::string& login_session) {
  if (login_session.empty()) return 0;
  return user_in_name(login_session) ? epoch_of(login_session) : set_apart(login_session).epoch;
}

EpochNumber Workstation::epoch_of(const std::string& login_session) const {
  const LoginSessionState* state = find(login_session);
  if (state == nullptr) return 0;
  return state == &common_ ? common_.epoch | *user_in_name(login_session) : state->epoch;
}

bool Workstation::running(EpochNumber number) const {
  if (running_.contains(number)) return true;
  return common_of(number) == common_.epoch && !apart_.contains(login_session_of_user(user_of(number)));
}

std::string Workstation::login_session_of_epoch(EpochNumber number) const {
  if (const auto apart = running_.find(number); apart != running_.end()) return apart->second;
  if (const auto* ended = ended_.find(number); ended != nullptr && !ended->login_session.empty())
    return ended->login_session;
  const bool of_a_user = common_of(number) == common_.epoch || ended_.find(common_of(number)) != nullptr;
  return of_a_user ? login_session_of_user(user_of(number)) : std::string();
}

EpochEnd Workstation::end_of(EpochNumber number, const std::string& login_session) const {
  if (const auto* ended = ended_.find(number)) return ended->end;
  if (const auto* ended = ended_.find(common_of(number)); ended != nullptr && ended->login_session.empty())
    return ended->end;
  if (const LoginSessionState* state = find(login_session); state != nullptr && state->last_clear)
    return *state->last_clear;
  // It is of a process before this one, or so old that nothing there is remembered.
  return ended_.forgotten().value_or(EpochEnd{ClearReason::restart, started_at_, {}});
}

Presence Workstation::presence(const std::string& login_session, const Part& part) const {
  const LoginSessionState* state = find(login_session);
  if (!ready() || state == nullptr || state->locked) return Presence::locked;
  return is_held(*state, part) ? Presence::held : Presence::present;
}

bool Workstation::is_held(const std::string& login_session, const Part& part) const {
  const LoginSessionState* state = login_session.empty() ? &common_ : find(login_session);
  return state != nullptr && is_held(*state, part);
}

bool Workstation::is_held(const LoginSessionState& state, const Part& part) {
  return state.held || std::ranges::any_of(
                           state.parts, [&](const PartClear& clear) { return clear.held && clear.part.covers(part); });
}

bool Workstation::proves(const Proof& proof, const EpochEnd& end) const {
  if (const auto* sign_in = std::get_if<SignIn>(&proof))
    return sign_in->auth_time && *sign_in->auth_time > unix_seconds(clock_.wall_at(end.boot));
  if (std::holds_alternative<Unlock>(proof)) return config_.get().broker.unlock_proves_presence;
  return std::holds_alternative<EhrLaunch>(proof) || std::holds_alternative<SwitchedUser>(proof);
}

bool Workstation::prove_presence(const std::string& login_session, const Proof& proof, const Part& by) {
  const LoginSessionState* known = find(login_session);
  if (known == nullptr) return false;
  const auto meant = [&](const PartClear& clear) { return clear.held && (by == Part{} || clear.part.covers(by)); };
  std::optional<EpochEnd> latest = known->held ? known->last_clear : std::nullopt;
  for (const PartClear& clear : known->parts)
    if (meant(clear) && (!latest || latest->boot < clear.end.boot)) latest = clear.end;
  if (!latest) return true;  // nothing is held
  if (!proves(proof, *latest)) return false;
  LoginSessionState& state = set_apart(login_session);
  state.held = false;
  for (PartClear& clear : state.parts)
    if (meant(clear)) clear.held = false;
  return true;
}

void Workstation::unlock_seen(const std::string& login_session) {
  const LoginSessionState* state = find(login_session);
  if (ready() && state != nullptr && !state->locked) static_cast<void>(prove_presence(login_session, Unlock{}));
}

std::optional<EpochEnd> Workstation::last_clear(const std::string& login_session) const {
  const LoginSessionState* state = find(login_session);
  return state == nullptr ? std::nullopt : state->last_clear;
}

Stay Workstation::stay(const std::string& login_session, EpochNumber epoch, Part part) const {
  return {.login_session = login_session, .epoch = epoch, .part = std::move(part), .began = order_};
}

bool Workstation::stands(const Stay& stay) const {
  const LoginSessionState* state = find(stay.login_session);
  if (state == nullptr || !running(stay.epoch)) return false;
  return std::ranges::none_of(
      state->parts, [&](const PartClear& clear) { return clear.order > stay.began && clear.part.covers(stay.part); });
}

EpochEnd Workstation::fall_of(const Stay& stay) const {
  const LoginSessionState* state = find(stay.login_session);
  if (state != nullptr && running(stay.epoch))
    for (const PartClear& clear : state->parts)
      if (clear.order > stay.began && clear.part.covers(stay.part)) return clear.end;
  return end_of(stay.epoch, stay.login_session);
}

bool Workstation::same_user(EpochNumber number, const std::string& issuer, const std::string& subject) const {
  if (!running(number)) return false;
  const LoginSessionState& state = *find(login_session_of_epoch(number));
  const auto known = state.subjects.find(issuer);
  return known == state.subjects.end() || known->second == subject;
}

void Workstation::remember_user(EpochNumber number, const std::string& issuer, const std::string& subject) {
  if (running(number)) set_apart(login_session_of_epoch(number)).subjects.insert_or_assign(issuer, subject);
}

EpochEnd Workstation::ends_now(ClearReason reason) const {
  return {.reason = reason, .at = clock_.wall_now(), .boot = clock_.now()};
}

bool Workstation::end_epoch(const std::string& login_session, ClearReason reason) {
  if (!knows(login_session)) return false;
  LoginSessionState& state = set_apart(login_session);
  end(state, ends_now(reason));
  if (reason == ClearReason::session_removed) forget(state);
  return true;
}

void Workstation::end_every_epoch(ClearReason reason) {
  const EpochEnd now = ends_now(reason);
  for (auto& [login_session, state] : apart_) end(state, now);
  end_common(now);
  // What is named by a user stands as all others of that kind now, unless a part of it alone is held.
  for (const std::string& login_session : names())
    if (user_in_name(login_session) && std::ranges::none_of(apart_.at(login_session).parts, &PartClear::held))
      forget(apart_.at(login_session));
}

bool Workstation::end_part(const std::string& login_session, const Part& part, ClearReason reason,
                           Afterwards afterwards) {
  if (!login_session.empty() && !knows(login_session)) return false;
  std::vector<PartClear>& parts = login_session.empty() ? common_.parts : set_apart(login_session).parts;
  auto clear = std::ranges::find(parts, part, &PartClear::part);
  if (clear == parts.end()) clear = parts.insert(clear, {.part = part, .order = 0, .end = {}, .held = false});
  clear->order = ++order_;
  clear->end = ends_now(reason);
  clear->held = clear->held || afterwards == Afterwards::held;
  return true;
}

bool Workstation::too_many_apart() const {
  return apart_.size() > most_apart && std::ranges::count_if(apart_, [](const auto& entry) {
                                         return user_in_name(entry.first).has_value();
                                       }) > static_cast<std::ptrdiff_t>(most_apart);
}

std::vector<std::string> Workstation::fold(const std::vector<std::string>& in_use) {
  for (const std::string& login_session : in_use) set_apart(login_session);
  const std::set<std::string> used(in_use.begin(), in_use.end());
  std::vector<std::string> folded;
  for (std::string& name : names())
    if (user_in_name(name) && !used.contains(name)) folded.push_back(std::move(name));
  std::optional<EpochEnd> latest;
  for (const std::string& name : folded) {
    LoginSessionState& state = apart_.at(name);
    if (state.last_clear && (!latest || latest->boot < state.last_clear->boot)) latest = state.last_clear;
    ended_.note(state.epoch, name, state.last_clear.value_or(ends_now(ClearReason::idle)));
    for (PartClear& clear : state.parts)
      if (clear.held) common_.parts.push_back(std::move(clear));
    forget(state);
  }
  if (!folded.empty()) end_common(latest.value_or(ends_now(ClearReason::idle)));
  return folded;
}

void Workstation::end(LoginSessionState& state, const EpochEnd& end) {
  ended_.note(state.epoch, state.login_session, end);
  running_.erase(state.epoch);
  state.epoch = begin_epoch(state.login_session);
  running_.emplace(state.epoch, state.login_session);
  state.held = true;
  state.last_clear = end;
  state.subjects.clear();
  state.locked = state.locked || sources_.is_locked(state.login_session);
}

void Workstation::end_common(const EpochEnd& end) {
  ended_.note(common_.epoch, {}, end);
  common_.epoch = begin_epoch({});
  common_.held = true;
  common_.last_clear = end;
}

void Workstation::forget(const LoginSessionState& state) {
  running_.erase(state.epoch);
  apart_.erase(std::string(state.login_session));
}

void Workstation::read_picture(std::string_view login_session) {
  if (login_session.empty()) {
    for (const LoginSession& session : sources_.login_sessions())
      if (sources_.may_hold(session.id)) set_apart(session.id);
    for (auto& [name, state] : apart_) read(state);
  } else if (const std::string name(login_session); knows(name)) {
    if (!user_in_name(name)) read(set_apart(name));
  }
  picture_changed_.notify_all();
}

void Workstation::read(LoginSessionState& state) const {
  state.locked = sources_.is_locked(state.login_session);
  const auto session = sources_.find(state.login_session);
  if (!session) return;
  state.uid = session->uid;
  state.seat = session->seat;
  state.type = session->type;
}

std::vector<std::string> Workstation::names() const {
  const auto keys = std::views::keys(apart_);
  return {keys.begin(), keys.end()};
}

}  // namespace wardend::workstation
