#include "daemon/http/pace.hpp"

#include <algorithm>

namespace wardend::http {

Duration Pace::take(std::uint64_t user, BootTime now) {
  BootTime& due = due_.try_emplace(user, now).first->second;
  due = std::min(std::max(due, now) + limit_.a_request, now + limit_.a_request * limit_.at_once + limit_.longest_wait);
  return std::max(Duration::zero(), due - now - limit_.a_request * limit_.at_once);
}

void Pace::forget(BootTime now) {
  std::erase_if(due_, [&](const auto& entry) { return entry.second <= now; });
}

}  // namespace wardend::http
