#include "daemon/service/control_roles.hpp"

namespace wardend::service {

std::string_view name_of(ControlMethod method) {
  switch (method) {
    case ControlMethod::ReportLock:
      return "ReportLock";
    case ControlMethod::ClearSessions:
      return "ClearSessions";
    case ControlMethod::Status:
      return "Status";
    case ControlMethod::VerifyApp:
      return "VerifyApp";
    case ControlMethod::Launches:
      return "Launches";
    case ControlMethod::SetAppEnabled:
      return "SetAppEnabled";
    case ControlMethod::Reload:
      return "Reload";
    case ControlMethod::AcceptServer:
      return "AcceptServer";
    case ControlMethod::VerifyAudit:
      return "VerifyAudit";
  }
  return "";
}

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
