// Whether somebody is at a login session, and what proves it after a clear. Spec: DESIGN.md, "A login session is
// cleared".
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "base/clock.hpp"

namespace wardend::workstation {

// held: an epoch has ended, and nobody has proved to be there since.
enum class Presence { present, locked, held };

// A launch value of the EHR that came through /launch from the browser, was never seen here before, and was accepted by
// the EHR. Whoever makes one has looked at all three.
struct EhrLaunch {};
// Somebody signed in at the server: what the id_token says by the server's clock, in Unix seconds; nullopt: it says
// none. `asked_at`: when the tokens were asked for, by the wall clock of now; the id_token is no older than that.
struct SignIn {
  std::optional<std::int64_t> auth_time = {};
  std::optional<std::int64_t> issued_at = {};
  WallTime asked_at = {};
};
// A launch signed another user in, which was itself the reason of the clear.
struct SwitchedUser {};
// A lock source saw somebody unlock the screen.
struct Unlock {};
using Proof = std::variant<EhrLaunch, SignIn, SwitchedUser, Unlock>;

}  // namespace wardend::workstation
