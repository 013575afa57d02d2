// Instants as trails and servers write them. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace wardend::trail {

using Instant = std::chrono::sys_time<std::chrono::milliseconds>;

// 2026-11-29T19:31:22.123Z, with a zone like +01:00 instead of the Z, and as many digits of a second as you like (three
// count). nullopt: anything else, a day that no calendar has too. Spec: FHIR R4, datatypes, instant
[[nodiscard]] std::optional<Instant> parse_instant(std::string_view text);

}  // namespace wardend::trail
