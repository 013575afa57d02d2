// Whether a launch may make a session where it began: somebody is proved to be there, and it is the same person as in
// the rest of the epoch. Another person is a user switch: that clears first, and the launch goes on in the new epoch.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "daemon/clearing/clearing.hpp"
#include "daemon/launch/code_exchange.hpp"
#include "daemon/launch/pending.hpp"
#include "daemon/session/store.hpp"
#include "daemon/workstation/workstation.hpp"
#include "protocol/oauth/id_token.hpp"

namespace wardend::launch {

class UserSettlement {
 public:
  UserSettlement(Clock& clock, workstation::Workstation& workstation, session::SessionStore& store,
                 clearing::Clearing& clearing)
      : clock_(clock), workstation_(workstation), store_(store), clearing_(clearing) {}

  // Moves `pending` to the epoch that begins where it clears. Errors: WorkstationLocked: locked meanwhile, or nobody is
  // proved to be there; LaunchFailed (identity): one `sub` is two people. The tokens must be revoked.
  [[nodiscard]] Result<void> settle(Pending& pending, const Arrival& arrival);

 private:
  [[nodiscard]] Result<void> settle_presence(const Pending& pending, const Arrival& arrival);
  [[nodiscard]] workstation::Proof proof_of(const Pending& pending, const Arrival& arrival) const;
  // Whether this server names the epoch's user by two fhirUsers of one type: neither is believed.
  [[nodiscard]] bool named_otherwise(const Pending& pending, const oauth::IdTokenClaims& who);

  Clock& clock_;
  workstation::Workstation& workstation_;
  session::SessionStore& store_;
  clearing::Clearing& clearing_;
};

}  // namespace wardend::launch
