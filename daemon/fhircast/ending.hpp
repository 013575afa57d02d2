// Why a hub is not followed, or no longer, and how long to wait before it is asked again: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "protocol/fhircast/subscription.hpp"

namespace wardend::fhircast {

enum class Ending : std::uint8_t {
  lost,          // the socket: broken, silent, closed, its lease over
  no_token,      // no session that holds the topic has an access token to ask with
  transient,     // the hub does not answer, or cannot now
  unauthorized,  // 401, 403, or denied
  topic_gone,    // 404, 410
  refused,       // what is asked for will not be had before the next launch
};
[[nodiscard]] std::string_view name_of(Ending ending);

struct End {
  enum class Pause : std::uint8_t { grows, none };  // none: nothing has failed, the hub is asked anew at once
  Ending kind = Ending::lost;
  std::string code = {};  // a word for logs and the audit
  std::optional<std::chrono::seconds> retry_after = {};
  std::string hub_says = {};  // the reason of a denial
  Pause pause = Pause::grows;
};
// Of an answer that read_subscribe_answer() could not use.
[[nodiscard]] End end_of(SubscribeFailure failure, std::optional<std::chrono::seconds> retry_after);

// The pause before the n-th attempt in a row, from 0: 1 to 60 s, and up to half of that by `jitter` in [0,1), so that
// a hub that comes back is not asked by a whole ward at once. Never before `retry_after`.
[[nodiscard]] Duration pause_before(unsigned attempt, double jitter, std::optional<std::chrono::seconds> retry_after);

// The same while `grace` runs, at the end of which a loss has consequences: a sixth of it at most, so that a hub which
// is back in time is found in time. Still never before `retry_after`.
[[nodiscard]] Duration pause_within(Duration grace, Duration pause, std::optional<std::chrono::seconds> retry_after);

}  // namespace wardend::fhircast
