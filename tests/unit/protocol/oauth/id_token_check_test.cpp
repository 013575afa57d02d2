#include <gtest/gtest.h>

#include <functional>

#include "protocol/oauth/id_token.hpp"

namespace wardend::oauth {
namespace {

constexpr std::int64_t now = 1'777'900'000;

IdTokenClaims good() {
  return {.issuer = "https://ehr.example.org",
          .subject = "dr-1",
          .audience = {"my-app"},
          .nonce = "n-1",
          .issued_at = now,
          .expires_at = now + 300};
}

IdTokenExpectation expected() {
  return {.issuer = "https://ehr.example.org",
          .client_id = "my-app",
          .nonce = "",
          .algorithm = "RS256",
          .access_token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y",
          .now = std::chrono::system_clock::time_point(std::chrono::seconds(now))};
}

struct Check {
  const char* name;
  std::function<void(IdTokenClaims&, IdTokenExpectation&)> change;
  const char* fault;  // nullptr: believed
};

class IdTokenCheck : public testing::TestWithParam<Check> {};

TEST_P(IdTokenCheck, BelievesNothingThatViolatesOne) {
  IdTokenClaims claims = good();
  IdTokenExpectation expectation = expected();
  GetParam().change(claims, expectation);
  const auto fault = check_id_token(claims, expectation);
  EXPECT_EQ(fault.value_or("none"), GetParam().fault == nullptr ? "none" : GetParam().fault);
}

#define CHANGE [](IdTokenClaims & claims [[maybe_unused]], IdTokenExpectation & expectation [[maybe_unused]])

INSTANTIATE_TEST_SUITE_P(
    IssuerAndAudience, IdTokenCheck,
    testing::ValuesIn<Check>({
        {"Good", CHANGE{}, nullptr},
        {"OtherIssuer", CHANGE{ claims.issuer = "https://evil.example.net";
}  // namespace
, "issuer_mismatch"
}  // namespace wardend::oauth
, {"IssuerWithASlash", CHANGE{claims.issuer += "/";
}
, "issuer_mismatch"
}
, {"NoIssuer", CHANGE{claims.issuer = "";
}
, "issuer_mismatch"
}
, {"NoAnchor", CHANGE{claims.issuer = expectation.issuer = "";
}
, "issuer_mismatch"
}
, {"OtherClient", CHANGE{claims.audience = {"other-app"};
}
, "audience_mismatch"
}
, {"NoAudience", CHANGE{claims.audience.clear();
}
, "audience_mismatch"
}
, {"FurtherAudience", CHANGE{claims.audience = {"my-app", "other-app"};
claims.authorized_party = "my-app";
}
, "audience_mismatch"
}
, {"TwiceTheSame", CHANGE{claims.audience = {"my-app", "my-app"};
}
, "azp_mismatch"
}
, {"TwiceTheSameForUs", CHANGE{claims.audience = {"my-app", "my-app"};
claims.authorized_party = "my-app";
}
, nullptr
}
, {"Party", CHANGE{claims.authorized_party = "my-app";
}
, nullptr
}
, {"OtherParty", CHANGE{claims.authorized_party = "other-app";
}
, "azp_mismatch"
}
, {"PartyThatIsNoText", CHANGE{claims.authorized_party = "";
}
, "azp_mismatch"
}
,
}),
    [](const auto& row) {
  return row.param.name; });

INSTANTIATE_TEST_SUITE_P(
    TimesAndHashes, IdTokenCheck,
    testing::ValuesIn<Check>({
        {"NoExpiry", CHANGE{ claims.expires_at.reset();
}
, "expired"
}
, {"ExpiredAMinuteAgo", CHANGE{claims.expires_at = now - 60;
}
, "expired"
}
, {"ExpiredWithinTheSkew", CHANGE{claims.expires_at = now - 59;
}
, nullptr
}
, {"ExpiresInAYear", CHANGE{claims.expires_at = now + 365 * 86400;
}
, nullptr
}
, {"NoIssueTime", CHANGE{claims.issued_at.reset();
}
, "no_issue_time"
}
, {"IssuedWithinTheSkew", CHANGE{claims.issued_at = now + 60;
}
, nullptr
}
, {"IssuedInTheFuture", CHANGE{claims.issued_at = now + 61;
}
, "issued_in_future"
}
, {"IssuedTenMinutesAgo", CHANGE{claims.issued_at = now - 600;
}
, nullptr
}
, {"IssuedLongAgo", CHANGE{claims.issued_at = now - 601;
}
, "issued_long_ago"
}
, {"Nonce", CHANGE{expectation.nonce = "n-1";
}
, nullptr
}
, {"OtherNonce", CHANGE{expectation.nonce = "n-2";
}
, "nonce_mismatch"
}
, {"NoNonce", CHANGE{expectation.nonce = "n-1";
claims.nonce = "";
}
, "nonce_mismatch"
}
, {"NonceNobodySent", CHANGE{claims.nonce = "n-9";
}
, nullptr
}
,
    // OpenID Connect Core 1.0, appendix A.3
    {"Hash", CHANGE{claims.access_token_hash = "77QmUPtjPfzWtF2AnpK9RQ";
}
, nullptr
}
, {"OtherHash", CHANGE{claims.access_token_hash = "77QmUPtjPfzWtF2AnpK9RR";
}
, "at_hash_mismatch"
}
, {"OtherToken", CHANGE{claims.access_token_hash = "77QmUPtjPfzWtF2AnpK9RQ";
expectation.access_token = "x";
}
, "at_hash_mismatch"
}
, {"HashOfAnotherLength", CHANGE{claims.access_token_hash = "77QmUPtjPfzWtF2AnpK9RQ";
expectation.algorithm = "ES384";
}
, "at_hash_mismatch"
}
, {"HashByAnUnknownAlgorithm", CHANGE{claims.access_token_hash = "77QmUPtjPfzWtF2AnpK9RQ";
expectation.algorithm = "";
}
, "at_hash_mismatch"
}
,
}),
    [](const auto& row) {
  return row.param.name; });

#undef CHANGE

// Left halves of the SHA-384 and SHA-512 of "abc". Spec: FIPS 180-4, its examples
TEST(IdTokenCheck, HashesByTheSignaturesAlgorithm) {
  for (const auto& [algorithm, hash] : {std::pair("ES384", "ywB1P0WjXou1oD1pmsZQBycsMqsO3tFj"),
                                        std::pair("PS512", "3a81oZNherrMQXNJriBBMRLm-k6JqX6iCp7u5ktV05o")}) {
    IdTokenExpectation expectation = expected();
    expectation.algorithm = algorithm;
    expectation.access_token = "abc";
    IdTokenClaims claims = good();
    claims.access_token_hash = hash;
    EXPECT_EQ(check_id_token(claims, expectation), std::nullopt) << algorithm;
  }
}

}  // namespace
}  // namespace wardend::oauth
