// org.wardend.Control: one function a method, each with the role that it needs. Roles come from the groups that the
// kernel recorded for the caller; root holds all.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/audit_sink.hpp"
#include "base/worker.hpp"
#include "config/live.hpp"
#include "daemon/clearing/clearing.hpp"
#include "daemon/fhircast/topic_status.hpp"
#include "daemon/server/directory.hpp"
#include "daemon/server/revoker.hpp"
#include "daemon/server/server_health.hpp"
#include "daemon/service/control_target.hpp"
#include "daemon/service/reloader.hpp"
#include "daemon/session/store.hpp"
#include "ipc/interface/control.hpp"

namespace wardend::service {

class ControlService final : public ipc::control::Handler {
 public:
  struct Parts {
    Clock& clock;
    const config::Live& config;
    workstation::Workstation& workstation;
    session::SessionStore& store;
    clearing::Clearing& clearing;
    server::Revoker& revoker;
    server::ServerDirectory& directory;
    server::ServerHealth& server_health;
    Reloader& reloader;
    AuditSink& audit;
    Worker& look_ups;
    std::string version;
    std::function<std::string()> not_ready_reason;       // empty text: ready
    std::function<std::string()> ehr_unit_trouble = {};  // empty text: none
    std::function<std::vector<fhircast::TopicStatus>()> hubs = {};
  };
  explicit ControlService(Parts parts)
      : parts_(std::move(parts)),
        targets_({parts_.config, parts_.workstation, parts_.store, parts_.clearing, parts_.look_ups}),
        started_at_(parts_.clock.wall_now()) {}

  template <typename Reply>
  using Answer = asio::awaitable<Result<Reply>>;
  using Call = ipc::Call;

  Answer<ipc::control::ReportLockReply> report_lock(Call& call, ipc::control::ReportLockParameters in) override;
  Answer<ipc::control::ClearSessionsReply> clear_sessions(Call& call,
                                                          ipc::control::ClearSessionsParameters in) override;
  Answer<ipc::control::StatusReply> status(Call& call, ipc::control::StatusParameters in) override;
  Answer<ipc::control::VerifyAppReply> verify_app(Call& call, ipc::control::VerifyAppParameters in) override;
  Answer<ipc::control::SetAppEnabledReply> set_app_enabled(Call& call,
                                                           ipc::control::SetAppEnabledParameters in) override;
  Answer<ipc::control::ReloadReply> reload(Call& call, ipc::control::ReloadParameters in) override;
  Answer<ipc::control::AcceptServerReply> accept_server(Call& call, ipc::control::AcceptServerParameters in) override;
  Answer<ipc::control::VerifyAuditReply> verify_audit(Call& call, ipc::control::VerifyAuditParameters in) override;

 private:
  [[nodiscard]] Result<void> require(const Call& call, const config::RoleGroups& role, std::string_view name,
                                     std::string_view method);
  void add_locks(ipc::control::StatusReply& reply);
  void add_hubs(ipc::control::StatusReply& reply);
  void record(const Call& call, std::string_view method, std::string detail, const Error* error);

  Parts parts_;
  ControlTargets targets_;
  WallTime started_at_;
};

}  // namespace wardend::service
