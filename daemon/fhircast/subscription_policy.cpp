#include "daemon/fhircast/subscription_policy.hpp"

#include <algorithm>

namespace wardend::fhircast {

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
  return "refused";
}

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
  return Ending::refused;
}

Next next_step(Ending ending, const Past& past) {
  switch (ending) {
    case Ending::lost:
    case Ending::no_token:
    case Ending::transient:
      return Next::again;
    case Ending::unauthorized:
      return past.refusals <= 1 ? Next::refresh : Next::stop;
    case Ending::topic_gone:
      return past.followed ? Next::clear_logout : Next::stop;
    case Ending::refused:
      return Next::stop;
  }
  return Next::stop;
}

Duration pause_before(unsigned attempt, double jitter, std::optional<std::chrono::seconds> retry_after) {
  const Duration delay = reconnect_delay(attempt);
  const Duration spread(static_cast<Duration::rep>(static_cast<double>(delay.count()) * 0.5 * jitter));
  return std::max(delay + spread, Duration(retry_after.value_or(0s)));
}

Duration pause_within(Duration grace, Duration pause, std::optional<std::chrono::seconds> retry_after) {
  const Duration most = std::max<Duration>(grace / 6, 1s);
  return std::max(std::min(pause, most), Duration(retry_after.value_or(0s)));
}

bool may_unsubscribe(ClearReason reason) {
  switch (reason) {
    case ClearReason::idle:
    case ClearReason::max_lifetime:
    case ClearReason::app_disabled:
    case ClearReason::reconfigured:
    case ClearReason::ended_by_app:
      return true;
    case ClearReason::os_lock:
    case ClearReason::session_inactive:
    case ClearReason::session_removed:
    case ClearReason::suspend:
    case ClearReason::lock_source_lost:
    case ClearReason::ehr_lock:
    case ClearReason::ehr_logout:
    case ClearReason::ehr_user_switch:
    case ClearReason::ehr_gone:
    case ClearReason::fhircast_logout:
    case ClearReason::fhircast_hibernate:
    case ClearReason::fhircast_lost:
    case ClearReason::other_user:
    case ClearReason::patient_changed:
    case ClearReason::operator_request:
    case ClearReason::restart:
      return false;
  }
  return false;
}

}  // namespace wardend::fhircast
