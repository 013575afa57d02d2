#include "tests/unit/wardctl/wardctl_run.hpp"

namespace wardend::wardctl::test {
namespace {

using AppCommands = WardctlRun;
using Guidance = WardctlRun;

TEST_F(Guidance, AnUnverifiedPatientIsCalledNotChecked) {
  auto session = a_session();
  session["patient_verification"] = {{"status", "unverified"}, {"findings", nlohmann::json::array()}};
  broker_answers("BeginLaunch", {{"launch_id", "l-1"}, {"authorization_url", "http://a/"}, {"expires_in", 5}});
  broker_answers("AwaitLaunch", {{"session", session}});
  EXPECT_EQ(run({"launch", "--no-browser"}), ExitCode::done);
  EXPECT_TRUE(printed("identity     not checked\n")) << out.str();
}

TEST_F(Guidance, SessionsShowAUserInFewLetters) {
  auto session = a_session();
  session["user"] = {{"fhir_user", "https://ehr.example.org/fhir/Practitioner/practitioner-7"}};
  broker_answers("ListSessions", {{"sessions", {session}}});
  EXPECT_EQ(run({"sessions"}), ExitCode::done);
  EXPECT_TRUE(printed("  Practitioner/practitioner-7  "));
  EXPECT_FALSE(printed("https://"));
}

TEST_F(AppCommands, SessionsAreATable) {
  broker_answers("ListSessions", {{"sessions", {a_session()}}});
  EXPECT_EQ(run({"sessions"}), ExitCode::done);
  EXPECT_TRUE(printed("SESSION  APP     SERVER  STATE   PATIENT  USER"));
  EXPECT_TRUE(printed("s-1      growth  ehr     active  pat-7    Practitioner/p"));
}

}  // namespace
}  // namespace wardend::wardctl::test
