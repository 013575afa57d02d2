#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/encoding.hpp"
#include "protocol/jose/keys.hpp"
#include "tests/unit/protocol/jose/test_keys.hpp"

namespace wardend::jose {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using Json = nlohmann::json;

Json changed(Json jwk, const char* changes) {
  jwk.merge_patch(Json::parse(changes));
  return jwk;
}

std::vector<std::string> kids(const KeySet& keys) {
  std::vector<std::string> names;
  for (const PublicKey& key : keys.keys()) names.push_back(key.kid);
  return names;
}

TEST(KeySet, ReadsKeysOfEveryKindThatIsKnown) {
  const auto keys = KeySet::parse(test::jwks(
      {changed(test::rsa_key().public_jwk("r"), R"({"use":"sig","alg":"RS256"})"), test::p256_key().public_jwk("a"),
       test::p384_key().public_jwk("b"), test::p521_key().public_jwk("")}));
  ASSERT_TRUE(keys) << keys.error();
  EXPECT_THAT(kids(*keys), ElementsAre("r", "a", "b", ""));
  const PublicKey& rsa = keys->keys()[0];
  EXPECT_EQ(rsa.kty + rsa.crv + rsa.use + rsa.alg, "RSAsigRS256");
  EXPECT_EQ(keys->keys()[2].kty + keys->keys()[2].crv, "ECP-384");
}

TEST(KeySet, LeavesOutKeysThatCostTooMuch) {
  const Json rsa = test::rsa_key().public_jwk("rsa");
  const Json vast = changed(rsa, (R"({"n":")" + base64url(std::string(1025, '\xff')) + "\"}").c_str());
  const Json named = changed(rsa, (R"({"kid":")" + std::string(513, 'k') + "\"}").c_str());
  const auto keys = KeySet::parse(test::jwks({vast, named, rsa}));
  ASSERT_TRUE(keys) << keys.error();
  EXPECT_THAT(kids(*keys), ElementsAre("rsa"));
}

TEST(KeySet, LeavesOutKeysThatCannotServeAndKeepsTheRest) {
  const Json rsa = test::rsa_key().public_jwk("rsa");
  const Json ec = test::p384_key().public_jwk("ec");
  // 1024 bits that look like 2048.
  const Json small = test::TestKey::rsa(1024).public_jwk("small");
  const std::string padded = std::string(128, '\0') + *from_base64url(small["n"].get<std::string>());
  const auto keys = KeySet::parse(test::jwks({
      7,
      "text",
      Json::array(),
      Json::object(),
      changed(rsa, R"({"kty":"rsa"})"),
      changed(rsa, R"({"kty":7})"),
      changed(rsa, R"({"n":null})"),
      changed(rsa, R"({"n":""})"),
      changed(rsa, R"({"n":"!!!"})"),
      changed(rsa, R"({"e":null})"),
      changed(rsa, R"({"use":"enc"})"),
      small,
      changed(small, (R"({"n":")" + base64url(padded) + "\"}").c_str()),
      test::rsa_key().private_jwk("published-private-half"),
      {{"kty", "oct"}, {"k", "c2VjcmV0"}, {"kid", "oct"}},
      {{"kty", "OKP"}, {"crv", "Ed25519"}, {"x", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}, {"kid", "okp"}},
      changed(ec, R"({"crv":"P-256"})"),
      changed(ec, R"({"crv":"secp256k1"})"),
      changed(ec, R"({"crv":null})"),
      changed(ec, R"({"y":null})"),
      changed(ec, (R"({"x":")" + base64url(std::string(48, 'x')) + "\"}").c_str()),
      changed(ec, R"({"x":"AQ"})"),
      changed(ec, R"({"x":"AQAAA"})"),
      changed(ec, R"({"kid":"good"})"),
  }));
  ASSERT_TRUE(keys) << keys.error();
  EXPECT_THAT(kids(*keys), ElementsAre("good"));
}

struct Document {
  std::string text;
  const char* fault;
};

class BrokenKeySet : public testing::TestWithParam<Document> {};

TEST_P(BrokenKeySet, IsRefusedWithAWord) {
  const auto keys = KeySet::parse(GetParam().text);
  ASSERT_FALSE(keys);
  EXPECT_EQ(keys.error(), GetParam().fault);
}

std::string many(std::size_t count) { return Json{{"keys", std::vector<Json>(count, Json::object())}}.dump(); }

