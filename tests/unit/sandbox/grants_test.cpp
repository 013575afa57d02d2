#include "tests/sandbox/grants.hpp"

#include <gtest/gtest.h>

namespace wardend::sandbox {
namespace {

constexpr const char* verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
constexpr const char* challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
constexpr WallTime noon{std::chrono::hours(500'000)};
const std::string scope = "launch/patient offline_access patient/Observation.rs";

class GrantsTest : public testing::Test {
 protected:
  std::string code(const std::string& with_scope = scope) {
    return grants.make_code({.client_id = "app",
                             .redirect_uri = "http://127.0.0.1:1/cb",
                             .code_challenge = challenge,
                             .scope = with_scope,
                             .context = {.user = "practitioner-1", .patient = "patient-7"}},
                            noon, {});
  }
  std::expected<Issued, Refused> exchange(const std::string& of, WallTime now = noon) {
    return grants.exchange({of, "app", "http://127.0.0.1:1/cb", verifier}, rules, now);
  }
  std::expected<Issued, Refused> refresh(const std::string& token, WallTime now = noon) {
    return grants.refresh({.refresh_token = token, .client_id = "app"}, rules, now);
  }
  static std::string error_of(const std::expected<Issued, Refused>& issued) {
    return issued ? "" : issued.error().error;
  }

  SystemRandom random;
  Grants grants{random};
  IssueRules rules;
};

TEST(Pkce, AcceptsTheVectorOfRfc7636AndNothingElse) {
  EXPECT_TRUE(pkce_matches(verifier, challenge));
  EXPECT_FALSE(pkce_matches(std::string(verifier) + "x", challenge));
  EXPECT_FALSE(pkce_matches("", challenge));
}

TEST(Pkce, RefusesAVerifierOutsideTheGrammarEvenIfItsHashMatches) {
  EXPECT_FALSE(pkce_matches("abc", "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"));
}

TEST_F(GrantsTest, ACodeBringsTokensThatOpenItsContext) {
  const auto issued = exchange(code());
  ASSERT_TRUE(issued);
  EXPECT_FALSE(issued->refresh_token.empty());
  const auto access = grants.access(issued->access_token, noon + 299s);
  ASSERT_TRUE(access);
  EXPECT_EQ(access->context.patient, "patient-7");
  EXPECT_FALSE(grants.access(issued->access_token, noon + 300s));
}

TEST_F(GrantsTest, ACodeBelongsToItsClientRedirectAndVerifier) {
  const CodeUse wrong[] = {{code(), "other", "http://127.0.0.1:1/cb", verifier},
                           {code(), "app", "http://127.0.0.1:2/cb", verifier},
                           {code(), "app", "http://127.0.0.1:1/cb", std::string(43, 'a')},
                           {"unknown", "app", "http://127.0.0.1:1/cb", verifier}};
  for (const CodeUse& use : wrong) EXPECT_EQ(error_of(grants.exchange(use, rules, noon)), "invalid_grant");
  EXPECT_EQ(error_of(exchange(code(), noon + 1min)), "invalid_grant");
  EXPECT_EQ(grants.alive(), 0U);
}

TEST_F(GrantsTest, ACodeUsedTwiceTakesItsTokensAway) {
  const std::string once = code();
  const auto issued = exchange(once);
  ASSERT_TRUE(issued);
  EXPECT_EQ(error_of(exchange(once)), "invalid_grant");
  EXPECT_FALSE(grants.access(issued->access_token, noon));
  EXPECT_EQ(error_of(refresh(issued->refresh_token)), "invalid_grant");
}

TEST_F(GrantsTest, OnlyOfflineOrOnlineAccessBringsARefreshToken) {
  EXPECT_TRUE(exchange(code("launch/patient patient/*.rs"))->refresh_token.empty());
  EXPECT_FALSE(exchange(code("launch/patient online_access"))->refresh_token.empty());
}

TEST_F(GrantsTest, ARefreshRotates) {
  const auto first = exchange(code());
  const auto second = refresh(first->refresh_token);
  ASSERT_TRUE(second);
  EXPECT_NE(second->refresh_token, first->refresh_token);
  EXPECT_EQ(second->family, first->family);
  EXPECT_TRUE(refresh(second->refresh_token));
  EXPECT_EQ(grants.counts().refreshes, 2U);
}

TEST_F(GrantsTest, AReusedRefreshTokenKillsTheWholeFamilyAndNoOther) {
  const auto other = exchange(code());
  const auto first = exchange(code());
  const auto second = refresh(first->refresh_token);
  EXPECT_EQ(error_of(refresh(first->refresh_token)), "invalid_grant");
  EXPECT_EQ(error_of(refresh(second->refresh_token)), "invalid_grant");
  EXPECT_FALSE(grants.access(second->access_token, noon));
  EXPECT_TRUE(grants.access(other->access_token, noon));
  EXPECT_TRUE(refresh(other->refresh_token));
  EXPECT_EQ(grants.counts().killed, 1U);
  EXPECT_EQ(grants.counts().reuses, 1U);
  EXPECT_EQ(grants.alive(), 1U);
}

TEST_F(GrantsTest, WithoutRotationTheOldTokenStaysAndNoneIsSent) {
  const auto first = exchange(code());
  rules.rotate = false;
  for (int i = 0; i < 3; ++i) {
    const auto again = refresh(first->refresh_token);
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->refresh_token.empty());
  }
}

TEST_F(GrantsTest, ARefreshTokenMayBeItsCodeAndComeAgain) {
  rules = {.rotate = false, .resend = true, .gift = RefreshGift::from_code};
  const std::string of = code();
  const auto first = exchange(of);
  EXPECT_EQ(first->refresh_token, of + "_rt");
  EXPECT_EQ(refresh(first->refresh_token)->refresh_token, first->refresh_token);
}

TEST_F(GrantsTest, ASecretIsKnownByItsClient) {
  const std::string of = code();
  EXPECT_EQ(grants.owner_of(of), "app");
  const auto first = exchange(of);
  EXPECT_EQ(grants.owner_of(first->refresh_token), "app");
  EXPECT_EQ(grants.owner_of(first->access_token), "app");
  EXPECT_EQ(grants.owner_of("unheard-of"), "");
}

TEST_F(GrantsTest, ARefreshThatComesTooSoonSpendsNothing) {
  rules.refresh_interval = 60s;
  const auto first = exchange(code());
  EXPECT_EQ(refresh(first->refresh_token, noon + 59s).error().reason, Reason::too_soon);
  EXPECT_TRUE(refresh(first->refresh_token, noon + 60s));
}

TEST_F(GrantsTest, AnUnusedRefreshTokenRunsOut) {
  rules.refresh_lifetime = 1h;
  const auto first = exchange(code());
  const auto second = refresh(first->refresh_token, noon + 59min);
  ASSERT_TRUE(second);
  EXPECT_EQ(error_of(refresh(second->refresh_token, noon + 59min + 1h)), "invalid_grant");
}

TEST_F(GrantsTest, ARefreshMayAskForLessButNotForMore) {
  const auto first = exchange(code());
  const auto more = grants.refresh({first->refresh_token, "app", scope + " user/*.rs"}, rules, noon);
  EXPECT_EQ(error_of(more), "invalid_scope");
  const auto less = grants.refresh({first->refresh_token, "app", "patient/Observation.rs"}, rules, noon);
  ASSERT_TRUE(less) << "a refused scope must not spend the token";
  EXPECT_EQ(less->scope, "patient/Observation.rs");
  EXPECT_EQ(refresh(less->refresh_token)->scope, scope);
}

TEST_F(GrantsTest, RevokingARefreshTokenEndsTheFamilyAnAccessTokenOnlyItself) {
  const auto first = exchange(code());
  grants.revoke(first->access_token);
  EXPECT_FALSE(grants.access(first->access_token, noon));
  const auto second = refresh(first->refresh_token);
  ASSERT_TRUE(second);
  grants.revoke(second->refresh_token);
  EXPECT_FALSE(grants.access(second->access_token, noon));
  EXPECT_FALSE(grants.refreshable(second->refresh_token, noon));
  EXPECT_EQ(grants.alive(), 0U);
  EXPECT_EQ(grants.counts().killed, 0U);
}

TEST_F(GrantsTest, ALaunchWorksOnceAndForFiveMinutes) {
  const std::string launch = grants.make_launch({.user = "practitioner-2", .patient = "patient-3"}, noon);
  EXPECT_EQ(grants.take_launch(launch, noon)->patient, "patient-3");
  EXPECT_FALSE(grants.take_launch(launch, noon));
  const std::string late = grants.make_launch({}, noon);
  EXPECT_FALSE(grants.take_launch(late, noon + 5min));
}

TEST_F(GrantsTest, AFamilyWithoutRefreshTokenEndsWithItsAccessToken) {
  static_cast<void>(exchange(code("patient/*.rs")));
  EXPECT_EQ(grants.alive(), 1U);
  static_cast<void>(grants.make_launch({}, noon + 301s));
  EXPECT_EQ(grants.alive(), 0U);
}

TEST_F(GrantsTest, ARepeatedAccessTokenComesWithWhatIsLeftOfItsLife) {
  rules.repeat_access = true;
  const auto first = exchange(code());
  ASSERT_TRUE(first);
  const auto second = refresh(first->refresh_token, noon + 100s);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->access_token, first->access_token);
  EXPECT_EQ(second->life, 200s);
  EXPECT_NE(second->refresh_token, first->refresh_token);
  const auto third = refresh(second->refresh_token, noon + 300s);
  ASSERT_TRUE(third);
  EXPECT_NE(third->access_token, first->access_token);
  EXPECT_EQ(third->life, 300s);
}

}  // namespace
}  // namespace wardend::sandbox
