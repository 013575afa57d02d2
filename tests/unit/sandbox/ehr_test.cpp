#include "tests/sandbox/ehr.hpp"

#include <gtest/gtest.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <nlohmann/json.hpp>

#include "base/encoding.hpp"

namespace wardend::sandbox {
namespace {

using nlohmann::json;

constexpr const char* verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
constexpr const char* challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
constexpr const char* callback = "http://127.0.0.1:7000/cb";
constexpr const char* base = "http://127.0.0.1:1/fhir";

using Parameters = std::vector<std::pair<std::string, std::string>>;

class EhrTest : public testing::Test {
 protected:
  Reply get(const std::string& path, const std::string& query = "", const std::string& token = "") {
    return ehr.handle(
        {.method = "GET", .path = path, .query = query, .authorization = token.empty() ? "" : "Bearer " + token}, now);
  }
  Reply post_json(const std::string& path, const std::string& body) {
    return ehr.handle({.method = "POST", .path = path, .content_type = "application/json", .body = body}, now);
  }
  Reply post_form(const std::string& path, const Parameters& fields) {
    return ehr.handle({.method = "POST",
                       .path = path,
                       .content_type = "application/x-www-form-urlencoded",
                       .body = with_query("", fields).substr(1)},
                      now);
  }
  void fault(const std::string& text) { ASSERT_EQ(post_json("/_sandbox/faults", text).status, 201); }

  Parameters authorization(const std::string& scope) const {
    return {{"response_type", "code"},
            {"client_id", "app"},
            {"redirect_uri", callback},
            {"state", "s"},
            {"scope", scope},
            {"aud", base},
            {"code_challenge", challenge},
            {"nonce", "n1"},
            {"launch", launch},
            {"code_challenge_method", "S256"}};
  }
  Form authorize(const Parameters& fields) {
    const Reply reply = get("/oauth/authorize", with_query("", fields).substr(1));
    EXPECT_EQ(reply.status, 302) << reply.body;
    return *Form::parse(reply.headers.at(0).second.substr(std::string(callback).size() + 1));
  }
  Reply exchange(const std::string& code) {
    return post_form("/oauth/token", {{"grant_type", "authorization_code"},
                                      {"code", code},
                                      {"client_id", "app"},
                                      {"redirect_uri", callback},
                                      {"code_verifier", verifier}});
  }
  json tokens(const std::string& scope) {
    return json::parse(exchange(authorize(authorization(scope)).get("code")).body);
  }
  Reply refresh(const json& of) {
    return post_form("/oauth/token",
                     {{"grant_type", "refresh_token"}, {"refresh_token", of["refresh_token"]}, {"client_id", "app"}});
  }

