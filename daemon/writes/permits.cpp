#include "daemon/writes/permits.hpp"

#include <algorithm>
#include <utility>

namespace wardend::writes {

const Permit& Permits::give(const session::Session& session, WriteWords write) {
  forget(session.id, "replaced");
  Permit& permit = permits_[session.id];
  permit = {.id = random_.token(16),
            .session = session.id,
            .owner = audit_owner(session),
            .write = std::move(write),
            .given_at = clock_.now()};
  given_.notify_all();
  return permit;
}

Result<Permit> Permits::take(const std::string& id, const std::function<bool(const workstation::Ownership&)>& owns) {
  const auto found = std::ranges::find_if(permits_, [&](const auto& entry) { return entry.second.id == id; });
  if (found == permits_.end() || !owns(found->second.ownership()))
    return fail(errors::InvalidRequest{.field = "permit",
                                       .reason =
                                           "there is no such open permit: it was recorded, a newer one of the session "
                                           "has replaced it, a clear has ended it, or it is over a minute old"});
  Permit permit = std::move(found->second);
  permits_.erase(found);
  return permit;
}

void Permits::end(const session::Session& session, ClearReason reason) { forget(session.id, name_of(reason)); }

void Permits::forget(const std::string& session, std::string_view why) {
  const auto found = permits_.find(session);
  if (found == permits_.end()) return;
  const Permit permit = std::move(found->second);
  permits_.erase(found);
  record_.unrecorded(permit, why);
}

BootTime Permits::next_end() const {
  BootTime next = BootTime::max();
  for (const auto& [session, permit] : permits_) next = std::min(next, permit.given_at + record_within);
  return next;
}

asio::awaitable<void> Permits::run() {
  for (;;) {
    const BootTime next = next_end();
    if (next > clock_.now()) {
      co_await clock_.wait(given_, next);
      continue;
    }
    const auto over = std::ranges::find_if(
        permits_, [&](const auto& entry) { return entry.second.given_at + record_within <= clock_.now(); });
    forget(std::string(over->first), "never_recorded");
  }
}

}  // namespace wardend::writes
