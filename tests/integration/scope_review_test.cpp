// wardctl scopes: what an app may ask for, who approved it, and how far it reaches. No service runs.
#include <gmock/gmock.h>

#include "tests/integration/site.hpp"

namespace wardend::test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

Settings settings() {
  return {.fhir_base = "https://ehr.example.org/fhir", .scopes = {"openid", "user/Observation.cruds"}};
}

Finished review(const Site& site, std::vector<std::string> words = {"vitals"}) {
  words.insert(words.begin(), {"scopes", "--config", site.config()});
  return site.wardctl(words);
}

TEST(ScopeReview, ShowsApprovalReachAndWhatIsWider) {
  const Site site;
  site.write_config(settings());
  const Finished shown = review(site);
  EXPECT_EQ(shown.exit_code, 0) << shown.err;
  EXPECT_THAT(shown.out, AllOf(HasSubstr("vitals (Vitals trend)\n  for       Nurses of the ward\n"),
                               HasSubstr("user/Observation.cruds\n  action    test\n  approved  Board, 2026-05-04\n"),
                               HasSubstr("covers    create: new records\n            read: each record"),
                               HasSubstr("every patient whom the signed-in user may see"),
                               HasSubstr("wider     it writes, and the action names no writing\n"),
                               HasSubstr("launch/patient\n  action    asked for by wardend")));
  const json whole = json::parse(review(site, {"--json", "vitals"}).out, nullptr, false);
  ASSERT_TRUE(whole.is_object());
  EXPECT_EQ(whole.at("consent"), "Direct care, implied");
  EXPECT_EQ(whole.at("scopes").at(1).at("scope"), "user/Observation.cruds");
  EXPECT_FALSE(whole.at("scopes").at(1).at("wider").empty());
  EXPECT_TRUE(whole.at("scopes").at(0).at("wider").empty());
}

TEST(ScopeReview, SaysWhatIsMissingOrWrong) {
  const Site site;
  EXPECT_THAT(review(site).err, HasSubstr("ConfigInvalid"));
  Settings without = settings();
  without.more = "[[app]]\nid = \"bare\"\nservers = [\"ehr\"]\nclient_id = \"c\"\n[[app.peer]]\nlabel = \"x\"\n";
  site.write_config(without);
  EXPECT_THAT(review(site, {"bare"}).out, HasSubstr("consent   not stated: the app cannot go live without it"));
  const Finished unknown = review(site, {"vitlas"});
  EXPECT_EQ(unknown.exit_code, 1);
  EXPECT_THAT(unknown.err, HasSubstr("the configuration has no app vitlas"));
  without.more += "[[app.scope]]\nscope = \"openid\"\naction = \"a\"\napproved_by = \"b\"\n";
  site.write_config(without);
  EXPECT_THAT(review(site, {"bare"}).err, AllOf(HasSubstr("approved_on"), HasSubstr("ConfigInvalid")));
  without.more += "approved_on = 2999-01-01\n";
  site.write_config(without);
  EXPECT_THAT(review(site, {"bare"}).err, HasSubstr("approved_on is a day to come"));
  EXPECT_THAT(site.wardctl({"--help"}).out, HasSubstr("scopes"));
  EXPECT_THAT(review(site, {"vitals"}).out, Not(HasSubstr("covers")));
}

}  // namespace
}  // namespace wardend::test
