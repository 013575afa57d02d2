#include "daemon/launch/shortfall.hpp"

#include <gtest/gtest.h>

namespace wardend::launch {
namespace {

using smart::ScopeSet;

struct Case {
  const char* wanted;
  const char* granted;
  const char* cause;  // what it begins with
};

TEST(ShortfallCause, IsToldAsFarAsTheAnswerShowsIt) {
  const Case table[] = {
      {"patient/Observation.rs", "patient/Observation.rs", ""},
      {"patient/Observation.rs", nullptr, "the server's answer does not name the scopes that it granted"},
      {"patient/Observation.rs", "", "the server granted no scope at all"},
      {"patient/Observation.rs", "openid", "the server granted none of the FHIR scopes"},
      {"patient/Observation.cruds", "patient/Observation.rs", "of patient/Observation.cruds only rs was granted"},
      {"patient/Observation.rs", "patient/Observation.rs?category=vital-signs",
       "of patient/Observation.rs only patient/Observation.rs?category=vital-signs was granted"},
      {"patient/Observation.rs?category=x patient/Goal.r", "patient/Goal.r patient/Observation.r?category=x",
       "of patient/Observation.rs?category=x only r was granted"},
      {"patient/Observation.rs patient/Goal.r", "patient/Observation.rs", ""},
      {"patient/Observation.rs patient/Goal.r", "user/Goal.r patient/Observation.rs", ""},
      {"fhircast/Patient-open.read patient/Goal.r", "patient/Goal.r", ""},
  };
  for (const Case& row : table) {
    const ScopeSet wanted(std::string_view(row.wanted));
    std::optional<ScopeSet> granted;
    if (row.granted != nullptr) granted.emplace(std::string_view(row.granted));
    const auto missing = smart::missing_scopes(wanted, granted.value_or(ScopeSet()));
    const std::string cause = shortfall_cause(wanted, granted, missing);
    EXPECT_TRUE(*row.cause == 0 ? cause.empty() : cause.starts_with(row.cause)) << row.wanted << ": " << cause;
  }
}

}  // namespace
}  // namespace wardend::launch
