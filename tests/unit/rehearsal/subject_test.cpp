#include "wardctl/rehearsal/subject.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace wardend::wardctl {
namespace {

nlohmann::json stage() {
  return {{"app", "vitals"},          {"name", "Vitals trend"}, {"server", "ehr"},   {"digest", "abc"},
          {"launch_ehr", false},      {"refreshes", true},      {"advice", "Wait."}, {"patient_context", "required"},
          {"configuration", "[app]"}, {"replaced", {"a", "b"}}, {"unheard of", true}};
}

TEST(Subject, IsReadAsWardendTellsOfIt) {
  const auto subject = read_subject(stage());
  ASSERT_TRUE(subject);
  EXPECT_EQ(subject->name, "Vitals trend");
  EXPECT_FALSE(subject->launch_ehr);
  EXPECT_TRUE(subject->refreshes);
  EXPECT_EQ(subject->replaced, (std::vector<std::string>{"a", "b"}));
}

TEST(Subject, IsNoneWhereAMemberIsMissingOrOfAnotherType) {
  for (const char* name : {"app", "server", "launch_ehr", "refreshes", "configuration", "replaced"}) {
    auto changed = stage();
    changed.erase(name);
    EXPECT_FALSE(read_subject(changed)) << name;
    changed[name] = 7;
    EXPECT_FALSE(read_subject(changed)) << name;
  }
  EXPECT_FALSE(read_subject(nlohmann::json::array()));
}

}  // namespace
}  // namespace wardend::wardctl
