// Who called org.wardend.Control: the check of the caller's role, and the audit record of every call.
#pragma once

#include <string>
#include <utility>

#include "base/audit_sink.hpp"
#include "base/result.hpp"
#include "config/live.hpp"
#include "daemon/service/control_roles.hpp"
#include "ipc/caller.hpp"

namespace wardend::service {

class ControlTrail {
 public:
  ControlTrail(const config::Live& config, AuditSink& audit) : config_(config), audit_(audit) {}

  // RoleNeeded: the caller does not hold the method's role; that is recorded and logged here. Roles come from the
  // groups that the kernel recorded for the caller; root holds all.
  [[nodiscard]] Result<void> require(const ipc::Caller& caller, ControlMethod method);

  // What the record says of a call that is about one app.
  struct Facts {
    std::string detail;
    std::string app = {};
    std::string reason = {};
  };
  // The call did what it says.
  void granted(const ipc::Caller& caller, ControlMethod method, Facts facts);
  void granted(const ipc::Caller& caller, ControlMethod method, std::string detail) {
    granted(caller, method, Facts{.detail = std::move(detail)});
  }
  // The call did nothing. `detail` says what was meant and why not.
  void denied(const ipc::Caller& caller, ControlMethod method, Facts facts, const Error& error);
  void denied(const ipc::Caller& caller, ControlMethod method, std::string detail, const Error& error) {
    denied(caller, method, Facts{.detail = std::move(detail)}, error);
  }

 private:
  const config::Live& config_;
  AuditSink& audit_;
};

}  // namespace wardend::service
