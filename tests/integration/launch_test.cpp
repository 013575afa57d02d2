// The launch, through the real wardend, wardctl and a browser, on an authorization server that others wrote.
#include "tests/integration/servers.hpp"
#include "tests/integration/site.hpp"

namespace wardend::test {
namespace {

Settings settings_for(const Provider& provider) {
  return {.fhir_base = provider.fhir_base(), .client_id = "smart-public"};
}

TEST(Launch, StandaloneGivesASessionWithItsPatient) {
  Site site;
  const Provider provider(site, 60);
  site.start(settings_for(provider));
  const Finished launched = site.launch();
  EXPECT_EQ(launched.exit_code, 0) << launched.out;
  EXPECT_TRUE(launched.out.contains("p1")) << launched.out;
}

TEST(Launch, OfTheEhrKeepsItsContext) {
  Site site;
  const Provider provider(site, 60);
  site.start(settings_for(provider));
  const std::string launch = provider.begin_ehr_launch({{"patient", "p2"}, {"encounter", "e2"}});
  const std::string session = site.launched_session({"--iss", provider.fhir_base(), "--launch", launch});
  auto broker = site.broker();
  const auto reply = ask(broker, "Broker.GetSession", {{"session", session}});
  EXPECT_EQ(reply.value("/session/context/patient"_json_pointer, ""), "p2");
  EXPECT_EQ(reply.value("/session/context/encounter"_json_pointer, ""), "e2");
}

TEST(Launch, BeginsAtTheLoopbackPageThatTheEhrOpens) {
  Site site;
  const Provider provider(site, 60);
  site.start(settings_for(provider));
  const Page page = site.browser().open(provider.address() + "/ehr/launch?patient=p2&launch_uri=" + site.loopback() +
                                        "/launch/vitals");
  EXPECT_EQ(page.status, 200) << page.address;
  EXPECT_TRUE(page.address.starts_with(site.loopback() + "/callback")) << page.address;
  auto broker = site.broker();
  const auto sessions = ask(broker, "Broker.ListSessions");
  ASSERT_EQ(sessions.at("sessions").size(), 1U);
  EXPECT_EQ(sessions.at("sessions")[0].value("/context/patient"_json_pointer, ""), "p2");
}

TEST(Launch, TokenIsOneThatTheServerTakesForThisPatientOnly) {
  Site site;
  const Provider provider(site, 60);
  Settings settings = settings_for(provider);
  settings.scopes.push_back("patient/Patient.rs");
  site.start(settings);
  const std::string session = site.launched_session();
  const Finished token = site.wardctl({"token", "--session", session});
  ASSERT_EQ(token.exit_code, 0) << token.err;
  const std::string bare = token.out.substr(0, token.out.find('\n'));
  EXPECT_EQ(provider.read("Patient/p1", bare), 200);
  EXPECT_EQ(provider.read("Patient/p2", bare), 403);
}

TEST(Launch, WithoutAPatientEndsWhereOneIsRequired) {
  Site site;
  const Provider provider(site, 60);
  site.start(settings_for(provider));
  provider.set("standalone", {{"patient", nullptr}});
  const Finished launched = site.launch();
  EXPECT_EQ(launched.exit_code, 1) << launched.out;
  EXPECT_TRUE(launched.out.contains("PatientContextMissing")) << launched.out;
}

TEST(Launch, WithoutAPatientGivesASessionWithoutOneWhereItIsOptional) {
  Site site;
  const Provider provider(site, 60);
  Settings settings = settings_for(provider);
  settings.patient_context = "optional";
  site.start(settings);
  provider.set("standalone", {{"patient", nullptr}});
  const std::string session = site.launched_session();
  auto broker = site.broker();
  const auto reply = ask(broker, "Broker.GetSession", {{"session", session}});
  EXPECT_FALSE(reply.at("session").at("context").contains("patient"));
  EXPECT_DOUBLE_EQ(site.metric(R"(wardend_launches_without_patient_total{app="vitals",server="ehr"})"), 1);
}

TEST(Launch, OfAnIssuerThatIsNotConfiguredContactsNobody) {
  Site site;
  const Provider provider(site, 60);
  site.start(settings_for(provider));
  auto broker = site.broker();
  EXPECT_EQ(refused(broker, "Broker.BeginLaunch", {{"iss", "https://elsewhere.example/fhir"}, {"launch", "x"}}),
            "UnknownServer");
}

TEST(Launch, RefusedByTheServerSaysSo) {
  Site site;
  const Provider provider(site, 60);
  site.start(settings_for(provider));
  const std::string launch = provider.begin_ehr_launch({{"deny", true}});
  const Finished launched = site.launch({"--iss", provider.fhir_base(), "--launch", launch});
  EXPECT_EQ(launched.exit_code, 1);
  EXPECT_TRUE(launched.out.contains("access_denied")) << launched.out;
}

TEST(Launch, RedirectInAnotherBrowserIsNotTaken) {
  Site site;
  const Provider provider(site, 60);
  site.start(settings_for(provider));
  auto broker = site.broker();
  const auto begun = ask(broker, "Broker.BeginLaunch");
  // The loopback page sets a cookie and sends the browser on; a second browser takes the address from there.
  const Page go = request(begun.at("authorization_url").get<std::string>());
  ASSERT_EQ(go.status, 302);
  const Page callback = site.browser().open(go.address);
  EXPECT_TRUE(callback.address.starts_with(site.loopback() + "/callback?code=")) << callback.address;
  EXPECT_EQ(callback.status, 403) << callback.body;
  EXPECT_EQ(ask(broker, "Broker.ListSessions").at("sessions").size(), 0U);
}

}  // namespace
}  // namespace wardend::test
