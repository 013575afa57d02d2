#include "protocol/smart/launch_context.hpp"

#include <gtest/gtest.h>

namespace wardend::smart {
namespace {

struct Members {
  std::optional<std::string> patient = {};
  std::optional<std::string> encounter = {};
  std::optional<std::string> tenant = {};
};

LaunchContext context(const Members& members) {
  LaunchContext made;
  made.patient = members.patient;
  made.encounter = members.encounter;
  made.tenant = members.tenant;
  return made;
}

struct Refreshed {
  Members launched;
  Members refreshed;
  ContextChange change;
};

class ContextAfterRefresh : public testing::TestWithParam<Refreshed> {};

TEST_P(ContextAfterRefresh, IsComparedWithThatOfTheLaunch) {
  const auto& [launched, refreshed, change] = GetParam();
  EXPECT_EQ(compare_context(context(launched), context(refreshed)), change);
}

INSTANTIATE_TEST_SUITE_P(Table, ContextAfterRefresh,
                         testing::ValuesIn<Refreshed>({
                             {{"1"}, {"1"}, ContextChange::same},
                             {{"1", "e", "t"}, {}, ContextChange::same},
                             {{"1", "e"}, {"1"}, ContextChange::same},
                             {{}, {}, ContextChange::same},
                             {{"1"}, {"2"}, ContextChange::other_patient},
                             {{"a"}, {"A"}, ContextChange::other_patient},
                             {{}, {"1"}, ContextChange::other_patient},
                             {{"1", "e"}, {"1", "f"}, ContextChange::other_encounter},
                             {{"1"}, {"1", "e"}, ContextChange::other_encounter},
                             {{"1", "e", "t"}, {"1", "e", "u"}, ContextChange::other_tenant},
                             {{"1", "e", "t"}, {"2", "f", "u"}, ContextChange::other_patient},
                         }));

}  // namespace
}  // namespace wardend::smart
