// org.wardend.Control: checks the role that a method needs, then lets the method's group answer.
#pragma once

#include "daemon/service/answer.hpp"
#include "daemon/service/app_methods.hpp"
#include "daemon/service/audit_method.hpp"
#include "daemon/service/clear_methods.hpp"
#include "daemon/service/control_trail.hpp"
#include "daemon/service/launches_method.hpp"
#include "daemon/service/operator_methods.hpp"
#include "daemon/service/status_method.hpp"
#include "daemon/service/verify_method.hpp"
#include "ipc/interface/control.hpp"

namespace wardend::service {

class ControlService final : public ipc::control::Handler {
 public:
  struct Groups {
    ControlTrail& trail;
    ClearMethods& clear;
    StatusMethod& status;
    OperatorMethods& operators;
    VerifyMethod& verify;
    LaunchesMethod& launches;
    AppMethods& apps;
    AuditMethod& audit;
  };
  explicit ControlService(const Groups& groups) : groups_(groups) {}

  using Call = ipc::Call;

  Answer<ipc::control::ReportLockReply> report_lock(Call& call, ipc::control::ReportLockParameters in) override;
  Answer<ipc::control::ClearSessionsReply> clear_sessions(Call& call,
                                                          ipc::control::ClearSessionsParameters in) override;
  Answer<ipc::control::StatusReply> status(Call& call, ipc::control::StatusParameters in) override;
  Answer<ipc::control::VerifyAppReply> verify_app(Call& call, ipc::control::VerifyAppParameters in) override;
  Answer<ipc::control::LaunchesReply> launches(Call& call, ipc::control::LaunchesParameters in) override;
  Answer<ipc::control::SetAppEnabledReply> set_app_enabled(Call& call,
                                                           ipc::control::SetAppEnabledParameters in) override;
  Answer<ipc::control::ReloadReply> reload(Call& call, ipc::control::ReloadParameters in) override;
  Answer<ipc::control::AcceptServerReply> accept_server(Call& call, ipc::control::AcceptServerParameters in) override;
  Answer<ipc::control::VerifyAuditReply> verify_audit(Call& call, ipc::control::VerifyAuditParameters in) override;

 private:
  // `answer` does not begin unless the caller holds the method's role.
  template <typename Reply>
  [[nodiscard]] Answer<Reply> for_role(const Call& call, ControlMethod method, Answer<Reply> answer);

  Groups groups_;
};

}  // namespace wardend::service
