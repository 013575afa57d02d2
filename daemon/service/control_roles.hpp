// The methods of org.wardend.Control, and the role that each needs: the one place that says so.
#pragma once

#include <string_view>

#include "base/audit_acts.hpp"
#include "config/model.hpp"

namespace wardend::service {

// Spelt as on the wire and in the audit trail.
enum class ControlMethod {
  ReportLock,
  ClearSessions,
  Status,
  VerifyApp,
  Launches,
  SetAppEnabled,
  Reload,
  AcceptServer,
  VerifyAudit
};
[[nodiscard]] std::string_view name_of(ControlMethod method);
[[nodiscard]] ActOf<AuditKind::control> act_of(ControlMethod method);

// `operators` is told as "operator", which C++ keeps for itself.
enum class Role { ehr, operators, observer };
[[nodiscard]] std::string_view name_of(Role role);

// The role whose holders may call that method.
[[nodiscard]] Role role_for(ControlMethod method);

// Who holds that role.
[[nodiscard]] const config::RoleGroups& groups_of(Role role, const config::Roles& roles);

}  // namespace wardend::service
