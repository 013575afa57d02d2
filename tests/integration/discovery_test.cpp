// What a server says of itself, and what a launch makes of it.
#include <set>

#include "tests/integration/scenario.hpp"

namespace wardend::test {
namespace {

constexpr const char* smart_configuration = "/fhir/.well-known/smart-configuration";

class DiscoveryScenario : public Scenario {};

TEST_F(DiscoveryScenario, AValidDocumentIsAskedForAsJsonAndItsEndpointsAreUsed) {
  start();
  EXPECT_FALSE(site.launched_session().empty());
  const auto asked = ehr.asked(smart_configuration);
  ASSERT_FALSE(asked.empty());
  EXPECT_EQ(asked.front().value("method", ""), "GET");
  EXPECT_TRUE(asked.front().value("accept", "").starts_with("application/json")) << asked.front();
  EXPECT_EQ(ehr.asked("/oauth/authorize").size(), 1U);
  EXPECT_EQ(ehr.asked("/oauth/token").size(), 1U);
}

TEST_F(DiscoveryScenario, ABaseWithAPathAndASlashBehindItLeadsToTheSameDocument) {
  ehr.set("config", {{"aud", "{base}/"}});  // what is sent as aud is the configured text
  start({.fhir_base = ehr.fhir_base() + "/"});
  EXPECT_FALSE(site.launched_session().empty());
  EXPECT_FALSE(ehr.asked(smart_configuration).empty());
}

TEST_F(DiscoveryScenario, RelativeEndpointsAreThoseBelowTheBase) {
  ehr.set("discovery",
          {{"set", {{"token_endpoint", "../oauth/token"}, {"authorization_endpoint", "/oauth/authorize"}}}});
  start();
  EXPECT_FALSE(site.launched_session().empty());
}

TEST_F(DiscoveryScenario, WithoutS256TheLaunchIsRefusedUnlessConfigured) {
  ehr.set("discovery", {{"remove", {"code_challenge_methods_supported"}}});
  start();
  EXPECT_TRUE(launch_error().contains("discovery_no_s256"));
  (void)site.stop();
  start({.oauth = "legacy_pkce = true"});
  EXPECT_EQ(begin().query.at("code_challenge_method"), "S256");
}

TEST_F(DiscoveryScenario, PlainBesideS256IsAWarning) {
  ehr.set("discovery", {{"set", {{"code_challenge_methods_supported", {"plain", "S256"}}}}});
  start();
  EXPECT_EQ(begin().query.at("code_challenge_method"), "S256");
  EXPECT_TRUE(logged({"warn", "discovery document is not conformant", "plain"})) << site.wardend().output();
}

TEST_F(DiscoveryScenario, WhatIsNoDocumentIsRefusedForItsOwnReason) {
  const std::pair<json, const char*> answers[] = {
      {{{"kind", "html"}}, "text/html"},
      {{{"kind", "status"}, {"status", 404}}, "HTTP 404"},
      {{{"kind", "status"}, {"status", 500}}, "HTTP 500"},
      {{{"kind", "big"}, {"bytes", 3'000'000}}, "discovery_too_large"},
      {{{"kind", "bad_json"}}, "discovery_not_json"},
      {{{"kind", "redirect"}, {"location", "http://localhost:1/elsewhere"}}, "discovery_redirect"}};
  std::set<std::string> errors;
  for (auto [fault, reason] : answers) {
    ehr.no_faults();
    fault["at"] = "discovery";
    ehr.fault(fault);
    start();
    const std::string error = launch_error();
    (void)site.stop();
    EXPECT_TRUE(error.contains(reason)) << reason << " is not in " << error;
    errors.insert(error);
  }
  EXPECT_EQ(errors.size(), std::size(answers));
  EXPECT_EQ(ehr.asked("/oauth/authorize").size(), 0U);
}

TEST_F(DiscoveryScenario, AnIssuerWithoutTheCapabilityForItDoesNotMatter) {
  ehr.set("discovery",
          {{"set", {{"capabilities", {"launch-ehr", "launch-standalone", "client-public", "permission-v2"}}}}});
  start();
  EXPECT_FALSE(site.launched_session().empty());
}

TEST_F(DiscoveryScenario, ALostDocumentStopsNoRefreshWhereItWas) {
  ehr.set("config", {{"token_life", 6}});
  start();
  const std::string id = site.launched_session();
  ehr.fault({{"at", "discovery"}, {"kind", "status"}, {"status", 503}});
  EXPECT_TRUE(
      eventually([&] { return ask(broker(), "Broker.GetHealth").at("servers")[0].value("state", "") != "up"; }));
  EXPECT_TRUE(refreshed(2)) << site.wardend().output();
  EXPECT_EQ(answer({{"session", id}}), "token");
}

TEST_F(DiscoveryScenario, AScopeThatIsNotAdvertisedIsAskedForAllTheSame) {
  ehr.set("discovery", {{"set", {{"scopes_supported", {"openid", "launch"}}}}});
  start();
  const std::string id = site.launched_session();
  EXPECT_TRUE(ehr.asked("/oauth/authorize").at(0).value("scope", "").contains("patient/Observation.rs"));
  EXPECT_TRUE(session(id).at("missing_scopes").empty());
}

}  // namespace
}  // namespace wardend::test
