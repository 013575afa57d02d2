#include "protocol/smart/grant.hpp"

#include <gtest/gtest.h>

#include <string>

namespace wardend::smart {
namespace {

struct Row {
  std::string_view granted;
  Interaction wanted;
  std::size_t scopes;
};

TEST(ScopesFor, FindsThoseThatAllowOneInteraction) {
  const Row rows[] = {
      {"patient/Observation.rs", {"patient", "Observation", 'r'}, 1},
      {"patient/Observation.rs", {"patient", "Observation", 'c'}, 0},
      {"patient/Observation.rs", {"user", "Observation", 'r'}, 0},
      {"patient/*.read", {"patient", "Observation", 's'}, 1},
      {"patient/*.*", {"patient", "Observation", 'd'}, 1},
      {"patient/Observation.write", {"patient", "Observation", 'u'}, 1},
      {"patient/Observation.cruds", {"patient", "*", 's'}, 0},
      {"patient/*.s", {"patient", "*", 's'}, 1},
      {"patient/ObservationDefinition.rs", {"patient", "Observation", 'r'}, 0},
      {"patient/observation.rs", {"patient", "Observation", 'r'}, 0},
      {"Patient/Observation.rs", {"patient", "Observation", 'r'}, 0},
      {"patient/Observation.sr", {"patient", "Observation", 'r'}, 0},
      {"patient/Observation.", {"patient", "Observation", 'r'}, 0},
      {"", {"patient", "Observation", 'r'}, 0},
      {"openid patient/Observation.r patient/*.r?status=final", {"patient", "Observation", 'r'}, 2},
  };
  for (const Row& row : rows) {
    const ScopeSet granted(row.granted);
    EXPECT_EQ(scopes_for(granted, row.wanted).size(), row.scopes) << row.granted;
  }
}

TEST(ScopesFor, KeepsTheSearchParametersOfAScope) {
  const ScopeSet granted("patient/Observation.rs?category=a%7Cx");
  const auto scopes = scopes_for(granted, {"patient", "Observation", 's'});
  ASSERT_EQ(scopes.size(), 1U);
  ASSERT_EQ(scopes.front().filters.size(), 1U);
  EXPECT_EQ(scopes.front().filters.front().value, "a|x");
}

}  // namespace
}  // namespace wardend::smart
