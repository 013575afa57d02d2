// Whether a FHIR Period covers a moment. No I/O.
#pragma once

#include <chrono>
#include <nlohmann/json_fwd.hpp>

namespace wardend::fhir {

// Whether `now` lies in the Period: nothing there is open on that side, both ends are inside, and a date without a time
// of day counts in every time zone. An end that cannot be read covers nothing. Spec: FHIR R4, datatypes, Period
[[nodiscard]] bool covers(const nlohmann::json& period, std::chrono::system_clock::time_point now);

}  // namespace wardend::fhir
