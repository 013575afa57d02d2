#include "daemon/workstation/login_sessions.hpp"

#include <algorithm>
#include <ranges>
#include <utility>

#include "daemon/workstation/lock_sources.hpp"

namespace wardend::workstation {

LoginSessions::LoginSessions() {
  common_.epoch = begin_epoch({});
  common_.locked = false;
}

const LoginSessionState* LoginSessions::find(const std::string& login_session) const {
  const auto found = apart_.find(login_session);
  if (found != apart_.end()) return &found->second;
  return user_in_name(login_session) ? &common_ : nullptr;
}

std::vector<std::string> LoginSessions::names_apart() const {
  const auto keys = std::views::keys(apart_);
  return {keys.begin(), keys.end()};
}

std::size_t LoginSessions::users_apart() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(apart_, [](const auto& entry) { return user_in_name(entry.first).has_value(); }));
}

LoginSessions::Own LoginSessions::set_apart(const std::string& login_session) {
  const auto [found, added] = apart_.try_emplace(login_session);
  LoginSessionState& state = found->second;
  if (!added) return {state, false};
  if (const auto user = user_in_name(login_session)) {
    state = common_;
    state.uid = user;
    state.epoch |= *user;
  } else {
    state.epoch = begin_epoch(login_session);
  }
  state.login_session = login_session;
  running_.emplace(state.epoch, login_session);
  return {state, true};
}

void LoginSessions::forget(const LoginSessionState& state) {
  running_.erase(state.epoch);
  apart_.erase(std::string(state.login_session));
}

void LoginSessions::put(LoginSessionState state) {
  order_ = std::max(order_, began_at(state.epoch));
  if (state.login_session.empty()) {
    common_ = std::move(state);
    common_.locked = false;
    return;
  }
  running_.insert_or_assign(state.epoch, state.login_session);
  const std::string name = state.login_session;
  apart_.insert_or_assign(name, std::move(state));
}

EpochNumber LoginSessions::epoch_of(const std::string& login_session) const {
  const LoginSessionState* state = find(login_session);
  if (state == nullptr) return 0;
  return state == &common_ ? common_.epoch | *user_in_name(login_session) : state->epoch;
}

bool LoginSessions::running(EpochNumber number) const {
  if (running_.contains(number)) return true;
  return common_of(number) == common_.epoch && !apart_.contains(login_session_of_user(user_of(number)));
}

const std::string* LoginSessions::apart_in(EpochNumber number) const {
  const auto found = running_.find(number);
  return found == running_.end() ? nullptr : &found->second;
}

void LoginSessions::begin_next(LoginSessionState& state) {
  if (&state != &common_) running_.erase(state.epoch);
  state.epoch = begin_epoch(state.login_session);
  if (&state != &common_) running_.emplace(state.epoch, state.login_session);
}

EpochNumber LoginSessions::begin_epoch(const std::string& login_session) {
  return epoch_number(++order_, user_in_name(login_session));
}

}  // namespace wardend::workstation
