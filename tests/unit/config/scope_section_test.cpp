#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>

#include "tests/unit/config/site.hpp"

namespace wardend::config {
namespace {

using testing::IsEmpty;

// The least, without launches of the app's own.
std::string by_the_ehr(const std::string& more) {
  std::string text = least(more);
  return text.replace(text.find("client_id"), 0, "launch = [\"ehr\"]\n");
}

TEST(ScopeSection, RefusesAFaultAtItsPlaceWithANextStep) {
  for (const Said& row : {
           Said{app(client,
                    "[[app.peer]]\nlabel = \"x\"\n[[app.scope]]\nscope = \"openid\"\naction = \"a\"\napproved_by = "
                    "\"b\"\n"),
                "10:1: [[app.scope]] needs approved_on"},
           Said{least(scope("openid", "0001-01-01")),
                "approved_on is a day before 2000: write the day of the decision"},
           Said{least(scope("openid", "1999-12-31")), "approved_on is a day before 2000"},
           Said{least(scope("openid", "2999-01-01")), "approved_on is a day to come: write the day of the decision"},
       })
    expect_error(row.text, row.finding);
}

TEST(ScopeSection, SaysWhatAnAppAsksForAndWhatItLacks) {
  for (const Said& row : {
           Said{least(),
                "wardend.toml:8:1: note: app chart has neither the scope offline_access nor online_access: its "
                "sessions end with their first token"},
           Said{least(scope("fhirUser")),
                "note: app chart has identity \"required\" without the scope openid, so every "
                "launch fails: add openid and fhirUser, or set identity = \"none\""},
           Said{least(enough + scope("openid")), "wardend.toml:29:1: note: app chart has this scope already"},
           Said{least(enough + scope("patient/Observaton.rs")),
                "note: FHIR has no resource type Observaton: did you mean patient/Observation.rs?"},
           Said{least(enough + scope("patient/Pateint.r?active=true")),
                "note: FHIR has no resource type Pateint: did you mean patient/Patient.r?active=true?"},
           Said{least(enough + scope("user/Zzzzzzzzz.rs")), "note: FHIR has no resource type Zzzzzzzzz"},
           Said{least(enough + scope("offline_acess")),
                "note: SMART has no scope offline_acess: did you mean offline_access?"},
           Said{least(enough + scope("openid,email")), "note: this is one scope with a comma in it"},
           Said{least(enough + scope("fhiruser")), "note: SMART has no scope fhiruser: did you mean fhirUser?"},
           Said{least(enough + scope("patient/*.cruds")),
                "note: this asks for every right on every resource: name what the app needs"},
           Said{least(enough + scope("user/*.*")),
                "note: this asks for every right on every resource: name what the app needs"},
       })
    expect_note(row.text, row.finding);
}

TEST(Notes, AreNoneWhereNothingIsToBeSaid) {
  const Site site;
  site.write("wardend.toml", by_the_ehr(scope("openid") + scope("fhirUser") + scope("online_access") +
                                        scope("patient/Observation.rs?category=vital-signs") + scope("patient/*.rs") +
                                        scope("launch/patient") + scope("user/Practitioner.read") + scope("email") +
                                        scope("fhircast/Patient-open.read") + scope("https://example.org/own")));
  EXPECT_THAT(site.notes(), IsEmpty());
  EXPECT_THAT(site.errors(), IsEmpty());
}

// A clock that is not set must not keep a workstation from starting.
TEST(Approval, ThatIsToComeIsNoFaultAtAStart) {
  const Site site;
  site.write("wardend.toml", least(scope("openid", "2999-01-01")));
  EXPECT_NE(load(site.main(), Files::left_alone).config, nullptr);
  EXPECT_EQ(load(site.main(), Files::looked_at).config, nullptr);
}

// Somewhere it is tomorrow already, fourteen hours ahead of Greenwich at most.
TEST(Approval, IsGoodUntilTheLatestDayThatItIsAnywhere) {
  const auto of_day = [](int ahead) {
    const auto latest = std::chrono::system_clock::now() + std::chrono::hours(14) + std::chrono::days(ahead);
    const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(latest)};
    char text[16];
    std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                  static_cast<unsigned>(day.day()));
    const Site site;
    site.write("wardend.toml", least(scope("openid", text)));
    return site.errors().empty();
  };
  EXPECT_TRUE(of_day(-1));
  EXPECT_TRUE(of_day(0));
  EXPECT_FALSE(of_day(1));
}

}  // namespace
}  // namespace wardend::config
