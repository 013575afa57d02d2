#include "daemon/workstation/workstation.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "daemon/workstation/held.hpp"

namespace wardend::workstation {

Workstation::Workstation(Clock& clock, const config::Live& config)
    : clock_(clock), config_(config), sources_(config), started_at_(clock.wall_now()) {}

bool Workstation::knows(const std::string& login_session) const {
  return sessions_.find(login_session) != nullptr || sources_.may_hold(login_session);
}

LoginSessionState& Workstation::set_apart(const std::string& login_session) {
  const auto [state, is_new] = sessions_.set_apart(login_session);
  if (is_new) read(state);
  return state;
}

std::optional<uid_t> Workstation::owner_of(const std::string& login_session) const {
  if (const auto user = user_in_name(login_session)) return user;
  const LoginSessionState* state = sessions_.find(login_session);
  return state == nullptr ? std::nullopt : state->uid;
}

EpochNumber Workstation::enter(const std::string& login_session) {
  if (login_session.empty()) return 0;
  return user_in_name(login_session) ? epoch_of(login_session) : set_apart(login_session).epoch;
}

std::string Workstation::login_session_of_epoch(EpochNumber number) const {
  if (const std::string* apart = sessions_.apart_in(number)) return *apart;
  if (const auto* ended = ended_.find(number); ended != nullptr && !ended->login_session.empty())
    return ended->login_session;
  const bool of_a_user = common_of(number) == sessions_.common().epoch || ended_.find(common_of(number)) != nullptr;
  return of_a_user ? login_session_of_user(user_of(number)) : std::string();
}

EpochEnd Workstation::end_of(EpochNumber number, const std::string& login_session) const {
  if (const auto* ended = ended_.find(number)) return ended->end;
  if (const auto* ended = ended_.find(common_of(number)); ended != nullptr && ended->login_session.empty())
    return ended->end;
  if (const LoginSessionState* state = sessions_.find(login_session); state != nullptr && state->last_clear)
    return *state->last_clear;
  // It is of a process before this one, or so old that nothing there is remembered.
  return ended_.forgotten().value_or(EpochEnd{ClearReason::restart, started_at_, {}});
}

Presence Workstation::presence(const std::string& login_session, const Part& part) const {
  const LoginSessionState* state = sessions_.find(login_session);
  if (!ready() || state == nullptr || state->locked) return Presence::locked;
  return workstation::is_held(*state, part) ? Presence::held : Presence::present;
}

bool Workstation::is_held(const std::string& login_session, const Part& part) const {
  const LoginSessionState* state = login_session.empty() ? &sessions_.common() : sessions_.find(login_session);
  return state != nullptr && workstation::is_held(*state, part);
}

bool Workstation::prove_presence(const std::string& login_session, const Proof& proof, const Part& by) {
  const LoginSessionState* known = sessions_.find(login_session);
  if (known == nullptr) return false;
  const std::optional<EpochEnd> latest = latest_held(*known, by);
  if (!latest) return true;
  const bool by_unlock = config_.get().broker.unlock_proves_presence;
  if (!proves(proof, clock_.wall_at(latest->boot), by_unlock ? UnlockRule::proves : UnlockRule::proves_nothing))
    return false;
  release(set_apart(login_session), by);
  return true;
}

void Workstation::unlock_seen(const std::string& login_session) {
  const LoginSessionState* state = sessions_.find(login_session);
  if (ready() && state != nullptr && !state->locked) static_cast<void>(prove_presence(login_session, Unlock{}));
}

std::optional<EpochEnd> Workstation::last_clear(const std::string& login_session) const {
  const LoginSessionState* state = sessions_.find(login_session);
  return state == nullptr ? std::nullopt : state->last_clear;
}

Stay Workstation::stay(const std::string& login_session, EpochNumber epoch, Part part) const {
  return {.login_session = login_session, .epoch = epoch, .part = std::move(part), .began = sessions_.last()};
}

bool Workstation::stands(const Stay& stay) const {
  const LoginSessionState* state = sessions_.find(stay.login_session);
  return state != nullptr && running(stay.epoch) && fell_by(*state, stay) == nullptr;
}

EpochEnd Workstation::fall_of(const Stay& stay) const {
  const LoginSessionState* state = sessions_.find(stay.login_session);
  if (state != nullptr && running(stay.epoch))
    if (const PartClear* clear = fell_by(*state, stay)) return clear->end;
  return end_of(stay.epoch, stay.login_session);
}

bool Workstation::same_user(EpochNumber number, const std::string& issuer, const std::string& subject) const {
  if (!running(number)) return false;
  const LoginSessionState& state = *sessions_.find(login_session_of_epoch(number));
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
  if (reason == ClearReason::session_removed) sessions_.forget(state);
  return true;
}

void Workstation::end_every_epoch(ClearReason reason) {
  const EpochEnd now = ends_now(reason);
  for (auto& [login_session, state] : sessions_.apart()) end(state, now);
  end_common(now);
  // What is named by a user stands as all others of that kind now, unless a part of it alone is held.
  for (const std::string& login_session : names())
    if (user_in_name(login_session) &&
        std::ranges::none_of(sessions_.apart().at(login_session).parts, &PartClear::held))
      sessions_.forget(sessions_.apart().at(login_session));
}

bool Workstation::end_part(const std::string& login_session, const Part& part, ClearReason reason,
                           Afterwards afterwards) {
  if (!login_session.empty() && !knows(login_session)) return false;
  std::vector<PartClear>& parts = login_session.empty() ? sessions_.common().parts : set_apart(login_session).parts;
  auto clear = std::ranges::find(parts, part, &PartClear::part);
  if (clear == parts.end()) clear = parts.insert(clear, {.part = part, .order = 0, .end = {}, .held = false});
  clear->order = sessions_.take_next();
  clear->end = ends_now(reason);
  clear->held = clear->held || afterwards == Afterwards::held;
  return true;
}

bool Workstation::too_many_apart() const {
  return sessions_.apart().size() > most_apart && sessions_.users_apart() > most_apart;
}

std::vector<std::string> Workstation::fold(const std::vector<std::string>& in_use) {
  for (const std::string& login_session : in_use) set_apart(login_session);
  const std::set<std::string> used(in_use.begin(), in_use.end());
  std::vector<std::string> folded;
  for (std::string& name : names())
    if (user_in_name(name) && !used.contains(name)) folded.push_back(std::move(name));
  std::optional<EpochEnd> latest;
  for (const std::string& name : folded) {
    LoginSessionState& state = sessions_.apart().at(name);
    if (state.last_clear && (!latest || latest->boot < state.last_clear->boot)) latest = state.last_clear;
    ended_.note(state.epoch, name, state.last_clear.value_or(ends_now(ClearReason::idle)));
    for (PartClear& clear : state.parts)
      if (clear.held) sessions_.common().parts.push_back(std::move(clear));
    sessions_.forget(state);
  }
  if (!folded.empty()) end_common(latest.value_or(ends_now(ClearReason::idle)));
  return folded;
}

void Workstation::end(LoginSessionState& state, const EpochEnd& end) {
  ended_.note(state.epoch, state.login_session, end);
  sessions_.begin_next(state);
  state.held = true;
  state.last_clear = end;
  state.subjects.clear();
  state.locked = state.locked || sources_.is_locked(state.login_session);
}

void Workstation::end_common(const EpochEnd& end) {
  LoginSessionState& common = sessions_.common();
  ended_.note(common.epoch, {}, end);
  sessions_.begin_next(common);
  common.held = true;
  common.last_clear = end;
}

void Workstation::read_picture(std::string_view login_session) {
  if (login_session.empty()) {
    for (const LoginSession& session : sources_.login_sessions())
      if (sources_.may_hold(session.id)) set_apart(session.id);
    for (auto& [name, state] : sessions_.apart()) read(state);
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

std::optional<LoginSessionState> Workstation::state_of(const std::string& login_session) const {
  if (login_session.empty()) return sessions_.common();
  const LoginSessionState* state = sessions_.find(login_session);
  if (state == nullptr) return std::nullopt;
  LoginSessionState copy = *state;
  if (state != &sessions_.common()) {
    read(copy);
    return copy;
  }
  copy.login_session = login_session;
  copy.uid = user_in_name(login_session);
  copy.epoch |= *copy.uid;
  return copy;
}

void Workstation::resume(LoginSessionState state) {
  if (state.held && !state.last_clear) state.last_clear = ends_now(ClearReason::restart);
  for (PartClear& clear : state.parts)
    if (clear.end.boot == BootTime{}) clear.end = ends_now(ClearReason::restart);
  state.locked = sources_.is_locked(state.login_session);
  sessions_.put(std::move(state));
}

}  // namespace wardend::workstation
