// Why sessions were cleared: the closed list for events, audit records and metric labels.
#pragma once

#include <array>
#include <string_view>

namespace wardend {

enum class ClearReason {
  os_lock,
  session_inactive,
  session_removed,
  suspend,
  lock_source_lost,
  ehr_lock,
  ehr_logout,
  ehr_user_switch,
  ehr_gone,
  fhircast_logout,
  fhircast_hibernate,
  fhircast_lost,
  other_user,
  patient_changed,
  idle,
  max_lifetime,
  operator_request,
  app_disabled,
  reconfigured,
  ended_by_app,
  superseded,
  restart,
};

inline constexpr std::array<std::string_view, 22> clear_reason_names = {
    "os_lock",         "session_inactive",   "session_removed",
    "suspend",         "lock_source_lost",   "ehr_lock",
    "ehr_logout",      "ehr_user_switch",    "ehr_gone",
    "fhircast_logout", "fhircast_hibernate", "fhircast_lost",
    "other_user",      "patient_changed",    "idle",
    "max_lifetime",    "operator",           "app_disabled",
    "reconfigured",    "ended_by_app",       "superseded",
    "restart"};
static_assert(static_cast<std::size_t>(ClearReason::restart) + 1 == clear_reason_names.size());

// As on the wire. (operator_request is "operator" there: C++ keeps that word for itself.)
[[nodiscard]] constexpr std::string_view name_of(ClearReason reason) {
  return clear_reason_names[static_cast<std::size_t>(reason)];
}

}  // namespace wardend