INSTANTIATE_TEST_SUITE_P(Table, BrokenKeySet,
                         testing::ValuesIn<Document>({
                             {"", "jwks_not_json"},
                             {"<html>", "jwks_not_json"},
                             {"[]", "jwks_not_json"},
                             {R"({"keys":[],"keys":[]})", "jwks_not_json"},
                             {"{\"keys\":[\"" + std::string(1024UL * 1024, 'x') + "\"]}", "jwks_not_json"},
                             {"{}", "jwks_no_keys"},
                             {R"({"keys":{}})", "jwks_no_keys"},
                         }));

TEST(KeySet, MayBeEmpty) {
  EXPECT_THAT(KeySet::parse(R"({"keys":[]})")->keys(), IsEmpty());
  EXPECT_THAT(KeySet::parse(many(1000))->keys(), IsEmpty());
}

TEST(SigningKey, NamesItsAlgorithmByItsType) {
  const auto ec = SigningKey::parse(Secret(test::p384_key().private_jwk("key-1").dump()));
  ASSERT_TRUE(ec) << ec.error();
  EXPECT_EQ(ec->kid(), "key-1");
  EXPECT_EQ(ec->algorithm(), "ES384");
  const auto rsa = SigningKey::parse(Secret(test::rsa_key().private_jwk("key-2").dump()));
  ASSERT_TRUE(rsa) << rsa.error();
  EXPECT_EQ(rsa->algorithm(), "RS384");
}

TEST(SigningKey, TakesWhatJwkToolsAddAndALineFeedAtTheEnd) {
  const Json jwk = changed(test::p384_key().private_jwk("k"), R"({"use":"sig","alg":"ES384","key_ops":["sign"]})");
  EXPECT_TRUE(SigningKey::parse(Secret(jwk.dump(2) + "\n")));
  Json bare = test::rsa_key().private_jwk("k");
  for (const char* part : {"p", "q", "dp", "dq", "qi"}) bare.erase(part);
  EXPECT_TRUE(SigningKey::parse(Secret(bare.dump())));
}

struct Refusal {
  std::string jwk;
  const char* says;
};

class RefusedSigningKey : public testing::TestWithParam<Refusal> {};

TEST_P(RefusedSigningKey, SaysWhatIsWantedAndQuotesNothing) {
  const auto key = SigningKey::parse(Secret(GetParam().jwk));
  ASSERT_FALSE(key);
  EXPECT_THAT(key.error(), HasSubstr(GetParam().says));
  const auto parsed = Json::parse(GetParam().jwk, nullptr, false);
  if (parsed.is_object() && parsed.contains("d") && parsed["d"].is_string())
    EXPECT_THAT(key.error(), Not(HasSubstr(parsed["d"].get<std::string>())));
}

std::vector<Refusal> refusals() {
  const Json ec = test::p384_key().private_jwk("k");
  const Json rsa = test::rsa_key().private_jwk("k");
  return {
      {"", "no JWK"},
      {"my-app-secret-123", "no JWK"},
      {"[]", "no JWK"},
      {"-----BEGIN PRIVATE KEY-----\nMIG2AgEAMBAGByqGSM49AgEGBSuBBAAi", "PEM"},
      {test::jwks({ec}), "set of keys"},
      {test::p384_key().public_jwk("k").dump(), "public"},
      {changed(ec, R"({"d":7})").dump(), "public"},
      {changed(ec, R"({"d":"AQAAA="})").dump(), "broken"},
      {changed(rsa, R"({"qi":"AQAAA="})").dump(), "broken"},
      {changed(ec, R"({"kid":null})").dump(), "kid"},
      {changed(ec, R"({"kid":""})").dump(), "kid"},
      {changed(ec, R"({"use":"enc"})").dump(), "use"},
      {changed(ec, R"({"alg":"ES256"})").dump(), "write ES384"},
      {changed(rsa, R"({"alg":"RS256"})").dump(), "write RS384"},
      {test::p256_key().private_jwk("k").dump(), "P-384"},
      {test::p521_key().private_jwk("k").dump(), "P-384"},
      {test::TestKey::rsa(1024).private_jwk("k").dump(), "2048"},
      {R"({"kty":"oct","k":"c2VjcmV0","kid":"k"})", "EC key on P-384 or an RSA key"},
      {changed(ec, R"({"x":null})").dump(), "missing or broken"},
      {changed(ec, R"({"y":"AQ"})").dump(), "missing or broken"},
      {changed(ec, R"({"d":"AQ"})").dump(), "missing or broken"},
  };
}

INSTANTIATE_TEST_SUITE_P(Table, RefusedSigningKey, testing::ValuesIn(refusals()));

}  // namespace
}  // namespace wardend::jose
