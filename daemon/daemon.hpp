// The daemon: owns every long-lived object, wires each to those that it needs, runs until it is told to stop. It
// decides nothing itself.
#pragma once

#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "base/random.hpp"
#include "base/signals.hpp"
#include "base/system_clock.hpp"
#include "base/task_group.hpp"
#include "base/vault.hpp"
#include "daemon/access/gate.hpp"
#include "daemon/access/token_issue.hpp"
#include "daemon/access/token_record.hpp"
#include "daemon/audit/file_sink.hpp"
#include "daemon/clearing/clearing.hpp"
#include "daemon/clearing/idle_watch.hpp"
#include "daemon/events/session_event.hpp"
#include "daemon/fhircast/follower.hpp"
#include "daemon/fhircast/websocket_channel.hpp"
#include "daemon/http/curl_client.hpp"
#include "daemon/http/listener.hpp"
#include "daemon/launch/launcher.hpp"
#include "daemon/launch/loopback.hpp"
#include "daemon/lifecycle/lock_news.hpp"
#include "daemon/lifecycle/restorer.hpp"
#include "daemon/lifecycle/sleep_sequence.hpp"
#include "daemon/listening_sockets.hpp"
#include "daemon/ops/endpoints.hpp"
#include "daemon/ops/metrics.hpp"
#include "daemon/parking/parking.hpp"
#include "daemon/refresh/room.hpp"
#include "daemon/server/directory.hpp"
#include "daemon/server/prober.hpp"
#include "daemon/server/revoker.hpp"
#include "daemon/server/server_health.hpp"
#include "daemon/server/token_endpoint.hpp"
#include "daemon/service/broker_service.hpp"
#include "daemon/service/control_service.hpp"
#include "daemon/service/reloader.hpp"
#include "daemon/session/session_vault.hpp"
#include "daemon/session/store.hpp"
#include "daemon/workers.hpp"
#include "daemon/workstation/control_source.hpp"
#include "daemon/workstation/lock_file.hpp"
#include "daemon/workstation/workstation.hpp"
#include "ipc/interface/broker.hpp"
#include "ipc/interface/control.hpp"
#include "ipc/server.hpp"
#include "systemd/logind.hpp"
#include "systemd/unit_watch.hpp"

namespace wardend {

class Daemon {
 public:
  // `loop` must not have run yet. `file` is the configuration's path, for reloads.
  Daemon(asio::io_context& loop, config::ConfigPtr config, std::filesystem::path file, ListeningSockets sockets,
         std::unique_ptr<Vault> vault);
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  // Runs until SIGTERM or SIGINT, then ends every part; first it clears and revokes, unless the service manager starts
  // it again at once and the vault brings the sessions back. Once only.
  [[nodiscard]] asio::awaitable<void> run();
  // After run(): a thread hangs in a call of the system and was left behind. End the process by _exit then.
  [[nodiscard]] bool left_a_thread() const { return left_a_thread_; }

 private:
  [[nodiscard]] ipc::ServerOptions timed(ipc::ServerOptions options);
  void start(ListeningSockets sockets);
  [[nodiscard]] asio::awaitable<void> heed_signals();
  [[nodiscard]] asio::awaitable<void> reload();
  [[nodiscard]] asio::awaitable<void> tell_status();
  [[nodiscard]] asio::awaitable<void> stop();
  [[nodiscard]] asio::awaitable<void> say_goodbye();
  [[nodiscard]] std::string not_ready_reason() const;
  [[nodiscard]] std::string status_line() const;
  [[nodiscard]] std::string metrics() const;

  asio::io_context& loop_;
  Signals signals_;
  SystemClock clock_;
  SystemRandom random_;
  Workers workers_;
  config::Live config_;
  audit::FileSink audit_;
  http::CurlClient http_;

  events::EventHub hub_;
  server::ServerHealth server_health_;
  workstation::Workstation workstation_;
  mutable session::SessionStore store_;
  std::unique_ptr<Vault> vault_;
  server::ServerDirectory directory_;
  session::SessionVault session_vault_;
  server::ClientCredentials proof_;
  server::TokenEndpoint endpoint_;
  server::Revoker revoker_;
  parking::Parking parking_;
  launch::LaunchLog launch_log_;
  launch::PendingLaunches pending_launches_;
  workstation::LockLog locks_;
  ipc::UnsentReplies unsent_;
  clearing::Clearing clearing_;
  workstation::LockFile lock_file_;
  clearing::IdleWatch idle_watch_;
  refresh::Room refresh_;
  lifecycle::Restorer restorer_;
  launch::IssuerKeys issuer_keys_;
  launch::IdentityCheck identity_;
  launch::LaunchValues launch_values_;
  launch::UserSettlement settlement_;
  launch::SessionFounding founding_;
  launch::CodeExchange code_exchange_;
  launch::Launcher launcher_;
  launch::AppUsers app_users_;
  server::Prober prober_;
  fhircast::WebSocketChannels channels_;
  fhircast::Follower follower_;

  access::Gate gate_;
  access::TokenRecord token_record_;
  access::TokenIssue token_issue_;
  service::Reloader reloader_;
  service::LaunchMethods launch_methods_;
  service::AccessMethods access_methods_;
  service::SessionMethods session_methods_;
  service::HealthMethods health_methods_;
  service::WorkMethods work_methods_;
  service::MonitorMethods monitor_methods_;
  service::BrokerService broker_service_;
  service::ControlTrail control_trail_;
  service::ControlTargets control_targets_;
  service::ClearMethods clear_methods_;
  service::StatusMethod status_method_;
  service::OperatorMethods operator_methods_;
  service::ControlService control_service_;
  ipc::broker::Dispatcher broker_methods_;
  ipc::control::Dispatcher control_methods_;
  DurationHistogram token_request_duration_;
  ipc::Server broker_;
  ipc::Server control_;
  ipc::Server lock_;

  launch::Loopback loopback_;
  ops::Endpoints endpoints_;
  std::optional<http::Listener> loopback_listener_;
  std::optional<http::Listener> metrics_listener_;

  workstation::ControlSource control_source_;
  lifecycle::SleepSequence sleep_sequence_;
  lifecycle::LockNews lock_news_;
  systemd::UnitWatch unit_watch_;
  std::optional<systemd::Logind> logind_;
  TaskGroup tasks_;
  bool left_a_thread_ = false;
};

}  // namespace wardend
