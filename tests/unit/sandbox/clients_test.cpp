// Registered clients, held to what they are registered with.
#include "tests/sandbox/clients.hpp"

#include <algorithm>

#include "tests/sandbox/keys.hpp"
#include "tests/unit/sandbox/world.hpp"

namespace wardend::sandbox {
namespace {

constexpr const char* jwt_bearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

class ClientsTest : public World {
 protected:
  void SetUp() override { client_id = "my-app"; }
  void by_secret(const std::string& auth, const std::string& encoding = "either") {
    told("clients", {{"client_id", "my-app"}, {"auth", auth}, {"secret", "a+b:c%"}, {"basic_encoding", encoding}});
  }
  void by_key(const SigningKeys& keys) {
    told("clients", {{"client_id", "my-app"}, {"auth", "private_key_jwt"}, {"jwks", json::parse(keys.jwks())}});
  }
  json claims(const std::string& jti) const {
    return {{"iss", "my-app"},
            {"sub", "my-app"},
            {"aud", std::string(origin) + "/oauth/token"},
            {"exp", unix_seconds(now) + 180},
            {"jti", jti}};
  }
  static json header(const SigningKeys& keys) {
    return {{"alg", name_of(keys.algorithm())}, {"typ", "JWT"}, {"kid", keys.key_id()}};
  }
  static Parameters assertion(const SigningKeys& keys, const json& head, const json& body) {
    const std::string input = base64url(head.dump()) + "." + base64url(body.dump());
    return {{"client_assertion_type", jwt_bearer}, {"client_assertion", input + "." + base64url(keys.sign(input))}};
  }
  static std::string basic(const std::string& pair) {
    std::string text = base64url(pair);
    std::ranges::replace(text, '-', '+');
    std::ranges::replace(text, '_', '/');
    while (text.size() % 4 != 0) text += '=';
    return "Basic " + text;
  }
  static std::string why(const Reply& reply) {
    if (reply.status == 200) return "";
    EXPECT_EQ(reply.status, 401) << reply.body;
    const json body = json::parse(reply.body);
    EXPECT_EQ(body["error"], "invalid_client");
    return body["error_description"];
  }
};

TEST_F(ClientsTest, TheVectorOfTheSmartGuideIsARawBasicPair) {
  EXPECT_EQ(basic("my-app:my-app-secret-123"), "Basic bXktYXBwOm15LWFwcC1zZWNyZXQtMTIz");
}

TEST_F(ClientsTest, ABasicPairIsTakenInTheEncodingThatIsRegistered) {
  const std::string raw = basic("my-app:a+b:c%");
  const std::string form = basic("my-app:a%2Bb%3Ac%25");
  const struct {
    const char* encoding;
    bool raw;
    bool form;
  } rows[] = {{"raw", true, false}, {"form", false, true}, {"either", true, true}};
  for (const auto& row : rows) {
    by_secret("client_secret_basic", row.encoding);
    EXPECT_EQ(post_form("/oauth/token", exchange_of(code("openid")), raw).status == 200, row.raw) << row.encoding;
    EXPECT_EQ(post_form("/oauth/token", exchange_of(code("openid")), form).status == 200, row.form) << row.encoding;
  }
}

TEST_F(ClientsTest, AConfidentialClientSendsNoClientId) {
  by_secret("client_secret_basic");
  const auto fields = with(exchange_of(code("openid")), {{"client_id", "my-app"}});
  EXPECT_NE(why(post_form("/oauth/token", fields, basic("my-app:a+b:c%"))).find("in the body"), std::string::npos);
  const json request = last_request();
  EXPECT_EQ(request["client_auth"], "client_secret_basic");
  EXPECT_EQ(request["client_id"], "my-app");
  EXPECT_EQ(request["client_id_in_body"], true);
  EXPECT_EQ(request["error"], "invalid_client");
}

TEST_F(ClientsTest, EveryOtherWayIsRefused) {
  by_secret("client_secret_post");
  const Parameters in_body{{"client_id", "my-app"}, {"client_secret", "a+b:c%"}};
  EXPECT_EQ(why(post_form("/oauth/token", with(exchange_of(code("openid")), in_body))), "");
  EXPECT_NE(why(exchange(code("openid"))), "") << "no secret";
  EXPECT_NE(why(post_form("/oauth/token", exchange_of(code("openid")), basic("my-app:a+b:c%"))), "") << "Basic";
  EXPECT_NE(why(post_form("/oauth/token", exchange_of(code("openid")))), "") << "nobody";
  EXPECT_NE(why(post_form("/oauth/token", exchange_of(code("openid")), basic("stranger:x"))), "") << "a stranger";
}

TEST_F(ClientsTest, RefreshAndRevocationAskWhoItIsToo) {
  by_secret("client_secret_basic");
  const std::string pair = basic("my-app:a+b:c%");
  const json first = json::parse(post_form("/oauth/token", exchange_of(code("offline_access")), pair).body);
  const Parameters renewal{{"grant_type", "refresh_token"}, {"refresh_token", first["refresh_token"]}};
  EXPECT_NE(why(post_form("/oauth/token", renewal)), "");
  const json second = json::parse(post_form("/oauth/token", renewal, pair).body);
  EXPECT_NE(why(post_form("/oauth/revoke", {{"token", second["refresh_token"]}})), "");
  EXPECT_EQ(post_form("/oauth/revoke", {{"token", second["refresh_token"]}}, pair).status, 200);
}

TEST_F(ClientsTest, AnAssertionIsCheckedInEveryPart) {
  const SigningKeys keys(Algorithm::ES384);
  by_key(keys);
  const std::int64_t at = unix_seconds(now);
  const struct {
    const char* about;
    json header;
    json claims;
  } rows[] = {
      {"typ", {{"typ", "at+jwt"}}, {}}, {"alg", {{"alg", "ES256"}}, {}},         {"kid", {{"kid", nullptr}}, {}},
      {"kid", {{"kid", "other"}}, {}},  {"jku", {{"jku", "https://x.org"}}, {}}, {"iss", {}, {{"iss", "other"}}},
      {"sub", {}, {{"sub", "other"}}},  {"aud", {}, {{"aud", origin}}},          {"exp", {}, {{"exp", at}}},
      {"exp", {}, {{"exp", at + 301}}}, {"exp", {}, {{"exp", nullptr}}},         {"iat", {}, {{"iat", at + 5}}},
      {"nbf", {}, {{"nbf", at + 5}}},   {"jti", {}, {{"jti", nullptr}}}};
  const std::string of = code("openid");
  for (const auto& row : rows) {
    json head = header(keys);
    json body = claims("j");
    if (!row.header.is_null()) head.merge_patch(row.header);
    if (!row.claims.is_null()) body.merge_patch(row.claims);
    const std::string problem = why(post_form("/oauth/token", with(exchange_of(of), assertion(keys, head, body))));
    EXPECT_TRUE(problem.contains(row.about) || problem.contains("registered")) << row.about << ": " << problem;
  }
  const SigningKeys others(Algorithm::ES384);
  EXPECT_TRUE(why(post_form("/oauth/token", with(exchange_of(of), assertion(others, header(keys), claims("j")))))
                  .contains("signature"));
  EXPECT_EQ(why(post_form("/oauth/token", with(exchange_of(of), assertion(keys, header(keys), claims("j"))))), "");
}

TEST_F(ClientsTest, AJtiIsGoodOnceWhateverIsAsked) {
  const SigningKeys keys(Algorithm::RS384);
  by_key(keys);
  const auto proof = assertion(keys, header(keys), claims("only-once"));
  const json first = json::parse(post_form("/oauth/token", with(exchange_of(code("offline_access")), proof)).body);
  const Parameters renewal{{"grant_type", "refresh_token"}, {"refresh_token", first["refresh_token"]}};
  EXPECT_TRUE(why(post_form("/oauth/token", with(renewal, proof))).contains("jti"));
  EXPECT_EQ(why(post_form("/oauth/token", with(renewal, assertion(keys, header(keys), claims("2"))))), "");
}

TEST_F(ClientsTest, SeveralKeysMayBeRegistered) {
  SigningKeys keys(Algorithm::ES384);
  const std::string old_id = keys.key_id();
  keys.rotate(Algorithm::RS384, SigningKeys::Old::kept);
  by_key(keys);
  EXPECT_EQ(
      why(post_form("/oauth/token", with(exchange_of(code("openid")), assertion(keys, header(keys), claims("1"))))),
      "");
  const json list = document("/_sandbox/clients");
  EXPECT_EQ(list["clients"][0]["kids"], (json::array({old_id, keys.key_id()})));
}

TEST_F(ClientsTest, ARegisteredRedirectIsExact) {
  told("clients", {{"client_id", "my-app"}, {"redirect_uris", {"https://relay.example.org/cb"}}});
  EXPECT_EQ(get("/oauth/authorize", with_query("", authorization("openid")).substr(1)).status, 400);
  redirect_uri = "https://relay.example.org/cb";
  EXPECT_FALSE(code("openid").empty());
}

TEST_F(ClientsTest, ScopesOfTheOtherSyntaxAreDroppedWithoutAWord) {
  told("clients", {{"client_id", "my-app"}, {"scope_syntax", "v2"}});
  const json granted = tokens("launch/patient openid patient/Observation.read user/*.* patient/Patient.rs");
  EXPECT_EQ(granted["scope"], "launch/patient openid patient/Patient.rs");
}

TEST_F(ClientsTest, AMistakeNamesItsMember) {
  const SigningKeys keys(Algorithm::ES384);
  const struct {
    json client;
    const char* member;
  } rows[] = {{{{"auth", "none"}}, "client_id:"},
              {{{"client_id", "a"}, {"auth", "client_secret_basic"}}, "secret:"},
              {{{"client_id", "a"}, {"auth", "private_key_jwt"}}, "jwks:"},
              {{{"client_id", "a"}, {"auth", "private_key_jwt"}, {"jwks", {{{"kty", "oct"}, {"kid", "k"}}}}}, "jwks:"},
              {{{"client_id", "a"}, {"auth", "tls"}}, "auth:"},
              {{{"client_id", "a"}, {"scope_syntax", "v3"}}, "scope_syntax:"}};
  for (const auto& row : rows) {
    const Reply reply = post_json("/_sandbox/clients", row.client);
    EXPECT_EQ(reply.status, 400);
    EXPECT_TRUE(reply.body.contains(row.member)) << reply.body;
  }
}

}  // namespace
}  // namespace wardend::sandbox
