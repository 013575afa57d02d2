#include "daemon/gateway/body_room.hpp"

namespace wardend::gateway {

BodyRoom::Share::~Share() {
  if (taken_ == 0) return;
  room_.all_ -= taken_;
  const auto own = room_.users_.find(user_);
  own->second -= taken_;
  if (own->second == 0) room_.users_.erase(own);
}

Result<void> BodyRoom::Share::grow_to(std::size_t bytes) {
  if (bytes <= small || bytes <= taken_) return {};
  const std::size_t more = bytes - taken_;
  const auto own = room_.users_.find(user_);
  const std::size_t held = own == room_.users_.end() ? 0 : own->second;
  if (held + more > of_a_user || room_.all_ + more > of_all)
    return fail(
        errors::RateLimited{.retry_after_ms = std::chrono::seconds(1),
                            .reason = "too many large bodies are being sent at once: send them one after the other"});
  room_.users_[user_] = held + more;
  room_.all_ += more;
  taken_ = bytes;
  return {};
}

}  // namespace wardend::gateway
