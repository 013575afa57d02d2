#include "daemon/service/control_roles.hpp"

namespace wardend::service {

ActOf<AuditKind::control> act_of(ControlMethod method) {
  switch (method) {
    case ControlMethod::ReportLock:
      return AuditAct::control_report_lock;
    case ControlMethod::ClearSessions:
      return AuditAct::control_clear_sessions;
    case ControlMethod::Status:
      return AuditAct::control_status;
    case ControlMethod::VerifyApp:
      return AuditAct::control_verify_app;
    case ControlMethod::Launches:
      return AuditAct::control_launches;
    case ControlMethod::SetAppEnabled:
      return AuditAct::control_set_app_enabled;
    case ControlMethod::Reload:
      return AuditAct::control_reload;
    case ControlMethod::AcceptServer:
      return AuditAct::control_accept_server;
    case ControlMethod::VerifyAudit:
      return AuditAct::control_verify_audit;
  }
  return AuditAct::control_status;
}

std::string_view name_of(ControlMethod method) { return name_of(act_of(method)); }

std::string_view name_of(Role role) {
  switch (role) {
    case Role::ehr:
      return "ehr";
    case Role::operators:
      return "operator";
    case Role::observer:
      return "observer";
  }
  return "";
}

Role role_for(ControlMethod method) {
  switch (method) {
    case ControlMethod::ReportLock:
      return Role::ehr;
    case ControlMethod::Status:
    case ControlMethod::VerifyApp:
    case ControlMethod::Launches:
    case ControlMethod::VerifyAudit:
      return Role::observer;
    case ControlMethod::ClearSessions:
    case ControlMethod::SetAppEnabled:
    case ControlMethod::Reload:
    case ControlMethod::AcceptServer:
      return Role::operators;
  }
  return Role::operators;
}

const config::RoleGroups& groups_of(Role role, const config::Roles& roles) {
  switch (role) {
    case Role::ehr:
      return roles.ehr;
    case Role::operators:
      return roles.operators;
    case Role::observer:
      return roles.observer;
  }
  return roles.operators;
}

}  // namespace wardend::service
