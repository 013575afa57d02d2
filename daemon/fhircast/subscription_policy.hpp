// What follows when a subscription has ended, and what may be sent when nobody needs it any more: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clear_reason.hpp"
#include "base/clock.hpp"
#include "protocol/fhircast/subscription.hpp"

namespace wardend::fhircast {

// Why there is no subscription, or no longer.
enum class Ending : std::uint8_t {
  lost,          // the socket: broken, silent, closed, its lease over
  no_token,      // no session that holds the topic has an access token to ask with
  transient,     // the hub does not answer, or cannot now
  unauthorized,  // 401, 403, or denied
  topic_gone,    // 404, 410
  refused,       // what is asked for will not be had before the next launch
};
[[nodiscard]] std::string_view name_of(Ending ending);
// Of an answer to a request that failed.
[[nodiscard]] Ending ending_of(SubscribeFailure::Kind kind);

enum class Next : std::uint8_t {
  again,         // after a pause
  refresh,       // the token first, then at once
  stop,          // until another launch brings the topic again
  clear_logout,  // the EHR's session is over
};
struct Past {
  bool followed = false;  // it was confirmed at any time, be it before a restart
  unsigned refusals = 0;  // unauthorized in a row, this one included
};
// Spec: HL7 FHIRcast 3.0.0 (STU3), subscription denial and reconnection.
[[nodiscard]] Next next_step(Ending ending, const Past& past);

// The pause before the n-th attempt in a row, from 0: 1 to 60 s, and up to half of that by `jitter` in [0,1), so that
// a hub that comes back is not asked by a whole ward at once. Never before `retry_after`.
[[nodiscard]] Duration pause_before(unsigned attempt, double jitter, std::optional<std::chrono::seconds> retry_after);

// The same while `grace` runs, at the end of which a loss has consequences: a sixth of it at most, so that a hub which
// is back in time is found in time. Still never before `retry_after`.
[[nodiscard]] Duration pause_within(Duration grace, Duration pause, std::optional<std::chrono::seconds> retry_after);

// A subscription that stood this long starts counting its failures anew.
inline constexpr Duration settled_after = std::chrono::seconds(60);

// Whether a session that ends for `reason` may still tell the hub with its token. After a lock nothing may: the socket
// is closed as one that has finished, and that is all.
[[nodiscard]] bool may_unsubscribe(ClearReason reason);

}  // namespace wardend::fhircast
