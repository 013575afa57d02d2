// Scopes in the syntax that the server serves, and what an app may not widen.
#include "tests/integration/scenario.hpp"

namespace wardend::test {
namespace {

class Scopes : public Scenario {
 protected:
  void serve(const json& capabilities) const { ehr.set("discovery", {{"set", {{"capabilities", capabilities}}}}); }
  std::string asked() const { return ehr.asked("/oauth/authorize").back().value("scope", ""); }
};

TEST_F(Scopes, AreAskedForInTheServersOwnSyntax) {
  const json common = {"launch-standalone", "client-public", "sso-openid-connect"};
  const auto with = [&](std::initializer_list<const char*> more) {
    json all = common;
    for (const char* one : more) all.push_back(one);
    return all;
  };
  const std::pair<json, const char*> servers[] = {{with({"permission-v1"}), "patient/Observation.read"},
                                                  {with({"permission-v2"}), "patient/Observation.rs"},
                                                  {with({"permission-v1", "permission-v2"}), "patient/Observation.rs"}};
  for (const auto& [capabilities, scope] : servers) {
    serve(capabilities);
    start();
    const std::string id = site.launched_session();
    EXPECT_TRUE(asked().contains(scope)) << asked();
    EXPECT_TRUE(session(id).at("missing_scopes").empty());
    (void)site.stop();
  }
}

TEST_F(Scopes, AServerThatDropsTheOtherSyntaxInSilenceIsToldByThatName) {
  ehr.set("profile", {{"name", "cerner-v1"}});
  start({.oauth = "scope_syntax = \"v2\""});
  const std::string id = site.launched_session();
  EXPECT_EQ(session(id).at("missing_scopes"), json::array({"patient/Observation.rs"}));
  EXPECT_TRUE(logged({"warn", "the other scope syntax", "scope_syntax"})) << site.wardend().output();
  (void)site.stop();
  start();
  EXPECT_TRUE(session(site.launched_session()).at("missing_scopes").empty()) << "auto follows what the server declares";
}

TEST_F(Scopes, AShortfallRefusesTheLaunchWhereThatIsConfigured) {
  ehr.set("profile", {{"name", "cerner-v1"}});
  start({.oauth = "scope_syntax = \"v2\"", .app = "on_scope_shortfall = \"refuse\""});
  const std::string error = launch_error();
  EXPECT_TRUE(error.contains("ScopeNotGranted") && error.contains("scope_syntax")) << error;
}

TEST_F(Scopes, OfAnAppAreThoseOfItsManifestWhateverItSays) {
  start();
  for (const char* method : {"BeginLaunch", "GetToken"})
    EXPECT_EQ(refused(broker(), std::string("Broker.") + method, {{"scope", "system/*.cruds"}}), "InvalidParameter")
        << method;
  const std::string id = site.launched_session();
  EXPECT_FALSE(asked().contains("system/"));
  EXPECT_EQ(answer({{"session", id}}), "token");
  EXPECT_FALSE(reply.value("scope", "").contains("system/"));
}

}  // namespace
}  // namespace wardend::test
