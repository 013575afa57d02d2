#include "daemon/service/refusal_log.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace wardend::service {

void RefusalLog::note(const ipc::Caller& caller, std::string_view reason) {
  auto known = std::ranges::find_if(
      refused_, [&](const Refused& refused) { return refused.uid == caller.uid() && refused.reason == reason; });
  if (known != refused_.end() && clock_.now() - known->written_at < std::chrono::minutes(1)) {
    ++known->since_then;
    return;
  }
  if (known == refused_.end()) {
    if (refused_.size() == remembered) refused_.erase(refused_.begin());
    known = refused_.insert(refused_.end(), {.uid = caller.uid(), .reason = std::string(reason)});
  }
  log::warn("caller refused", {{"uid", caller.uid()},
                               {"pid", caller.pid()},
                               {"unit", caller.cgroup().system_unit},
                               {"reason", reason},
                               {"again", known->since_then}});
  known->written_at = clock_.now();
  known->since_then = 0;
}

}  // namespace wardend::service
