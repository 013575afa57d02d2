// Runs SMART launches from their beginning to a session. It keeps the launches that are under way and calls the steps
// in their order: request, discovery, redirect, code exchange, session. What a step does stands in its own file. The
// HTTP pages are in loopback.hpp, the Varlink methods in daemon/service.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/task_group.hpp"
#include "config/live.hpp"
#include "daemon/launch/begin_rate.hpp"
#include "daemon/launch/code_exchange.hpp"
#include "daemon/launch/dead_end.hpp"
#include "daemon/launch/launch_log.hpp"
#include "daemon/launch/launch_request.hpp"
#include "daemon/launch/launch_values.hpp"
#include "daemon/launch/pending.hpp"
#include "daemon/launch/reference.hpp"
#include "daemon/launch/session_founding.hpp"
#include "daemon/server/directory.hpp"
#include "daemon/server/server_health.hpp"
#include "daemon/workstation/workstation.hpp"
#include "protocol/oauth/authorization.hpp"

namespace wardend::launch {

class Launcher {
 public:
  struct Parts {
    Clock& clock;
    Random& random;
    const config::Live& config;
    server::ServerDirectory& directory;
    const server::ServerHealth& health;
    workstation::Workstation& workstation;
    PendingLaunches& pending;
    LaunchValues& values;
    IdentityCheck& identity;
    CodeExchange& exchange;
    SessionFounding& founding;
    LaunchLog& log;
    std::uint16_t loopback_port;  // 0: no listener; launches end with CompleteLaunch
  };
  Launcher(asio::any_io_executor executor, Parts parts) : parts_(parts), exchanges_(std::move(executor)) {}

  struct Begun {
    std::string launch_id;
    Secret url;  // what to open in the browser
    std::chrono::seconds expires_in;
  };
  // Answers by beginning.until, at once where the server is known to be down and may come back by itself. What could
  // only be refused after the sign-in is refused here. A ninth launch of one user ends that user's oldest. Errors:
  // AppDisabled, UnknownServer, InvalidRequest, RateLimited, ServerUnavailable, LaunchFailed, WorkstationLocked,
  // LaunchExpired (wardend stops).
  [[nodiscard]] asio::awaitable<Result<Begun>> begin(Beginning beginning);

  // Why nobody can be sent to that server now: it is known to be down. nullopt: it may answer, or only people can mend
  // what it has; a launch asks it then. `app`: whose advice.
  [[nodiscard]] std::optional<errors::ServerUnavailable> unavailable(const std::string& server,
                                                                     const std::string& app) const;
  // reference.hpp
  [[nodiscard]] std::string new_reference() { return launch::new_reference(parts_.random); }

  // Waits until the launch is over, then gives its session's id. The caller has checked that the launch is its own
  // (Pending::ownership). LaunchExpired: no such launch, or nobody finished it.
  [[nodiscard]] asio::awaitable<Result<std::string>> await(std::string launch_id) {
    return parts_.pending.await(std::move(launch_id), BootTime::max());
  }
  [[nodiscard]] const Pending* find(const std::string& launch_id) const { return parts_.pending.find(launch_id); }
  // For an app that receives the redirect itself; answers by `until`. The caller has checked that the launch is its own
  // (Pending::ownership). LaunchFailed (authorization), LaunchExpired and begin's errors.
  [[nodiscard]] asio::awaitable<Result<std::string>> complete(std::string launch_id, Secret redirect_url,
                                                              BootTime until);

  // Judges the redirect of `pending` and, if it brings a code, exchanges it. Completes when the launch is over, by
  // `until` at the latest.
  [[nodiscard]] asio::awaitable<Result<std::string>> redirected(std::string launch_id,
                                                                oauth::AuthorizationResponse response, BootTime until);

  // Lets no launch begin or come back any more: wardend stops.
  void close() { closed_ = true; }
  // Completes when no code is being exchanged, or at `until`.
  [[nodiscard]] asio::awaitable<void> settle(BootTime until);
  [[nodiscard]] asio::awaitable<void> shut_down() { return exchanges_.shut_down(parts_.clock); }

  [[nodiscard]] const LaunchLog& log() const { return parts_.log; }
  [[nodiscard]] const SessionFounding& founding() const { return parts_.founding; }

 private:
  [[nodiscard]] std::optional<Error> too_often(const Beginning& beginning);
  // Why a launch cannot begin now that discovery has ended.
  [[nodiscard]] std::optional<Error> obstacle(const Beginning& beginning, const workstation::Stay& stay,
                                              const server::ServerDirectory::Answer& discovery);
  // The app's client cannot prove itself at the token endpoint.
  [[nodiscard]] std::optional<Error> unprovable(const Setting& setting, const Plan& plan,
                                                const server::DiscoveryPtr& discovery) const;
  // Ends the launch in whose place another one comes.
  [[nodiscard]] std::optional<Error> make_room(const Beginning& beginning);
  // Asks a server that is down: its answer brings it back sooner than the next probe.
  [[nodiscard]] asio::awaitable<void> look_again(std::string server, BootTime until);
  [[nodiscard]] Begun announce(Pending& pending, const smart::Discovery& discovery);
  [[nodiscard]] asio::awaitable<void> exchange(std::string launch_id, CodeExchange::Order order);
  [[nodiscard]] Result<std::string> arrived(Pending& pending, Arrival arrival);

  Parts parts_;
  BeginRate rate_;
  bool closed_ = false;
  std::size_t exchanging_ = 0;
  Event exchanged_;
  TaskGroup exchanges_;
};

}  // namespace wardend::launch
