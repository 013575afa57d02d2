// Whom the EHR shows now, as far as its hub told: unknown, nobody, or this patient.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace wardend::fhircast {

struct OnScreen {
  enum class Who : std::uint8_t { unknown, nobody, patient };
  Who who = Who::unknown;
  std::string patient = {};                   // Who::patient: the FHIR id; else empty
  std::optional<std::string> encounter = {};  // Who::patient: where the EHR said one
  friend bool operator==(const OnScreen&, const OnScreen&) = default;
};

}  // namespace wardend::fhircast
