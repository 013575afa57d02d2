// What vendors' servers do otherwise, by configuration alone: two profiles each.
#include <sys/stat.h>

#include <fstream>

#include "base/encoding.hpp"
#include "tests/integration/scenario.hpp"

namespace wardend::test {
namespace {

class Vendor : public Scenario {
 protected:
  void be(const char* profile) const { ehr.set("profile", {{"name", profile}}); }
  // A refresh right now: "token", or what GetToken answers instead.
  std::string refresh(const std::string& id) {
    const std::string before = answer({{"session", id}});
    if (before != "token") return before;
    return answer({{"session", id}, {"rejected", hex(sha256(reply.value("access_token", "")))}});
  }
  std::string patient(const std::string& id) { return session(id).value("/context/patient"_json_pointer, ""); }
  bool revocation_is(const char* result) {
    return eventually([&] {
      return site.metric(R"(wardend_revocations_total{server="ehr",result=")" + std::string(result) + "\"}") == 1;
    });
  }
};

TEST_F(Vendor, CernerOfV2KeepsItsRefreshTokenAndIsNotAskedTwiceAMinute) {
  be("cerner-v2");
  ehr.set("config", {{"refresh_interval", 0}});  // a minute has passed since the launch
  start();
  const std::string id = site.launched_session();
  EXPECT_TRUE(session(id).at("missing_scopes").empty());
  EXPECT_EQ(refresh(id), "token") << reply;
  ehr.set("config", {{"refresh_interval", 60}});
  EXPECT_EQ(refresh(id), "RateLimited");
  EXPECT_EQ(ehr.stats().value("rejected", -1), 0) << "no 429 was ever answered";
  EXPECT_GT(session(id).value("expires_at", 0LL), 0);
}

TEST_F(Vendor, CernerOfV1IsAskedInItsSyntax) {
  be("cerner-v1");
  ehr.set("config", {{"refresh_interval", 0}});  // a minute has passed since the launch
  start();
  const std::string id = site.launched_session();
  EXPECT_TRUE(ehr.asked("/oauth/authorize").at(0).value("scope", "").contains("patient/Observation.read"));
  EXPECT_TRUE(session(id).at("missing_scopes").empty());
  EXPECT_EQ(refresh(id), "token") << reply;
}

TEST_F(Vendor, EpicsConfidentialClientRefreshesThoughNothingWasEchoed) {
  be("epic-confidential");
  ehr.set("clients", {{"client_id", "vitals"}, {"auth", "client_secret_basic"}, {"secret", "of-epic"}});
  const auto file = site.folder() / "credential";
  std::ofstream(file) << "of-epic";
  ::chmod(file.c_str(), 0600);
  start({.client_auth = "client_secret_basic", .credential = file.string()});
  const std::string id = site.launched_session();
  EXPECT_TRUE(session(id).value("refreshable", false));
  EXPECT_EQ(refresh(id), "token") << reply;
  (void)ask(broker(), "Broker.EndSession", {{"session", id}});
  EXPECT_TRUE(revocation_is("unsupported"));
}

TEST_F(Vendor, EpicsPublicClientHasNoRefreshTokenAndIsServedUntilTheEnd) {
  be("epic-public");
  start();
  const std::string id = site.launched_session();
  EXPECT_FALSE(session(id).value("refreshable", true));
  EXPECT_EQ(refresh(id), "ReauthenticationRequired");
  EXPECT_EQ(reply.value("reason", ""), "no_refresh_token");
  EXPECT_EQ(answer({{"session", id}}), "token");
}

TEST_F(Vendor, AthenasAudienceIsWhatTheConfigurationSays) {
  for (const auto& [profile, aud] : {std::pair{"athena-root", ehr.address()}, {"athena-r4", ehr.fhir_base() + "/r4"}}) {
    be(profile);
    start();
    EXPECT_TRUE(launch_error().contains("invalid_request")) << profile;
    (void)site.stop();
    start({.oauth = "aud = \"" + aud + "\""});
    EXPECT_FALSE(site.launched_session().empty()) << profile;
    (void)site.stop();
  }
}

TEST_F(Vendor, OpenEmrKeepsThePatientWhateverARefreshNames) {
  be("openemr");
  for (const char* repeat : {"omit", "same"}) {
    start({.oauth = "refresh_scope = \"" + std::string(repeat) + "\""});
    const std::string id = site.launched_session();
    EXPECT_EQ(refresh(id), "token") << reply;
    EXPECT_EQ(patient(id), "patient-1") << repeat;
    (void)site.stop();
  }
}

TEST_F(Vendor, OpenEmrsSecondSignInIsWhoTheSessionIsOf) {
  be("openemr-second-login");
  start();
  EXPECT_EQ(click("patient=patient-3&user=practitioner-1").status, 200);
  const json sessions = ask(broker(), "Broker.ListSessions").at("sessions");
  ASSERT_EQ(sessions.size(), 1U);
  EXPECT_TRUE(sessions[0].value("/user/fhir_user"_json_pointer, "").ends_with("practitioner-99")) << sessions;
}

TEST_F(Vendor, AzuresSlashIsSentAsWritten) {
  be("azure-slash");
  start({.fhir_base = ehr.fhir_base() + "/"});
  EXPECT_FALSE(site.launched_session().empty());
}

TEST_F(Vendor, AzuresClosedMetadataIsNotNeeded) {
  be("azure-closed-metadata");
  start();
  const std::string id = site.launched_session();
  EXPECT_EQ(refresh(id), "token") << reply;
  (void)ask(broker(), "Broker.EndSession", {{"session", id}});
  EXPECT_TRUE(revocation_is("ok"));
}

TEST_F(Vendor, AServerOfSmart1IsReadFromItsCapabilityStatement) {
  be("smart1");
  start({.oauth = "smart1_discovery = true\nlegacy_pkce = true"});
  const std::string id = site.launched_session();
  EXPECT_TRUE(ehr.asked("/oauth/authorize").at(0).value("scope", "").contains("patient/Observation.read"));
  EXPECT_TRUE(session(id).at("missing_scopes").empty());
}

}  // namespace
}  // namespace wardend::test
