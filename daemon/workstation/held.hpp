// What of a login session is held after a clear, and what frees it: pure functions over its state.
#pragma once

#include <optional>

#include "daemon/workstation/login_session_state.hpp"
#include "daemon/workstation/presence.hpp"

namespace wardend::workstation {

// Whether the login session is held as a whole, or a part of it that covers `part`.
[[nodiscard]] bool is_held(const LoginSessionState& state, const Part& part);

// The latest clear that is held there, of the whole and of the parts that cover `by` (without server and app: of all).
// nullopt: nothing is held.
[[nodiscard]] std::optional<EpochEnd> latest_held(const LoginSessionState& state, const Part& by);

// Ends what latest_held() looks at.
void release(LoginSessionState& state, const Part& by);

// When that sign-in was by our own clock at the latest, in Unix seconds; nullopt: it does not say, or says what cannot
// be. Where the server's clock is ahead the sign-in's age tells; where its id_token is an old one, the auth_time does.
[[nodiscard]] std::optional<std::int64_t> signed_in_at(const SignIn& sign_in);

// Whether `proof` says that somebody came after a clear. `cleared_at`: the moment of that clear by the wall clock of
// now; `unlock`: whether the configuration takes an unlock for a proof.
enum class UnlockRule { proves, proves_nothing };
[[nodiscard]] bool proves(const Proof& proof, WallTime cleared_at, UnlockRule unlock);

// The clear of a part by which `stay` fell; nullptr: none did.
[[nodiscard]] const PartClear* fell_by(const LoginSessionState& state, const Stay& stay);

}  // namespace wardend::workstation
