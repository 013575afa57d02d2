#include "daemon/session/session.hpp"

#include <algorithm>

#include "base/encoding.hpp"

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
    case Fact::token_expired:
      return State::expired;
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

Tokens* Session::tokens() {
  if (auto* active = std::get_if<Active>(&data)) return &active->tokens;
  if (auto* refreshing = std::get_if<Refreshing>(&data)) return &refreshing->tokens;
  if (auto* expired = std::get_if<Expired>(&data)) return &expired->tokens;
  return nullptr;
}

const Tokens* Session::tokens() const {
  if (const auto* active = std::get_if<Active>(&data)) return &active->tokens;
  if (const auto* refreshing = std::get_if<Refreshing>(&data)) return &refreshing->tokens;
  if (const auto* expired = std::get_if<Expired>(&data)) return &expired->tokens;
  return nullptr;
}

void Session::held_by(const Launcher& process) {
  if (std::ranges::find(holders, process) != holders.end()) return;
  if (holders.size() == holders_kept) holders.erase(holders.begin());
  holders.push_back(process);
}

bool Session::was_held_by(const Launcher& process) const {
  if (process.pid == 0) return false;
  return process == launcher || std::ranges::find(holders, process) != holders.end();
}

Duration Session::remaining(BootTime now) const {
  const Tokens* held = tokens();
  if (held == nullptr || held->access.empty()) return Duration::zero();
  return held->expires_at - now;
}

bool Session::has_access_token(std::string_view digest) const {
  const Tokens* held = tokens();
  return !digest.empty() && held != nullptr && !held->access.empty() && hex(sha256(held->access.reveal())) == digest;
}

}  // namespace wardend::session
