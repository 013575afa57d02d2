// From tokens to a session: what came is checked against the app's rules and the person at the workstation, kept for a
// restart, and published.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "config/live.hpp"
#include "daemon/events/session_event.hpp"
#include "daemon/launch/admission.hpp"
#include "daemon/launch/code_exchange.hpp"
#include "daemon/launch/pending.hpp"
#include "daemon/launch/user_settlement.hpp"
#include "daemon/refresh/schedule.hpp"
#include "daemon/session/session_vault.hpp"
#include "daemon/session/store.hpp"

namespace wardend::launch {

class SessionFounding {
 public:
  struct Parts {
    Clock& clock;
    Random& random;
    const config::Live& config;
    UserSettlement& settlement;
    session::SessionStore& store;
    session::SessionVault& session_vault;
    clearing::Clearing& clearing;
    refresh::Schedule& schedule;
    events::EventHub& hub;
  };
  explicit SessionFounding(Parts parts) : parts_(parts) {}

  // The id of the new session. The epoch in which the launch began still runs. Takes what it keeps out of `arrival`; on
  // an error nothing was taken and the caller revokes it. Errors: UnknownApp, AppDisabled, PatientContextMissing,
  // ScopeNotGranted, LaunchFailed (identity), WorkstationLocked.
  [[nodiscard]] Result<std::string> found(Pending& pending, Arrival& arrival);

  struct Counters {
    std::map<std::pair<std::string, std::string>, std::uint64_t> without_patient;  // app, server
    std::map<std::pair<std::string, std::string>, std::uint64_t> scope_shortfall;
    std::map<std::pair<std::string, std::string>, std::uint64_t> scope_surplus;
  };
  [[nodiscard]] const Counters& counters() const { return counters_; }

 private:
  [[nodiscard]] std::unique_ptr<session::Session> build(const Pending& pending, Arrival& arrival, const Grant& grant);
  // Ends the sessions that `added` is another launch of: a patient's chart that is opened again is no second session.
  void replace_older(const session::Session& added);
  void publish(session::Session& session, Mode mode, const Grant& grant);

  Parts parts_;
  Counters counters_;
};

}  // namespace wardend::launch
