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

bool proves(const Proof& proof, WallTime cleared_at, UnlockRule unlock) {
  if (const auto* sign_in = std::get_if<SignIn>(&proof))
    return sign_in->auth_time && *sign_in->auth_time > unix_seconds(cleared_at);
  if (std::holds_alternative<Unlock>(proof)) return unlock == UnlockRule::proves;
  return std::holds_alternative<EhrLaunch>(proof) || std::holds_alternative<SwitchedUser>(proof);
}

const PartClear* fell_by(const LoginSessionState& state, const Stay& stay) {
  for (const PartClear& clear : state.parts)
    if (clear.order > stay.began && clear.part.covers(stay.part)) return &clear;
  return nullptr;
}

}  // namespace wardend::workstation