  SystemRandom random;
  Ehr ehr{{.origin = "http://127.0.0.1:1"}, random};
  WallTime now{std::chrono::hours(500'000)};
  std::string launch;
};

TEST_F(EhrTest, AnEhrLaunchCarriesItsPatientAndUserIntoTheTokens) {
  const Reply click =
      get("/ehr/launch", "app_url=http://127.0.0.1:7000/launch/a&user=practitioner-2&patient=patient-7");
  ASSERT_EQ(click.status, 302);
  const std::string target = click.headers.at(0).second;
  ASSERT_TRUE(target.starts_with("http://127.0.0.1:7000/launch/a?"));
  const Form query = *Form::parse(target.substr(target.find('?') + 1));
  EXPECT_EQ(query.get("iss"), base);
  launch = query.get("launch");
  const json reply = tokens("launch openid fhirUser offline_access patient/*.rs");
  EXPECT_EQ(reply["patient"], "patient-7");
  EXPECT_EQ(reply["token_type"], "Bearer");
  EXPECT_EQ(reply["expires_in"], 300);
  EXPECT_TRUE(reply.contains("refresh_token"));
  const std::string id_token = reply["id_token"];
  const auto first = id_token.find('.');
  const json claims = json::parse(*from_base64url(id_token.substr(first + 1, id_token.rfind('.') - first - 1)));
  EXPECT_EQ(claims["iss"], base);
  EXPECT_EQ(claims["aud"], "app");
  EXPECT_EQ(claims["nonce"], "n1");
  EXPECT_EQ(claims["fhirUser"], std::string(base) + "/Practitioner/practitioner-2");
}

TEST_F(EhrTest, AnAuthorizationIsRefusedByRedirectWithItsState) {
  const struct {
    const char* parameter;
    const char* value;
    const char* error;
  } rows[] = {{"aud", "http://127.0.0.1:1/other", "invalid_request"},
              {"code_challenge", "", "invalid_request"},
              {"code_challenge_method", "plain", "invalid_request"},
              {"response_type", "token", "unsupported_response_type"},
              {"scope", "", "invalid_scope"},
              {"launch", "made-up", "invalid_request"}};
  for (const auto& row : rows) {
    Parameters fields = authorization("launch");
    for (auto& [name, value] : fields)
      if (name == row.parameter) value = row.value;
    const Form answer = authorize(fields);
    EXPECT_EQ(answer.get("error"), row.error) << row.parameter;
    EXPECT_EQ(answer.get("state"), "s");
    EXPECT_FALSE(answer.has("code"));
  }
}

TEST_F(EhrTest, NothingIsSentToARedirectUriThatIsNotOnLoopback) {
  for (const char* uri :
       {"http://example.org/cb", "http://127.0.0.1.example.org/", "http://127.0.0.1@example.org/", "custom:/cb", ""}) {
    Parameters fields = authorization("launch/patient");
    fields[2].second = uri;
    EXPECT_EQ(get("/oauth/authorize", with_query("", fields).substr(1)).status, 400) << uri;
  }
}

TEST_F(EhrTest, APatientTokenOpensItsPatientOnly) {
  const std::string token = tokens("launch/patient patient/Patient.r patient/Observation.rs")["access_token"];
  EXPECT_EQ(get("/fhir/Patient/patient-1", "", token).status, 200);
  EXPECT_EQ(get("/fhir/Patient/patient-2", "", token).status, 403);
  EXPECT_EQ(get("/fhir/MedicationRequest", "patient=patient-1", token).status, 403);
  const json bundle = json::parse(get("/fhir/Observation", "patient=Patient/patient-1", token).body);
  EXPECT_EQ(bundle["total"], 3);
  EXPECT_EQ(get("/fhir/Patient/patient-1").status, 401);
  now += 301s;
  const Reply expired = get("/fhir/Patient/patient-1", "", token);
  EXPECT_EQ(expired.status, 401);
  EXPECT_EQ(json::parse(expired.body)["resourceType"], "OperationOutcome");
}

TEST_F(EhrTest, OneRecordIsReadWhoeverItIsOf) {
  const std::string token = tokens("launch/patient patient/Patient.r patient/Observation.rs")["access_token"];
  EXPECT_EQ(json::parse(get("/fhir/Observation/observation-2-1", "", token).body)["subject"]["reference"],
            "Patient/patient-2");
  EXPECT_EQ(get("/fhir/Observation/observation-2-9", "", token).status, 404);
  EXPECT_EQ(get("/fhir/MedicationRequest/medication-request-1-1", "", token).status, 403);
  const auto lay_down = [&](const std::string& text) { return post_json("/_sandbox/records", text).status; };
  EXPECT_EQ(lay_down(R"({"path":"Observation/mine","resource":{"id":"mine"},"version":"7"})"), 201);
  const Reply laid_down = get("/fhir/Observation/mine", "", token);
  EXPECT_EQ(json::parse(laid_down.body)["id"], "mine");
  EXPECT_EQ(laid_down.headers.back(), (std::pair<std::string, std::string>{"ETag", "W/\"7\""}));
  EXPECT_EQ(lay_down(R"({"path":"Patient/patient-1"})"), 201);
  EXPECT_EQ(get("/fhir/Patient/patient-1", "", token).status, 410);
  EXPECT_EQ(lay_down(R"({"path":"mine"})"), 400);
  ASSERT_EQ(ehr.handle({.method = "DELETE", .path = "/_sandbox/records"}, now).status, 200);
  EXPECT_EQ(get("/fhir/Patient/patient-1", "", token).status, 200);
}

TEST_F(EhrTest, ARefreshWhoseReplyIsLostKillsTheFamilyWhenItIsRepeated) {
  const json first = tokens("launch/patient offline_access");
  fault(R"({"at":"token","kind":"drop_after_rotation","count":1})");
  EXPECT_EQ(refresh(first).delivery, Delivery::dropped);
  const Reply again = refresh(first);
  EXPECT_EQ(again.status, 400);
  EXPECT_EQ(json::parse(again.body)["error"], "invalid_grant");
  const json stats = json::parse(get("/_sandbox/stats").body);
  EXPECT_EQ(stats["families"]["killed"], 1);
  EXPECT_EQ(stats["families"]["alive"], 0);
  EXPECT_EQ(stats["token_requests"]["refresh_token"], 2);
  EXPECT_EQ(stats["rejected"], 1);
}

TEST_F(EhrTest, AFaultOfStatusLeavesTheRefreshTokenUnspent) {
  const json first = tokens("launch/patient offline_access");
  fault(R"({"at":"token","kind":"status","status":503,"retry_after":"7","count":1})");
  EXPECT_EQ(refresh(first).status, 503);
  EXPECT_EQ(refresh(first).status, 200);
}

TEST_F(EhrTest, NoRotationKeepsTheOldTokenGood) {
  const json first = tokens("launch/patient offline_access");
  fault(R"({"at":"token","kind":"no_rotation"})");
  for (int i = 0; i < 2; ++i) EXPECT_FALSE(json::parse(refresh(first).body).contains("refresh_token"));
}

TEST_F(EhrTest, FaultsChangeTheContextThatATokenAnswerTells) {
  const json first = tokens("launch/patient offline_access patient/Patient.rs patient/Observation.rs");
  fault(R"({"at":"token","kind":"wrong_patient","patient":"patient-9","count":1})");
  fault(R"({"at":"token","kind":"no_patient","count":1})");
  fault(R"({"at":"token","kind":"fewer_scopes","count":1})");
  fault(R"({"at":"token","kind":"omit","fields":["expires_in"],"count":1})");
  const json wrong = json::parse(refresh(first).body);
  EXPECT_EQ(wrong["patient"], "patient-9");
  const json none = json::parse(refresh(wrong).body);
  EXPECT_FALSE(none.contains("patient"));
  const json fewer = json::parse(refresh(none).body);
  EXPECT_EQ(fewer["scope"], "launch/patient offline_access patient/Patient.rs");
  EXPECT_EQ(get("/fhir/Observation", "patient=patient-1", fewer["access_token"]).status, 403);
  EXPECT_FALSE(json::parse(refresh(fewer).body).contains("expires_in"));
}

TEST_F(EhrTest, ARefusedAuthorizationIsTold) {
  fault(R"({"at":"authorize","kind":"status","oauth_error":"access_denied","count":1})");
  EXPECT_EQ(authorize(authorization("launch/patient")).get("error"), "access_denied");
  EXPECT_TRUE(authorize(authorization("launch/patient")).has("code"));
}

TEST_F(EhrTest, RevocationAnswers200AndIntrospectionSeesIt) {
  const json first = tokens("launch/patient offline_access");
  const std::string token = first["access_token"];
  EXPECT_EQ(json::parse(post_form("/oauth/introspect", {{"token", token}}).body)["active"], true);
  EXPECT_EQ(post_form("/oauth/revoke", {{"token", first["refresh_token"]}}).status, 200);
  EXPECT_EQ(json::parse(post_form("/oauth/introspect", {{"token", token}}).body)["active"], false);
  EXPECT_EQ(post_form("/oauth/revoke", {{"token", "never heard of"}}).status, 200);
}

TEST_F(EhrTest, TheLogTellsWhatWasAskedAndNoValueOfIt) {
  const json first = tokens("launch/patient offline_access");
  static_cast<void>(refresh(first));
  const std::string text = get("/_sandbox/log").body;
  for (const char* secret : {"access_token", "refresh_token"})
    EXPECT_EQ(text.find(first[secret].get<std::string>()), std::string::npos);
  EXPECT_EQ(text.find(verifier), std::string::npos);
  const json requests = json::parse(text)["requests"];
  ASSERT_EQ(requests.size(), 3U);
  EXPECT_EQ(requests[0]["path"], "/oauth/authorize");
  EXPECT_EQ(requests[0]["query_keys"][0], "response_type");
  EXPECT_EQ(requests[2]["grant_type"], "refresh_token");
  EXPECT_EQ(requests[2]["status"], 200);
}

TEST_F(EhrTest, WhileDownOnlyTheControlInterfaceAnswers) {
  EXPECT_EQ(post_json("/_sandbox/down", R"({"down":true})").status, 200);
  EXPECT_EQ(get("/fhir/metadata").delivery, Delivery::reset);
  EXPECT_EQ(post_json("/_sandbox/down", R"({"down":false})").status, 200);
  EXPECT_EQ(get("/fhir/metadata").status, 200);
}

TEST_F(EhrTest, ConfigurationIsCheckedWholeBeforeItCounts) {
  const Reply bad = post_json("/_sandbox/config", R"({"token_life":9,"patient":"a b"})");
  EXPECT_EQ(bad.status, 400);
  EXPECT_NE(bad.body.find("patient"), std::string::npos);
  EXPECT_EQ(tokens("launch/patient")["expires_in"], 300);
  EXPECT_EQ(post_json("/_sandbox/config", R"({"token_life":9,"patient":"patient-3"})").status, 200);
  EXPECT_EQ(tokens("launch/patient")["patient"], "patient-3");
}

// The signature is checked with the published key alone, as a client would.
TEST_F(EhrTest, TheIdTokenIsSignedByThePublishedKey) {
  const std::string id_token = tokens("openid")["id_token"];
  const json key = json::parse(get("/oauth/jwks").body)["keys"][0];
  const std::string n = *from_base64url(key["n"].get<std::string>());
  const std::string e = *from_base64url(key["e"].get<std::string>());
  const auto number = [](const std::string& bytes) {
    return BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()), nullptr);
  };
  BIGNUM* const modulus = number(n);
  BIGNUM* const exponent = number(e);
  OSSL_PARAM_BLD* const builder = OSSL_PARAM_BLD_new();
  OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, modulus);
  OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, exponent);
  OSSL_PARAM* const parameters = OSSL_PARAM_BLD_to_param(builder);
  EVP_PKEY_CTX* const loader = EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr);
  EVP_PKEY* imported = nullptr;
  EVP_PKEY_fromdata_init(loader);
  ASSERT_EQ(EVP_PKEY_fromdata(loader, &imported, EVP_PKEY_PUBLIC_KEY, parameters), 1);
  const auto dot = id_token.rfind('.');
  const std::string signature = *from_base64url(id_token.substr(dot + 1));
  EVP_MD_CTX* const context = EVP_MD_CTX_new();
  EVP_DigestVerifyInit(context, nullptr, EVP_sha256(), nullptr, imported);
  EXPECT_EQ(EVP_DigestVerify(context, reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
                             reinterpret_cast<const unsigned char*>(id_token.data()), dot),
            1);
  EVP_MD_CTX_free(context);
  EVP_PKEY_free(imported);
  EVP_PKEY_CTX_free(loader);
  OSSL_PARAM_free(parameters);
  OSSL_PARAM_BLD_free(builder);
  BN_free(exponent);
  BN_free(modulus);
}

}  // namespace
}  // namespace wardend::sandbox
