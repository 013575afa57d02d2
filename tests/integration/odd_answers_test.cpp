// What servers, gateways and proxies really answer to a refresh or a code: a session costs what it must and no more.
#include "base/encoding.hpp"
#include "tests/integration/scenario.hpp"

namespace wardend::test {
namespace {

class OddAnswers : public Scenario {
 protected:
  // The fault meets one refresh, or so many.
  void meet(json members, int count = 1) const {
    members["at"] = "token";
    members["grant_type"] = "refresh_token";
    members["count"] = count;
    ehr.fault(members);
  }
  // A refresh of a session that has just been launched: "token", or what GetToken answers instead.
  std::string refresh(const std::string& id) {
    if (const std::string before = answer({{"session", id}}); before != "token") return before;
    return answer({{"session", id}, {"rejected", hex(sha256(reply.value("access_token", "")))}});
  }
  [[nodiscard]] std::int64_t count(const char* what) const { return ehr.stats().value(what, -1); }
};

// Each of them brings good tokens, in an odd dress.
TEST_F(OddAnswers, ARefreshTakesTheTokensWhateverElseIsOdd) {
  start();
  const std::pair<const char*, json> answers[] = {
      {"no token_type", {{"kind", "omit"}, {"fields", {"token_type"}}}},
      {"an empty patient", {{"kind", "set_members"}, {"members", {{"patient", ""}}}}},
      {"a patient that is no id", {{"kind", "set_members"}, {"members", {{"patient", "a b"}}}}},
      {"blanks before it, as text/html", {{"kind", "dress"}, {"before", "\r\n"}, {"content_type", "text/html"}}},
      {"a byte order mark", {{"kind", "dress"}, {"before", "\uFEFF"}}},
      {"status 203", {{"kind", "dress"}, {"status", 203}}},
      {"status 206", {{"kind", "dress"}, {"status", 206}}},
      {"an unknown member twice", {{"kind", "dress"}, {"insert", R"("x":1,"x":2)"}}},
      {"a member in Latin-1", {{"kind", "dress"}, {"insert", "\"name\":\"Ren\u00e9\""}, {"encoding", "latin1"}}},
      {"gzip that nobody asked for", {{"kind", "dress"}, {"encoding", "gzip"}}},
      {"a coding that is none", {{"kind", "set_headers"}, {"members", {{"Content-Encoding", "utf-8"}}}}},
      {"gzip that is none", {{"kind", "set_headers"}, {"members", {{"Content-Encoding", "gzip"}}}}},
      {"chunks of a cloud", {{"kind", "set_headers"}, {"members", {{"Content-Encoding", "aws-chunked"}}}}},
      {"a number out of range", {{"kind", "dress"}, {"insert", R"("x":1e999)"}}},
      {"half of a character", {{"kind", "dress"}, {"insert", R"("x":"\ud800")"}}},
      {"a bare tab", {{"kind", "dress"}, {"insert", "\"x\":\"a\tb\""}}},
      {"lists in lists", {{"kind", "dress"}, {"insert", "\"x\":" + std::string(200, '[') + std::string(200, ']')}}},
      {"scope as a list", {{"kind", "set_members"}, {"members", {{"scope", {"openid", "patient/Observation.rs"}}}}}},
      {"an access token of other letters",
       {{"kind", "set_members"}, {"members", {{"access_token", "17|s3\"c\\r3t!"}}}}},
  };
  for (const auto& [what, fault] : answers) {
    const std::string id = site.launched_session();
    meet(fault);
    EXPECT_EQ(refresh(id), "token") << what << reply;
    EXPECT_EQ(count("reuses"), 0) << what;
    EXPECT_EQ(state(id), "active") << what;
    ehr.no_faults();
  }
}

// Nothing of these can be served, and the refresh token that came is the one that goes next.
TEST_F(OddAnswers, ANewRefreshTokenIsNeverLost) {
  start();
  const std::pair<const char*, json> answers[] = {
      {"an access token that no header can carry", {{"kind", "set_members"}, {"members", {{"access_token", "a b"}}}}},
      {"no access token", {{"kind", "omit"}, {"fields", {"access_token"}}}},
      {"another kind of token", {{"kind", "set_members"}, {"members", {{"token_type", "mac"}}}}},
      {"a known member twice", {{"kind", "dress"}, {"insert", R"("token_type":"x")"}}},
      {"UTF-16", {{"kind", "dress"}, {"encoding", "utf16"}}},
      {"something before it", {{"kind", "dress"}, {"before", "<!-- gateway -->"}}},
  };
  for (const auto& [what, fault] : answers) {
    const std::string id = site.launched_session();
    const auto before = count("refreshes");
    meet(fault);
    EXPECT_EQ(refresh(id), "token") << what << reply;
    EXPECT_EQ(count("refreshes"), before + 2) << what << ": the second brought what the first did not";
    EXPECT_EQ(count("reuses"), 0) << what;
    ehr.no_faults();
  }
}

TEST_F(OddAnswers, AGatewaysRefusalEndsNothing) {
  ehr.set("config", {{"token_life", 20}});
  start();
  const std::pair<const char*, json> refusals[] = {
      {"a firewall's page",
       {{"kind", "status"}, {"status", 403}, {"content_type", "text/html"}, {"body", "<h1>Request blocked</h1>"}}},
      {"a gateway without a route",
       {{"kind", "status"}, {"status", 404}, {"body", R"({"message":"no Route matched with those values"})"}}},
      {"a word of another grant", {{"kind", "status"}, {"status", 400}, {"oauth_error", "slow_down"}}},
      {"an OperationOutcome", {{"kind", "status"}, {"status", 401}, {"outcome", "login"}}},
  };
  for (const auto& [what, fault] : refusals) {
    const std::string id = site.launched_session();
    const auto before = count("refreshes");
    meet(fault, 3);
    EXPECT_TRUE(eventually([&] { return count("refreshes") > before; }, 20s)) << what << site.wardend().output();
    EXPECT_EQ(answer({{"session", id}}), "token") << what << reply;
    ehr.no_faults();
  }
}

TEST_F(OddAnswers, AServerThatWantsTheScopesGetsThem) {
  start();
  const std::string id = site.launched_session();
  meet({{"kind", "status"}, {"status", 400}, {"oauth_error", "invalid_request"}});
  EXPECT_EQ(refresh(id), "token") << reply;
  const auto asked = ehr.asked("/oauth/token", "refresh_token");
  ASSERT_EQ(asked.size(), 2U);
  EXPECT_FALSE(asked[0].at("form_keys").dump().contains("\"scope\""));
  EXPECT_TRUE(asked[1].at("form_keys").dump().contains("\"scope\""));
  EXPECT_TRUE(logged({"warn", "the server wants refreshes with their scopes"})) << site.wardend().output();
  const std::string other = site.launched_session();
  EXPECT_EQ(refresh(other), "token") << reply;
  EXPECT_TRUE(ehr.asked("/oauth/token", "refresh_token").back().at("form_keys").dump().contains("\"scope\""));
}

TEST_F(OddAnswers, AServerThatRefusesBothFormsEndsTheGrant) {
  start();
  const std::string id = site.launched_session();
  meet({{"kind", "status"}, {"status", 400}, {"oauth_error", "invalid_scope"}}, 2);
  EXPECT_EQ(refresh(id), "ReauthenticationRequired") << reply;
  EXPECT_EQ(ehr.asked("/oauth/token", "refresh_token").size(), 2U);
}

TEST_F(OddAnswers, AGrantThatIsGoneRightAfterAnOutageIsAskedForOnceMore) {
  ehr.set("config", {{"token_life", 20}});
  start();
  const std::string id = site.launched_session();
  meet({{"kind", "status"}, {"status", 503}}, 2);
  meet({{"kind", "status"}, {"status", 400}, {"oauth_error", "invalid_grant"}});
  EXPECT_TRUE(refreshed(1, 25s)) << site.wardend().output();
  EXPECT_EQ(answer({{"session", id}}), "token") << reply;
  EXPECT_EQ(ehr.asked("/oauth/token", "refresh_token").size(), 4U);
}

TEST_F(OddAnswers, ALaunchTakesValuesOfAnySizeAndAlphabet) {
  const std::string patient(70, 'e');
  ehr.set("config",
          {{"at_hash", false}, {"token_members", {{"patient", patient}, {"access_token", "00Dxx!AR8.usr:7:x"}}}});
  start();
  const std::string id = site.launched_session();
  EXPECT_EQ(answer({{"session", id}, {"patient", patient}}), "token") << reply;
  EXPECT_EQ(reply.value("access_token", ""), "00Dxx!AR8.usr:7:x");
  EXPECT_TRUE(logged({"warn", "patient is no id by FHIR's own rule"})) << site.wardend().output();
}

// Discovery and the token's answer, compressed and under another name.
TEST_F(OddAnswers, ALaunchReadsWhatABrowserWould) {
  ehr.fault(
      {{"at", "discovery"}, {"kind", "dress"}, {"encoding", "gzip"}, {"content_type", "application/octet-stream"}});
  ehr.fault({{"at", "token"}, {"kind", "dress"}, {"encoding", "gzip"}, {"content_type", "text/plain"}});
  ehr.fault({{"at", "jwks"}, {"kind", "status"}, {"status", 503}, {"count", 1}});
  start();
  EXPECT_FALSE(site.launched_session().empty()) << site.wardend().output();
}

TEST_F(OddAnswers, WhatALaunchRefusesIsNamedAndRevoked) {
  start();
  const std::pair<json, const char*> answers[] = {
      {{{"kind", "set_members"}, {"members", {{"patient", "a b"}}}},
       "has a patient or an encounter that is no FHIR id"},
      {{{"kind", "omit"}, {"fields", {"token_type"}}}, "names no token_type"},
      {{{"kind", "set_members"}, {"members", {{"token_type", "mac"}}}}, "names the token_type mac"},
      {{{"kind", "omit"}, {"fields", {"access_token"}}}, "has no access_token"},
      {{{"kind", "dress"}, {"insert", R"("scope":"x")"}}, "names scope twice"},
  };
  int revoked = 0;
  for (auto [fault, words] : answers) {
    fault["at"] = "token";
    ehr.fault(fault);
    const std::string told = launch_error();
    EXPECT_TRUE(told.contains("the server agreed to the sign-in, but its answer ") && told.contains(words)) << told;
    ++revoked;
    EXPECT_TRUE(eventually([&] { return count("revocations") == revoked; })) << words;
    ehr.no_faults();
  }
}

// A proxy's page with 200, or a firewall's with 403, is not the EHR's word: the token is alive, and told again.
TEST_F(OddAnswers, ARevocationIsDoneWhenTheServerSaysSo) {
  start();
  const std::pair<const char*, json> others[] = {
      {"a page", {{"kind", "html"}}},
      {"a firewall", {{"kind", "status"}, {"status", 403}, {"body", "<html>Request blocked</html>"}}},
      {"a gateway", {{"kind", "status"}, {"status", 404}, {"body", R"({"message":"no Route matched"})"}}},
  };
  int revoked = 0;
  for (auto [what, fault] : others) {
    fault["at"] = "revoke";
    fault["count"] = 1;
    ehr.fault(fault);
    const std::string id = site.launched_session();
    (void)ask(broker(), "Broker.EndSession", {{"session", id}});
    ++revoked;
    EXPECT_TRUE(eventually([&] { return count("revocations") == revoked; })) << what;
    EXPECT_TRUE(eventually([&] {
      return site.metric(R"(wardend_revocations_total{server="ehr",result="ok"})") == revoked;
    })) << what;
  }
}

TEST_F(OddAnswers, WhatTheTokenEndpointSaysIsTold) {
  start();
  ehr.fault({{"at", "token"},
             {"kind", "status"},
             {"status", 400},
             {"body", R"({"error":"invalid_grant","error_description":"AADSTS70008: the code\u0007 expired"})"},
             {"content_type", "application/json"}});
  EXPECT_TRUE(launch_error().contains("invalid_grant: AADSTS70008: the code expired"));
}

// Whom a refresh's id_token names, against whom the launch named.
class OddUsers : public OddAnswers {
 protected:
  void SetUp() override {
    start();
    first = site.launched_session();
    second = site.launched_session();
  }
  std::string first, second;
};

TEST_F(OddUsers, TheSamePersonWrittenOtherwiseIsTheSame) {
  ehr.set("config", {{"fhir_user", "relative"}});
  EXPECT_EQ(refresh(first), "token") << reply;
  ehr.set("config", {{"fhir_user", "absolute"}});
  meet({{"kind", "id_token"}, {"flaw", "issuer_slash"}});
  EXPECT_EQ(refresh(second), "token") << reply;
  // A proxy, or a second name of the host.
  ehr.no_faults();
  ehr.set("config", {{"fhir_user", "foreign"}, {"foreign_base", "http://proxy.example.org/r4"}});
  const std::string third = site.launched_session();
  ehr.set("config", {{"foreign_base", "https://ehr.example.org:8443/fhir"}});
  EXPECT_EQ(refresh(third), "token") << reply;
  EXPECT_EQ(site.metric(R"(wardend_odd_users_total{server="ehr"})"), 0);
}

TEST_F(OddUsers, AnotherRoleAndAnotherIssuerAreAnAlarm) {
  ehr.set("config", {{"fhir_user", "person"}});
  EXPECT_EQ(refresh(first), "token") << reply;
  ehr.set("config", {{"fhir_user", "absolute"}});
  meet({{"kind", "id_token"}, {"flaw", "wrong_issuer"}});
  EXPECT_EQ(refresh(second), "token") << reply;
  EXPECT_TRUE(eventually([&] { return site.metric(R"(wardend_odd_users_total{server="ehr"})") == 2; }));
  EXPECT_TRUE(logged({"error", "the server names another user than at the launch"})) << site.wardend().output();
  EXPECT_TRUE(eventually([&] { return site.audited({"odd_user", "fhir_user_of_another_type"}); }));
}

TEST_F(OddUsers, AnotherNameUnderTheSameSubjectEndsThatSessionAlone) {
  meet({{"kind", "id_token"}, {"flaw", "other_fhir_user"}});
  EXPECT_EQ(refresh(first), "SessionCleared") << reply;
  EXPECT_EQ(reply.value("reason", ""), "other_user");
  EXPECT_EQ(state(second), "active");
}

}  // namespace
}  // namespace wardend::test
