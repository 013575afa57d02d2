#include "daemon/fhircast/ending.hpp"

#include <algorithm>
#include <utility>

#include "base/retry.hpp"

namespace wardend::fhircast {
namespace {

Ending ending_of(SubscribeFailure::Kind kind) {
  switch (kind) {
    case SubscribeFailure::Kind::transient:
      return Ending::transient;
    case SubscribeFailure::Kind::unauthorized:
      return Ending::unauthorized;
    case SubscribeFailure::Kind::topic_gone:
      return Ending::topic_gone;
    case SubscribeFailure::Kind::refused:
    case SubscribeFailure::Kind::unusable:
      return Ending::refused;
  }
  std::unreachable();
}

}  // namespace

std::string_view name_of(Ending ending) {
  switch (ending) {
    case Ending::lost:
      return "lost";
    case Ending::no_token:
      return "no_token";
    case Ending::transient:
      return "transient";
    case Ending::unauthorized:
      return "unauthorized";
    case Ending::topic_gone:
      return "topic_gone";
    case Ending::refused:
      return "refused";
  }
  std::unreachable();
}

End end_of(SubscribeFailure failure, std::optional<std::chrono::seconds> retry_after) {
  return {.kind = ending_of(failure.kind), .code = std::move(failure.code), .retry_after = retry_after};
}

Duration pause_before(unsigned attempt, double jitter, std::optional<std::chrono::seconds> retry_after) {
  const Duration delay = reconnect_delay(attempt);
  return std::max(delay + part_of(delay, 0.5 * jitter), Duration(retry_after.value_or(0s)));
}

Duration pause_within(Duration grace, Duration pause, std::optional<std::chrono::seconds> retry_after) {
  const Duration most = std::max<Duration>(grace / 6, 1s);
  return std::max(std::min(pause, most), Duration(retry_after.value_or(0s)));
}

}  // namespace wardend::fhircast
