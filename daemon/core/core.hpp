// Everything between the seams and the sockets, built in one place: for the daemon, and for the worlds of the tests.
// The members stand in the order of their lives; each is handed those that it needs. It decides nothing.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "base/task_group.hpp"
#include "daemon/access/access_record.hpp"
#include "daemon/access/admission.hpp"
#include "daemon/access/gate.hpp"
#include "daemon/access/token_issue.hpp"
#include "daemon/access/token_record.hpp"
#include "daemon/clearing/clearing.hpp"
#include "daemon/clearing/idle_watch.hpp"
#include "daemon/core/seams.hpp"
#include "daemon/drift/drift_watch.hpp"
#include "daemon/events/session_event.hpp"
#include "daemon/fhircast/follower.hpp"
#include "daemon/gateway/exchanges.hpp"
#include "daemon/gateway/gateway.hpp"
#include "daemon/gateway/gateway_record.hpp"
#include "daemon/gateway/pages.hpp"
#include "daemon/gateway/reception.hpp"
#include "daemon/gateway/relay.hpp"
#include "daemon/gateway/upstream.hpp"
#include "daemon/judging/request_judge.hpp"
#include "daemon/judging/target_reader.hpp"
#include "daemon/launch/launcher.hpp"
#include "daemon/launch/loopback.hpp"
#include "daemon/launch/matrix_file.hpp"
#include "daemon/lifecycle/lock_news.hpp"
#include "daemon/lifecycle/restorer.hpp"
#include "daemon/lifecycle/sleep_sequence.hpp"
#include "daemon/parking/parking.hpp"
#include "daemon/patients/patient_checks.hpp"
#include "daemon/patients/patient_reader.hpp"
#include "daemon/refresh/room.hpp"
#include "daemon/server/directory.hpp"
#include "daemon/server/prober.hpp"
#include "daemon/server/revoker.hpp"
#include "daemon/server/server_health.hpp"
#include "daemon/server/staleness_watch.hpp"
#include "daemon/server/token_endpoint.hpp"
#include "daemon/service/broker_service.hpp"
#include "daemon/service/control_service.hpp"
#include "daemon/service/reloader.hpp"
#include "daemon/session/session_vault.hpp"
#include "daemon/session/store.hpp"
#include "daemon/switches/app_switches.hpp"
#include "daemon/verify/verifier.hpp"
#include "daemon/workstation/workstation.hpp"
#include "daemon/writes/permits.hpp"
#include "daemon/writes/write_guard.hpp"
#include "daemon/writes/write_record.hpp"
#include "ipc/interface/broker.hpp"
#include "ipc/interface/control.hpp"
#include "ipc/unsent_replies.hpp"

namespace wardend::core {

struct Core {
  // What `seams` refers to must outlive the core.
  explicit Core(Seams seams);
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;

  // Takes back what the process before this one left, what is switched off and then the sessions: once, when the lock
  // sources are attached and before anything listens.
  [[nodiscard]] asio::awaitable<void> take_back();
  // The second half of that: the sessions, from the vault.
  void restore();
  // Starts every loop: once, after restore().
  void start();

  // Completes when no code is exchanged and no token refreshed, or at `until`.
  [[nodiscard]] asio::awaitable<void> settle(BootTime until);
  // Ends every loop and every request. Nobody may call any more.
  [[nodiscard]] asio::awaitable<void> shut_down();

  Clock& clock;

  events::EventHub hub;
  server::ServerHealth server_health;
  workstation::Workstation workstation;
  session::SessionStore store;
  server::ServerDirectory directory;
  session::SessionVault session_vault;
  server::ClientCredentials client_credentials;
  server::TokenEndpoint endpoint;
  server::Revoker revoker;
  patients::PatientReader patient_reader;
  patients::PatientChecks patient_checks;
  parking::Parking parking;
  launch::LaunchMatrix launch_matrix;
  launch::MatrixFile matrix_file;
  launch::LaunchLog launch_log;
  launch::PendingLaunches pending_launches;
  workstation::LockLog locks;
  ipc::UnsentReplies unsent;
  writes::WriteRecord write_record;
  writes::Permits permits;
  gateway::PageStore pages;
  gateway::Exchanges exchanges;
  clearing::Clearing clearing;
  clearing::IdleWatch idle_watch;
  switches::AppSwitches switches;
  refresh::Room refresh;
  lifecycle::Restorer restorer;

  launch::IssuerKeys issuer_keys;
  launch::IdentityCheck identity;
  launch::LaunchValues launch_values;
  launch::UserSettlement settlement;
  launch::SessionFounding founding;
  launch::CodeExchange code_exchange;
  launch::Launcher launcher;
  launch::AppUsers app_users;
  launch::Loopback loopback;

  server::Prober prober;
  server::StalenessWatch staleness_watch;
  verify::Verifier verifier;
  drift::MemoryFile drift_memory;
  drift::DriftNews drift_news;
  drift::DriftWatch drift_watch;
  fhircast::Follower follower;
  lifecycle::SleepSequence sleep_sequence;
  lifecycle::LockNews lock_news;

  access::Gate gate;
  access::Admission admission;
  access::TokenRecord token_record;
  access::TokenIssue token_issue;
  access::AccessRecord access_record;
  judging::TargetReader target_reader;
  judging::RequestJudge request_judge;
  writes::WriteGuard write_guard;
  gateway::GatewayRecord gateway_record;
  gateway::Reception reception;
  gateway::Upstream upstream;
  gateway::Relay relay;
  gateway::Gateway gateway;

  service::LaunchMethods launch_methods;
  service::AccessMethods access_methods;
  service::WriteMethods write_methods;
  service::SessionMethods session_methods;
  service::HealthMethods health_methods;
  service::WorkMethods work_methods;
  service::MonitorMethods monitor_methods;
  service::BrokerService broker;
  ipc::broker::Dispatcher broker_methods;

  service::Reloader reloader;
  service::ControlTrail control_trail;
  service::ControlTargets control_targets;
  service::ClearMethods clear_methods;
  service::StatusMethod status_method;
  service::OperatorMethods operator_methods;
  service::AppMethods app_methods;
  service::LaunchesMethod launches_method;
  service::VerifyMethod verify_method;
  service::AuditMethod audit_method;
  service::ControlService control;
  ipc::control::Dispatcher control_methods;

  TaskGroup loops;
};

}  // namespace wardend::core
