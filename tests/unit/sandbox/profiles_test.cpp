// The servers that the sandbox can be, each by what it is known for.
#include "tests/sandbox/profiles.hpp"

#include "tests/unit/sandbox/world.hpp"

namespace wardend::sandbox {
namespace {

class ProfilesTest : public World {
 protected:
  void be(const std::string& name) { told("profile", {{"name", name}}); }
  json violations() { return document("/_sandbox/profile")["violations"]; }
  bool violated(const std::string& check) {
    for (const json& entry : violations())
      if (entry["check"].get<std::string>().contains(check)) return true;
    return false;
  }
  json smart() { return document("/fhir/.well-known/smart-configuration"); }
  void register_public() {
    redirect_uri = "https://127.0.0.1:7443/cb";
    told("clients", {{"client_id", "app"}, {"redirect_uris", {redirect_uri}}});
  }
};

TEST_F(ProfilesTest, EveryOneCanBeTakenOnAndLeftAgain) {
  const json before = document("/_sandbox/config");
  for (const Profile& profile : profiles()) {
    be(std::string(profile.name));
    EXPECT_EQ(document("/_sandbox/profile")["name"], profile.name);
  }
  be("none");
  EXPECT_EQ(document("/_sandbox/config"), before);
  EXPECT_EQ(post_json("/_sandbox/profile", {{"name", "unheard-of"}}).status, 400);
}

TEST_F(ProfilesTest, InfernosMockHasItsPeculiarities) {
  be("inferno-public");
  register_public();
  EXPECT_EQ(smart()["issuer"], base);
  for (const char* absent : {"jwks_uri", "revocation_endpoint"}) EXPECT_FALSE(smart().contains(absent)) << absent;
  EXPECT_EQ(smart()["scopes_supported"].size(), 3U);
  for (const json& capability : smart()["capabilities"]) EXPECT_NE(capability, "sso-openid-connect");
  EXPECT_EQ(document("/fhir/.well-known/openid-configuration")["jwks_uri"],
            std::string(base) + "/.well-known/jwks.json");
  EXPECT_EQ(document("/fhir/.well-known/jwks.json")["keys"].size(), 1U);
  const Form answer = authorize(authorization("openid fhirUser launch/patient offline_access"));
  EXPECT_FALSE(answer.has("iss"));
  const json first = json::parse(exchange(answer.get("code")).body);
  EXPECT_EQ(first["refresh_token"], answer.get("code") + "_rt");
  EXPECT_EQ(first["expires_in"], 3600);
  const json claims = part_of(first["id_token"], JwtPart::claims);
  EXPECT_EQ(claims["exp"].get<std::int64_t>() - claims["iat"].get<std::int64_t>(), 31'536'000);
  EXPECT_FALSE(claims.contains("nonce"));
  EXPECT_EQ(json::parse(refresh(first).body)["refresh_token"], first["refresh_token"]);
  EXPECT_EQ(get("/fhir/Patient/patient-1", "", first["access_token"]).status, 403);
  EXPECT_EQ(violations(), json::array());
  const json seen = document("/_sandbox/profile")["seen"];
  EXPECT_EQ(seen, (json{{"authorize", 1}, {"token", 1}, {"refresh", 1}, {"fhir", 1}}));
}

TEST_F(ProfilesTest, InfernoSaysNoInItsOwnWay) {
  be("inferno-public");
  register_public();
  auto fields = with(exchange_of(code("openid")), {{"client_id", "app"}});
  fields[3].second = std::string(43, 'x');
  const Reply wrong = post_form("/auth/token", fields);
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(json::parse(wrong.body)["error"], "invalid_client");
  EXPECT_TRUE(violated("code_verifier"));
  const std::string late = code("openid");
  now += 601s;
  const Reply expired = exchange(late);
  EXPECT_EQ(expired.status, 401);
  EXPECT_EQ(json::parse(expired.body)["issue"][0]["code"], "expired");
}

TEST_F(ProfilesTest, InfernoCountsWhatAClientDoesWrong) {
  be("inferno-symmetric");
  static_cast<void>(code("openid"));
  static_cast<void>(code("openid"));
  EXPECT_TRUE(violated("client_id is not registered"));
  EXPECT_TRUE(violated("redirect_uri is not https"));
  for (const json& entry : violations()) EXPECT_EQ(entry["count"], 2);
  register_public();
  static_cast<void>(tokens("openid"));
  EXPECT_TRUE(violated("not of the kind"));
  be("inferno-symmetric");
  EXPECT_EQ(violations(), json::array());
}

TEST_F(ProfilesTest, CernerIsStrictAboutScopesAndRefreshes) {
  be("cerner-v2");
  EXPECT_EQ(authorize(authorization("patient/*.rs")).get("error"), "invalid_scope");
  const json first = tokens("launch/patient online_access patient/Observation.read patient/Patient.rs");
  EXPECT_EQ(first["scope"], "launch/patient online_access patient/Patient.rs");
  EXPECT_EQ(first["expires_in"], 570);
  EXPECT_EQ(refresh(first).status, 429);
  now += 61s;
  EXPECT_FALSE(json::parse(refresh(first).body).contains("refresh_token"));
  const Reply revoked = post_form("/oauth/revoke", {{"token", first["access_token"]}, {"client_id", "app"}});
  EXPECT_EQ(json::parse(revoked.body)["error"], "unsupported_token_type");
  EXPECT_TRUE(json::parse(revoked.body).contains("error_uri"));
  be("cerner-v1");
  EXPECT_EQ(tokens("patient/Observation.read patient/Patient.rs")["scope"], "patient/Observation.read");
}

TEST_F(ProfilesTest, EpicGivesRefreshTokensWithoutSayingSo) {
  be("epic-confidential");
  const json first = tokens("openid offline_access");
  EXPECT_EQ(first["scope"], "openid");
  EXPECT_TRUE(first.contains("refresh_token"));
  be("epic-public");
  EXPECT_FALSE(tokens("openid offline_access").contains("refresh_token"));
}

TEST_F(ProfilesTest, AudiencesDiffer) {
  const std::pair<const char*, std::string> rows[] = {
      {"athena-root", origin}, {"athena-r4", std::string(base) + "/r4"}, {"azure-slash", std::string(base) + "/"}};
  for (const auto& [name, taken] : rows) {
    be(name);
    aud = base;
    EXPECT_EQ(authorize(authorization("openid")).get("error"), "invalid_request") << name;
    aud = taken;
    EXPECT_FALSE(code("openid").empty()) << name;
  }
}

TEST_F(ProfilesTest, OpenEmrLosesThePatientAndMayChangeTheUser) {
  be("openemr");
  const json first = tokens("launch/patient openid offline_access");
  const Reply narrowed = post_form("/oauth/token", {{"grant_type", "refresh_token"},
                                                    {"refresh_token", first["refresh_token"]},
                                                    {"scope", "openid"},
                                                    {"client_id", "app"}});
  EXPECT_FALSE(json::parse(narrowed.body).contains("patient"));
  be("openemr-second-login");
  EXPECT_EQ(part_of(tokens("openid")["id_token"], JwtPart::claims)["sub"], "practitioner-99");
}

TEST_F(ProfilesTest, TheLauncherSimulatesErrors) {
  be("launcher");
  const json first = tokens("offline_access");
  EXPECT_EQ(refresh(first).status, 200);
  EXPECT_EQ(refresh(first).status, 200) << "nothing is ever spent";
  auto unknown = first;
  unknown["refresh_token"] = "unheard-of";
  EXPECT_EQ(refresh(unknown).status, 401);
  for (const auto name : launcher_errors()) {
    told("profile", {{"name", "launcher"}, {"error", name}});
    EXPECT_EQ(document("/_sandbox/faults")["faults"].size(), 1U) << name;
  }
  EXPECT_EQ(get("/fhir/Patient/patient-1", "", first["access_token"]).status, 401);
}

}  // namespace
}  // namespace wardend::sandbox
