// How discovery, authorization and token answers are made other than they should be.
#include "tests/unit/sandbox/world.hpp"

namespace wardend::sandbox {
namespace {

class VariationsTest : public World {
 protected:
  json smart() { return document("/fhir/.well-known/smart-configuration"); }
  std::string location(const std::string& scope = "launch/patient") {
    return get("/oauth/authorize", with_query("", authorization(scope)).substr(1)).headers.at(0).second;
  }
};

TEST_F(VariationsTest, DiscoveryMembersAreSetAndTakenAway) {
  told("discovery",
       {{"set", {{"code_challenge_methods_supported", {"S256", "plain"}}, {"token_endpoint", "{origin}/x"}}},
        {"remove", {"issuer"}}});
  told("discovery", {{"remove", {"scopes_supported"}}});
  told("discovery", {{"document", "openid"}, {"set", {{"issuer", "{base}/"}}}});
  EXPECT_EQ(smart()["code_challenge_methods_supported"], (json::array({"S256", "plain"})));
  EXPECT_EQ(smart()["token_endpoint"], std::string(origin) + "/x");
  EXPECT_FALSE(smart().contains("issuer"));
  EXPECT_FALSE(smart().contains("scopes_supported"));
  EXPECT_EQ(document("/fhir/.well-known/openid-configuration")["issuer"], std::string(base) + "/");
  ASSERT_EQ(ehr.handle({.method = "DELETE", .path = "/_sandbox/discovery"}, now).status, 200);
  EXPECT_EQ(smart()["issuer"], base);
  EXPECT_EQ(post_json("/_sandbox/discovery", {{"document", "html"}}).status, 400);
}

TEST_F(VariationsTest, ASmart1ServerHasItsEndpointsInTheCapabilityStatement) {
  told("config", {{"well_known", false}});
  EXPECT_EQ(get("/fhir/.well-known/smart-configuration").status, 404);
  EXPECT_TRUE(get("/fhir/metadata").body.contains("oauth-uris"));
  told("config", {{"oauth_uris", false}});
  EXPECT_FALSE(get("/fhir/metadata").body.contains("oauth-uris"));
}

TEST_F(VariationsTest, ABodyGrowsAndARequestIsLedAway) {
  fault({{"at", "discovery"}, {"kind", "big"}, {"count", 1}});
  const Reply big = get("/fhir/.well-known/smart-configuration");
  EXPECT_GT(big.body.size(), 3'000'000U);
  EXPECT_EQ(json::parse(big.body)["issuer"], base) << "still JSON";
  fault({{"at", "openid"}, {"kind", "redirect"}, {"location", "http://other.test/"}, {"status", 307}});
  const Reply away = get("/fhir/.well-known/openid-configuration");
  EXPECT_EQ(away.status, 307);
  EXPECT_EQ(away.headers.back().second, "http://other.test/");
}

TEST_F(VariationsTest, TheRedirectIsChangedAsAFaultSays) {
  fault(
      {{"at", "authorize"}, {"kind", "set_members"}, {"members", {{"iss", "http://x"}, {"error", "e"}}}, {"count", 1}});
  EXPECT_TRUE(location().contains("code=")) << "code and error both";
  fault({{"at", "authorize"}, {"kind", "set_members"}, {"members", {{"iss", "http://x"}}}, {"count", 1}});
  EXPECT_TRUE(location().ends_with("&iss=http%3A%2F%2Fx"));
  fault({{"at", "authorize"}, {"kind", "omit"}, {"fields", {"iss"}}, {"count", 1}});
  EXPECT_FALSE(location().contains("iss="));
  fault({{"at", "authorize"}, {"kind", "repeat"}, {"fields", {"state"}}, {"count", 1}});
  EXPECT_TRUE(location().contains("state=s&state=s"));
  fault({{"at", "authorize"}, {"kind", "set_members"}, {"members", {{"state", {"s", "t"}}}}, {"count", 1}});
  EXPECT_TRUE(location().contains("state=s&state=t"));
  fault(
      {{"at", "authorize"}, {"kind", "status"}, {"oauth_error", "access_denied"}, {"fields", {"state"}}, {"count", 1}});
  const std::string denied = location();
  EXPECT_TRUE(denied.contains("error=access_denied"));
  EXPECT_FALSE(denied.contains("state="));
}

TEST_F(VariationsTest, ErrorsOfAPostLoseTheirStateWhereThatIsSet) {
  told("config", {{"post_loses_state", true}});
  const Reply reply = post_form("/oauth/authorize", authorization("launch/patient openid"));
  EXPECT_TRUE(reply.headers.at(0).second.contains("state=s"));
  aud = "http://elsewhere.test/fhir";
  const std::string failed = post_form("/oauth/authorize", authorization("openid")).headers.at(0).second;
  EXPECT_TRUE(failed.contains("error=invalid_request"));
  EXPECT_FALSE(failed.contains("state="));
  told("config", {{"bad_requests_stay", true}});
  EXPECT_EQ(post_form("/oauth/authorize", authorization("openid")).status, 400);
}

TEST_F(VariationsTest, LongUrlsAreRefusedWhereThatIsSet) {
  told("config", {{"longest_url", 300}});
  const Reply reply = get("/oauth/authorize", with_query("", authorization(std::string(300, 'x'))).substr(1));
  EXPECT_EQ(reply.status, 414);
}

TEST_F(VariationsTest, AnyMemberOfATokenResponseIsOverridden) {
  fault({{"at", "token"},
         {"kind", "set_members"},
         {"members", {{"token_type", "mac"}, {"expires_in", "300"}, {"scope", nullptr}, {"patient", "../x"}}},
         {"count", 1}});
  const json reply = tokens("launch/patient");
  EXPECT_EQ(reply["token_type"], "mac");
  EXPECT_EQ(reply["expires_in"], "300");
  EXPECT_FALSE(reply.contains("scope"));
  EXPECT_EQ(reply["patient"], "../x");
  told("config", {{"token_members", {{"need_patient_banner", nullptr}, {"tenant", "t"}}},
                  {"refresh_members", {{"tenant", "u"}}}});
  const json first = tokens("launch/patient offline_access");
  EXPECT_FALSE(first.contains("need_patient_banner"));
  EXPECT_EQ(first["tenant"], "t");
  EXPECT_EQ(json::parse(refresh(first).body)["tenant"], "u");
}

TEST_F(VariationsTest, ATokenResponseNamesAsManyImagesAsItIsTold) {
  told("config", {{"images_in_context", 3}});
  const json reply = tokens("launch/patient");
  EXPECT_EQ(reply["fhirContext"].size(), 3U);
  EXPECT_EQ(reply["fhirContext"][2]["reference"], "ImagingStudy/2");
  EXPECT_EQ(reply["token_type"], "Bearer");
}

TEST_F(VariationsTest, HeadersAreOverriddenToo) {
  fault({{"at", "token"},
         {"kind", "set_headers"},
         {"members", {{"Cache-Control", nullptr}, {"Age", "9"}}},
         {"count", 1}});
  const Reply reply = exchange(code("openid"));
  ASSERT_EQ(reply.status, 200);
  for (const auto& [name, value] : reply.headers) EXPECT_NE(name, "Cache-Control");
  EXPECT_EQ(reply.headers.back().first, "Age");
}

TEST_F(VariationsTest, AnErrorMayBeAnOperationOutcomeAndComeWithADate) {
  fault({{"at", "token"}, {"kind", "status"}, {"status", 403}, {"outcome", "login"}, {"retry_after_date", 30}});
  const Reply reply = exchange(code("openid"));
  EXPECT_EQ(reply.status, 403);
  EXPECT_EQ(json::parse(reply.body)["issue"][0]["code"], "login");
  EXPECT_EQ(reply.headers.back().second, http_date(now + 30s));
}

TEST_F(VariationsTest, RefreshesComeTooSoonWhereThereIsAnInterval) {
  told("config", {{"refresh_interval", 60}});
  const json first = tokens("offline_access");
  const Reply soon = refresh(first);
  EXPECT_EQ(soon.status, 429);
  EXPECT_EQ(soon.headers.back().second, "60");
  now += 60s;
  EXPECT_EQ(refresh(first).status, 200) << "the token was not spent";
}

TEST_F(VariationsTest, TheClockMayBeAhead) {
  told("config", {{"clock_offset", 3600}});
  EXPECT_EQ(part_of(tokens("openid")["id_token"], JwtPart::claims)["iat"], unix_seconds(now) + 3600);
  EXPECT_EQ(ehr.clock(now), now + 1h);
}

TEST_F(VariationsTest, TheLogTellsOfTheClientAndOfWhatItWanted) {
  auto fields = authorization("openid");
  fields.emplace_back("prompt", "login");
  static_cast<void>(authorize(fields));
  EXPECT_EQ(last_request()["prompt"], "login");
  EXPECT_EQ(last_request()["scope"], "openid");
  static_cast<void>(tokens("openid"));
  EXPECT_EQ(last_request()["client_auth"], "none");
  EXPECT_EQ(last_request()["client_id"], "app");
  EXPECT_EQ(last_request()["client_id_in_body"], true);
  EXPECT_FALSE(last_request().contains("scope"));
  static_cast<void>(ehr.handle({.method = "GET", .path = "/fhir/metadata", .accept = "application/json"}, now));
  EXPECT_EQ(last_request()["accept"], "application/json");
}

}  // namespace
}  // namespace wardend::sandbox
