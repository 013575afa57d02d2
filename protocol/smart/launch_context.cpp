#include "protocol/smart/launch_context.hpp"

namespace wardend::smart {

ContextChange compare_context(const LaunchContext& launched, const LaunchContext& refreshed) {
  const auto differs = [](const std::optional<std::string>& before, const std::optional<std::string>& now) {
    return now && before != now;
  };
  if (differs(launched.patient, refreshed.patient)) return ContextChange::other_patient;
  if (differs(launched.encounter, refreshed.encounter)) return ContextChange::other_encounter;
  if (differs(launched.tenant, refreshed.tenant)) return ContextChange::other_tenant;
  return ContextChange::same;
}

}  // namespace wardend::smart
