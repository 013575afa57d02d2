#include "daemon/workstation/held.hpp"

#include <algorithm>
#include <variant>

namespace wardend::workstation {
namespace {

bool is_meant(const PartClear& clear, const Part& by) { return clear.held && (by == Part{} || clear.part.covers(by)); }

}  // namespace

bool is_held(const LoginSessionState& state, const Part& part) {
  return state.held || std::ranges::any_of(
                           state.parts, [&](const PartClear& clear) { return clear.held && clear.part.covers(part); });
}

std::optional<EpochEnd> latest_held(const LoginSessionState& state, const Part& by) {
  std::optional<EpochEnd> latest = state.held ? state.last_clear : std::nullopt;
  for (const PartClear& clear : state.parts)
    if (is_meant(clear, by) && (!latest || latest->boot < clear.end.boot)) latest = clear.end;
  return latest;
}

void release(LoginSessionState& state, const Part& by) {
  state.held = false;
  for (PartClear& clear : state.parts)
    if (is_meant(clear, by)) clear.held = false;
}

std::optional<std::int64_t> signed_in_at(const SignIn& sign_in) {
  const std::int64_t asked_at = unix_seconds(sign_in.asked_at);
  const std::int64_t server_now = sign_in.issued_at.value_or(asked_at);
  if (!sign_in.auth_time || *sign_in.auth_time > server_now) return std::nullopt;
  return std::min(*sign_in.auth_time, asked_at - (server_now - *sign_in.auth_time));
}

bool proves(const Proof& proof, WallTime cleared_at, UnlockRule unlock) {
  if (const auto* sign_in = std::get_if<SignIn>(&proof)) {
    const auto at = signed_in_at(*sign_in);
    return at && *at > unix_seconds(cleared_at);
  }
  if (std::holds_alternative<Unlock>(proof)) return unlock == UnlockRule::proves;
  return std::holds_alternative<EhrLaunch>(proof) || std::holds_alternative<SwitchedUser>(proof);
}

const PartClear* fell_by(const LoginSessionState& state, const Stay& stay) {
  for (const PartClear& clear : state.parts)
    if (clear.order > stay.began && clear.part.covers(stay.part)) return &clear;
  return nullptr;
}

}  // namespace wardend::workstation
