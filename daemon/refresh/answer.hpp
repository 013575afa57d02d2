// What the answer to a refresh means: for the plan, and for the tokens that came. Pure functions of one answer.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "config/model.hpp"
#include "daemon/refresh/plan.hpp"
#include "daemon/server/token_endpoint.hpp"
#include "daemon/session/session.hpp"
#include "protocol/oauth/token.hpp"

namespace wardend::refresh {

struct Answer {
  Outcome outcome;
  // What came. With an outcome other than `tokens_received` it cannot be served: the refresh token in it counts alone.
  std::optional<oauth::TokenResponse> tokens = {};
  BootTime sent_at = {};
  std::string trouble = {};                              // what an operator has to mend; empty: nothing
  std::string unread = {};                               // why an answer's body cannot be read; empty: it can
  std::optional<std::chrono::seconds> clock_ahead = {};  // the server's clock against ours
};

// An outcome of an attempt: `tokens_received`, or what failed. `now` is compared with the server's clock.
[[nodiscard]] Answer read_answer(const server::PostAnswer& answer, WallTime now);

// Whom and what a refresh is about, against what the launch said.
enum class Subject {
  same,
  other_role,     // the same user by a fhirUser of another type: told, and nothing more
  foreign,        // an id_token of another issuer, or for another client: not believed, and nothing more
  other_name,     // the same `sub` by another fhirUser of the same type: this session ends
  other_user,     // another `sub`: the login session is cleared
  other_context,  // another patient, encounter or tenant: this session ends
};
// Over verified TLS from the token endpoint the claims stand without their signature; what they can do here is to end
// the session. `server` makes a relative fhirUser absolute; nullptr: such a name is not compared.
// Spec: OpenID Connect Core 1.0 §3.1.3.7 item 6 and §12.2; SMART App Launch 2.2.0, refresh
[[nodiscard]] Subject subject_of(const session::Session& session, const oauth::TokenResponse& response,
                                 const config::Server* server);

}  // namespace wardend::refresh
