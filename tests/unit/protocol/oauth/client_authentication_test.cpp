#include "protocol/oauth/client_authentication.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "base/encoding.hpp"
#include "protocol/jose/signature.hpp"
#include "tests/unit/protocol/jose/test_keys.hpp"

namespace wardend::oauth {
namespace {

using testing::AnyOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;
using Json = nlohmann::json;

constexpr std::string_view token_endpoint = "https://ehr.example.org/auth/token";
const auto now = std::chrono::system_clock::time_point(std::chrono::seconds(1'777'900'000));

std::vector<std::pair<std::string, std::string>> fields(const ClientAuthentication& proof) {
  std::vector<std::pair<std::string, std::string>> shown;
  for (const auto& [name, value] : proof.fields) shown.emplace_back(name, value.reveal());
  return shown;
}

ClientAuthentication proof_of(const ClientIdentity& client, std::string_view credential, std::string_view jti = "j-1") {
  return std::move(
      authenticate_client(client, Secret(credential), {.audience = token_endpoint, .jti = jti, .now = now}).value());
}

TEST(ClientAuthentication, OfAPublicClientIsItsNameInTheBody) {
  const auto proof = proof_of({.client_id = "vitals trend"}, "");
  EXPECT_TRUE(proof.authorization.empty());
  EXPECT_THAT(fields(proof), ElementsAre(Pair("client_id", "vitals trend")));
}

struct Basic {
  const char* client_id;
  const char* secret;
  BasicEncoding encoding;
  const char* header;
};

class BasicHeader : public testing::TestWithParam<Basic> {};

TEST_P(BasicHeader, CarriesNameAndSecretAndTheBodyNeither) {
  const auto& [client_id, secret, encoding, header] = GetParam();
  const auto proof = proof_of({ClientAuth::client_secret_basic, client_id, encoding}, secret);
  EXPECT_EQ(proof.authorization.reveal(), header);
  EXPECT_THAT(proof.fields, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Table, BasicHeader,
    testing::ValuesIn<Basic>({
        {"my-app", "my-app-secret-123", BasicEncoding::form, "Basic bXktYXBwOm15LWFwcC1zZWNyZXQtMTIz"},
        {"my-app", "my-app-secret-123", BasicEncoding::raw, "Basic bXktYXBwOm15LWFwcC1zZWNyZXQtMTIz"},
        {"my-app", "my-app-secret-123\n", BasicEncoding::raw, "Basic bXktYXBwOm15LWFwcC1zZWNyZXQtMTIz"},
        // my-app:basic+s3cret%3A%2B%2F%25%26%3D
        {"my-app", "basic s3cret:+/%&=", BasicEncoding::form,
         "Basic bXktYXBwOmJhc2ljK3MzY3JldCUzQSUyQiUyRiUyNSUyNiUzRA=="},
        // my-app:basic s3cret:+/%&=
        {"my-app", "basic s3cret:+/%&=", BasicEncoding::raw, "Basic bXktYXBwOmJhc2ljIHMzY3JldDorLyUmPQ=="},
        // a%3Ab:s
        {"a:b", "s", BasicEncoding::form, "Basic YSUzQWI6cw=="},
        // a:\xC3\xBC
        {"a", "\xC3\xBC\n", BasicEncoding::raw, "Basic YTrDvA=="},
        // What an editor of Windows adds.
        {"my-app", "my-app-secret-123\r\n", BasicEncoding::raw, "Basic bXktYXBwOm15LWFwcC1zZWNyZXQtMTIz"},
        {"my-app", "\xEF\xBB\xBFmy-app-secret-123", BasicEncoding::raw, "Basic bXktYXBwOm15LWFwcC1zZWNyZXQtMTIz"},
        {"my-app", "\xEF\xBB\xBFmy-app-secret-123\r\n", BasicEncoding::form, "Basic bXktYXBwOm15LWFwcC1zZWNyZXQtMTIz"},
    }));

TEST(BasicHeader, CannotCarryAColonInARawName) {
  const auto proof =
      authenticate_client({ClientAuth::client_secret_basic, "a:b", BasicEncoding::raw}, Secret("hunter2"), {});
  ASSERT_FALSE(proof);
  EXPECT_THAT(proof.error(), HasSubstr("basic_encoding"));
}

TEST(ClientAuthentication, ByPostPutsNameAndSecretInTheBody) {
  const auto proof = proof_of({.method = ClientAuth::client_secret_post, .client_id = "my-app"}, "s3cret&=\n");
  EXPECT_TRUE(proof.authorization.empty());
  EXPECT_THAT(fields(proof), ElementsAre(Pair("client_id", "my-app"), Pair("client_secret", "s3cret&=")));
}

class Assertion : public testing::TestWithParam<const test::TestKey& (*)()> {
 protected:
  [[nodiscard]] std::string jwk() const { return GetParam()().private_jwk("key-1").dump(); }
  const ClientIdentity client = {.method = ClientAuth::private_key_jwt, .client_id = "my-app"};
};

TEST_P(Assertion, HasTheHeaderAndTheClaimsOfSmart) {
  const auto proof = proof_of(client, jwk() + "\n");
  EXPECT_TRUE(proof.authorization.empty());
  const auto sent = fields(proof);
  ASSERT_EQ(sent.size(), 2U);
  EXPECT_THAT(sent[0], Pair("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"));
  EXPECT_EQ(sent[1].first, "client_assertion");
  const std::string& text = sent[1].second;
  const Json header = Json::parse(*from_base64url(text.substr(0, text.find('.'))));
  const std::string algorithm = header.at("alg");
  EXPECT_THAT(algorithm, AnyOf("ES384", "RS384"));
  EXPECT_EQ(header, (Json{{"alg", algorithm}, {"typ", "JWT"}, {"kid", "key-1"}}));
  EXPECT_EQ(Json::parse(jose::unverified_payload(text).value()), (Json{{"iss", "my-app"},
                                                                       {"sub", "my-app"},
                                                                       {"aud", token_endpoint},
                                                                       {"iat", 1'777'899'995},
                                                                       {"exp", 1'777'900'180},
                                                                       {"jti", "j-1"}}));
  EXPECT_TRUE(GetParam()().verifies(text, algorithm));
  if (algorithm == "ES384") EXPECT_EQ(from_base64url(text.substr(text.rfind('.') + 1))->size(), 96U);
}

INSTANTIATE_TEST_SUITE_P(BothAlgorithms, Assertion, testing::Values(test::p384_key, test::rsa_key));

TEST(Assertion, IsAnotherEachOfAThousandTimesAndLivesFiveMinutesAtMost) {
  const std::string jwk = test::p384_key().private_jwk("key-1").dump();
  std::set<std::string> assertions;
  std::set<std::string> identifiers;
  for (int i = 0; i < 1000; ++i) {
    const auto proof =
        proof_of({.method = ClientAuth::private_key_jwt, .client_id = "my-app"}, jwk, "jti-" + std::to_string(i));
    const std::string text(proof.fields.at(1).second.reveal());
    const Json claims = Json::parse(jose::unverified_payload(text).value());
    ASSERT_LE(claims.at("exp").get<std::int64_t>() - 1'777'900'000, 300);
    ASSERT_EQ(from_base64url(text.substr(text.rfind('.') + 1))->size(), 96U);
    assertions.insert(text);
    identifiers.insert(claims.at("jti").get<std::string>());
  }
  EXPECT_EQ(assertions.size(), 1000U);
  EXPECT_EQ(identifiers.size(), 1000U);
}

TEST(Assertion, CarriesNamesThatNeedEscapesUnchanged) {
  const auto proof = proof_of({.method = ClientAuth::private_key_jwt, .client_id = "a\"b\\c\xC3\xBC"},
                              test::p384_key().private_jwk("k").dump());
  const Json claims = Json::parse(jose::unverified_payload(proof.fields.at(1).second.reveal()).value());
  EXPECT_EQ(claims.at("iss"), "a\"b\\c\xC3\xBC");
}

TEST(Assertion, IsNotMadeWithoutAnAudienceOrAJti) {
  const Secret jwk(test::p384_key().private_jwk("k").dump());
  const ClientIdentity client = {.method = ClientAuth::private_key_jwt, .client_id = "my-app"};
  EXPECT_FALSE(authenticate_client(client, jwk, {.audience = token_endpoint, .jti = "", .now = now}));
  EXPECT_FALSE(authenticate_client(client, jwk, {.audience = "", .jti = "j", .now = now}));
}

TEST(Credential, IsCheckedWithoutBeingUsed) {
  const Secret jwk(test::p384_key().private_jwk("k").dump());
  EXPECT_TRUE(check_credential(ClientAuth::none, {}));
  EXPECT_TRUE(check_credential(ClientAuth::client_secret_basic, Secret("s\n")));
  EXPECT_TRUE(check_credential(ClientAuth::client_secret_post, Secret("s")));
  EXPECT_TRUE(check_credential(ClientAuth::private_key_jwt, jwk));
  EXPECT_TRUE(
      check_credential(ClientAuth::private_key_jwt, Secret("\xEF\xBB\xBF" + std::string(jwk.reveal()) + "\r\n")));
}

TEST(Credential, WithMoreThanASecretInItsFileSaysWhat) {
  const std::pair<std::string, const char*> files[] = {
      {"hunter2\n\n", "a second line end"},
      {"hunter2\r", "a second line end"},
      {"hunter2\r\n\r\n", "a second line end"},
      {"hunter2\nfour\n", "more than one line"},
      {"hunter2 ", "ends with a blank"},
      {" hunter2", "begins or ends with a blank"},
      {"hunter2 \n", "ends with a blank"},
      {"hun\tter2", "a control character"},
      {std::string("hunter2\0", 8), "a control character"},
      {std::string("\xFF\xFEh\0u\0", 6), "UTF-16"},
      {"\xEF\xBB\xBF\r\n", "is empty"},
  };
  for (const auto method : {ClientAuth::client_secret_basic, ClientAuth::client_secret_post})
    for (const auto& [file, why] : files) {
      const auto checked = check_credential(method, Secret(file));
      ASSERT_FALSE(checked) << file;
      EXPECT_THAT(checked.error(), HasSubstr(why)) << file;
      EXPECT_THAT(checked.error(), Not(HasSubstr("hun"))) << file;
    }
  EXPECT_TRUE(check_credential(ClientAuth::client_secret_post, Secret("a blank within is part of it")));
}

TEST(Credential, ThatCannotServeIsRefusedInWordsThatQuoteNothing) {
  for (const auto method : {ClientAuth::client_secret_basic, ClientAuth::client_secret_post})
    for (const char* secret : {"", "\n"}) {
      EXPECT_FALSE(check_credential(method, Secret(secret)));
      EXPECT_FALSE(authenticate_client({.method = method, .client_id = "a"}, Secret(secret), {}));
    }
  Json mixed = test::p384_key().private_jwk("k");
  mixed.merge_patch(test::TestKey::ec("P-384").public_jwk("k"));
  for (const std::string& jwk : {std::string("hunter2"), test::p256_key().private_jwk("hunter2").dump(),
                                 test::p384_key().public_jwk("hunter2").dump(), mixed.dump()}) {
    const auto checked = check_credential(ClientAuth::private_key_jwt, Secret(jwk));
    ASSERT_FALSE(checked) << jwk.substr(0, 20);
    EXPECT_THAT(checked.error(), Not(HasSubstr("hunter2")));
    EXPECT_THAT(checked.error(), Not(HasSubstr(mixed["d"].get<std::string>())));
  }
}

}  // namespace
}  // namespace wardend::oauth
