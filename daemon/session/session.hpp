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
#include "base/secret.hpp"
#include "base/vault.hpp"
#include "daemon/session/client_proof.hpp"
#include "daemon/session/ownership.hpp"
#include "daemon/session/workstation.hpp"
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
  [[nodiscard]] errors::SessionCleared error() const { return {.reason = reason, .at = at}; }
};
using StateData = std::variant<Active, Refreshing, Expired, Reauthentication, Cleared>;

struct User {
  std::string fhir_user = {};
  std::string subject = {};
  std::string issuer = {};
};

// A process that was given the current token: the same token to the same process again is counted, not listed.
struct Receiver {
  pid_t pid = 0;
  std::string start_time = {};
  std::int64_t uncounted = 0;  // since the last audit record
  BootTime recorded_at = {};
};

// Who launched the session. Without a session named, GetToken considers a process's own and the EHR's.
struct Launcher {
  pid_t pid = 0;  // 0: the EHR opened /launch
  std::string start_time = {};
  bool operator==(const Launcher&) const = default;
};

struct Session {
  std::string id;
  std::string app;
  std::string server;
  std::string login_session;
  EpochNumber epoch = 0;
  uid_t uid = 0;
  Launcher launcher = {};
  User user = {};
  smart::LaunchContext context = {};
  smart::ScopeSet granted = {};
  std::vector<std::string> missing = {};
  Client client = {};
  std::string terms = {};                   // terms_of() when it began
  std::optional<oauth::HubOffer> hub = {};  // as the token response had it: unchecked
  // What the EHR shows beside it; nullopt: nobody follows that. Never mixed with `context`: that is the token's.
  std::optional<fhircast::OnScreen> on_screen = {};
  WallTime started_at = {};
  BootTime started_boot = {};
  BootTime last_used = {};
  StateData data = Reauthentication{};

  // The refresh plan (policy in refresh_policy.hpp).
  BootTime refresh_at = BootTime::max();      // when the next attempt is due
  std::optional<BootTime> last_refresh = {};  // when the last one that brought tokens was sent
  Duration longest_life = {};                 // of the tokens so far: what a caller may expect
  unsigned failures = 0;                      // in a row
  bool unanswered = false;                    // a refresh was sent and no reply came
  bool spread = false;                        // refresh_at only spreads the load: whoever asks goes at once
  std::string last_failure = {};              // a word for people and logs
  BootTime due_at = BootTime::max();          // the store's schedule entry

  Vault::RecordId kept = 0;  // where it outlasts a crash of this process; 0: nowhere
  Secret prepared = {};      // the constant part of a GetToken reply, made by the service
  std::vector<Receiver> receivers = {};
  std::vector<Launcher> holders = {};  // processes that were given a token of it, the latest last; at most eight
  Event changed;                       // a refresh ended, or the state changed

  [[nodiscard]] Ownership ownership() const { return {app, login_session, uid}; }
  [[nodiscard]] State state() const { return static_cast<State>(data.index()); }
  // nullptr in states without tokens.
  [[nodiscard]] Tokens* tokens();
  [[nodiscard]] const Tokens* tokens() const;
  [[nodiscard]] const Cleared* cleared() const { return std::get_if<Cleared>(&data); }
  [[nodiscard]] bool refreshable() const { return tokens() != nullptr && !tokens()->refresh.empty(); }
  // Notes a process that was given a token.
  void held_by(const Launcher& process);
  // Whether the process launched it or was given a token of it.
  [[nodiscard]] bool was_held_by(const Launcher& process) const;
  // What is left of the access token; zero or less: there is none to give.
  [[nodiscard]] Duration remaining(BootTime now) const;
  // Whether the access token is the one with this SHA-256 (lower-case hex; empty: none).
  [[nodiscard]] bool has_access_token(std::string_view digest) const;
};

}  // namespace wardend::session
