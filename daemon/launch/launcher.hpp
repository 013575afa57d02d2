// Runs SMART launches from their beginning to a session: discovery, the authorization request, the redirect, the code
// exchange, the checks. The HTTP pages are in loopback.hpp, the Varlink methods in daemon/service.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <tuple>

#include "base/audit_sink.hpp"
#include "base/clock.hpp"
#include "base/http_client.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/task_group.hpp"
#include "config/live.hpp"
#include "daemon/launch/admission.hpp"
#include "daemon/launch/begin_rate.hpp"
#include "daemon/launch/identity.hpp"
#include "daemon/launch/pending.hpp"
#include "daemon/refresh/schedule.hpp"
#include "daemon/session/clearing.hpp"
#include "daemon/session/directory.hpp"
#include "daemon/session/store.hpp"
#include "protocol/oauth/authorization.hpp"

namespace wardend::launch {

struct Beginning {
  std::string app;  // configured, and allowed for whoever asks
  std::optional<std::string> server = {};
  std::optional<std::string> iss = {};  // EHR launch: both, exactly as the EHR passed them
  Secret launch = {};
  std::string login_session;
  session::EpochNumber epoch = 0;
  uid_t uid = 0;
  ProcessId launcher = {};
};

class Launcher {
 public:
  struct Parts {
    Clock& clock;
    Random& random;
    HttpClient& http;
    session::ServerDirectory& directory;
    session::Workstation& workstation;
    session::SessionStore& store;
    session::Keeper& keeper;
    session::Clearing& clearing;
    refresh::Schedule& schedule;
    session::Revoker& revoker;
    session::ClientProof& proof;
    session::EventHub& hub;
    AuditSink& audit;
    const config::Live& config;
    std::uint16_t loopback_port;  // 0: no listener; launches end with CompleteLaunch
  };
  Launcher(asio::any_io_executor executor, Parts parts);

  struct Begun {
    std::string launch_id;
    Secret url;  // what to open in the browser
    std::chrono::seconds expires_in;
  };
  // Errors: UnknownServer, InvalidRequest, NotSupported, RateLimited, LaunchFailed (discovery), WorkstationLocked.
  [[nodiscard]] asio::awaitable<Result<Begun>> begin(Beginning beginning);

  // Waits until the launch is over, then gives its session's id. The caller has checked that the launch is its own
  // (Pending::ownership). LaunchExpired: no such launch, or nobody finished it.
  [[nodiscard]] asio::awaitable<Result<std::string>> await(std::string launch_id);
  // For an app that receives the redirect itself. The caller has checked that the launch is its own
  // (Pending::ownership). LaunchFailed (authorization), LaunchExpired and begin's errors.
  [[nodiscard]] asio::awaitable<Result<std::string>> complete(std::string launch_id, Secret redirect_url);

  // Ends every launch that is not over yet and that `which` is true for, its code exchange included: whoever waits for
  // it gets `error`, and tokens that still come are revoked. Returns how many.
  std::size_t end_where(const std::function<bool(const Pending&)>& which, const Error& error);

  // The browser's stations. find: for /go; the caller checks uid and cookie.
  [[nodiscard]] Pending* find(const std::string& launch_id) { return pending_.find(launch_id); }
  [[nodiscard]] Pending* find_by_state(std::string_view state) { return pending_.find_by_state(state); }
  // Judges the redirect of `pending` and, if it brings a code, exchanges it. Completes when the launch is over.
  [[nodiscard]] asio::awaitable<Result<std::string>> redirected(std::string launch_id,
                                                                oauth::AuthorizationResponse response);

  // Lets launches expire: runs until cancelled.
  [[nodiscard]] asio::awaitable<void> run();
  [[nodiscard]] asio::awaitable<void> shut_down() { return exchanges_.shut_down(parts_.clock); }

  struct Counters {
    // app, server, mode, result
    std::map<std::tuple<std::string, std::string, std::string, std::string>, std::uint64_t> launches;
    std::map<std::pair<std::string, std::string>, std::uint64_t> without_patient;
    std::map<std::pair<std::string, std::string>, std::uint64_t> scope_shortfall;
  };
  [[nodiscard]] const Counters& counters() const { return counters_; }

 private:
  struct Plan {
    std::string server;
    Mode mode = Mode::standalone;
    const config::Registration* registration = nullptr;
    std::string aud;
  };
  [[nodiscard]] Result<Plan> plan(const config::Config& config, const config::App& app,
                                  const Beginning& beginning) const;
  [[nodiscard]] Result<Plan> plan_ehr(const config::Config& config, const config::App& app,
                                      const Beginning& beginning) const;
  [[nodiscard]] std::unique_ptr<Pending> prepare(const config::Config& config, const config::App& app, const Plan& plan,
                                                 const Beginning& beginning, const smart::Discovery& discovery);
  [[nodiscard]] std::optional<Error> too_many(uid_t uid) const;
  [[nodiscard]] std::optional<Error> too_often(uid_t uid);
  // Why a launch cannot begin now that discovery has ended.
  [[nodiscard]] std::optional<Error> obstacle(
      const Beginning& beginning,
      const std::expected<session::DiscoveryPtr, session::DiscoveryFailure>& discovery) const;
  [[nodiscard]] asio::awaitable<void> exchange(std::string launch_id, Secret code);
  // What the token endpoint gave, and who signed in.
  struct Arrival {
    oauth::TokenResponse response = {};
    std::optional<oauth::IdTokenClaims> who = {};
    BootTime sent_at = {};
  };
  [[nodiscard]] asio::awaitable<Result<Arrival>> redeem(std::string launch_id, Secret code,
                                                        session::DiscoveryPtr discovery, BootTime deadline);
  [[nodiscard]] Result<std::string> make_session(Pending& pending, Arrival arrival);
  [[nodiscard]] bool named_otherwise(const Pending& pending, const oauth::IdTokenClaims& who);
  [[nodiscard]] Result<void> settle_user(Pending& pending, const std::optional<oauth::IdTokenClaims>& who);
  [[nodiscard]] std::unique_ptr<session::Session> build(const Pending& pending, Arrival arrival, const Grant& grant);
  void publish(session::Session& session, Mode mode, const Grant& grant);
  void over(Pending& pending, Result<std::string> outcome);
  void revoke(const Pending& pending, oauth::TokenResponse response);
  void record(const std::string& app, const std::string& server, Mode mode, uid_t uid, const std::string& login_session,
              const Result<std::string>& outcome);

  Parts parts_;
  PendingLaunches pending_;
  Event begun_;
  Counters counters_;
  BeginRate rate_;
  IdentityCheck identity_;
  TaskGroup exchanges_;
};

}  // namespace wardend::launch
