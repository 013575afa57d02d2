#include "daemon/service/control_service.hpp"

#include <utility>

namespace wardend::service {

using namespace ipc::control;

template <typename Reply>
Answer<Reply> ControlService::for_role(const Call& call, ControlMethod method, Answer<Reply> answer) {
  if (auto held = groups_.trail.require(call.caller, method); !held) co_return std::unexpected(held.error());
  co_return co_await std::move(answer);
}

Answer<ReportLockReply> ControlService::report_lock(Call& call, ReportLockParameters in) {
  return for_role(call, ControlMethod::ReportLock, groups_.clear.report_lock(call, std::move(in)));
}

Answer<ClearSessionsReply> ControlService::clear_sessions(Call& call, ClearSessionsParameters in) {
  return for_role(call, ControlMethod::ClearSessions, groups_.clear.clear_sessions(call, std::move(in)));
}

Answer<StatusReply> ControlService::status(Call& call, StatusParameters) {
  return for_role(call, ControlMethod::Status, groups_.status.status(call));
}

Answer<ReloadReply> ControlService::reload(Call& call, ReloadParameters) {
  return for_role(call, ControlMethod::Reload, groups_.operators.reload(call));
}

Answer<AcceptServerReply> ControlService::accept_server(Call& call, AcceptServerParameters in) {
  return for_role(call, ControlMethod::AcceptServer, groups_.operators.accept_server(call, std::move(in)));
}

Answer<VerifyAppReply> ControlService::verify_app(Call& call, VerifyAppParameters in) {
  return for_role(call, ControlMethod::VerifyApp, groups_.verify.verify_app(call, std::move(in)));
}

Answer<LaunchesReply> ControlService::launches(Call& call, LaunchesParameters in) {
  return for_role(call, ControlMethod::Launches, groups_.launches.launches(call, std::move(in)));
}

Answer<SetAppEnabledReply> ControlService::set_app_enabled(Call& call, SetAppEnabledParameters in) {
  return for_role(call, ControlMethod::SetAppEnabled, groups_.apps.set_app_enabled(call, std::move(in)));
}

Answer<VerifyAuditReply> ControlService::verify_audit(Call& call, VerifyAuditParameters) {
  return for_role(call, ControlMethod::VerifyAudit, groups_.audit.verify_audit(call));
}

}  // namespace wardend::service
