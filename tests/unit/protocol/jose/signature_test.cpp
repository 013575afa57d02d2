#include "protocol/jose/signature.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/encoding.hpp"
#include "tests/unit/protocol/jose/test_keys.hpp"

namespace wardend::jose {
namespace {

using Json = nlohmann::json;
using test::TestKey;

constexpr const char* claims = R"({"iss":"https://ehr.example.org","sub":"dr-1"})";

KeySet set_of(const std::initializer_list<Json>& keys) { return KeySet::parse(test::jwks(keys)).value(); }

KeySet everyones() {
  return set_of({test::rsa_key().public_jwk("rsa"), test::p256_key().public_jwk("p256"),
                 test::p384_key().public_jwk("p384"), test::p521_key().public_jwk("p521")});
}

std::string fault(std::string_view compact, const KeySet& keys) {
  const auto payload = verified_payload(compact, keys);
  return payload ? "none" : payload.error();
}

struct Signed {
  const char* algorithm;
  const char* kid;
  const TestKey& (*key)();
};

class Signature : public testing::TestWithParam<Signed> {};

TEST_P(Signature, IsAcceptedWithTheIssuersKey) {
  const auto& [algorithm, kid, key] = GetParam();
  const std::string compact = key().compact(algorithm, kid, claims);
  const auto payload = verified_payload(compact, everyones());
  ASSERT_TRUE(payload) << payload.error();
  EXPECT_EQ(*payload, claims);
  EXPECT_EQ(algorithm_of(compact), algorithm);
}

TEST_P(Signature, IsRefusedWhenAnythingWasChanged) {
  const auto& [algorithm, kid, key] = GetParam();
  const std::string compact = key().compact(algorithm, kid, claims);
  const auto first = compact.find('.');
  const auto last = compact.rfind('.');
  const std::string header = compact.substr(0, first);
  const std::string payload = compact.substr(first + 1, last - first - 1);
  std::string signature = from_base64url(compact.substr(last + 1)).value();
  const std::string other = base64url(R"({"iss":"https://ehr.example.org","sub":"dr-2"})");
  EXPECT_EQ(fault(header + "." + other + compact.substr(last), everyones()), "bad_signature");
  EXPECT_EQ(fault(header + "." + payload + ".", everyones()), "bad_signature");
  EXPECT_EQ(fault(header + "." + payload + "." + base64url(signature + '\0'), everyones()), "bad_signature");
  EXPECT_EQ(fault(header + "." + payload + "." + base64url(std::string(signature.size(), '\0')), everyones()),
            "bad_signature");
  signature[signature.size() / 2] = static_cast<char>(signature[signature.size() / 2] ^ 1);
  EXPECT_EQ(fault(header + "." + payload + "." + base64url(signature), everyones()), "bad_signature");
}

INSTANTIATE_TEST_SUITE_P(Table, Signature,
                         testing::Values(Signed{"RS256", "rsa", test::rsa_key}, Signed{"RS384", "rsa", test::rsa_key},
                                         Signed{"RS512", "rsa", test::rsa_key}, Signed{"PS256", "rsa", test::rsa_key},
                                         Signed{"PS384", "rsa", test::rsa_key}, Signed{"PS512", "rsa", test::rsa_key},
                                         Signed{"ES256", "p256", test::p256_key},
                                         Signed{"ES384", "p384", test::p384_key},
                                         Signed{"ES512", "p521", test::p521_key}),
                         [](const auto& row) { return std::string(row.param.algorithm); });

TEST(Algorithm, IsRefusedWhereItIsNoneHmacOrUnknown) {
  const std::string body = "." + base64url(claims) + ".";
  for (const char* header : {R"({"alg":"none"})", R"({"alg":"None","kid":"rsa"})", R"({"alg":"HS256","kid":"rsa"})",
                             R"({"alg":"HS512"})", R"({"alg":"rs256","kid":"rsa"})", R"({"alg":"EdDSA"})",
                             R"({"alg":"ES256K"})", R"({"alg":""})", R"({"alg":7})", R"({"kid":"rsa"})", "{}"}) {
    EXPECT_EQ(fault(base64url(header) + body, everyones()), "algorithm_refused") << header;
    EXPECT_EQ(fault(base64url(header) + body + base64url("signature"), everyones()), "algorithm_refused") << header;
  }
}

TEST(Algorithm, IsRefusedWithACriticalHeader) {
  for (const Json& critical : {Json::array({"exp"}), Json::array({"b64"}), Json::array(), Json("exp"), Json()}) {
    const Json header = {{"alg", "RS256"}, {"kid", "rsa"}, {"crit", critical}, {"exp", 1}, {"b64", true}};
    EXPECT_EQ(fault(test::rsa_key().compact_with(header, claims, "RS256"), everyones()), "algorithm_refused")
        << critical;
  }
}

// What the library itself would let through.
TEST(Algorithm, IsRefusedWithAKeyOnAnotherCurveOrOfAnotherType) {
  const KeySet p256 = set_of({test::p256_key().public_jwk("k")});
  EXPECT_EQ(fault(test::p256_key().compact("ES384", "k", claims), p256), "unknown_key");
  EXPECT_EQ(fault(test::p256_key().compact("ES384", "", claims), p256), "unknown_key");
  const KeySet p384 = set_of({test::p384_key().public_jwk("k")});
  EXPECT_EQ(fault(test::p384_key().compact("ES256", "k", claims), p384), "unknown_key");
  EXPECT_EQ(fault(test::p384_key().compact("ES512", "k", claims), p384), "unknown_key");
  const KeySet rsa = set_of({test::rsa_key().public_jwk("k")});
  EXPECT_EQ(fault(test::p384_key().compact("ES384", "k", claims), rsa), "unknown_key");
  EXPECT_EQ(fault(test::rsa_key().compact("RS256", "k", claims), p384), "unknown_key");
}

TEST(Algorithm, MustBeTheOneThatTheKeyIsFor) {
  Json jwk = test::rsa_key().public_jwk("k");
  jwk["alg"] = "RS256";
  EXPECT_EQ(fault(test::rsa_key().compact("RS256", "k", claims), set_of({jwk})), "none");
  for (const char* other : {"RS384", "PS256"})
    EXPECT_EQ(fault(test::rsa_key().compact(other, "k", claims), set_of({jwk})), "unknown_key") << other;
}

TEST(Key, IsTheOneThatTheHeaderNames) {
  const KeySet keys = set_of({test::rsa_key().public_jwk("1"), test::other_rsa_key().public_jwk("2")});
  EXPECT_EQ(fault(test::rsa_key().compact("RS256", "1", claims), keys), "none");
  EXPECT_EQ(fault(test::other_rsa_key().compact("RS256", "2", claims), keys), "none");
  EXPECT_EQ(fault(test::rsa_key().compact("RS256", "2", claims), keys), "bad_signature");
  EXPECT_EQ(fault(test::rsa_key().compact("RS256", "3", claims), keys), "unknown_key");
  EXPECT_EQ(fault(test::rsa_key().compact("RS256", "1", claims), set_of({})), "unknown_key");
}

TEST(Key, NeedsNoNameWhereExactlyOneFits) {
  const std::string unnamed = test::rsa_key().compact("RS256", "", claims);
  EXPECT_EQ(fault(unnamed, set_of({test::rsa_key().public_jwk("1")})), "none");
  EXPECT_EQ(fault(unnamed, set_of({test::p384_key().public_jwk("1"), test::rsa_key().public_jwk("2")})), "none");
  EXPECT_EQ(fault(unnamed, set_of({test::rsa_key().public_jwk("1"), test::other_rsa_key().public_jwk("2")})),
            "ambiguous_key");
  EXPECT_EQ(fault(unnamed, set_of({test::rsa_key().public_jwk("1"), test::rsa_key().public_jwk("2")})),
            "ambiguous_key");
  EXPECT_EQ(fault(unnamed, set_of({test::p384_key().public_jwk("1")})), "unknown_key");
}

TEST(Key, MayShareItsNameWithAnother) {
  const KeySet keys = set_of(
      {test::other_rsa_key().public_jwk("k"), test::p384_key().public_jwk("k"), test::rsa_key().public_jwk("k")});
  EXPECT_EQ(fault(test::rsa_key().compact("RS256", "k", claims), keys), "none");
  EXPECT_EQ(fault(test::p384_key().compact("ES384", "k", claims), keys), "none");
}

TEST(Key, RotatesByBeingFetchedAgain) {
  const KeySet before = set_of({test::rsa_key().public_jwk("old")});
  const KeySet after = set_of({test::rsa_key().public_jwk("old"), test::p384_key().public_jwk("new")});
  const std::string fresh = test::p384_key().compact("ES384", "new", claims);
  EXPECT_EQ(fault(fresh, before), "unknown_key");
  EXPECT_EQ(fault(fresh, after), "none");
  EXPECT_EQ(fault(test::rsa_key().compact("RS256", "old", claims), after), "none");
}

TEST(Key, IsNeverTakenFromTheHeader) {
  const KeySet keys = set_of({test::rsa_key().public_jwk("k")});
  const Json own = test::other_rsa_key().public_jwk("k");
  const Json header = {{"alg", "RS256"},
                       {"kid", "k"},
                       {"jwk", own},
                       {"jku", "https://evil.example.net/jwks"},
                       {"x5u", "https://evil.example.net/x5u"},
                       {"x5c", Json::array({"MIIB"})}};
  EXPECT_EQ(fault(test::other_rsa_key().compact_with(header, claims, "RS256"), keys), "bad_signature");
  EXPECT_EQ(fault(test::rsa_key().compact_with(header, claims, "RS256"), keys), "none");
}

struct Malformed {
  std::string compact;
  const char* fault;
};

class MalformedText : public testing::TestWithParam<Malformed> {};

TEST_P(MalformedText, IsRefusedWithAWord) {
  EXPECT_EQ(fault(GetParam().compact, everyones()), GetParam().fault);
  const auto payload = unverified_payload(GetParam().compact);
  ASSERT_FALSE(payload);
  EXPECT_EQ(payload.error(), GetParam().fault);
}

std::vector<Malformed> malformed() {
  const std::string header = base64url(R"({"alg":"RS256","kid":"rsa"})");
  const std::string payload = base64url(claims);
  return {{"", "malformed"},
          {"x", "malformed"},
          {header + "." + payload, "malformed"},
          {header + "." + payload + ".a.b", "malformed"},
          {header + "." + payload + ".a.b.c", "encrypted"},
          {header + "." + payload + ".a.b.c.d", "malformed"},
          {header + "." + payload + ".!!!!", "malformed"},
          {header + "=." + payload + ".c2ln", "malformed"},
          {"." + payload + ".c2ln", "malformed"},
          {header + "..c2ln", "malformed"},
          {base64url("[]") + "." + payload + ".c2ln", "malformed"},
          {base64url(R"({"alg":"RS256","alg":"none"})") + "." + payload + ".c2ln", "malformed"},
          {header + "." + base64url("[]") + ".c2ln", "malformed"},
          {header + "." + base64url("text") + ".c2ln", "malformed"},
          {header + "." + base64url(R"({"sub":"a","sub":"b"})") + ".c2ln", "malformed"},
          {header + "." + base64url(R"({"x":")" + std::string(13000, 'x') + "\"}") + ".c2ln", "malformed"}};
}

INSTANTIATE_TEST_SUITE_P(Table, MalformedText, testing::ValuesIn(malformed()));

TEST(MalformedText, IncludesANameOfAKeyThatIsNoText) {
  const Json header = {{"alg", "RS256"}, {"kid", 7}};
  EXPECT_EQ(fault(test::rsa_key().compact_with(header, claims, "RS256"), everyones()), "malformed");
}

TEST(UnverifiedPayload, AsksForNoSignature) {
  const std::string compact = base64url(R"({"alg":"none"})") + "." + base64url(claims) + ".";
  EXPECT_EQ(unverified_payload(compact).value(), claims);
  EXPECT_EQ(algorithm_of(compact), "none");
  for (const char* none : {"", "x", "!.x.y", "e30.e30.", "eyJhbGciOjd9.e30."})
    EXPECT_EQ(algorithm_of(none), "") << none;
}

TEST(UnknownKey, IsNamedByItsKid) {
  const std::string compact = test::rsa_key().compact("RS256", "moved", claims);
  EXPECT_EQ(why_unknown(compact, everyones()), "of 4 keys none has the kid moved");
  EXPECT_EQ(why_unknown(test::rsa_key().compact("RS256", "rsa", claims), everyones()), "");
}

SigningKey signing_key(const TestKey& key) {
  return std::move(SigningKey::parse(Secret(key.private_jwk("client-key").dump())).value());
}

Json header_of(std::string_view compact) { return Json::parse(*from_base64url(compact.substr(0, compact.find('.')))); }

TEST(Sign, MakesWhatOthersAccept) {
  for (const auto& [key, algorithm, bytes] :
       {std::tuple(&test::p384_key(), "ES384", 96UL), std::tuple(&test::rsa_key(), "RS384", 256UL)}) {
    const auto compact = sign(signing_key(*key), claims);
    ASSERT_TRUE(compact) << compact.error();
    const std::string_view text = compact->reveal();
    EXPECT_TRUE(key->verifies(text, algorithm));
    EXPECT_EQ(header_of(text), (Json{{"alg", algorithm}, {"kid", "client-key"}, {"typ", "JWT"}}));
    EXPECT_EQ(from_base64url(text.substr(text.rfind('.') + 1))->size(), bytes);
    EXPECT_EQ(unverified_payload(text).value(), claims);
    EXPECT_EQ(verified_payload(text, set_of({key->public_jwk("client-key")})).value(), claims);
  }
}

// A short r or s keeps its leading zeros: one signature in 128 or so has one.
TEST(Sign, KeepsEveryEs384SignatureAt96Bytes) {
  const SigningKey key = signing_key(test::p384_key());
  for (int i = 0; i < 600; ++i) {
    const auto compact = sign(key, claims);
    const std::string_view text = compact.value().reveal();
    ASSERT_EQ(text.size() - text.rfind('.') - 1, 128U);
  }
}

TEST(Sign, RefusesAKeyWhoseHalvesDoNotBelongTogether) {
  Json rsa = test::rsa_key().private_jwk("k");
  rsa.merge_patch(test::other_rsa_key().public_jwk("k"));
  Json ec = test::p384_key().private_jwk("k");
  ec.merge_patch(TestKey::ec("P-384").public_jwk("k"));
  for (const Json& jwk : {rsa, ec}) {
    const auto key = SigningKey::parse(Secret(jwk.dump()));
    ASSERT_TRUE(key) << key.error();
    EXPECT_FALSE(sign(*key, claims)) << jwk["kty"];
  }
}

struct Loose {
  const char* what;
  std::string compact;
  const char* why;  // the beginning of it; "": it is taken
};

// Each part is written as a lenient maker of tokens would.
TEST(Signature, IsNamedWhatMakesATextMalformed) {
  const std::string good = test::rsa_key().compact("RS256", "rsa", claims);
  const auto first = good.find('.');
  const auto last = good.rfind('.');
  const std::string header = good.substr(0, first), payload = good.substr(first + 1, last - first - 1),
                    signature = good.substr(last + 1);
  const Loose rows[] = {
      {"as it should be", good, ""},
      {"two parts", header + "." + payload, "it has 2 parts in place of three"},
      {"too large", std::string(17'000, 'a'), "it is larger than 16 KiB"},
      {"a padded header", header + "=." + payload + "." + signature, "its header is not base64url: it has padding"},
      {"a padded payload", header + "." + payload + "==." + signature, "its payload is not base64url: it has padding"},
      {"a padded signature", good + "==", "its signature is not base64url: it has padding"},
      {"plain base64", header + "." + payload + ".+/" + signature, "its signature is not base64url: it has a + or a /"},
      {"a line break", header + "." + payload + ".\r\n" + signature, "its signature is not base64url: it has a blank"},
      {"a blank behind", good + " ", "its signature is not base64url: it has a blank"},
      {"an escape", header + "." + payload + ".%2B", "its signature is not base64url: it has a character"},
      {"cut off", header + "." + payload + ".A", "its signature is not base64url: it is cut off"},
      {"a header that is a list", base64url("[]") + "." + payload + "." + signature, "its header is no JSON object"},
      {"a payload that is text", header + "." + base64url("dr-1") + "." + signature, "its payload is no JSON object"},
  };
  for (const Loose& row : rows) {
    const std::string why = why_malformed(row.compact);
    EXPECT_TRUE(why.starts_with(row.why) && (*row.why != '\0' || why.empty())) << row.what << ": " << why;
    EXPECT_EQ(fault(row.compact, everyones()), *row.why == '\0' ? "none" : "malformed") << row.what;
  }
}

}  // namespace
}  // namespace wardend::jose
