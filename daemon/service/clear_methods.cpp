#include "daemon/service/clear_methods.hpp"

#include <utility>

#include "base/log.hpp"
#include "daemon/service/operator_reason.hpp"

namespace wardend::service {

using namespace ipc::control;

namespace {

ClearReason reason_of(ReportLockReason reason) {
  switch (reason) {
    case ReportLockReason::ehr_lock:
      return ClearReason::ehr_lock;
    case ReportLockReason::ehr_logout:
      return ClearReason::ehr_logout;
    case ReportLockReason::ehr_user_switch:
      return ClearReason::ehr_user_switch;
  }
  return ClearReason::ehr_lock;
}

}  // namespace

Answer<ReportLockReply> ClearMethods::report_lock(const ipc::Call& call, ReportLockParameters in) {
  const auto target = co_await targets_.resolve(call.caller, std::move(in.target));
  if (!target) {
    trail_.denied(call.caller, ControlMethod::ReportLock, target.error().detail(), target.error());
    co_return std::unexpected(target.error());
  }
  const std::vector<std::string> meant = clearing_.whom(target->target.whom);
  clearing_.locks().saw({"control", reason_of(in.reason), meant.size() == 1 ? meant.front() : "", clock_.wall_now()});
  const auto cleared = clearing_.clear(target->target, {reason_of(in.reason), "ReportLock"});
  std::string detail(name_of(in.reason));
  ReportLockReply reply{.cleared = static_cast<std::int64_t>(cleared.sessions),
                        .held = static_cast<std::int64_t>(cleared.login_sessions)};
  if (!target->widened.empty()) {
    log::error("a lock by user name cleared every user: give the uid, or mend the user directory",
               {{"cleared", cleared.sessions}, {"why", target->widened}});
    detail += ", every user: " + target->widened;
    reply.widened = target->widened;
  }
  trail_.granted(call.caller, ControlMethod::ReportLock, std::move(detail));
  co_return reply;
}

Answer<ClearSessionsReply> ClearMethods::clear_sessions(const ipc::Call& call, ClearSessionsParameters in) {
  const auto reason = operator_reason(in.reason);
  if (!reason) {
    trail_.denied(call.caller, ControlMethod::ClearSessions, reason.error().detail(), reason.error());
    co_return std::unexpected(reason.error());
  }
  auto target = co_await targets_.resolve(call.caller, std::move(in.target));
  // Somebody reads this answer and can say whom they mean; a lock cannot wait for that.
  if (target && !target->widened.empty())
    target = fail(errors::InvalidTarget{target->widened + ": give the uid, or name nobody to clear everybody"});
  if (!target) {
    trail_.denied(call.caller, ControlMethod::ClearSessions, target.error().detail(), target.error());
    co_return std::unexpected(target.error());
  }
  const auto cleared = clearing_.clear(target->target, {ClearReason::operator_request, *reason});
  trail_.granted(call.caller, ControlMethod::ClearSessions, *reason);
  co_return ClearSessionsReply{.cleared = static_cast<std::int64_t>(cleared.sessions),
                               .held = static_cast<std::int64_t>(cleared.login_sessions)};
}

}  // namespace wardend::service
