// The id_token, right and wrong, and the keys that sign it.
#include "tests/sandbox/public_key.hpp"
#include "tests/unit/sandbox/world.hpp"

namespace wardend::sandbox {
namespace {

class IdentityTest : public World {
 protected:
  static constexpr const char* scope = "openid fhirUser launch/patient offline_access";
  json claims(const json& reply) { return part_of(reply["id_token"], JwtPart::claims); }
  json header(const json& reply) { return part_of(reply["id_token"], JwtPart::header); }
  json flawed(const char* flaw) {
    fault({{"at", "token"}, {"kind", "id_token"}, {"flaw", flaw}, {"count", 1}});
    return tokens(scope);
  }
  json keys() { return document("/oauth/jwks")["keys"]; }
  bool verifies(const std::string& jwt) {
    const auto dot = jwt.rfind('.');
    const auto key = parse_public_key(keys().back());
    return key && key->verifies(jwt.substr(0, dot), from_base64url(jwt.substr(dot + 1)).value_or(""));
  }
};

TEST_F(IdentityTest, EachFlawIsInItsPlaceAndNowhereElse) {
  const json sound = claims(tokens(scope));
  const std::int64_t at = unix_seconds(now);
  const struct {
    const char* flaw;
    const char* claim;
    json value;  // null: it is not there
  } rows[] = {{"wrong_issuer", "iss", "https://elsewhere.example.org/fhir"},
              {"issuer_slash", "iss", std::string(base) + "/"},
              {"wrong_audience", "aud", "somebody-else"},
              {"extra_audience", "aud", {"app", "somebody-else"}},
              {"wrong_azp", "azp", "somebody-else"},
              {"expired", "exp", at - 600},
              {"no_expiry", "exp", nullptr},
              {"issued_in_future", "iat", at + 600},
              {"issued_long_ago", "iat", at - 3600},
              {"no_iat", "iat", nullptr},
              {"no_sub", "sub", nullptr},
              {"other_sub", "sub", "practitioner-99"},
              {"wrong_nonce", "nonce", "another"},
              {"no_nonce", "nonce", nullptr}};
  for (const auto& row : rows) {
    const json reply = flawed(row.flaw);
    const json spoilt = claims(reply);
    EXPECT_EQ(spoilt.value(row.claim, json()), row.value) << row.flaw;
    if (std::string(row.claim) != "sub") EXPECT_EQ(spoilt["sub"], sound["sub"]) << row.flaw;
    EXPECT_EQ(header(reply)["alg"], "RS256");
  }
  EXPECT_FALSE(flawed("no_id_token").contains("id_token"));
}

TEST_F(IdentityTest, HeadersAndSignaturesCanBeWrongToo) {
  told("config", {{"signing_algorithm", "ES384"}});
  EXPECT_TRUE(verifies(tokens(scope)["id_token"]));
  EXPECT_EQ(header(flawed("alg_none"))["alg"], "none");
  EXPECT_EQ(header(flawed("hs256"))["alg"], "HS256");
  EXPECT_FALSE(header(flawed("no_kid")).contains("kid"));
  EXPECT_EQ(header(flawed("unknown_kid"))["kid"], "never-published");
  EXPECT_FALSE(verifies(flawed("bad_signature")["id_token"]));
  EXPECT_FALSE(verifies(flawed("foreign_key")["id_token"]));
  EXPECT_TRUE(header(flawed("embedded_key")).contains("jwk"));
  const std::string at_hash = claims(tokens(scope))["at_hash"];
  EXPECT_EQ(from_base64url(at_hash)->size(), 24U) << "half of SHA-384";
  EXPECT_NE(claims(flawed("wrong_at_hash"))["at_hash"].get<std::string>().size(), at_hash.size());
}

TEST_F(IdentityTest, EveryAlgorithmIsPublishedAndVerifies) {
  for (const char* name : {"RS384", "ES384"}) {
    told("config", {{"signing_algorithm", name}});
    const json reply = tokens(scope);
    EXPECT_EQ(header(reply)["alg"], name);
    EXPECT_EQ(header(reply)["kid"], keys()[0]["kid"]);
    EXPECT_TRUE(verifies(reply["id_token"])) << name;
    const json listed = document("/fhir/.well-known/openid-configuration")["id_token_signing_alg_values_supported"];
    EXPECT_EQ(listed, (json::array({"RS256", name})));
  }
}

TEST_F(IdentityTest, KeysRotateWithOrWithoutTheOldOne) {
  const json first = keys();
  told("rotate-keys", {{"keep_old", true}});
  ASSERT_EQ(keys().size(), 2U);
  EXPECT_EQ(keys()[0], first[0]);
  EXPECT_EQ(header(tokens(scope))["kid"], keys()[1]["kid"]);
  told("rotate-keys", {{"bits", 1024}});
  EXPECT_EQ(keys().size(), 1U);
  EXPECT_LT(keys()[0]["n"].get<std::string>().size(), 180U);
}

TEST_F(IdentityTest, TheUserIsToldInTheFormThatIsSet) {
  const std::pair<const char*, json> rows[] = {{"absolute", std::string(base) + "/Practitioner/practitioner-1"},
                                               {"relative", "Practitioner/practitioner-1"},
                                               {"person", std::string(base) + "/Person/practitioner-1"},
                                               {"foreign", "http://other.test/fhir/Practitioner/practitioner-1"},
                                               {"absent", nullptr}};
  told("config", {{"foreign_base", "http://other.test/fhir"}});
  for (const auto& [form, value] : rows) {
    told("config", {{"fhir_user", form}});
    EXPECT_EQ(claims(tokens(scope)).value("fhirUser", json()), value) << form;
  }
  told("config", {{"fhir_user", "profile"}});
  EXPECT_TRUE(claims(tokens(scope)).contains("profile"));
  const std::string token = tokens(scope)["access_token"];
  EXPECT_EQ(json::parse(get("/fhir/Person/practitioner-1", "", token).body)["resourceType"], "Person");
}

TEST_F(IdentityTest, AnotherUserAppearsAtARefreshOnly) {
  const json first = tokens(scope);
  fault({{"at", "token"}, {"kind", "id_token"}, {"flaw", "other_sub"}, {"grant_type", "refresh_token"}});
  EXPECT_EQ(claims(first)["sub"], "practitioner-1");
  EXPECT_EQ(claims(json::parse(refresh(first).body))["sub"], "practitioner-99");
}

TEST_F(IdentityTest, AuthTimeAndNonceAreSettings) {
  EXPECT_FALSE(claims(tokens(scope)).contains("auth_time"));
  told("config", {{"auth_time", 1'700'000'000}, {"nonce", false}});
  const json set = claims(tokens(scope));
  EXPECT_EQ(set["auth_time"], 1'700'000'000);
  EXPECT_FALSE(set.contains("nonce"));
}

// How old the sign-in is when the app asks, what it asks, and what comes of it.
struct Asked {
  const char* what;
  std::optional<std::chrono::seconds> signed_in_since;  // nullopt: nobody has
  Parameters fields;
  const char* refused = "";                      // the error, in place of a code
  std::optional<std::chrono::seconds> age = {};  // of the sign-in that the id_token tells; nullopt: it tells none
};

TEST_F(IdentityTest, PromptAndMaxAgeDecideWhoSignsInAnew) {
  const Asked table[] = {
      {"nothing, by nobody", {}, {}},
      {"nothing", 10min, {}},
      {"a sign-in", 10min, {{"prompt", "login"}}},
      {"a sign-in of any age, by nobody", {}, {{"max_age", "3600"}}, "", 0s},
      {"a sign-in within the hour", 10min, {{"max_age", "3600"}}, "", 10min},
      {"a sign-in within a minute", 10min, {{"max_age", "60"}}, "", 0s},
      {"a sign-in just as old", 10min, {{"max_age", "600"}}, "", 10min},
      {"a sign-in of no age", 0s, {{"max_age", "0"}}, "", 0s},
      {"a sign-in, and its time", 10min, {{"prompt", "login"}, {"max_age", "3600"}}, "", 0s},
      {"a sign-in and consent", 10min, {{"prompt", "consent login"}, {"max_age", "3600"}}, "", 0s},
      {"consent", 10min, {{"prompt", "consent"}, {"max_age", "3600"}}, "", 10min},
      {"silence, by nobody", {}, {{"prompt", "none"}}, "login_required"},
      {"silence", 10min, {{"prompt", "none"}}},
      {"silence, and a sign-in within a minute", 10min, {{"prompt", "none"}, {"max_age", "60"}}, "login_required"},
      {"silence, and a sign-in within the hour", 10min, {{"prompt", "none"}, {"max_age", "3600"}}, "", 10min},
      {"silence and a sign-in", 10min, {{"prompt", "none login"}}, "invalid_request"},
      {"an age that is no number", 10min, {{"max_age", "soon"}}, "invalid_request"},
      {"an age below nought", 10min, {{"max_age", "-1"}}, "invalid_request"},
  };
  for (const Asked& row : table) {
    static_cast<void>(post_json("/_sandbox/logout", {}));
    if (row.signed_in_since) static_cast<void>(code(scope));
    now += row.signed_in_since.value_or(0s);
    const Form answer = authorize(with(authorization(scope), row.fields));
    EXPECT_EQ(answer.get("error"), row.refused) << row.what;
    if (*row.refused != '\0') continue;
    const json got = claims(json::parse(exchange(answer.get("code")).body));
    EXPECT_EQ(got.contains("auth_time"), row.age.has_value()) << row.what;
    if (row.age) EXPECT_EQ(got["auth_time"], unix_seconds(now - *row.age)) << row.what;
  }
}

TEST_F(IdentityTest, ARefreshTellsTheTimeOfTheFirstSignIn) {
  const Form answer = authorize(with(authorization(scope), {{"max_age", "0"}}));
  const json first = json::parse(exchange(answer.get("code")).body);
  now += 10min;
  EXPECT_EQ(claims(json::parse(refresh(first).body))["auth_time"], claims(first)["auth_time"]);
}

TEST_F(IdentityTest, AClickInTheEhrIsASignIn) {
  static_cast<void>(get("/ehr/launch", "app_url=http://127.0.0.1:7000/launch"));
  now += 10min;
  const Form answer = authorize(with(authorization(scope), {{"prompt", "none"}, {"max_age", "900"}}));
  EXPECT_EQ(claims(json::parse(exchange(answer.get("code")).body))["auth_time"], unix_seconds(now - 10min));
  told("logout", json::object());
  EXPECT_EQ(authorize(with(authorization(scope), {{"prompt", "none"}})).get("error"), "login_required");
}

TEST_F(IdentityTest, AServerMayKnowNothingOfPromptAndMaxAge) {
  told("config", {{"minds_prompt", false}});
  const Form answer = authorize(with(authorization(scope), {{"prompt", "none"}, {"max_age", "soon"}}));
  EXPECT_FALSE(claims(json::parse(exchange(answer.get("code")).body)).contains("auth_time"));
}

}  // namespace
}  // namespace wardend::sandbox
