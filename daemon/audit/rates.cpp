#include "daemon/audit/rates.hpp"

namespace wardend::audit {
namespace {

constexpr PaceLimits limits{
    .at_once = Rates::at_once, .each = Rates::each, .shortest_pause = Duration(0), .longest_pause = Rates::each};
constexpr std::uint64_t no_user = ~std::uint64_t{0};

// What a program can bring about by asking again and again.
bool is_asked_for(const AuditRecord& record) {
  switch (record.kind) {
    case AuditKind::launch:
    case AuditKind::token:
    case AuditKind::work:
    case AuditKind::patient:
      return true;
    case AuditKind::write:  // one that went through the gateway has a request id: the server knows of each
      return record.request_id.empty() || !record.result.empty();
    case AuditKind::access:   // refused where they are too many: merged, they would not say what was read
    case AuditKind::control:  // of those who hold a role
    case AuditKind::refresh:
    case AuditKind::clear:
    case AuditKind::session_end:
    case AuditKind::revocation:
    case AuditKind::service:
    case AuditKind::fhircast:
    case AuditKind::start:
    case AuditKind::stop:
    case AuditKind::rotation:
    case AuditKind::gap:
      return false;
  }
  return false;
}

}  // namespace

Pace& Rates::account_of(const AuditRecord& record, BootTime now) {
  const Account account{*record.uid, record.app};
  if (!accounts_.contains(account) && accounts_.size() >= most_accounts)
    std::erase_if(accounts_, [&](const auto& of) { return of.second.settled(now); });
  const bool shared = !accounts_.contains(account) && accounts_.size() >= most_accounts;
  return accounts_[shared ? Account{no_user, ""} : account];
}

bool Rates::exceeded(const AuditRecord& record, BootTime now) {
  if (!record.uid || !is_asked_for(record)) return false;
  return account_of(record, now).spend(now, 1, limits) > Duration(0);
}

}  // namespace wardend::audit
