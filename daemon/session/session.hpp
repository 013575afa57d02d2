// One session: what one SMART launch gave one app. A struct for each state, so that a token exists only where it has a
// meaning; next() is the whole life of a session in one switch.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clear_reason.hpp"
#include "base/clock.hpp"
#include "base/errors.hpp"
#include "base/process_id.hpp"
#include "base/secret.hpp"
#include "base/vault.hpp"
#include "daemon/server/client_credentials.hpp"
#include "daemon/session/refresh_plan.hpp"
#include "daemon/session/user.hpp"
#include "daemon/workstation/login_session_state.hpp"
#include "daemon/workstation/ownership.hpp"
#include "protocol/fhir/patient.hpp"
#include "protocol/fhircast/on_screen.hpp"
#include "protocol/oauth/token.hpp"
#include "protocol/smart/launch_context.hpp"
#include "protocol/smart/scope.hpp"

namespace wardend::session {

enum class State { active, refreshing, expired, reauthentication_required, cleared };
enum class Fact { refresh_started, tokens_received, attempt_failed, token_expired, grant_ended, cleared };

// The state after `fact`. A fact that means nothing in a state leaves it as it is; nothing leaves `cleared`.
[[nodiscard]] State next(State state, Fact fact);

[[nodiscard]] std::string_view name_of(State state);
// As on the wire: refreshing and expired are "active" there.
[[nodiscard]] std::string_view wire_name_of(State state);

struct Tokens {
  Secret access;
  Secret refresh;             // empty: the session cannot be refreshed
  BootTime obtained_at = {};  // when the request was sent
  BootTime expires_at = {};
  std::uint64_t generation = 0;  // counts the tokens of this session
  [[nodiscard]] Duration life() const { return expires_at - obtained_at; }
};

struct Active {
  Tokens tokens;
};
struct Refreshing {
  Tokens tokens;
};  // the access token serves on while it is good
struct Expired {
  Tokens tokens;
};  // access is empty
struct Reauthentication {
  std::string reason;
};
struct Cleared {
  ClearReason reason;
  WallTime at;
  BootTime forget_at;
  BootTime ended_at = {};
  [[nodiscard]] errors::SessionCleared error() const { return {.reason = reason, .at = at}; }
};
using StateData = std::variant<Active, Refreshing, Expired, Reauthentication, Cleared>;

// A process that was given the current token: the same token to the same process again is counted, not listed.
struct Receiver {
  ProcessId process = {};
  std::int64_t uncounted = 0;                // since the last audit record
  std::optional<BootTime> recorded_at = {};  // nullopt: the token is another one since
};

// What the server's record of the patient said when it was last read.
struct PatientCheck {
  fhir::PatientIdentity identity = {};
  BootTime read_at = {};
  std::string etag = {};  // of that record; empty: the server gave none
};

class Session {
 public:
  // `state` is that of the beginning; afterwards it changes by the calls below alone.
  explicit Session(StateData state = Reauthentication{}) : data_(std::move(state)) {}
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // What the launch settled.
  std::string id = {};
  std::string app = {};
  std::string server = {};
  std::string login_session = {};
  workstation::EpochNumber epoch = 0;
  uid_t uid = 0;
  ProcessId launcher = {};  // none: the EHR opened /launch
  server::Client client = {};
  std::string terms = {};  // terms_of() when it began
  WallTime started_at = {};
  BootTime started_boot = {};

  // What the server said. A refresh may change the scopes and the hub.
  User user = {};
  smart::LaunchContext context = {};
  smart::ScopeSet granted = {};
  std::vector<std::string> missing = {};
  std::optional<oauth::HubOffer> hub = {};  // as the token response had it: unchecked

  // What the EHR shows beside it; nullopt: nobody follows that. Never mixed with `context`: that is the token's.
  std::optional<fhircast::OnScreen> on_screen = {};

  // Made by daemon/patients; nullopt: not yet.
  std::optional<PatientCheck> patient_check = {};

  BootTime last_used = {};
  std::vector<ProcessId> holders = {};  // processes that were given a token of it, the latest last; at most eight
  Secret prepared = {};                 // of a GetToken reply, what stays the same but the token; made by the service
  std::vector<Receiver> receivers = {};

  // For the audit trail, when it ends: how many tokens were given, and how many accesses its app recorded.
  std::uint64_t tokens_given = 0;
  std::uint64_t accesses_recorded = 0;

  BootTime due_at = BootTime::max();  // the store's schedule entry
  Vault::RecordId kept = 0;           // where it outlasts a crash of this process; 0: nowhere
  Event changed;                      // a refresh ended, or the state changed

  [[nodiscard]] workstation::Ownership ownership() const { return {app, login_session, uid}; }
  // The part of its login session that it is of.
  [[nodiscard]] workstation::Part part() const { return {.server = server, .app = app}; }
  [[nodiscard]] State state() const { return static_cast<State>(data_.index()); }
  // nullptr in states without tokens.
  [[nodiscard]] const Tokens* tokens() const;
  [[nodiscard]] const Cleared* cleared() const { return std::get_if<Cleared>(&data_); }
  [[nodiscard]] bool refreshable() const { return tokens() != nullptr && !tokens()->refresh.empty(); }
  // Notes a process that was given a token.
  void held_by(const ProcessId& process);
  // Whether the process launched it or was given a token of it.
  [[nodiscard]] bool was_held_by(const ProcessId& process) const;
  // What is left of the access token; zero or less: there is none to give.
  [[nodiscard]] Duration remaining(BootTime now) const;
  // Whether the access token is the one with this SHA-256 (lower-case hex; empty: none).
  [[nodiscard]] bool has_access_token(std::string_view digest) const;
  // Why a launch is needed; empty in every other state.
  [[nodiscard]] std::string_view reauthentication_reason() const;

  // The ways to another state; each goes through next(). In a state in which a call means nothing it changes nothing.
  void begin_refresh();
  // `fresh` without a refresh token keeps the one that is there. The generation is counted here.
  void take_tokens(Tokens fresh);
  // The answer could not be served, and brought a new refresh token all the same. Empty: the old one stays.
  void keep_refresh_token(Secret refresh);
  // The attempt has ended without tokens.
  void end_attempt();
  // The access token is over: it is wiped, the refresh token stays.
  void expire();
  // There will be no more tokens: what is left of them is wiped.
  void end_grant(std::string reason);
  // Wipes the tokens and everything that says whose it was, but which processes held it. Returns what its server must
  // be told is over.
  [[nodiscard]] oauth::TokenToRevoke clear(const Cleared& end);

  // When its tokens are refreshed. Set by daemon/refresh.
  [[nodiscard]] const RefreshPlan& plan() const { return plan_; }
  void set_plan(RefreshPlan plan) { plan_ = std::move(plan); }

 private:
  [[nodiscard]] Tokens* held();
  void wipe_handout();
  // The one place where the state changes. Tokens go along, and are wiped where the new state has none; `end` is the
  // new state of a session that ended.
  void enter(Fact fact, StateData end = Reauthentication{});

  StateData data_;
  RefreshPlan plan_;
};

// Whether two live sessions come from the same launch made twice: of one user's app at one server, by the EHR or by the
// same process, for the same person and patient.
[[nodiscard]] bool same_launch(const Session& one, const Session& other);

}  // namespace wardend::session
