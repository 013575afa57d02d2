#include "daemon/service/control_trail.hpp"

#include <utility>

#include "base/log.hpp"
#include "daemon/access/audit_caller.hpp"
#include "ipc/peer_rules.hpp"

namespace wardend::service {
namespace {

AuditRecord record(const ipc::Caller& caller, ControlMethod method, ControlTrail::Facts facts, entry::Outcome outcome) {
  return record_of(entry::Control{.act = act_of(method),
                                  .asker = access::audit_asker(caller),
                                  .outcome = outcome,
                                  .app = std::move(facts.app),
                                  .reason = std::move(facts.reason),
                                  .detail = std::move(facts.detail)});
}

}  // namespace

Result<void> ControlTrail::require(const ipc::Caller& caller, ControlMethod method) {
  const Role role = role_for(method);
  if (ipc::holds_role(groups_of(role, config_.get().roles), caller)) return {};
  Error error = errors::RoleNeeded{std::string(name_of(role))};
  log::bounded(log::Level::warn, "control call refused", std::to_string(caller.uid()),
               {{"method", name_of(method)}, {"role", name_of(role)}, {"uid", caller.uid()}});
  audit_.write_counted(record(caller, method, {.detail = error.detail()}, entry::denied(name_of(error.code()))));
  return fail(std::move(error));
}

void ControlTrail::granted(const ipc::Caller& caller, ControlMethod method, Facts facts) {
  audit_.write(record(caller, method, std::move(facts), entry::granted));
}

void ControlTrail::denied(const ipc::Caller& caller, ControlMethod method, Facts facts, const Error& error) {
  audit_.write(record(caller, method, std::move(facts), entry::denied(name_of(error.code()))));
}

}  // namespace wardend::service
