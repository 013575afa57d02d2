// Whether the session's scopes cover a request.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string_view>

#include "base/result.hpp"
#include "daemon/guard/facts.hpp"
#include "protocol/fhir/request.hpp"

namespace wardend::guard {

// no: not by these scopes. narrowed: by scopes whose search parameters nothing has shown to hold. whole: yes.
enum class Cover : std::uint8_t { no, narrowed, whole };

// The request, and the resource that it is about where that is known. A scope's search parameters must hold for it.
struct Shown {
  const fhir::FhirRequest& request;          // a search shows its own parameters
  const nlohmann::json* resource = nullptr;  // as it is or will be; nullptr: not known yet
};

// How far scopes of that context ("patient", "user", "system") cover the request. An interaction that has no letter (a
// Bundle, an operation, /metadata) is covered: what is in it is judged by other rules. A Patient is written with a
// scope that names Patient, and not by "*".
[[nodiscard]] Cover cover(const Facts& facts, std::string_view context, const Shown& shown);

// How far scopes of any context cover it.
[[nodiscard]] Cover cover(const Facts& facts, const Shown& shown);

// ScopeNotGranted, with the scope that is missing. Where scopes are granted for some records alone it says which: those
// with their search parameters.
[[nodiscard]] Error not_granted(const Facts& facts, const Shown& shown);

}  // namespace wardend::guard
