#include "daemon/service/control_trail.hpp"

#include <utility>

#include "base/log.hpp"
#include "daemon/access/audit_caller.hpp"
#include "ipc/peer_rules.hpp"

namespace wardend::service {
namespace {

AuditRecord entry(const ipc::Caller& caller, ControlMethod method, ControlTrail::Facts facts) {
  AuditRecord record(AuditKind::control);
  record.action = name_of(method);
  access::name_caller(record, caller);
  record.detail = std::move(facts.detail);
  record.app = std::move(facts.app);
  record.reason = std::move(facts.reason);
  return record;
}

}  // namespace

Result<void> ControlTrail::require(const ipc::Caller& caller, ControlMethod method) {
  const Role role = role_for(method);
  if (ipc::holds_role(groups_of(role, config_.get().roles), caller)) return {};
  Error error = errors::RoleNeeded{std::string(name_of(role))};
  log::bounded(log::Level::warn, "control call refused", std::to_string(caller.uid()),
               {{"method", name_of(method)}, {"role", name_of(role)}, {"uid", caller.uid()}});
  AuditRecord record = entry(caller, method, {.detail = error.detail()});
  record.denied(name_of(error.code()));
  audit_.write_counted(std::move(record));
  return fail(std::move(error));
}

void ControlTrail::granted(const ipc::Caller& caller, ControlMethod method, Facts facts) {
  AuditRecord record = entry(caller, method, std::move(facts));
  record.granted();
  audit_.write(std::move(record));
}

void ControlTrail::denied(const ipc::Caller& caller, ControlMethod method, Facts facts, const Error& error) {
  AuditRecord record = entry(caller, method, std::move(facts));
  record.denied(name_of(error.code()));
  audit_.write(std::move(record));
}

}  // namespace wardend::service
