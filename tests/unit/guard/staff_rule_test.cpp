#include "daemon/guard/staff_rule.hpp"

#include <gtest/gtest.h>

#include "tests/unit/guard/ward_facts.hpp"

namespace wardend::guard {
namespace {

TEST(StaffRule, ARotaIsOfStaffWhereOneIsNamedAndNoneMayBeAPatient) {
  const struct {
    const char* record;
    bool of_staff;
  } table[] = {
      {R"({"resourceType":"Schedule","actor":[{"reference":"Practitioner/d"},{"display":"Room 3"}]})", true},
      {R"({"resourceType":"Schedule","actor":[{"type":"Practitioner","identifier":{"system":"http://npi","value":"1"}}]})",
       true},
      {R"({"resourceType":"Schedule","contained":[{"resourceType":"HealthcareService","id":"h"}],
           "actor":[{"reference":"#h"}]})",
       true},
      {R"({"resourceType":"Schedule","contained":[{"resourceType":"RelatedPerson","id":"h"}],"actor":[{"reference":"#h"}]})",
       false},
      {R"({"resourceType":"Schedule","actor":[{"display":"Room 3"}]})", false},
      {R"({"resourceType":"Schedule","actor":[{"reference":"Practitioner/d"},{"identifier":{"system":"x","value":"1"}}]})",
       false},
      {R"({"resourceType":"Schedule","actor":[{"reference":"Practitioner/d"},{"type":"Patient","display":"B"}]})",
       false},
      {R"({"resourceType":"Schedule","actor":[{"reference":"Practitioner/d"}],"x":{"reference":"Task/t"}})", false},
      {R"({"resourceType":"CareTeam","participant":[{"member":{"reference":"Practitioner/d"}},{"member":{"display":"A"}}]})",
       true},
      {R"({"resourceType":"CareTeam","participant":[{"role":[]}]})", false},
      {R"({"resourceType":"CareTeam"})", false},
      {R"({"resourceType":"Group","type":"practitioner","member":[{"entity":{"reference":"Practitioner/d"}}]})", true},
      {R"({"resourceType":"Group","type":"person","member":[{"entity":{"reference":"Practitioner/d"}}]})", false},
      {R"({"resourceType":"List","actor":[{"reference":"Practitioner/d"}]})", false},
  };
  for (const auto& row : table)
    EXPECT_EQ(is_of_staff(nlohmann::json::parse(row.record), facts_of_p1()), row.of_staff) << row.record;
}

}  // namespace
}  // namespace wardend::guard
