#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/config/site.hpp"

namespace wardend::config {
namespace {

using testing::IsEmpty;

TEST(CrossChecks, RefuseARedirectThatNobodyHears) {
  for (const Said& row : {
           Said{app(client + "redirect_uri = \"http://localhost:8724/callback\""),
                "4:1: app x: redirect_uri at main must be "},
           Said{app(client + "redirect_uri = \"http://127.0.0.1:9999/callback\""),
                "4:1: app x: redirect_uri at main must be "},
           Said{app(client + "redirect_uri = \"http://127.0.0.1:8724/other\""),
                "4:1: app x: redirect_uri at main must be "},
       })
    expect_error(row.text, row.finding);
}

TEST(CrossChecks, RefuseAServerThatIsNotThere) {
  for (const Said& row : {
           Said{std::string(least_server) + "[[app]]\nid = \"x\"\nservers = [\"mian\"]\nclient_id = \"c\"\n"
                                            "[[app.peer]]\nlabel = \"x\"\n",
                "wardend.toml:6:11: app x names server mian, which is not configured: did you mean main?"},
       })
    expect_error(row.text, row.finding);
}

TEST(CrossChecks, RefuseAnAppThatCanReachNothing) {
  const std::string gateway_alone = app(client + "token_access = \"gateway\"");
  expect_error("[broker]\nfhir_socket = \"\"\n" + gateway_alone,
               "app x can reach nothing: token_access is \"gateway\", and fhir_socket of [broker] is empty");
  const Site site;
  site.write("wardend.toml", "[broker]\nfhir_socket = \"/run/wardend/f.sock\"\n" + gateway_alone);
  EXPECT_THAT(site.errors(), IsEmpty());
}

TEST(CrossChecks, SayWhatALaunchByTheAppItselfNeeds) {
  for (const Said& row : {
           Said{least(enough),
                "wardend.toml:5:1: note: server main: apps that launch there by themselves (chart) can do so after a "
                "lock only with prompt = \"login\" under [server.oauth]: set that, or launch = [\"ehr\"] in each of "
                "them"},
       })
    expect_note(row.text, row.finding);
}

TEST(CrossChecks, TellOfManyAppsInOneNoteAServer) {
  std::string text = std::string(least_roles) + std::string(least_server);
  for (int i = 10; i < 60; ++i)
    text += "[[app]]\nid = \"a" + std::to_string(i) + "\"\nservers = [\"main\"]\nclient_id = \"c\"\n" +
            "[[app.peer]]\nlabel = \"x\"\n" + enough;
  const Site site;
  site.write("wardend.toml", text);
  EXPECT_THAT(site.notes(), testing::ElementsAre(testing::HasSubstr("(a10, a11, a12, a13, a14 and 45 more)")));
}

// A second server at that address; a second app of that id.
std::string second_server(const std::string& base) {
  return "[[server]]\nname = \"twin\"\nfhir_base_url = \"" + base + "\"\n";
}

TEST(CrossChecks, SayThatTwoServersAreProbablyOne) {
  for (const char* base :
       {"https://ehr.example.org//fhir", "https://ehr.example.org/fhir/.", "https://ehr.example.org/x/../fhir",
        "https://ehr.example.org/%66hir", "https://ehr.example.org./fhir", "https://ehr.example.org/FHIR"})
    expect_note(least(second_server(base)), "note: server twin seems to be server main, its fhir_base_url written");
  for (const char* base : {"https://ehr.example.org/fhir2", "https://ehr.example.org:8443/fhir",
                           "https://ehr2.example.org/fhir", "https://ehr.example.org/fhir%2Fx"}) {
    const Site site;
    site.write("wardend.toml", least(second_server(base)));
    EXPECT_THAT(site.notes(), testing::Each(testing::Not(testing::HasSubstr("seems to be")))) << base;
  }
}

TEST(CrossChecks, SayThatNamesDifferInCapitalsOnly) {
  expect_note(least("[[server]]\nname = \"Main\"\nfhir_base_url = \"https://b.example.org\"\n"),
              "note: server Main differs from server main in capitals only");
  expect_note(least("[[app]]\nid = \"CHART\"\nservers = [\"main\"]\nclient_id = \"c\"\n[[app.peer]]\nlabel = \"x\"\n"),
              "note: app CHART differs from app chart in capitals only");
}

TEST(CrossChecks, SayWhatTheWholeLacks) {
  for (const Said& row : {
           Said{std::string(least_roles), "wardend.toml:1:1: note: there is no [[server]]: no app can launch"},
           Said{std::string(least_roles), "wardend.toml:1:1: note: there is no [[app]]: wardend serves nobody"},
       })
    expect_note(row.text, row.finding);
}

TEST(Notes, LeaveStandaloneLaunchesAloneThatAskForASignIn) {
  const Site site;
  site.write("wardend.toml", with_server_key("[server.oauth]\nprompt = \"login\""));
  EXPECT_THAT(site.notes(), IsEmpty());
}

// wardctl verify and wardctl rehearse would say so much later.
TEST(CrossChecks, SayWhatKeepsAnAppFromGoingLive) {
  const auto unready = [](const std::string& keys) {
    const Site site;
    site.write("wardend.toml", app(client + keys));
    EXPECT_THAT(site.errors(), IsEmpty());
    return site.unready();
  };
  using testing::ElementsAre, testing::EndsWith;
  const std::string advice = "fallback = {advice = \"a\"}\n";
  EXPECT_THAT(unready(""), ElementsAre(EndsWith("note: app x is not ready to go live: write its population, consent, "
                                                "advice under [app.fallback]")));
  EXPECT_THAT(unready("population = \"\"\nconsent = \"\"\n" + advice),
              ElementsAre(EndsWith(": write its population, consent")));
  EXPECT_THAT(unready("population = \"p\"\nconsent = \"c\"\n"),
              ElementsAre(EndsWith(": write its advice under [app.fallback]")));
  EXPECT_THAT(unready("population = \"p\"\nconsent = \"c\"\n" + advice), IsEmpty());
}

}  // namespace
}  // namespace wardend::config
