#include "daemon/session/session.hpp"

#include <algorithm>
#include <utility>

#include "base/encoding.hpp"
#include "base/log.hpp"

namespace wardend::session {
namespace {

constexpr std::size_t holders_kept = 8;

}  // namespace

State next(State state, Fact fact) {
  if (state == State::cleared || fact == Fact::cleared) return State::cleared;
  if (state == State::reauthentication_required || fact == Fact::grant_ended) return State::reauthentication_required;
  switch (fact) {
    case Fact::refresh_started:
      return State::refreshing;
    case Fact::tokens_received:
      return State::active;
    case Fact::attempt_failed:
      return state == State::refreshing ? State::active : state;
    case Fact::token_expired:  // the attempt under way decides
      return state == State::refreshing ? state : State::expired;
    case Fact::grant_ended:
      return State::reauthentication_required;
    case Fact::cleared:
      return State::cleared;
  }
  return State::cleared;
}

std::string_view name_of(State state) {
  switch (state) {
    case State::active:
      return "active";
    case State::refreshing:
      return "refreshing";
    case State::expired:
      return "expired";
    case State::reauthentication_required:
      return "reauthentication_required";
    case State::cleared:
      return "cleared";
  }
  return "cleared";
}

std::string_view wire_name_of(State state) {
  return state == State::refreshing || state == State::expired ? name_of(State::active) : name_of(state);
}

Tokens* Session::held() {
  if (auto* active = std::get_if<Active>(&data_)) return &active->tokens;
  if (auto* refreshing = std::get_if<Refreshing>(&data_)) return &refreshing->tokens;
  if (auto* expired = std::get_if<Expired>(&data_)) return &expired->tokens;
  return nullptr;
}

const Tokens* Session::tokens() const { return const_cast<Session*>(this)->held(); }

std::string_view Session::reauthentication_reason() const {
  const auto* ended = std::get_if<Reauthentication>(&data_);
  return ended == nullptr ? std::string_view() : std::string_view(ended->reason);
}

Duration Session::remaining(BootTime now) const {
  const Tokens* tokens = this->tokens();
  return tokens == nullptr || tokens->access.empty() ? Duration::zero() : tokens->expires_at - now;
}

bool Session::has_access_token(std::string_view digest) const {
  const Tokens* tokens = this->tokens();
  if (digest.empty() || tokens == nullptr || tokens->access.empty()) return false;
  return hex(sha256(tokens->access.reveal())) == digest;
}

void Session::enter(Fact fact, StateData end) {
  const State target = next(state(), fact);
  if (target == state()) return;
  log::debug("session state", {{"session", id}, {"from", name_of(state())}, {"to", name_of(target)}});
  Tokens tokens;
  if (Tokens* before = held()) tokens = std::move(*before);
  switch (target) {
    case State::active:
      data_ = Active{std::move(tokens)};
      break;
    case State::refreshing:
      data_ = Refreshing{std::move(tokens)};
      break;
    case State::expired:
      data_ = Expired{std::move(tokens)};
      break;
    case State::reauthentication_required:
    case State::cleared:
      data_ = std::move(end);
      break;
  }
}

void Session::wipe_handout() {
  prepared = Secret();
  // Another token is told of at once, with those of this one that were counted.
  std::erase_if(receivers, [](const Receiver& receiver) { return receiver.uncounted == 0; });
  for (Receiver& receiver : receivers) receiver.recorded_at.reset();
}

void Session::begin_refresh() { enter(Fact::refresh_started); }

void Session::take_tokens(Tokens fresh) {
  Tokens* before = held();
  if (before == nullptr) return;
  if (fresh.refresh.empty()) fresh.refresh = std::move(before->refresh);
  fresh.generation = before->generation + 1;
  *before = std::move(fresh);
  wipe_handout();
  enter(Fact::tokens_received);
}

void Session::keep_refresh_token(Secret refresh) {
  if (Tokens* tokens = held(); tokens != nullptr && !refresh.empty()) tokens->refresh = std::move(refresh);
}

void Session::end_attempt() {
  enter(Fact::attempt_failed);
  if (const Tokens* tokens = held(); tokens != nullptr && tokens->access.empty()) enter(Fact::token_expired);
}

void Session::expire() {
  if (Tokens* tokens = held()) tokens->access = Secret();
  wipe_handout();
  enter(Fact::token_expired);
}

void Session::end_grant(std::string reason) {
  wipe_handout();
  enter(Fact::grant_ended, Reauthentication{std::move(reason)});
}

oauth::TokenToRevoke Session::clear(const Cleared& end) {
  oauth::TokenToRevoke token;
  if (Tokens* tokens = held()) token = oauth::to_revoke(std::move(tokens->refresh), std::move(tokens->access));
  enter(Fact::cleared, end);
  context = {};
  user = {};
  hub.reset();
  wipe_handout();
  on_screen.reset();
  patient_check.reset();
  return token;
}

void Session::held_by(const ProcessId& process) {
  if (std::ranges::find(holders, process) != holders.end()) return;
  if (holders.size() == holders_kept) holders.erase(holders.begin());
  holders.push_back(process);
}

bool Session::was_held_by(const ProcessId& process) const {
  if (!process.exists()) return false;
  return process == launcher || std::ranges::find(holders, process) != holders.end();
}

bool same_launch(const Session& one, const Session& other) {
  const bool same_place = one.app == other.app && one.server == other.server && one.uid == other.uid &&
                          one.login_session == other.login_session && one.launcher == other.launcher;
  return same_place && one.context.patient == other.context.patient &&
         one.context.encounter == other.context.encounter && compare(one.user, other.user) == Likeness::same;
}

}  // namespace wardend::session
